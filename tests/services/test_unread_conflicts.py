"""What two people wrote, of which some cannot be read here yet: nobody gives that up unread."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desktop.domain.closed_texts import NOT_YET
from desktop.domain.text_differences import Span
from desktop.services.conflict_sheets import ConflictSheet
from desktop.services.errors import NotAllowed
from protocol.ids import PersonId
from protocol.kinds import Person, spec_of
from protocol.kinds.conflicts import ConflictState
from protocol.values import Wire
from tests.support.crossings import (
    HERS,
    MINE,
    crossed,
    followed_by_both,
    key_comes,
    offered,
    person_of,
    stands,
    state,
    unread,
    yves,
)
from tests.support.laptop import Desk

__all__ = ["yves"]

A_MONTH = timedelta(days=30)


def held(claire: Desk, person: PersonId) -> Wire:
    """Return what stands in somebody's request, in its envelope."""
    return (claire.store.records.data(spec_of(Person), person) or {})["request"]


def mine(claire: Desk, person: PersonId) -> str:
    """Return my own words as they came back, under a key that is here."""
    secret, text = unread(person, "request", MINE, seed=98)
    key_comes(claire, person, secret)
    return text


def nothing_settles(claire: Desk, sheet: ConflictSheet) -> None:
    """Try all that could settle it."""
    conflicts = claire.conflicts
    acts: tuple[Callable[[], object], ...] = (
        lambda: conflicts.keep(sheet),
        lambda: conflicts.restore(sheet),
        lambda: conflicts.join(sheet, "Les deux."),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert state(claire, sheet.line.id) is ConflictState.OPEN


@pytest.mark.parametrize("stands_here", [True, False])
def test_a_version_whose_key_has_not_come_is_given_up_by_nobody_who_has_not_read_it(
    claire: Desk, yves: PersonId, stands_here: bool
) -> None:
    secret, hers = unread(yves, "request", HERS)
    read = mine(claire, yves)
    stands(claire, yves, "request", hers if stands_here else read)
    conflict = crossed(claire, yves, "request", read if stands_here else hers)
    sheet = claire.conflicts.sheet(conflict)
    closed = sheet.kept if stands_here else sheet.lost
    assert [version.is_unread for version in (sheet.kept, sheet.lost)] == [
        stands_here, not stands_here,
    ]  # fmt: skip
    assert (sheet.is_unread, sheet.can_settle, sheet.can_restore) == (True, False, True)
    assert closed.spans == (Span(NOT_YET, differs=False),), "it is no other version of the words"
    assert sheet.proposal is None
    nothing_settles(claire, sheet)
    assert [line.id for line in claire.conflicts.to_review()] == [conflict], "it waits"

    key_comes(claire, yves, secret)
    sheet = claire.conflicts.sheet(conflict)
    assert (sheet.is_unread, sheet.can_settle) == (False, True)
    assert {sheet.kept.value, sheet.lost.value} == {HERS, MINE}
    claire.conflicts.restore(sheet)
    assert person_of(claire, yves).request == (MINE if stands_here else HERS)


def test_what_has_not_opened_for_a_month_is_given_up_by_who_says_so_and_that_is_taken_back(
    claire: Desk, yves: PersonId
) -> None:
    secret, hers = unread(yves, "request", HERS)
    stands(claire, yves, "request", hers)
    conflict = crossed(claire, yves, "request", mine(claire, yves))
    claire.clock.moment += A_MONTH - timedelta(seconds=1)
    assert not claire.conflicts.sheet(conflict).can_settle
    claire.clock.advance(seconds=1)
    sheet = claire.conflicts.sheet(conflict)
    assert (sheet.is_unread, sheet.can_settle) == (True, True)
    done = claire.conflicts.restore(sheet)
    assert person_of(claire, yves).request == MINE
    claire.conflicts.take_back(done.value)
    assert held(claire, yves) == hers
    key_comes(claire, yves, secret)
    assert person_of(claire, yves).request == HERS


def test_a_conflict_that_a_clock_of_the_future_dated_is_no_dead_end(
    claire: Desk, yves: PersonId
) -> None:
    _, hers = unread(yves, "request", HERS)
    conflict = crossed(claire, yves, "request", hers, shift=timedelta(days=7 * 365))
    assert claire.conflicts.sheet(conflict).can_settle


def test_what_is_left_of_a_record_the_office_forgot_is_not_put_away_before_it_can_be_read(
    claire: Desk, yves: PersonId
) -> None:
    met = claire.workplace.new_id()
    secret, hers = unread(yves, "summary", HERS, kind="follow_up", subject=met)
    offered(claire, yves, "minutes", 50, subject=met)
    offered(claire, yves, "summary", hers, subject=met)
    (line,) = claire.conflicts.to_review()
    sheet = claire.conflicts.sheet(line.id)
    assert (sheet.is_unread, sheet.can_settle) == (True, False)
    nothing_settles(claire, sheet)
    key_comes(claire, yves, secret)
    sheet = claire.conflicts.sheet(line.id)
    assert HERS in [it.value for it in sheet.remains]
    claire.conflicts.keep(sheet)
    assert claire.conflicts.to_review() == []


def test_what_is_left_of_a_record_is_shown_whatever_else_is_said_of_its_number(
    claire: Desk, yves: PersonId
) -> None:
    """A colleague of another dossier names it there, or as another kind: hers hid the others."""
    met, other = claire.workplace.new_id(), followed_by_both(claire)
    _, hers = unread(other, "summary", HERS, kind="follow_up", subject=met)
    offered(claire, other, "summary", hers, subject=met)
    offered(claire, yves, "title", "Mots", subject=met, kind="document")
    mine = offered(claire, yves, "minutes", 50, subject=met)
    assert mine in [line.id for line in claire.conflicts.to_review()]
    sheet = claire.conflicts.sheet(mine)
    assert (len(sheet.remains), sheet.is_unread) == (1, False)
    claire.conflicts.keep(sheet)
    assert len(claire.conflicts.to_review()) == 2
