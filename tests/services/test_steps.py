"""Steps agreed with a person: « vous » and « nous », due, done, late."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import NewPerson
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.programmes import Step, StepState
from tests.support.laptop import Desk, bring

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    """Somebody Claire accompanies."""
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


def agree(
    claire: Desk, person: PersonId, text: str, due: date | None, who: StepOwner = StepOwner.PERSON
) -> RecordId:
    """Agree on a step."""
    return claire.engagements.steps.agree(person, text, who, due).value


def test_what_goes_on_comes_first_the_most_pressing_at_the_top(
    claire: Desk, yves: PersonId
) -> None:
    steps = claire.engagements.steps
    agree(claire, yves, "Quand elle pourra.", None)
    agree(claire, yves, "Appeler la plateforme.", TODAY, StepOwner.PROFESSIONAL)
    late = agree(claire, yves, "Écrire à la CAF.", YESTERDAY)
    done = agree(claire, yves, "Venir.", date(2026, 11, 1))
    steps.set_state(done, StepState.DONE)
    lines = steps.of_person(yves)
    assert [line.text for line in lines] == [
        "Écrire à la CAF.",
        "Appeler la plateforme.",
        "Quand elle pourra.",
        "Venir.",
    ]
    assert [line.is_late for line in lines] == [True, False, False, False], "not on its very day"
    assert lines[0].id == late
    assert (lines[3].state, lines[3].done_on) == (StepState.DONE, TODAY)
    assert lines[1].owner is StepOwner.PROFESSIONAL


def test_a_late_step_leaves_the_day_once_done_and_comes_back_when_that_is_taken_back(
    claire: Desk, yves: PersonId
) -> None:
    steps = claire.engagements.steps
    late = agree(claire, yves, "Écrire à la CAF.", YESTERDAY)
    assert [(x.id, x.name, x.due_on) for x in steps.overdue()] == [
        (late, "Yves Morisset", YESTERDAY)
    ]
    before = steps.set_state(late, StepState.DONE).value
    assert steps.overdue() == []
    steps.set_state(late, before)
    assert [line.id for line in steps.overdue()] == [late]
    (line,) = steps.of_person(yves)
    assert line.done_on is None
    steps.set_state(late, StepState.ABANDONED)
    assert steps.overdue() == []


def test_a_step_agreed_by_a_colleague_is_hers_to_watch(claire: Desk, yves: PersonId) -> None:
    step = agree(claire, yves, "Écrire à la CAF.", YESTERDAY)
    known = claire.store.records.get(Step, step)
    assert known is not None
    roy = ProfessionalId(claire.workplace.new_id())
    hers = replace(known, id=RecordId(claire.workplace.new_id()), professional=roy)
    bring(claire.workplace, hers)
    assert [line.id for line in claire.engagements.steps.overdue()] == [step]
    assert {line.mine for line in claire.engagements.steps.of_person(yves)} == {True, False}


def test_a_step_sent_without_a_state_is_still_to_be_done(claire: Desk, yves: PersonId) -> None:
    step = agree(claire, yves, "Écrire à la CAF.", YESTERDAY)
    with claire.store.database.transaction():
        claire.store.database.execute('UPDATE "step" SET "state" = NULL WHERE "id" = ?', (step,))
    assert [line.id for line in claire.engagements.steps.overdue()] == [step]


@pytest.mark.parametrize(("text", "reason"), [("  ", "missing"), ("x" * 1_001, "too_long")])
def test_a_step_says_something_and_not_too_much(
    claire: Desk, yves: PersonId, text: str, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        agree(claire, yves, text, None)
    assert (refused.value.field, refused.value.reason) == ("text", reason)
    assert claire.engagements.steps.of_person(yves) == []


def test_a_step_just_written_is_taken_back(claire: Desk, yves: PersonId) -> None:
    step = agree(claire, yves, "Écrire à la CAF.", None)
    claire.engagements.steps.take_back(step)
    assert claire.engagements.steps.of_person(yves) == []
    with pytest.raises(NotFound):
        claire.engagements.steps.set_state(step, StepState.DONE)


def test_the_step_of_a_follow_up_is_followed_and_corrected_with_it(
    claire: Desk, yves: PersonId
) -> None:
    form = replace(
        claire.follow_ups.begin(yves),
        next_step="Appeler le CMP.",
        next_step_due=YESTERDAY,
        next_step_owner=StepOwner.PROFESSIONAL,
        next_at=None,
    )
    claire.follow_ups.finish(form)
    (line,) = claire.engagements.steps.of_person(yves)
    assert (line.text, line.due_on, line.owner) == (
        "Appeler le CMP.",
        YESTERDAY,
        StepOwner.PROFESSIONAL,
    )

    claire.engagements.steps.set_state(line.id, StepState.ONGOING)
    claire.follow_ups.finish(replace(form, next_step="Appeler le CMP de Niort."))
    (line,) = claire.engagements.steps.of_person(yves)
    assert (line.text, line.state) == ("Appeler le CMP de Niort.", StepState.ONGOING)

    claire.follow_ups.finish(replace(form, next_step=""))
    (line,) = claire.engagements.steps.of_person(yves)
    assert line.state is StepState.CANCELLED
    claire.follow_ups.finish(form)
    (line,) = claire.engagements.steps.of_person(yves)
    assert (line.text, line.state) == ("Appeler le CMP.", StepState.PLANNED)


def test_the_same_step_told_at_the_next_meeting_is_not_promised_twice(
    claire: Desk, yves: PersonId
) -> None:
    first = replace(claire.follow_ups.begin(yves), next_step="Appeler le CMP.", next_at=None)
    claire.follow_ups.finish(first)
    second = replace(claire.follow_ups.begin(yves), next_step="appeler le CMP. ", next_at=None)
    claire.follow_ups.finish(replace(second, next_step_due=TODAY))
    (line,) = claire.engagements.steps.of_person(yves)
    assert (line.text, line.due_on) == ("Appeler le CMP.", TODAY)

    claire.engagements.steps.set_state(line.id, StepState.DONE)
    third = replace(claire.follow_ups.begin(yves), next_step="Appeler le CMP.", next_at=None)
    claire.follow_ups.finish(third)
    states = [line.state for line in claire.engagements.steps.of_person(yves)]
    assert states == [StepState.PLANNED, StepState.DONE]
