"""Needs without an answer: one gesture, where the person lives, taken back by who noted it."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.care import NeedReason, UnmetNeed
from protocol.kinds.follow_ups import Theme
from tests.support.laptop import Desk, bring, professional, seed_small


@pytest.fixture
def persons(claire: Desk) -> list[PersonId]:
    return seed_small(claire)


def test_a_need_is_noted_where_the_person_lives(claire: Desk, persons: list[PersonId]) -> None:
    claire.needs.note(persons[1], Theme.MOBILITY, NeedReason.TOO_FAR)
    [line] = claire.needs.of(persons[1])
    assert (line.theme, line.reason, line.commune_name) == (
        Theme.MOBILITY,
        NeedReason.TOO_FAR,
        "Melle",
    )
    assert (line.noted_on, line.mine) == (date(2026, 11, 24), True)


def test_a_need_has_a_theme_and_somebody(claire: Desk, persons: list[PersonId]) -> None:
    with pytest.raises(InvalidInput):
        claire.needs.note(persons[1], None, NeedReason.FULL)
    nobody = PersonId("0190a5a0-0000-7000-8000-000000000001")
    with pytest.raises(NotFound):
        claire.needs.note(nobody, Theme.MOBILITY, NeedReason.FULL)


def test_a_need_noted_by_mistake_is_taken_back_by_who_noted_it(
    claire: Desk, persons: list[PersonId]
) -> None:
    mine = claire.needs.note(persons[1], Theme.MOBILITY, NeedReason.FULL).value
    [noted] = claire.needs.of(persons[1])
    removed = claire.needs.take_back(mine).value
    assert claire.needs.of(persons[1]) == []
    with pytest.raises(NotFound):
        claire.needs.take_back(mine)
    claire.clock.advance(days=3)
    again = claire.needs.note_again(removed).value
    assert claire.needs.of(persons[1]) == [replace(noted, id=again)], "of the day it was noted"
    claire.needs.take_back(again)
    hugo = professional(claire.workplace, claire.workplace.new_id(), "Hugo Lambert")
    theirs = UnmetNeed(
        id=RecordId(claire.workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=ProfessionalId(hugo.id),
        person=persons[1],
        professional=ProfessionalId(hugo.id),
        theme=Theme.MOBILITY,
        noted_on=date(2026, 11, 3),
    )
    bring(claire.workplace, hugo, theirs)
    with pytest.raises(NotAllowed):
        claire.needs.take_back(theirs.id)
    assert [line.author.name for line in claire.needs.of(persons[1])] == ["Hugo Lambert"]
