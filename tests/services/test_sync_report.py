"""What one is told of synchronisation: what waits, what was refused, what is to be read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.crypto.circle_texts import TextPlace
from desktop.services.errors import NotFound
from desktop.services.persons import NewPerson
from desktop.services.sync_report import Typed
from desktop.store.journal import JournalEntry
from desktop.store.state import Progress
from protocol.ids import PersonId, RecordId
from protocol.kinds import Conflict, Person, spec_of
from protocol.kinds.conflicts import ConflictState
from protocol.values import to_wire
from protocol.wire import Position
from tests.support.laptop import TUESDAY, Desk, bring


def refuse(claire: Desk, kind: str, reason: str | None) -> None:
    """Have the office refuse the operations of a kind."""
    store = claire.store
    with store.database.transaction():
        for op in store.outbox.freeze(max_ops=100, max_bytes=1 << 20):
            if op.kind == kind:
                store.outbox.rewrite(replace(op, state="refused", reason=reason))


def conflict(claire: Desk, person: PersonId, kind: str, field: str) -> Conflict:
    """Return a value that lost a merge."""
    return Conflict(
        id=RecordId(claire.workplace.new_id()),
        created_at=TUESDAY,
        created_by=claire.workplace.me,
        dossier=person,
        subject_kind=kind,
        subject=RecordId(person),
        field=field,
        lost='"0549000000"',
        lost_hlc=1,
    )


def test_a_new_laptop_has_read_nothing_yet(claire: Desk) -> None:
    report = claire.sync_reports.read()
    assert report.loading
    assert (report.pending, report.dossiers, report.last_success) == (0, 0, None)
    assert (report.journal, report.refused, report.to_review) == ((), (), ())


def test_a_reading_that_was_cut_is_still_loading_and_a_whole_one_is_not(claire: Desk) -> None:
    seen = []
    for after in (Position(3, 4, "x"), None):
        with claire.store.database.transaction():
            claire.store.state.set_progress(Progress("epoch", 0, after))
        seen.append(claire.sync_reports.read().loading)
    assert seen == [True, False]


def test_what_waits_and_what_is_held_is_counted(claire: Desk) -> None:
    claire.persons.create(NewPerson("Morisset", "Yves"))
    report = claire.sync_reports.read()
    assert (report.pending, report.dossiers) == (2, 1)


def test_a_refusal_says_what_it_is_and_about_whom(claire: Desk) -> None:
    claire.persons.create(NewPerson("Morisset", "Yves", usual_name="Dupont"))
    refuse(claire, "circle_member", "grant")
    (line,) = claire.sync_reports.read().refused
    assert (line.label, line.person_name, line.reason) == ("Équipe", "Yves Dupont", "grant")
    assert claire.sync_reports.read().pending == 1


def test_a_refusal_without_a_reason_is_told_all_the_same(claire: Desk) -> None:
    claire.persons.create(NewPerson("Morisset", "Yves"))
    refuse(claire, "person", None)
    (line,) = claire.sync_reports.read().refused
    assert (line.label, line.person_name, line.reason) == ("Personne", "Yves Morisset", "unknown")


def test_a_refusal_outlives_the_dossier_it_was_about(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    refuse(claire, "circle_member", "grant")
    with claire.store.database.transaction():
        claire.store.database.execute('DELETE FROM "person" WHERE "id" = ?', (person,))
    (line,) = claire.sync_reports.read().refused
    assert (line.label, line.person_name) == ("Équipe", "")


def test_what_is_to_be_read_again_is_told_in_the_words_of_the_screens(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    bring(claire.workplace, conflict(claire, person, "person", "phone1"))
    (line,) = claire.sync_reports.read().to_review
    assert (line.person, line.person_name) == (person, "Yves Morisset")
    assert (line.subject, line.field) == ("Personne", "Téléphone")


def test_a_conflict_about_what_this_version_does_not_know_is_told_by_its_codes(
    claire: Desk,
) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    bring(claire.workplace, conflict(claire, person, "vehicle", "plate"))
    bring(claire.workplace, conflict(claire, person, "person", "shoe_size"))
    told = {(line.subject, line.field) for line in claire.sync_reports.read().to_review}
    assert told == {("vehicle", "plate"), ("Personne", "shoe_size")}


def test_a_conflict_somebody_settled_is_not_shown_any_more(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    settled = replace(conflict(claire, person, "person", "phone1"), state=ConflictState.KEPT)
    bring(claire.workplace, settled)
    assert claire.sync_reports.read().to_review == ()


def test_the_journal_shows_the_last_fifty_newest_first(claire: Desk) -> None:
    with claire.store.database.transaction():
        for minutes in range(60):
            moment = TUESDAY + timedelta(minutes=minutes)
            outcome = "done" if minutes < 59 else "Offline"
            entry = JournalEntry(moment, moment, outcome, minutes, 0, 0, 0, 0)
            claire.store.journal.add(entry)
    report = claire.sync_reports.read()
    assert [entry.sent for entry in report.journal] == list(range(59, 9, -1))
    assert report.last_success == TUESDAY + timedelta(minutes=58)


def test_the_journal_forgets_what_is_older_than_four_hundred_days(claire: Desk) -> None:
    with claire.store.database.transaction():
        for days in (0, 1, 399, 402):
            moment = TUESDAY + timedelta(days=days)
            claire.store.journal.add(JournalEntry(moment, moment, "done", days, 0, 0, 0, 0))
    assert [entry.sent for entry in claire.sync_reports.read().journal] == [402, 399]


# -- what the office refused ----------------------------------------------------------------------


def refused_edit(claire: Desk) -> PersonId:
    """Have the office refuse a correction, and put back what it holds, as a sync does."""
    person = claire.persons.create(NewPerson("Morisset", "Yves", phone1="0549")).value
    database = claire.store.database
    with database.transaction():
        for table in ("outbox", "op_fields", "mirror"):
            database.execute(f'DELETE FROM "{table}"')
    known = claire.persons.sheet(person).person
    claire.persons.edit(replace(known, phone1="0611", request="Dort mal.", commune="79174"))
    refuse(claire, "person", "grant")
    with database.transaction():
        claire.store.records.put(spec_of(Person), [(person, to_wire(known))])
        database.execute('DELETE FROM "mirror"')
    return person


def test_the_words_the_office_refused_can_be_read(claire: Desk) -> None:
    refused_edit(claire)
    (line,) = claire.sync_reports.read().refused
    assert set(line.typed) == {
        Typed("Téléphone", "0611"),
        Typed("Demande", "Dort mal."),
        Typed("Commune", "Melle"),
    }


def test_a_refused_change_is_sent_again_as_it_was_and_shows_on_the_record(claire: Desk) -> None:
    person = refused_edit(claire)
    (line,) = claire.sync_reports.read().refused
    done = claire.sync_reports.send_again(line.id)
    assert {touched.id for touched in done.touched} == {person}
    assert claire.sync_reports.read().refused == ()
    known = claire.persons.sheet(person).person
    assert (known.phone1, known.request) == ("0611", "Dort mal.")
    mirror = claire.store.outbox.mirror.get("person", person)
    assert mirror is not None
    assert mirror["phone1"] == "0549", "what the office holds is the base of the next merge"
    (op,) = claire.store.outbox.freeze(max_ops=9, max_bytes=1 << 20)
    assert (
        claire.store.texts.words(
            TextPlace(person, "person", person, "request"), op.fields["request"]
        )
        == "Dort mal."
    )
    with pytest.raises(NotFound):
        claire.sync_reports.send_again(line.id)


def test_a_refused_record_of_its_own_goes_again_with_its_later_corrections(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    refuse(claire, "circle_member", "grant")
    (line,) = claire.sync_reports.read().refused
    claire.sync_reports.send_again(line.id)
    ops = claire.store.outbox.of_record("person", person)
    assert [op.state for op in ops] == ["sent"]
    assert claire.sync_reports.read().pending == 2


def test_what_is_taken_off_the_list_can_be_put_back(claire: Desk) -> None:
    refused_edit(claire)
    before = claire.sync_reports.read().refused
    done = claire.sync_reports.withdraw(before[0].id)
    assert claire.sync_reports.read().refused == ()
    assert "Dort mal." not in repr(claire.store.database.rows('SELECT * FROM "op_fields"'))
    claire.sync_reports.bring_back(done.value)
    assert claire.sync_reports.read().refused == before


def test_a_sealed_note_is_not_opened_in_a_list(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    form = claire.follow_ups.begin(person)
    claire.follow_ups.finish(replace(form, clinical="CANARI", next_at=None))
    refuse(claire, "clinical_note", "too_large")
    (line,) = claire.sync_reports.read().refused
    assert (line.label, line.typed) == ("Note clinique", ())


# -- the proof ------------------------------------------------------------------------------------


def test_nothing_is_called_verified_before_it_was(claire: Desk) -> None:
    verification = claire.sync_reports.read().verification
    assert (verification.at, verification.diverged) == (None, False)


def test_the_last_comparison_with_the_office_is_told(claire: Desk) -> None:
    facts = {"verified_at": "2026-11-24T08:38:00Z", "verified_dossiers": "174", "diverged": "1"}
    with claire.store.database.transaction():
        for key, value in facts.items():
            claire.store.state.set(key, value)
    verification = claire.sync_reports.read().verification
    assert verification.at == datetime(2026, 11, 24, 8, 38, tzinfo=UTC)
    assert (verification.dossiers, verification.diverged) == (174, True)
