"""What two people wrote unknown to each other: what settling it does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.services.appointments import Plan
from desktop.services.conflict_sheets import ConflictSheet
from desktop.services.conflicts import Settled
from desktop.services.done import Done
from desktop.services.errors import AlreadySettled, InvalidInput, NotAllowed, StandingChanged
from desktop.services.persons import NewPerson
from protocol.ids import PersonId
from protocol.kinds import Conflict, FollowUp
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive
from protocol.kinds.conflicts import WHOLE_RECORD, ConflictState
from protocol.kinds.persons import Discretion
from protocol.values import Wire
from protocol.wire import DELETE
from tests.support.crossings import (
    HERS,
    MINE,
    ROY,
    all_sent,
    crossed,
    offered,
    person_of,
    state,
    yves,
)
from tests.support.laptop import TUESDAY, Desk, bring

__all__ = ["yves"]

Act = Callable[[Desk, ConflictSheet], Done[Settled]]


def restore(claire: Desk, sheet: ConflictSheet) -> Done[Settled]:
    return claire.conflicts.restore(sheet)


def keep(claire: Desk, sheet: ConflictSheet) -> Done[Settled]:
    return claire.conflicts.keep(sheet)


def join(claire: Desk, sheet: ConflictSheet) -> Done[Settled]:
    return claire.conflicts.join(sheet, "  Les deux. ")


@pytest.mark.parametrize(
    ("act", "text", "settled"),
    [
        (keep, HERS, ConflictState.KEPT),
        (restore, MINE, ConflictState.RESTORED),
        (join, "Les deux.", ConflictState.JOINED),
    ],
)
def test_each_act_writes_the_text_and_the_conflict_together_and_can_be_taken_back(
    claire: Desk, yves: PersonId, act: Act, text: str, settled: ConflictState
) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE, standing="0" + HERS)
    done = act(claire, claire.conflicts.sheet(conflict))
    assert person_of(claire, yves).request == text
    assert state(claire, conflict) is settled
    assert claire.conflicts.to_review() == []
    kinds = {op.kind for op in claire.store.outbox.freeze(max_ops=9, max_bytes=1 << 20)}
    assert kinds == ({"conflict"} if act is keep else {"conflict", "person"})
    assert {touched.kind for touched in done.touched} == kinds

    claire.conflicts.take_back(done.value)
    assert person_of(claire, yves).request == HERS
    assert [line.id for line in claire.conflicts.to_review()] == [conflict]


def test_a_code_that_lost_is_put_back_with_one_act(claire: Desk, yves: PersonId) -> None:
    made = claire.appointments.plan(Plan(yves, TUESDAY, 45, None, Motive.FOLLOW_UP)).value
    all_sent(claire)
    conflict = crossed(claire, yves, "status", "excused", subject=made, kind="appointment")
    sheet = claire.conflicts.sheet(conflict)
    with pytest.raises(NotAllowed):
        claire.conflicts.join(sheet, "deux dates")
    claire.conflicts.restore(sheet)
    found = claire.store.records.get(Appointment, made)
    assert found is not None
    assert found.status is AppointmentStatus.EXCUSED


def test_a_less_protective_value_is_only_put_back_by_choice(claire: Desk, yves: PersonId) -> None:
    claire.persons.edit(replace(person_of(claire, yves), discretion=Discretion.DANGER))
    all_sent(claire)
    sheet = claire.conflicts.sheet(crossed(claire, yves, "discretion", "normal"))
    assert sheet.is_protective
    assert (sheet.kept.value, sheet.lost.value) == (
        "Ne jamais laisser de message",
        "Contact ordinaire",
    )
    claire.conflicts.restore(sheet)
    assert person_of(claire, yves).discretion is Discretion.NORMAL


def test_what_changed_while_it_was_being_read_is_not_overwritten(
    claire: Desk, yves: PersonId
) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE)
    sheet = claire.conflicts.sheet(conflict)
    bring(claire.workplace, replace(person_of(claire, yves), request="Écrit entre-temps."))
    for act in (keep, restore, join):
        with pytest.raises(StandingChanged):
            act(claire, sheet)
    assert person_of(claire, yves).request == "Écrit entre-temps."
    assert state(claire, conflict) is ConflictState.OPEN


def test_what_a_colleague_settled_meanwhile_is_settled(claire: Desk, yves: PersonId) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE)
    sheet = claire.conflicts.sheet(conflict)
    known = claire.store.records.get(Conflict, conflict)
    assert known is not None
    bring(claire.workplace, replace(known, state=ConflictState.KEPT))
    with pytest.raises(AlreadySettled):
        claire.conflicts.restore(sheet)
    assert person_of(claire, yves).request == HERS


def test_taking_back_leaves_alone_what_was_written_since(claire: Desk, yves: PersonId) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE)
    done = claire.conflicts.restore(claire.conflicts.sheet(conflict))
    claire.persons.edit(replace(person_of(claire, yves), request="Encore autre chose."))
    claire.conflicts.take_back(done.value)
    assert person_of(claire, yves).request == "Encore autre chose."
    assert state(claire, conflict) is ConflictState.OPEN


def test_a_joined_text_that_is_too_long_changes_nothing(claire: Desk, yves: PersonId) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE)
    with pytest.raises(InvalidInput):
        claire.conflicts.join(claire.conflicts.sheet(conflict), "a" * 4_001)
    assert state(claire, conflict) is ConflictState.OPEN
    assert claire.sync_reports.read().pending == 0


@pytest.mark.parametrize("lost", [12, "not a date", ["1979-03-04"]])
def test_a_value_that_cannot_be_is_shown_and_never_put_in_place(
    claire: Desk, yves: PersonId, lost: Wire
) -> None:
    sheet = claire.conflicts.sheet(crossed(claire, yves, "birth_date", lost))
    assert sheet.lost.value == str(lost)
    assert not sheet.can_restore
    with pytest.raises(NotAllowed):
        claire.conflicts.restore(sheet)
    claire.conflicts.keep(sheet)


def test_what_a_newer_coffre_wrote_waits_for_the_update(claire: Desk, yves: PersonId) -> None:
    conflicts = [
        crossed(claire, yves, "plate", "AB-123", kind="vehicle"),
        crossed(claire, yves, "shoe_size", 42),
    ]
    assert {line.id for line in claire.conflicts.to_review()} == set(conflicts)
    for conflict in conflicts:
        sheet = claire.conflicts.sheet(conflict)
        assert not sheet.can_settle
        assert not sheet.can_restore
    claire.sync_reports.read()
    assert {state(claire, conflict) for conflict in conflicts} == {ConflictState.OPEN}


# -- deleted by one, edited by the other ----------------------------------------------------------


def deleted_and_edited(claire: Desk, yves: PersonId) -> tuple[str, str]:
    """Return an appointment and the conflict about it."""
    made = claire.appointments.plan(Plan(yves, TUESDAY, 45, None, Motive.FOLLOW_UP)).value
    all_sent(claire)
    conflict = crossed(
        claire, yves, WHOLE_RECORD, None, subject=made, kind="appointment", lost_by=ROY,
        kept_by=claire.workplace.me,
    )  # fmt: skip
    return made, conflict


def test_a_deletion_undone_by_an_edit_is_told_and_the_record_can_be_kept(
    claire: Desk, yves: PersonId
) -> None:
    made, conflict = deleted_and_edited(claire, yves)
    sheet = claire.conflicts.sheet(conflict)
    assert sheet.is_deletion
    assert (sheet.line.subject, sheet.lost.author, sheet.kept.mine) == (
        "Rendez-vous",
        "Catherine Roy",
        True,
    )
    claire.conflicts.keep(sheet)
    assert claire.store.records.get(Appointment, made) is not None
    assert claire.conflicts.to_review() == []


@pytest.mark.parametrize("is_sent", [False, True])
def test_it_can_be_deleted_after_all_and_that_can_be_taken_back(
    claire: Desk, yves: PersonId, is_sent: bool
) -> None:
    made, conflict = deleted_and_edited(claire, yves)
    done = claire.conflicts.restore(claire.conflicts.sheet(conflict))
    assert claire.store.records.get(Appointment, made) is None
    assert state(claire, conflict) is ConflictState.RESTORED
    if is_sent:
        with claire.store.database.transaction():
            claire.store.outbox.freeze(max_ops=9, max_bytes=1 << 20)
    claire.conflicts.take_back(done.value)
    found = claire.store.records.get(Appointment, made)
    assert found is not None
    assert found.motive is Motive.FOLLOW_UP
    waiting = claire.store.outbox.of_record("appointment", made)
    assert [op.verb == DELETE for op in waiting] == ([True, False] if is_sent else [])
    assert [line.id for line in claire.conflicts.to_review()] == [conflict]


def test_a_whole_dossier_is_never_deleted_from_here(claire: Desk, yves: PersonId) -> None:
    sheet = claire.conflicts.sheet(crossed(claire, yves, WHOLE_RECORD, None, lost_by=ROY))
    assert not sheet.can_restore
    with pytest.raises(NotAllowed):
        claire.conflicts.restore(sheet)


def forgotten(claire: Desk, yves: PersonId) -> list[str]:
    """Bring what is left of a follow-up of Catherine's; return what holds it."""
    met = claire.workplace.new_id()
    values = (("summary", "0" + HERS), ("minutes", 50), ("professional", ROY))
    return [offered(claire, yves, field, value, subject=met) for field, value in values]


def test_what_is_left_of_a_record_the_office_forgot_is_read_together_and_put_away_together(
    claire: Desk, yves: PersonId
) -> None:
    held = forgotten(claire, yves)
    claire.sync_reports.read()
    (line,) = claire.conflicts.to_review()
    assert (line.subject, line.is_forgotten, claire.conflicts.count()) == ("Suivi", True, 1)
    sheet = claire.conflicts.sheet(line.id)
    told = [(it.field, it.value) for it in sheet.remains]
    assert told == [
        ("Professionnel", "Catherine Roy"),
        ("Durée", timedelta(minutes=50)),
        ("Synthèse partagée", HERS),
    ]
    assert (sheet.can_settle, sheet.can_restore, sheet.proposal) == (True, False, None)
    with pytest.raises(NotAllowed):
        claire.conflicts.restore(sheet)
    done = claire.conflicts.keep(sheet)
    assert {state(claire, rid) for rid in held} == {ConflictState.KEPT}
    claire.conflicts.take_back(done.value)
    assert {state(claire, rid) for rid in held} == {ConflictState.OPEN}


def test_a_value_that_came_while_the_others_were_read_waits_to_be_read(
    claire: Desk, yves: PersonId
) -> None:
    forgotten(claire, yves)
    (line,) = claire.conflicts.to_review()
    sheet = claire.conflicts.sheet(line.id)
    subject = claire.store.records.get(Conflict, line.id)
    assert subject is not None
    late = offered(claire, yves, "next_step", "0Rappeler", subject=subject.subject)
    claire.conflicts.keep(sheet)
    assert [line.id for line in claire.conflicts.to_review()] == [late]


def test_a_record_that_its_author_brings_back_as_it_was_leaves_nothing_to_read(
    claire: Desk, yves: PersonId
) -> None:
    held = forgotten(claire, yves)
    (line,) = claire.conflicts.to_review()
    sheet = claire.conflicts.sheet(line.id)
    about = claire.store.records.get(Conflict, line.id)
    assert about is not None
    bring(
        claire.workplace,
        FollowUp(
            id=about.subject,
            created_at=TUESDAY,
            created_by=ROY,
            person=yves,
            professional=ROY,
            starts_at=TUESDAY,
            minutes=50,
            summary=HERS,
        ),
    )
    assert claire.conflicts.to_review() == []
    with pytest.raises(StandingChanged):
        claire.conflicts.keep(sheet)
    assert {state(claire, rid) for rid in held} == {ConflictState.OPEN}


def test_who_reads_one_dossier_has_no_say_in_another_one(claire: Desk, yves: PersonId) -> None:
    """A colleague of his circle alone opens a conflict there about somebody else's sheet."""
    awa = claire.persons.create(NewPerson("Diallo", "Awa", phone1="0549")).value
    all_sent(claire)
    planted = crossed(claire, yves, "phone1", "0666", subject=awa, lost_by=ROY)
    assert claire.conflicts.to_review() == []
    with pytest.raises((NotAllowed, StandingChanged)):
        claire.conflicts.restore(claire.conflicts.sheet(planted))
    assert person_of(claire, awa).phone1 == "0549"
    claire.conflicts.sweep()
    assert state(claire, planted) is ConflictState.KEPT
