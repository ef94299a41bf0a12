"""Those who did not come: who is to be called, and what must never be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.appointments import Plan
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import NewPerson
from desktop.services.recalls import ways_of
from desktop.services.same_person import Choices
from protocol.ids import AppointmentId, PersonId
from protocol.kinds.agenda import AppointmentStatus, CallMedium, CallOutcome, Motive
from protocol.kinds.persons import Discretion, Person
from tests.support.laptop import TUESDAY, Desk, bring


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    """Somebody Claire awaits."""
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


def miss(claire: Desk, person: PersonId, days_ago: int) -> AppointmentId:
    """Wait for somebody in vain."""
    moment = TUESDAY - timedelta(days=days_ago)
    made = claire.appointments.plan(Plan(person, moment, 45, None, Motive.FOLLOW_UP)).value
    claire.appointments.qualify(made, AppointmentStatus.NO_SHOW)
    return made


def careful(claire: Desk, person: PersonId, discretion: Discretion) -> None:
    """Say how careful one must be."""
    known = claire.store.records.get(Person, person)
    assert known is not None
    bring(claire.workplace, replace(known, discretion=discretion))


def to_make(claire: Desk) -> list[tuple[AppointmentId, int]]:
    """The calls to make, with those made in vain."""
    return [(line.appointment, line.attempts) for line in claire.engagements.recalls.to_make()]


def test_an_absence_asks_for_a_call_until_somebody_answers(claire: Desk, yves: PersonId) -> None:
    recalls = claire.engagements.recalls
    missed = miss(claire, yves, 3)
    assert to_make(claire) == [(missed, 0)]
    recalls.record(yves, missed, CallMedium.PHONE, CallOutcome.NO_ANSWER)
    claire.clock.advance(hours=1)
    recalls.record(yves, missed, CallMedium.PHONE, CallOutcome.MESSAGE)
    assert to_make(claire) == [(missed, 2)]
    claire.clock.advance(hours=1)
    reached = recalls.record(yves, missed, CallMedium.PHONE, CallOutcome.REACHED).value
    assert to_make(claire) == []
    assert [line.outcome for line in recalls.of_person(yves)] == [
        CallOutcome.REACHED,
        CallOutcome.MESSAGE,
        CallOutcome.NO_ANSWER,
    ]
    recalls.take_back(reached)
    assert to_make(claire) == [(missed, 2)]


def test_only_the_last_of_several_absences_asks_and_for_thirty_days(
    claire: Desk, yves: PersonId
) -> None:
    nadia = claire.persons.create(NewPerson("Benali", "Nadia")).value
    miss(claire, yves, 20)
    last = miss(claire, yves, 6)
    miss(claire, nadia, 31)
    assert to_make(claire) == [(last, 0)]


@pytest.mark.parametrize("after", ["a meeting", "an appointment to come", "an excuse"])
def test_nobody_is_called_who_came_since_or_has_a_date(
    claire: Desk, yves: PersonId, after: str
) -> None:
    miss(claire, yves, 6)
    if after == "a meeting":
        form = claire.follow_ups.begin(yves)
        claire.follow_ups.finish(replace(form, starts_at=TUESDAY - timedelta(days=2), next_at=None))
    else:
        ahead = 5 if after == "an appointment to come" else -2
        made = claire.appointments.plan(
            Plan(yves, TUESDAY + timedelta(days=ahead), 45, None, Motive.FOLLOW_UP)
        ).value
        if after == "an excuse":
            claire.appointments.qualify(made, AppointmentStatus.EXCUSED)
    assert to_make(claire) == []


def test_no_words_are_ever_left_where_they_are_a_danger(claire: Desk, yves: PersonId) -> None:
    recalls = claire.engagements.recalls
    missed = miss(claire, yves, 3)
    careful(claire, yves, Discretion.DANGER)
    ways = recalls.ways(yves)
    assert ways.media == (CallMedium.PHONE, CallMedium.REFERENT)
    assert CallOutcome.MESSAGE not in ways.outcomes
    for medium, outcome in (
        (CallMedium.PHONE, CallOutcome.MESSAGE),
        (CallMedium.SMS, CallOutcome.NO_ANSWER),
        (CallMedium.MAIL, CallOutcome.REACHED),
        (CallMedium.EMAIL, CallOutcome.REACHED),
    ):
        with pytest.raises(InvalidInput):
            recalls.record(yves, missed, medium, outcome)
    assert recalls.of_person(yves) == []
    assert recalls.record(yves, missed, CallMedium.PHONE, CallOutcome.NO_ANSWER).value


def test_the_most_careful_of_two_dossiers_is_the_one_that_counts(
    claire: Desk, yves: PersonId
) -> None:
    claire.clock.advance(minutes=1)
    other = claire.persons.create(NewPerson("Morisset", "Yves")).value
    missed = miss(claire, other, 3)
    claire.same_persons.join(Choices(yves, other, frozenset()))
    careful(claire, yves, Discretion.NORMAL)
    careful(claire, other, Discretion.DANGER)
    assert claire.engagements.recalls.ways(yves).discretion is Discretion.DANGER
    (line,) = claire.engagements.recalls.to_make()
    assert (line.appointment, line.person) == (missed, yves)
    assert claire.engagements.recalls.missed_by(other) == line


def test_a_discreet_contact_may_be_called_in_every_way() -> None:
    ways = ways_of(Discretion.DISCREET)
    assert (ways.media, ways.outcomes) == (tuple(CallMedium), tuple(CallOutcome))


def test_a_call_about_an_appointment_that_left_is_not_found(claire: Desk, yves: PersonId) -> None:
    gone = AppointmentId(claire.workplace.new_id())
    with pytest.raises(NotFound):
        claire.engagements.recalls.record(yves, gone, CallMedium.PHONE, CallOutcome.REACHED)
