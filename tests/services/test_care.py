"""The nurse's accompaniment: its facts beside the follow-up, its reason sealed for her."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.appointments import Plan
from desktop.services.care import CareFacts
from desktop.services.errors import InvalidInput
from protocol.ids import AppointmentId, PersonId
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.care import CareOutcome, CarePlace, CarePurpose, Transport
from protocol.kinds.follow_ups import Medium
from protocol.kinds.people import Job
from tests.support.laptop import Desk, make_desk, seed_small

DENTIST = CareFacts(
    purpose=CarePurpose.CARE_VISIT,
    care_place=CarePlace.DENTIST,
    transport=Transport.SERVICE,
    kilometres=24,
    outcome=CareOutcome.DONE,
)


@pytest.fixture
def nurse(tmp_path: Path) -> Iterator[Desk]:
    """Julie's laptop, the mobile nurse."""
    desk = make_desk(tmp_path / "julie", name="Julie Petit", job=Job.NURSE)
    yield desk
    desk.store.close()


@pytest.fixture
def yves(nurse: Desk) -> PersonId:
    return seed_small(nurse)[1]


def visit(nurse: Desk, person: PersonId) -> AppointmentId:
    plan = Plan(person, nurse.clock.now(), 60, None, Motive.CARE_TRIP)
    return nurse.appointments.plan(plan).value


def test_a_care_visit_is_written_with_its_follow_up(nurse: Desk, yves: PersonId) -> None:
    form = nurse.follow_ups.begin(yves, visit(nurse, yves))
    assert form.care == CareFacts(purpose=CarePurpose.CARE_VISIT)
    nurse.follow_ups.finish(replace(form, care=DENTIST, clinical="Raison de santé"))
    [line] = nurse.care.of(yves)
    assert (line.care_place, line.kilometres, line.outcome) == (
        CarePlace.DENTIST,
        24,
        CareOutcome.DONE,
    )
    assert (line.follow_up, line.at, line.mine) == (form.target, form.starts_at, True)
    assert nurse.follow_ups.note(form.target) == "Raison de santé"


def test_the_next_visit_is_gone_to_as_the_last_one(nurse: Desk, yves: PersonId) -> None:
    form = nurse.follow_ups.begin(yves, visit(nurse, yves))
    nurse.follow_ups.finish(replace(form, care=replace(DENTIST, transport=Transport.TAXI)))
    nurse.clock.advance(days=1)
    assert nurse.follow_ups.begin(yves, visit(nurse, yves)).care.transport is Transport.TAXI


def test_an_interview_is_no_accompaniment(nurse: Desk, yves: PersonId) -> None:
    form = nurse.follow_ups.begin(yves)
    assert form.care == CareFacts()
    nurse.follow_ups.finish(form)
    assert nurse.care.of(yves) == []


def test_going_out_with_somebody_unplanned_is_one(nurse: Desk, yves: PersonId) -> None:
    form = nurse.follow_ups.begin(yves, None, Medium.EXTERNAL)
    assert form.care.purpose is CarePurpose.CARE_VISIT


@pytest.mark.parametrize(("outcome", "written"), [(None, 0), (CareOutcome.ABSENT, 1)])
def test_a_visit_to_which_nobody_came_is_written_only_if_she_tells_it(
    nurse: Desk, yves: PersonId, outcome: CareOutcome | None, written: int
) -> None:
    form = nurse.follow_ups.begin(yves, visit(nurse, yves))
    care = replace(form.care, outcome=outcome)
    nurse.follow_ups.finish(replace(form, presence=AppointmentStatus.NO_SHOW, care=care))
    assert len(nurse.care.of(yves)) == written


def test_correcting_the_follow_up_corrects_its_facts_and_can_remove_them(
    nurse: Desk, yves: PersonId
) -> None:
    form = nurse.follow_ups.begin(yves)
    nurse.follow_ups.finish(replace(form, care=DENTIST))
    again = nurse.follow_ups.open(form.target).form
    assert again.care == DENTIST
    nurse.follow_ups.finish(replace(again, care=replace(DENTIST, kilometres=30)))
    [line] = nurse.care.of(yves)
    assert line.kilometres == 30
    nurse.follow_ups.finish(replace(again, care=replace(DENTIST, purpose=None)))
    assert nurse.care.of(yves) == []


def test_a_draft_keeps_the_facts(nurse: Desk, yves: PersonId) -> None:
    form = replace(nurse.follow_ups.begin(yves), care=replace(DENTIST, obstacle="Trop d’attente"))
    nurse.follow_ups.autosave(form)
    nurse.clock.advance(minutes=5)
    assert nurse.follow_ups.open_new(yves).form.care == form.care


def test_kilometres_that_make_no_sense_are_refused_at_their_field(
    nurse: Desk, yves: PersonId
) -> None:
    form = replace(nurse.follow_ups.begin(yves), care=replace(DENTIST, kilometres=24_000))
    with pytest.raises(InvalidInput) as refused:
        nurse.follow_ups.finish(form)
    assert refused.value.field == "kilometres"


def test_accompaniments_are_told_by_the_day_they_happened(nurse: Desk, yves: PersonId) -> None:
    for days in (3, 10, 1):
        at = nurse.clock.now() - timedelta(days=days)
        form = replace(nurse.follow_ups.begin(yves), starts_at=at, care=DENTIST)
        nurse.follow_ups.finish(form)
        nurse.clock.advance(seconds=1)
    ages = [(nurse.clock.now() - line.at).days for line in nurse.care.of(yves)]
    assert ages == [1, 3, 10]
