"""The list of mutants says what it breaks, in the code as it is now."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Change, Moved, Mutant

PROMISED = {
    "acknowledged-before-commit",
    "outbox-apart",
    "cursor-before-page",
    "idempotency-off",
    "base-from-own-ack",
    "digest-copied",
    "repair-without-a-grant",
    "tombstones-dropped-by-age",
    "clock-as-cursor",
    "loser-forgotten",
}
"""The oldest traps, which no list of ours goes without."""


@cache
def functions_of(path: str) -> set[str]:
    """Return the names of the tests of one module."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_breaks_the_code_as_it_is_now(mutant: Mutant) -> None:
    for change in mutant.changes:
        broken = change.broken(ROOT)
        assert broken != (ROOT / change.path).read_text(encoding="utf-8")
        ast.parse(broken)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_tests_expected_to_see_a_mutant_are_there(mutant: Mutant) -> None:
    assert mutant.tests
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).exists(), path
        assert not name or name.partition("[")[0] in functions_of(path), name


def test_each_mutant_has_its_name_and_the_oldest_traps_are_all_there() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names)) == len({mutant.broken for mutant in MUTANTS})
    assert set(names) >= PROMISED


@pytest.mark.parametrize("text", ["nothing of the kind", "one word, and one word again"])
def test_a_change_whose_words_moved_or_are_said_twice_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "merge.py").write_text(text, encoding="utf-8")
    with pytest.raises(Moved, match=r"found [02] times: one word"):
        Change("merge.py", "one word", "another").broken(tmp_path)
