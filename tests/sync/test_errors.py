"""Every failure of a sync has a place in the tree and can be given a sentence."""

from desktop.sync import errors
from desktop.sync.errors import Refused, RequestRejected, SyncError, all_errors, every_case


def leaves(kind: type[SyncError]) -> set[type[SyncError]]:
    below = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return set().union(*map(leaves, below)) if below else {kind}


def test_the_list_of_errors_is_the_tree() -> None:
    listed = all_errors()
    assert set(listed) == leaves(SyncError)
    assert len(listed) == len(set(listed))


def test_the_tree_is_drawn_with_every_error() -> None:
    drawn = errors.__doc__ or ""
    assert [kind.__name__ for kind in all_errors() if f"── {kind.__name__} " not in drawn] == []


def test_each_class_appears_among_the_cases_with_each_of_its_reasons() -> None:
    cases = every_case()
    assert {type(case) for case in cases} == set(all_errors())
    shown = [(type(case), str(case)) for case in cases]
    assert len(shown) == len(set(shown))


def test_a_strangers_text_is_not_kept_as_a_code() -> None:
    for text in ("Mme Martin", "a" * 41, "<script>", "", "ligne\nsuivante", "É"):
        assert str(Refused(text)) == "unspecified"
        assert str(RequestRejected(text)) == "unspecified"
    assert Refused("grant").code == "grant"
