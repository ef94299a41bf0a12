"""The creation of a record that the office has already is the edit that it then is."""

import pytest

from protocol.kinds import FollowUp, spec_of
from protocol.wire import PUT
from server.services.incoming import Incoming, made_again

STORED = {"themes": ["health", "housing"]}


def said(**values: object) -> Incoming:
    return Incoming(0, PUT, spec_of(FollowUp), "r", 1, 1, values)


def test_what_was_deleted_comes_back_with_the_set_as_it_is_said() -> None:
    again = made_again(
        said(created_at="2026-11-24T08:40:00Z", themes=["housing", "work"]),
        STORED,
        is_deleted=True,
    )
    assert again.values["themes"] == [["work"], ["health"]]


def test_what_stands_loses_nothing_to_a_second_laptop_that_made_it_too() -> None:
    again = made_again(
        said(created_at="2026-11-24T08:40:00Z", themes=["housing", "work"]),
        STORED,
        is_deleted=False,
    )
    assert again.values["themes"] == [["work"], []]


@pytest.mark.parametrize("is_deleted", [True, False])
def test_an_edit_is_left_as_it_came(is_deleted: bool) -> None:
    edit = said(themes=[["work"], []])
    assert made_again(edit, STORED, is_deleted=is_deleted) is edit


def test_a_set_that_is_none_is_left_to_be_refused() -> None:
    odd = said(created_at="2026-11-24T08:40:00Z", themes=["housing", 3])
    assert made_again(odd, STORED, is_deleted=True).values["themes"] == ["housing", 3]
