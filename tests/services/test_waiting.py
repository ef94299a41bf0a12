"""The waiting list: who waits, since when, whom a slot would do for, how long it usually takes."""

from datetime import date, timedelta

import pytest

from desktop.domain.agenda import lasting
from desktop.services.agenda_days import Details
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from desktop.services.waiting import Wait, who_fits
from protocol.ids import PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import Motive, Waiting, Weekday
from tests.support.agenda_week import MONDAY, at, bring_lieux
from tests.support.laptop import Desk, bring

TODAY = date(2026, 11, 24)


@pytest.fixture
def lieux(claire: Desk) -> dict[str, PlaceId]:
    return bring_lieux(claire)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


@pytest.fixture
def nadia(claire: Desk) -> PersonId:
    return claire.persons.create(NewPerson("Benali", "Nadia")).value


def wait(person: PersonId, place: PlaceId | None, days: int = 0) -> Wait:
    return Wait(person, place, Motive.PSY_CONSULTATION, since=TODAY - timedelta(days=days))


def test_who_waits_longest_comes_first_with_the_days(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId, nadia: PersonId
) -> None:
    claire.waiting.add(wait(nadia, lieux["Melle"], 12))
    claire.waiting.add(wait(yves, None, 41))
    lines = claire.waiting.lines()
    assert [(line.name, line.place_name, line.days) for line in lines] == [
        ("Yves Morisset", "", 41),
        ("Nadia Benali", "Melle", 12),
    ]


def test_nobody_waits_twice_for_one_lieu(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    twin = claire.persons.create(NewPerson("Morisset", "Yvon")).value
    claire.same_persons.join(Choices(yves, twin, frozenset()))
    claire.waiting.add(wait(yves, lieux["Melle"]))
    with pytest.raises(InvalidInput) as refused:
        claire.waiting.add(wait(twin, lieux["Melle"]))
    assert (refused.value.field, refused.value.reason) == ("person", "waits_already")
    claire.waiting.add(wait(twin, lieux["Niort"]))
    assert [line.person for line in claire.waiting.lines()] == [yves, yves]


def test_nobody_waits_since_tomorrow(claire: Desk, yves: PersonId) -> None:
    with pytest.raises(InvalidInput):
        claire.waiting.add(wait(yves, None, -1))


def test_who_does_not_want_to_wait_any_more_can_be_put_back(claire: Desk, yves: PersonId) -> None:
    made = claire.waiting.add(wait(yves, None)).value
    claire.waiting.withdraw(made)
    assert claire.waiting.lines() == []
    claire.waiting.put_back(made)
    assert [line.id for line in claire.waiting.lines()] == [made]
    with pytest.raises(NotFound):
        claire.waiting.withdraw(RecordId(claire.workplace.new_id()))


def test_who_waits_for_a_colleague_is_not_on_my_list(claire: Desk, yves: PersonId) -> None:
    made = claire.waiting.add(wait(yves, None)).value
    [known] = claire.store.records.select(Waiting)
    data = {name: getattr(known, name) for name in known.__dataclass_fields__}
    bring(claire.workplace, Waiting(**data | {"professional": ProfessionalId(made)}))
    assert claire.waiting.lines() == []
    bring(claire.workplace, Waiting(**data | {"professional": None}))
    assert [line.id for line in claire.waiting.lines()] == [made]


def test_a_slot_is_proposed_to_whom_it_suits_the_longest_wait_first(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId, nadia: PersonId
) -> None:
    monday = frozenset({Weekday.MONDAY})
    motive = Motive.PSY_CONSULTATION
    claire.waiting.add(Wait(nadia, lieux["Melle"], motive, since=TODAY - timedelta(days=9)))
    claire.waiting.add(Wait(yves, lieux["Melle"], motive, days=monday, since=TODAY))
    lines = claire.waiting.lines()
    on_monday, on_tuesday = (lasting(at(MONDAY + timedelta(days=d), 9), 45) for d in (0, 1))
    assert [line.person for line in who_fits(lines, on_monday, lieux["Melle"])] == [nadia, yves]
    assert [line.person for line in who_fits(lines, on_tuesday, lieux["Melle"])] == [nadia]
    assert who_fits(lines, on_monday, lieux["Niort"]) == []


def test_an_appointment_given_ends_the_wait_and_taken_back_begins_it_again(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    made = claire.waiting.add(wait(yves, lieux["Melle"], 20)).value
    details = Details(at(TODAY, 14), 45, lieux["Melle"], Motive.PSY_CONSULTATION)
    booked = claire.agenda.book(yves, details, made).value
    assert claire.waiting.lines() == []
    claire.agenda.unbook(booked, made)
    assert [line.days for line in claire.waiting.lines()] == [20]


def test_the_usual_wait_of_a_lieu_is_known_from_those_who_were_served(
    claire: Desk, lieux: dict[str, PlaceId]
) -> None:
    for number, days in enumerate((10, 30, 90)):
        person = claire.persons.create(NewPerson("Sow", f"Karim {number}")).value
        made = claire.waiting.add(wait(person, lieux["Melle"], days)).value
        details = Details(at(TODAY, 14 + number), 45, lieux["Melle"], Motive.PSY_CONSULTATION)
        claire.agenda.book(person, details, made)
    assert claire.waiting.delays() == {lieux["Melle"]: 30}
