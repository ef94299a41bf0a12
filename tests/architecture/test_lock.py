"""What is installed is exactly what was chosen, wherever it is fetched from."""

from __future__ import annotations

import tomllib

from tests.architecture.lock import disagreements, read_lock
from tests.architecture.tree import ROOT

HASH = "    --hash=sha256:" + "0" * 64
SAMPLE = f"nacl==1.6.2 \\\n{HASH} \\\n{HASH}\n    # via coffre (pyproject.toml)\n"


def test_each_lock_holds_versions_and_hashes_and_no_address() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert locks
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert read_lock(text).strange_lines == ()
        assert "://" not in text


def test_the_project_and_its_lock_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    lock = read_lock((ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8"))
    assert disagreements(lock, wanted) == []


def test_a_sample_lock_is_read() -> None:
    lock = read_lock(SAMPLE)
    assert lock.strange_lines == ()
    assert disagreements(lock, ["NaCl>=1.6"]) == []


def test_an_address_or_a_missing_hash_is_a_strange_line() -> None:
    for line in ("--index-url https://example.fr/simple", "requests==2.0", "a @ file:///x"):
        assert read_lock(SAMPLE + line + "\n").strange_lines == (line,)


def test_a_disagreement_is_found_in_both_directions() -> None:
    faults = disagreements(read_lock(SAMPLE), ["requests>=2"])
    assert faults == ["nacl is locked and no longer asked for", "requests is not locked"]
    assert disagreements(read_lock(SAMPLE), ["nacl>=2"]) == ["nacl>=2 is locked at 1.6.2"]
