"""« Aujourd’hui »: who is at hand, and what one must know before a door opens."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from desktop.config.clock import PARIS
from desktop.services.errors import NotFound
from desktop.services.persons import NewPerson
from desktop.services.programmes import NewProgramme
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import Conflict
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import StepOwner, Theme
from protocol.kinds.persons import CircleRole
from protocol.kinds.programmes import Cadence, ProgrammeKind, StepState
from tests.support.laptop import MELLE, TUESDAY, Desk, bring, professional, seed_small


def meet(claire: Desk, person: PersonId, days_ago: int, **said: object) -> None:
    """Record a meeting of some days ago."""
    form = claire.follow_ups.begin(person)
    moment = TUESDAY - timedelta(days=days_ago)
    claire.follow_ups.finish(replace(form, starts_at=moment, next_at=None, **said))  # type: ignore[arg-type]  # fields of the form


def test_a_day_without_anybody_is_an_empty_day(claire: Desk) -> None:
    today = claire.today.read()
    assert (today.day, today.appointments, today.at_hand) == (date(2026, 11, 24), (), None)
    assert today.places == ()


def test_the_day_is_the_one_on_the_wall_not_the_one_in_utc(claire: Desk) -> None:
    claire.clock.moment = datetime(2026, 11, 25, 0, 30, tzinfo=PARIS)
    assert claire.today.read().day == date(2026, 11, 25)


def test_the_places_of_the_round_are_told_once_in_order(claire: Desk) -> None:
    seed_small(claire)
    assert claire.today.read().places == ("Melle", "Chef-Boutonne")


def test_the_appointment_at_hand_is_the_one_under_way_then_the_next(claire: Desk) -> None:
    seed_small(claire)
    lines = claire.today.read().appointments
    seen = []
    for minutes in (-60, 44, 45, 46):
        claire.clock.moment = lines[0].starts_at + timedelta(minutes=minutes)
        at_hand = claire.today.read().at_hand
        seen.append(at_hand.id if at_hand else None)
    assert seen == [lines[0].id, lines[0].id, lines[1].id, lines[1].id]


def test_a_meeting_already_written_leaves_its_place_to_the_next(claire: Desk) -> None:
    seed_small(claire)
    first, second, *_ = claire.today.read().appointments
    claire.clock.moment = first.starts_at
    claire.follow_ups.finish(claire.follow_ups.open_new(first.person, first.id).form)
    at_hand = claire.today.read().at_hand
    assert at_hand is not None
    assert at_hand.id == second.id


def test_in_the_evening_the_last_meeting_left_to_write_is_at_hand(claire: Desk) -> None:
    seed_small(claire)
    lines = claire.today.read().appointments
    claire.clock.moment = TUESDAY.replace(hour=20)
    at_hand = claire.today.read().at_hand
    assert at_hand is not None
    assert at_hand.id == lines[-1].id


def test_a_card_says_who_she_is_what_was_agreed_and_what_comes_back(claire: Desk) -> None:
    yves = claire.persons.create(
        NewPerson(
            "Morisset", "Yves", birth_date=date(1979, 11, 25), commune=MELLE, request="Dort mal."
        )
    ).value
    roy = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, professional(claire.workplace, roy, "Catherine Roy"))
    claire.persons.welcome(yves, roy, CircleRole.UNIQUE_REFERENT)
    meet(claire, yves, 60, themes=frozenset({Theme.HOUSING, Theme.MONEY}), next_step="Appeler.")
    meet(claire, yves, 30, themes=frozenset({Theme.HOUSING}), summary="Accepte un suivi.")
    card = claire.today.card(yves)
    assert (card.name, card.age, card.commune_name) == ("Yves Morisset", 46, "Melle")
    assert card.epci_name
    assert card.referent is not None
    assert card.referent.short_name == "C. Roy"
    assert card.request == "Dort mal."
    assert card.last is not None
    assert card.last.summary == "Accepte un suivi."
    assert card.next_step == "Appeler."
    (step,) = claire.engagements.steps.of_person(yves)
    claire.engagements.steps.set_state(step.id, StepState.DONE)
    assert claire.today.card(yves).next_step == "", "done: nothing is left of it"
    assert card.themes == ("Logement", "Budget, dettes")


def test_a_card_of_somebody_who_left_this_laptop_is_not_found(claire: Desk) -> None:
    with pytest.raises(NotFound):
        claire.today.card(PersonId(claire.workplace.new_id()))


def test_what_two_people_wrote_over_each_other_is_counted_until_it_is_settled(
    claire: Desk,
) -> None:
    person = seed_small(claire)[0]
    bring(
        claire.workplace,
        Conflict(
            id=claire.workplace.new_id(),  # type: ignore[arg-type]  # an id
            created_at=TUESDAY,
            created_by=claire.workplace.me,
            dossier=person,
            subject_kind="person",
            subject=person,  # type: ignore[arg-type]  # her dossier is her own
            field="phone1",
            lost='"0549000000"',
            lost_hlc=1,
        ),
    )
    assert claire.today.read().to_review == 1


def test_in_the_evening_what_was_left_open_in_the_day_is_to_be_qualified(claire: Desk) -> None:
    seed_small(claire)
    first, second, *others = claire.today.read().appointments
    claire.follow_ups.finish(claire.follow_ups.open_new(first.person, first.id).form)
    claire.appointments.qualify(second.id, AppointmentStatus.NO_SHOW)
    last = others[-1]
    claire.clock.moment = last.starts_at + timedelta(minutes=44)
    assert claire.today.read().left_open == (), "the round is not over"
    claire.clock.advance(minutes=1)
    assert [line.id for line in claire.today.read().left_open] == [x.id for x in others]


def test_the_day_tells_of_rhythms_steps_and_absences(claire: Desk) -> None:
    person = seed_small(claire)[0]
    engagements = claire.engagements
    new = NewProgramme(person, ProgrammeKind.PSY, Cadence.MONTHLY, date(2026, 10, 1), 45, None)
    engagements.programmes.start(new)
    engagements.steps.agree(person, "Appeler le CMP.", StepOwner.BOTH, date(2026, 11, 20))
    line = claire.today.read().appointments[0]
    claire.clock.advance(days=1)
    claire.appointments.qualify(line.id, AppointmentStatus.NO_SHOW)
    today = claire.today.read()
    assert [x.name for x in today.watch.late] == ["Nadia Benali"]
    assert [x.text for x in today.overdue] == ["Appeler le CMP."]
    assert [x.appointment for x in today.missed] == [line.id]
