"""Workshops: places are counted, given, freed, and somebody says who came."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.errors import InvalidInput, NotAllowed
from desktop.services.persons import NewPerson
from desktop.services.workshops import NewSession
from protocol.ids import PersonId, ProfessionalId, SessionId
from protocol.kinds.programmes import Attendance, WorkshopSession, WorkshopTheme
from tests.support.laptop import TUESDAY, Desk, bring


@pytest.fixture
def people(claire: Desk) -> list[PersonId]:
    """Three persons who may come."""
    names = ("Benali", "Diallo", "Guérin")
    return [claire.persons.create(NewPerson(name, "Jo")).value for name in names]


def hold(claire: Desk, days: int = 7, capacity: int = 2, title: str = "Bien dormir") -> SessionId:
    """Announce a session."""
    moment = TUESDAY + timedelta(days=days)
    new = NewSession(title, WorkshopTheme.WELLBEING, moment, 120, None, capacity)
    return claire.workshops.create(new).value


def left(claire: Desk, session: SessionId) -> int:
    """How many places are left."""
    return next(line for line in claire.workshops.sessions() if line.id == session).places_left


def test_places_are_given_until_none_is_left(claire: Desk, people: list[PersonId]) -> None:
    session = hold(claire)
    claire.workshops.register(session, people[0], first_step_with=True)
    claire.workshops.register(session, people[1], first_step_with=False)
    assert left(claire, session) == 0
    with pytest.raises(InvalidInput) as refused:
        claire.workshops.register(session, people[2], first_step_with=False)
    assert refused.value.reason == "full"
    told = [(x.name, x.first_step_with) for x in claire.workshops.registered(session)]
    assert told == [("Jo Benali", True), ("Jo Diallo", False)]


def test_who_withdraws_frees_her_place_and_may_come_back(
    claire: Desk, people: list[PersonId]
) -> None:
    session = hold(claire)
    place = claire.workshops.register(session, people[0], first_step_with=False).value
    with pytest.raises(InvalidInput) as refused:
        claire.workshops.register(session, people[0], first_step_with=False)
    assert refused.value.reason == "already_registered"
    before = claire.workshops.set_attendance(place, Attendance.WITHDRAWN).value
    assert (before, left(claire, session)) == (Attendance.REGISTERED, 2)
    claire.workshops.set_attendance(place, Attendance.WITHDRAWN)
    assert left(claire, session) == 2, "withdrawn twice is withdrawn once"
    claire.workshops.set_attendance(place, before)
    assert left(claire, session) == 1
    claire.workshops.set_attendance(place, Attendance.ATTENDED)
    assert left(claire, session) == 1
    claire.workshops.take_back(place)
    assert (left(claire, session), claire.workshops.registered(session)) == (2, [])


def test_the_next_session_comes_first_and_one_that_is_over_stays_a_month(claire: Desk) -> None:
    ended, later, sooner = hold(claire, -20), hold(claire, 9), hold(claire, 2)
    hold(claire, -31)
    assert [line.id for line in claire.workshops.sessions()] == [sooner, later, ended]
    assert [line.is_over for line in claire.workshops.sessions()] == [False, False, True]


def test_a_person_s_places_are_told_the_latest_first(claire: Desk, people: list[PersonId]) -> None:
    for days in (2, 9):
        claire.workshops.register(hold(claire, days), people[0], first_step_with=False)
    found = claire.workshops.of_person(people[0])
    assert [line.session.starts_at for line in found] == [
        TUESDAY + timedelta(days=9),
        TUESDAY + timedelta(days=2),
    ]


def test_only_whoever_leads_a_workshop_cancels_it(claire: Desk) -> None:
    session = hold(claire)
    known = claire.store.records.get(WorkshopSession, session)
    assert known is not None
    claire.workshops.set_cancelled(session, cancelled=True)
    assert claire.workshops.sessions() == []
    claire.workshops.set_cancelled(session, cancelled=False)
    other = ProfessionalId(claire.workplace.new_id())
    hers = replace(known, id=claire.workplace.new_id(), professional=other)  # type: ignore[arg-type]  # an id
    bring(claire.workplace, hers)
    with pytest.raises(NotAllowed):
        claire.workshops.set_cancelled(SessionId(hers.id), cancelled=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"minutes": 0}, "minutes"), ({"capacity": 0}, "capacity")],
)
def test_a_session_that_cannot_be_held_is_refused(
    claire: Desk, change: dict[str, object], field: str
) -> None:
    new = NewSession("Bien dormir", WorkshopTheme.WELLBEING, TUESDAY, 120, None, 8)
    with pytest.raises(InvalidInput) as refused:
        claire.workshops.create(replace(new, **change))  # type: ignore[arg-type]  # fields of it
    assert refused.value.field == field
    assert claire.workshops.sessions() == []
