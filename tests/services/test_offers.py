"""Free slots of the days to come for which somebody waits."""

from datetime import date, time, timedelta

import pytest

from desktop.services.agenda_days import Details
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from desktop.services.waiting import Wait
from protocol.ids import PersonId, PlaceId
from protocol.kinds.agenda import HalfDay, Motive
from tests.support.agenda_week import MONDAY, at, bring_lieux
from tests.support.laptop import Desk

TUESDAY = MONDAY + timedelta(days=1)
"""Today, 9:40 in the morning."""


@pytest.fixture
def lieux(claire: Desk) -> dict[str, PlaceId]:
    return bring_lieux(claire)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


@pytest.fixture
def nadia(claire: Desk) -> PersonId:
    return claire.persons.create(NewPerson("Benali", "Nadia")).value


def receive(claire: Desk, lieu: PlaceId, day: date, opens: time = time(9)) -> None:
    """Three slots of 45 minutes, once."""
    closes = time(opens.hour + 2, opens.minute + 15)
    claire.permanences.open(OpeningForm(lieu, day, opens, closes, 45, Repeat.ONCE))


def wait(claire: Desk, person: PersonId, lieu: PlaceId | None, *halves: HalfDay) -> None:
    claire.waiting.add(Wait(person, lieu, Motive.PSY_CONSULTATION, halves=frozenset(halves)))


def told(claire: Desk) -> list[tuple[str, str, int]]:
    return [
        (f"{line.starts_at:%a %H:%M}", line.place_name, line.waiting)
        for line in claire.engagements.offers.lines()
    ]


def test_the_first_slot_of_a_permanence_is_told_with_how_many_it_would_do_for(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId, nadia: PersonId
) -> None:
    receive(claire, lieux["Niort"], TUESDAY + timedelta(days=2))
    receive(claire, lieux["Melle"], TUESDAY)
    wait(claire, yves, lieux["Melle"])
    wait(claire, nadia, None)
    assert told(claire) == [("Tue 09:45", "Melle", 2), ("Thu 09:00", "Niort", 1)]
    details = Details(at(TUESDAY, 9, 45), 45, lieux["Melle"], Motive.FOLLOW_UP)
    booked = claire.agenda.book(yves, details).value
    assert told(claire)[0] == ("Tue 10:30", "Melle", 2)
    claire.agenda.unbook(booked)
    assert told(claire)[0] == ("Tue 09:45", "Melle", 2)


def test_a_week_ahead_is_looked_at_and_not_a_day_more(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    wait(claire, yves, None)
    receive(claire, lieux["Melle"], TUESDAY + timedelta(days=8))
    assert told(claire) == []
    receive(claire, lieux["Melle"], TUESDAY + timedelta(days=7))
    assert told(claire) == [("Tue 09:00", "Melle", 1)]


def test_a_slot_for_which_nobody_waits_is_not_told(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId, nadia: PersonId
) -> None:
    receive(claire, lieux["Melle"], TUESDAY, time(10))
    wait(claire, yves, lieux["Niort"])
    wait(claire, nadia, lieux["Melle"], HalfDay.AFTERNOON)
    assert told(claire) == []
    claire.permanences.leave(at(TUESDAY, 8), at(TUESDAY, 18))
    wait(claire, yves, lieux["Melle"])
    assert told(claire) == [], "she is away"


def test_whoever_has_two_dossiers_waits_once(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId, nadia: PersonId
) -> None:
    receive(claire, lieux["Melle"], TUESDAY)
    wait(claire, yves, lieux["Melle"])
    wait(claire, nadia, None)
    claire.same_persons.join(Choices(yves, nadia, frozenset()))
    assert told(claire) == [("Tue 09:45", "Melle", 1)]


def test_the_agenda_is_not_read_when_nobody_waits(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    receive(claire, lieux["Melle"], TUESDAY)
    wait(claire, yves, None)
    assert told(claire)
    claire.waiting.withdraw(claire.waiting.lines()[0].id)
    asked: list[str] = []
    connection = claire.store.database._connection
    connection.set_trace_callback(asked.append)
    assert told(claire) == []
    connection.set_trace_callback(None)
    assert len(asked) == 1
