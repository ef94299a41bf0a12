"""What two people wrote unknown to each other: what is shown of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.domain.text_differences import Span
from desktop.services.appointments import Plan
from desktop.services.errors import NotAllowed
from desktop.store.state import Progress
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds import Conflict, spec_of
from protocol.kinds.agenda import Motive
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.follow_ups import FollowUp, Theme
from protocol.kinds.persons import Person
from protocol.kinds.places import Network
from protocol.values import Wire
from protocol.wire import Position
from tests.support.crossings import (
    HERS,
    LATER,
    MINE,
    MONDAY,
    ROY,
    all_sent,
    crossed,
    person_of,
    state,
    yves,
)
from tests.support.laptop import MELLE, TUESDAY, Desk, bring, place

__all__ = ["yves"]


def held(claire: Desk, person: PersonId) -> Wire:
    """Return what the office holds of somebody's request."""
    return (claire.store.records.data(spec_of(Person), person) or {})["request"]


def meeting(claire: Desk, person: PersonId, by: str, **fields: object) -> str:
    """Bring a follow-up."""
    made = FollowUp(
        id=RecordId(claire.workplace.new_id()),
        created_at=TUESDAY,
        created_by=ProfessionalId(by),
        person=person,
        professional=ProfessionalId(by),
        starts_at=MONDAY,
        **fields,  # type: ignore[arg-type]  # those of a follow-up
    )
    bring(claire.workplace, made)
    return made.id


def test_both_versions_are_told_with_who_and_when_and_their_differing_words(
    claire: Desk, yves: PersonId
) -> None:
    conflict = crossed(claire, yves, "request", "0" + MINE, standing=held(claire, yves))
    sheet = claire.conflicts.sheet(conflict)
    assert (sheet.line.person_name, sheet.line.field) == ("Yves Morisset", "Demande")
    assert (sheet.lost.mine, sheet.lost.author) == (True, "Claire Martin")
    assert sheet.lost.written_at == MONDAY
    assert (sheet.kept.mine, sheet.kept.author) == (False, "Catherine Roy")
    assert sheet.kept.written_at == LATER
    assert sheet.kept.spans == (
        Span("Locataire du parc privé. ", differs=False),
        Span("FSL demandé le 20 novembre.", differs=True),
    )
    assert sheet.proposal == f"{MINE} FSL demandé le 20 novembre.", "the earlier first"
    assert sheet.can_settle
    assert sheet.can_restore


def test_a_meetings_conflict_says_where_and_when_it_was(claire: Desk, yves: PersonId) -> None:
    niort = place(claire.workplace, "Niort", "79191", Network.GOOD)
    bring(claire.workplace, niort)
    met = meeting(claire, yves, claire.workplace.me, place=niort.id, summary=HERS)
    crossed(claire, yves, "summary", "0" + MINE, subject=met, kind="follow_up")
    (line,) = claire.conflicts.to_review()
    sheet = claire.conflicts.sheet(line.id)
    assert (sheet.place_name, sheet.happened_at) == ("Niort", MONDAY)
    assert (line.subject, line.field) == ("Suivi", "Synthèse partagée")


@pytest.mark.parametrize(
    ("field", "lost", "shown"),
    [
        ("birth_date", "1979-03-04", date(1979, 3, 4)),
        ("sex", "f", "Femme"),
        ("interpreter_needed", True, True),
        ("commune", MELLE, "Melle"),
        ("phone1", "0611", "0611"),
        ("phone1", None, None),
        ("status", "of a later version", "of a later version"),
    ],
)
def test_a_value_is_read_as_a_person_reads_it(
    claire: Desk, yves: PersonId, field: str, lost: Wire, shown: object
) -> None:
    sheet = claire.conflicts.sheet(crossed(claire, yves, field, lost))
    assert sheet.lost.value == shown
    assert sheet.proposal is None


def test_people_places_and_lengths_are_told_by_what_they_are(claire: Desk, yves: PersonId) -> None:
    melle = place(claire.workplace, "Melle", MELLE, Network.WEAK)
    bring(claire.workplace, melle)
    made = claire.appointments.plan(Plan(yves, TUESDAY, 45, None, Motive.FOLLOW_UP)).value
    all_sent(claire)
    told = {
        field: claire.conflicts.sheet(
            crossed(claire, yves, field, lost, subject=made, kind="appointment")
        ).lost.value
        for field, lost in (("place", melle.id), ("professional", ROY), ("minutes", 30))
    }
    assert told == {
        "place": "Melle",
        "professional": "Catherine Roy",
        "minutes": timedelta(minutes=30),
    }


@pytest.mark.parametrize("field", ["themes", "summary", "minutes"])
@pytest.mark.parametrize(
    "lost",
    [
        "[" * 100_000,
        '[["housing"]]',
        '[{"a": 1}]',
        '{"a": 1}',
        "[1, [2]]",
        "NaN",
        '"\\ud800"',
        "1e999",
        "9" * 5_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_value_that_nobody_could_have_typed_hides_no_other_conflict(
    claire: Desk, yves: PersonId, field: str, lost: str
) -> None:
    met = meeting(claire, yves, claire.workplace.me, themes=frozenset({Theme.HOUSING}))
    crossed(claire, yves, "phone1", "0611")
    odd = crossed(claire, yves, field, None, subject=met, kind="follow_up")
    known = claire.store.records.get(Conflict, odd)
    assert known is not None
    bring(claire.workplace, replace(known, lost=lost))
    assert "Téléphone" in " ".join(line.field for line in claire.conflicts.to_review())
    assert claire.today.read().to_review >= 1
    claire.conflicts.sheet(odd)
    claire.sync_reports.read()


def test_what_was_written_over_since_is_given_nobodys_name(claire: Desk, yves: PersonId) -> None:
    conflict = crossed(claire, yves, "phone1", "0611", standing="0548")
    kept = claire.conflicts.sheet(conflict).kept
    assert (kept.value, kept.author, kept.mine, kept.is_later) == ("0549", "", False, True)


def test_what_i_have_typed_since_is_mine(claire: Desk, yves: PersonId) -> None:
    conflict = crossed(claire, yves, "phone1", "0611", standing="0549")
    claire.persons.edit(replace(person_of(claire, yves), phone1="0500"))
    kept = claire.conflicts.sheet(conflict).kept
    assert (kept.value, kept.mine, kept.written_at) == ("0500", True, TUESDAY)


@pytest.mark.parametrize(
    ("field", "lost"),
    [
        ("phone1", "0549"),
        ("request", "0" + HERS.replace(" ", "  ") + "\n"),
        ("status", "active"),
        ("status", None),
        ("phone2", None),
        ("interpreter_needed", False),
    ],
)
def test_what_means_nothing_is_never_shown_and_settles_by_itself(
    claire: Desk, yves: PersonId, field: str, lost: Wire
) -> None:
    conflict = crossed(claire, yves, field, lost)
    assert claire.conflicts.to_review() == []
    assert claire.today.read().to_review == 0
    claire.sync_reports.read()
    assert state(claire, conflict) is ConflictState.KEPT
    assert claire.sync_reports.read().pending == 1
    claire.sync_reports.read()
    assert claire.sync_reports.read().pending == 1, "once"


def test_the_order_of_a_set_means_nothing_and_its_content_does(
    claire: Desk, yves: PersonId
) -> None:
    themes = frozenset({Theme.HOUSING, Theme.MONEY})
    met = meeting(claire, yves, claire.workplace.me, themes=themes)
    for lost in (["money", "housing"], ["money", "health"]):
        crossed(claire, yves, "themes", lost, subject=met, kind="follow_up")
    (line,) = claire.conflicts.to_review()
    assert claire.conflicts.sheet(line.id).lost.value == ("Budget, dettes", "Santé")


def test_a_conflict_whose_record_is_gone_settles_by_itself_once_everything_has_arrived(
    claire: Desk, yves: PersonId
) -> None:
    conflict = crossed(
        claire, yves, "value", "12", subject=claire.workplace.new_id(), kind="person_identifier"
    )
    with claire.store.database.transaction():
        claire.store.state.set_progress(Progress("epoch", 0, Position(1, 4, "x")))
    assert claire.sync_reports.read().to_review == ()
    assert state(claire, conflict) is ConflictState.OPEN, "it may come with the next page"
    with claire.store.database.transaction():
        claire.store.state.set_progress(Progress("epoch", 9, None))
    assert claire.sync_reports.read().to_review == ()
    assert state(claire, conflict) is ConflictState.KEPT


def test_a_colleagues_follow_up_is_hers_to_settle_until_she_has_left(
    claire: Desk, yves: PersonId
) -> None:
    met = meeting(claire, yves, ROY, summary=HERS)
    conflict = crossed(claire, yves, "summary", "0" + MINE, subject=met, kind="follow_up")
    same = crossed(claire, yves, "summary", "0" + HERS, subject=met, kind="follow_up")
    assert claire.conflicts.to_review() == []
    sheet = claire.conflicts.sheet(conflict)
    assert not sheet.can_settle
    with pytest.raises(NotAllowed):
        claire.conflicts.keep(sheet)
    claire.sync_reports.read()
    assert state(claire, same) is ConflictState.OPEN, "nor is it settled silently"

    with claire.store.database.transaction():
        claire.store.database.execute(
            'UPDATE "circle_member" SET "ended_on" = ? WHERE "professional" = ?',
            ("2026-11-01", ROY),
        )
    assert [line.id for line in claire.conflicts.to_review()] == [conflict]
    sheet = claire.conflicts.sheet(conflict)
    assert (sheet.can_settle, sheet.can_restore, sheet.proposal) == (True, False, None)
    with pytest.raises(NotAllowed):
        claire.conflicts.join(sheet, "Les deux.")
    late = crossed(claire, yves, "summary", "0" + MINE, subject=met, kind="follow_up", lost_by=ROY)
    claire.conflicts.restore(claire.conflicts.sheet(late))
    found = claire.store.records.get(FollowUp, met)
    assert found is not None
    assert found.summary == MINE, "what she wrote before she left is put back whole"
