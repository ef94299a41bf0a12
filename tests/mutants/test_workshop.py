"""What is said of a mutant is what the tests say of it, and of nothing else."""

import pytest

from tests.architecture.tree import ROOT
from tests.mutants.mutant import Change, Moved, Mutant
from tests.mutants.workshop import Copy, Run, Verdict

MERGE = "protocol/merge.py"
COUNTERS = "tests/protocol/test_merge.py::test_counters_add_up_in_any_order"
_COUNTING = "cast(int, stored or 0) + cast(int, incoming)"


def mutant(old: str, new: str) -> Mutant:
    """Return a mutant of the merge."""
    return Mutant("one", "Something is broken", (Change(MERGE, old, new),), (COUNTERS,))


CAUGHT = mutant(_COUNTING, "cast(int, incoming)")
HARMLESS = mutant(_COUNTING, "cast(int, incoming) + cast(int, stored or 0)")
CANARY = mutant(
    "class Outcome(Enum):", 'raise ImportError("canary of the copy")\n\n\nclass Outcome:'
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return a copy of the tree."""
    return Copy.of_the_tree(tmp_path_factory.mktemp("copy"))


def run(copy: Copy, broken: Mutant) -> Run:
    """Run the tests of a mutant."""
    before = (copy.root / MERGE).read_bytes()
    with copy.broken(broken):
        assert (copy.root / MERGE).read_bytes() != before
        found = copy.test(broken.tests)
    assert (copy.root / MERGE).read_bytes() == before == (ROOT / MERGE).read_bytes()
    return found


def test_a_mutant_is_caught_by_the_test_that_fails(copy: Copy) -> None:
    found = run(copy, CAUGHT)
    assert found.verdict is Verdict.CAUGHT, found.told
    assert found.failed == (COUNTERS,)


def test_a_mutant_that_no_test_sees_survives(copy: Copy) -> None:
    found = run(copy, HARMLESS)
    assert found.verdict is Verdict.SURVIVED, found.told
    assert found.failed == ()


def test_a_product_that_cannot_be_imported_is_not_a_mutant_that_was_caught(copy: Copy) -> None:
    found = run(copy, CANARY)
    assert "canary of the copy" in found.told  # it is the copy that is imported
    assert found.verdict is Verdict.UNTOLD


def test_a_fixture_that_fails_has_not_caught_anything(copy: Copy) -> None:
    test = copy.root / "tests" / "protocol" / "test_fixture.py"
    test.write_text(
        "import pytest\n\n\n@pytest.fixture\ndef office() -> None:\n    assert False\n\n\n"
        "def test_somebody_works(office: None) -> None:\n    pass\n",
        encoding="utf-8",
    )
    found = copy.test([str(test.relative_to(copy.root))])
    test.unlink()
    assert found.code == 1
    assert found.verdict is Verdict.UNTOLD, found.told


def test_tests_that_do_not_end_are_stopped_and_have_caught_nothing(copy: Copy) -> None:
    found = copy.test([COUNTERS], limit_s=0.01)
    assert found.code is None
    assert found.verdict is Verdict.UNTOLD


def test_a_mutant_whose_code_has_moved_leaves_the_copy_as_it_was(copy: Copy) -> None:
    before = (copy.root / MERGE).read_bytes()
    moved = Mutant(
        "two", "Half of it", (*CAUGHT.changes, Change(MERGE, "gone for good", "")), (COUNTERS,)
    )
    with pytest.raises(Moved), copy.broken(moved):
        pass
    assert (copy.root / MERGE).read_bytes() == before
