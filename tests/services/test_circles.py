"""The circle: who reads a dossier must be told as the office will decide it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.services.errors import NotFound
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.persons import CircleEnd, CircleMember, CircleRole
from protocol.visibility import membership_is_open
from tests.support.laptop import Desk, bring, professional, seed_small

TODAY = date(2026, 11, 24)
around = st.none() | st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


@pytest.fixture
def roy(claire: Desk) -> ProfessionalId:
    """A référente that Claire knows."""
    rid = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, professional(claire.workplace, rid, "Catherine Roy"))
    return rid


def member(claire: Desk, person: PersonId, professional: ProfessionalId) -> CircleMember:
    """Return an open place in a circle."""
    return CircleMember(
        id=RecordId(claire.workplace.new_id()),
        created_at=claire.workplace.clock.now(),
        created_by=claire.workplace.me,
        person=person,
        professional=professional,
        role=CircleRole.CONTRIBUTOR,
        started_on=TODAY - timedelta(days=90),
    )


@given(ended=around, overlap=around)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=49)
def test_a_colleague_is_told_as_a_reader_exactly_when_the_office_lets_her_read(
    claire: Desk, roy: ProfessionalId, ended: date | None, overlap: date | None
) -> None:
    person = PersonId(claire.workplace.new_id())
    bring(
        claire.workplace,
        replace(member(claire, person, roy), ended_on=ended, overlap_until=overlap),
    )
    told = [colleague.id for colleague in claire.persons.readers(person)]
    assert (told == [roy]) == membership_is_open(ended, overlap, TODAY)


def test_a_colleague_with_two_places_is_told_once(claire: Desk, roy: ProfessionalId) -> None:
    person = seed_small(claire)[0]
    for role in (CircleRole.CONTRIBUTOR, CircleRole.PRESCRIBER):
        claire.persons.welcome(person, roy, role)
    assert [c.id for c in claire.persons.readers(person)] == [roy]
    sheet = claire.follow_ups.open_new(person)
    assert list(sheet.readers) == claire.persons.readers(person), "the editor says the same"


def test_a_reader_the_reference_has_not_brought_yet_is_not_hidden(claire: Desk) -> None:
    person = seed_small(claire)[0]
    stranger = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, member(claire, person, stranger))
    assert [c.id for c in claire.persons.readers(person)] == [stranger]


def test_the_same_welcome_twice_is_one_place(claire: Desk, roy: ProfessionalId) -> None:
    person = seed_small(claire)[0]
    claire.persons.welcome(person, roy, CircleRole.CONTRIBUTOR)
    again = claire.persons.welcome(person, roy, CircleRole.CONTRIBUTOR)
    assert again.touched == frozenset()
    assert len(claire.persons.sheet(person).circle) == 2


@pytest.mark.parametrize(
    ("reason", "days"), [(CircleEnd.HANDOVER, 30), (CircleEnd.END_OF_PROGRAM, None)]
)
def test_leaving_closes_the_place_today_but_for_the_overlap_of_a_handover(
    claire: Desk, reason: CircleEnd, days: int | None
) -> None:
    person = seed_small(claire)[0]
    (mine,) = claire.persons.sheet(person).circle
    claire.persons.end_membership(mine.id, reason)
    (ended,) = claire.persons.sheet(person).circle
    assert ended.ended_on == TODAY
    assert ended.reads_until == (TODAY + timedelta(days=days) if days else None)
    assert claire.persons.sheet(person).mine == (days is not None)


def test_a_place_that_is_no_longer_here_cannot_be_closed(claire: Desk) -> None:
    with pytest.raises(NotFound):
        claire.persons.end_membership(RecordId(claire.workplace.new_id()), CircleEnd.MOVED)
