"""Our code has none of the habits that would betray a person's secret or a future reader."""

from __future__ import annotations

import pytest

from tests.architecture import habits
from tests.architecture.habits import Check, Finding
from tests.architecture.tree import source, sources

BAD = [
    (habits.unverified_tls, "session.get(url, verify=False)"),
    (habits.unverified_tls, "session.verify = False"),
    (habits.running_of_data, "import pickle"),
    (habits.running_of_data, "from shelve import open"),
    (habits.running_of_data, "eval(text)"),
    (habits.running_of_data, "yaml.load(text)"),
    (habits.shells, "subprocess.run(line, shell=True)"),
    (habits.shells, "os.system(line)"),
    (habits.swallowed_exceptions, "try:\n    f()\nexcept Exception:\n    pass"),
    (habits.swallowed_exceptions, "try:\n    f()\nexcept (ValueError, Exception):\n    ..."),
    (habits.swallowed_exceptions, "with contextlib.suppress(Exception):\n    f()"),
    (habits.plaintext_attachments, "db.execute('ATTACH DATABASE ? AS copy')"),
    (habits.plaintext_attachments, "db.execute(f\"ATTACH '{path}' AS copy\")"),
    (habits.unfinished_functions, "def f():\n    raise NotImplementedError"),
    (habits.temporary_files, "import tempfile"),
    (habits.temporary_files, "from tempfile import mkstemp"),
    (habits.files_for_everybody, "path.write_bytes(pdf)"),
    (habits.files_for_everybody, "Path(chosen).write_text(table)"),
    (habits.answers_to_signals, "self._background.run(lane, read, self.changed.emit, failed)"),
    (habits.prints, "print(person)"),
    (habits.tracebacks_in_logs, "log.error('failed', exc_info=True)"),
    (habits.tracebacks_in_logs, "self._logger.exception('failed')"),
    (habits.tracebacks_in_logs, "ExceptionRenderer(show_locals=True)"),
]
GOOD = [
    (habits.unverified_tls, "session.get(url, verify=bundle)"),
    (habits.running_of_data, "json.loads(text); model.eval()"),
    (habits.shells, "subprocess.run(['ls'], shell=False)"),
    (habits.swallowed_exceptions, "try:\n    f()\nexcept FileNotFoundError:\n    pass"),
    (habits.plaintext_attachments, "db.execute('ATTACH DATABASE ? AS copy KEY ?')"),
    (habits.plaintext_attachments, '"""Why we ATTACH DATABASE so rarely."""'),
    (habits.temporary_files, "from protocol import tempo"),
    (habits.files_for_everybody, "write_private(path, pdf)"),
    (habits.answers_to_signals, "self._background.run(lane, read, self._tell, failed)"),
    (habits.prints, "printer.print(document)"),
    (habits.tracebacks_in_logs, "log.error('failed', kind=type(e).__name__); future.exception()"),
]


@pytest.fixture(scope="module")
def found() -> dict[Check, list[Finding]]:
    """What is found in the whole tree, read once for all the habits."""
    return habits.findings(sources())


@pytest.mark.parametrize("check", habits.EVERYWHERE)
def test_no_file_of_ours_has_the_habit(check: Check, found: dict[Check, list[Finding]]) -> None:
    assert found[check] == []


@pytest.mark.parametrize("check", habits.ON_THE_LAPTOP)
def test_the_laptop_has_not_the_habit(check: Check, found: dict[Check, list[Finding]]) -> None:
    assert found[check] == []


@pytest.mark.parametrize("check", habits.IN_THE_PRODUCT)
def test_the_product_has_not_the_habit(check: Check, found: dict[Check, list[Finding]]) -> None:
    assert found[check] == []


def test_a_habit_is_looked_for_where_it_matters_and_nowhere_else() -> None:
    code = "import tempfile, pickle\nprint(vars())\nos.system('ls')\n"
    ours = {"desktop/a.py", "desktop/__main__.py", "server/a.py", "server/admin/a.py"}
    paths = {*ours, "tests/a.py"}
    found = habits.findings(source(path, code) for path in paths)
    seen = {
        check.__name__: {finding.split(":")[0] for finding in told}
        for check, told in found.items()
        if told
    }
    assert seen == {
        "shells": paths,
        "temporary_files": {"desktop/a.py", "desktop/__main__.py"},
        "running_of_data": ours,
        "prints": {"desktop/a.py", "server/a.py"},
    }


@pytest.mark.parametrize(("check", "code"), BAD)
def test_the_habit_is_found_where_it_is(check: Check, code: str) -> None:
    assert list(check(source("desktop/sample.py", code)))


@pytest.mark.parametrize(("check", "code"), GOOD)
def test_its_honest_neighbour_passes(check: Check, code: str) -> None:
    assert list(check(source("desktop/sample.py", code))) == []


def test_each_habit_has_a_sample_that_it_finds() -> None:
    checks = {*habits.EVERYWHERE, *habits.ON_THE_LAPTOP, *habits.IN_THE_PRODUCT}
    assert (
        checks
        == {check for check, _ in BAD}
        == {check for check, _ in GOOD} | {habits.unfinished_functions}
    )
