"""No file names a registry, a machine's path or unfinished work."""

from __future__ import annotations

import pytest

from tests.architecture.tree import texts
from tests.architecture.words import forbidden_words


def test_no_file_holds_a_forbidden_word() -> None:
    findings = [finding for path, text in texts() for finding in forbidden_words(path, text)]
    assert findings == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        "see files." + "python" + "hosted" + ".org",
        'open("/' + 'root/.config")',
        "cd /" + "work/main",
        "writes /" + "tmp/x",
        "as ../" + "shared says",
        "# TO" + "DO later",
        "x = 1  # FIX" + "ME",
    ],
)
def test_a_forbidden_word_is_found_with_its_line(line: str) -> None:
    assert [f.split(":")[1] for f in forbidden_words("a.md", f"first\n{line}\n")] == ["2"]


@pytest.mark.parametrize(
    "line",
    ["@app.get('/v1/sync')", "the work/rest balance", "desktop/root.py", "a hack", "/worker"],
)
def test_ordinary_words_pass(line: str) -> None:
    assert forbidden_words("a.md", line) == []
