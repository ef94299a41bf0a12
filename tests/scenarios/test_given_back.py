"""What was deleted or overwritten comes back from a copy kept on the laptop, and travels again."""

from dataclasses import replace

import pytest

from desktop.app.backups import Backups, backups_of
from desktop.services.corrections import Change
from desktop.services.documents import ChosenFile, NewDocument
from desktop.services.follow_up_form import form_to_json
from desktop.services.persons import NewPerson
from desktop.services.restoring import Key, Preview
from desktop.store.state import LOOKED_INTO
from protocol.kinds import ClinicalNote, FollowUp, spec_of
from protocol.kinds.documents import DocumentCategory, DocumentMedia
from protocol.kinds.follow_ups import Draft, Theme
from protocol.values import CIRCLE_KEY
from tests.scenarios.test_first_morning import meet, shared_person
from tests.support.every_page import every_page
from tests.support.fleet import Laptop
from tests.support.office import Office
from tests.support.scans import pdf
from tests.support.two_laptops import end_place

FIRST, LATER, NOTE = "Accepte un suivi mensuel.", "Écrit par-dessus.", "CANARI-NOTE-91C4"


def copied(laptop: Laptop) -> Backups:
    """Have the laptop copy its vault, as it does once a day."""
    backups = backups_of(laptop.session)
    mark = backups.snapshots.due()
    assert mark is not None
    assert backups.snapshots.make() is not None
    backups.snapshots.note_made(mark)
    return backups


def looked_at(backups: Backups) -> Preview:
    """Preview the newest copy."""
    newest = backups.snapshots.all()[0]
    return backups.restoring.preview(newest, backups.restoring.compare(newest))


def detail(backups: Backups, preview: Preview, key: Key) -> tuple[Change, ...]:
    """What one line of the preview says, beside what stands."""
    return backups.restoring.detail(preview, key)


def test_a_follow_up_written_over_and_a_note_removed_come_back_and_reach_the_team(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, FIRST, NOTE)
    claire.sync()
    backups = copied(claire)
    follow_up = claire.desk.follow_ups.timeline(person)[0].id
    form = claire.desk.follow_ups.open(follow_up).form
    claire.desk.follow_ups.finish(replace(form, summary=LATER, clinical="", next_at=None))
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.follow_ups.timeline(person)[0].summary == LATER

    preview = looked_at(backups)
    assert {(line.label, line.is_missing) for line in preview.lines} == {
        ("Suivi", False),
        ("Note clinique", True),
    }
    assert {line.person for line in preview.lines} == {"Yves Morisset"}
    change = backups.restoring.detail(preview, ("follow_up", follow_up))[0]
    assert (change.label, change.before, change.after) == ("Synthèse partagée", FIRST, LATER)

    given = backups.restoring.give_back(preview, [line.key for line in preview.lines])
    assert given.value.count == 2
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    assert mehdi.desk.follow_ups.timeline(person)[0].summary == FIRST
    assert claire.desk.follow_ups.note(follow_up) == NOTE
    assert mehdi.store_text().count(NOTE) == 0
    said_meanwhile = claire.desk.follow_ups.history(follow_up)[0].changes[0]
    assert said_meanwhile.before == LATER  # nothing of the present is lost either
    assert looked_at(backups).lines == ()


def test_a_record_deleted_everywhere_comes_back_under_its_own_name(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, FIRST)
    claire.sync()
    backups = copied(claire)
    follow_up = claire.desk.follow_ups.timeline(person)[0].id
    with claire.session.workplace.work() as work:
        work.delete(FollowUp, follow_up)
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.follow_ups.timeline(person) == []

    preview = looked_at(backups)
    backups.restoring.give_back(preview, [("follow_up", follow_up)])
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    [line] = mehdi.desk.follow_ups.timeline(person)
    assert (line.id, line.summary, line.themes) == (follow_up, FIRST, (Theme.HOUSING,))
    assert claire.session.workplace.store.outbox.refused() == []
    assert claire.desk.conflicts.count() == 0


def test_giving_back_can_be_taken_back(claire: Laptop) -> None:
    person = claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou")).value
    meet(claire, person, FIRST, NOTE)
    backups = copied(claire)
    follow_up = claire.desk.follow_ups.timeline(person)[0].id
    before = claire.store_text()
    with claire.session.workplace.work() as work:
        for note in claire.session.workplace.store.records.select(ClinicalNote):
            work.delete(ClinicalNote, note.id)
        work.delete(FollowUp, follow_up)
    preview = looked_at(backups)
    [note_line] = [line for line in preview.lines if line.kind == "clinical_note"]
    given = backups.restoring.give_back(preview, [note_line.key]).value
    assert given.count == 2  # a note comes back with the meeting it hangs on
    assert claire.desk.follow_ups.note(follow_up) == NOTE
    assert backups.restoring.take_back(given).value == 2
    assert claire.desk.follow_ups.timeline(person) == []
    assert NOTE not in before


def test_what_is_taken_back_is_in_the_envelope_it_was_in_even_if_nothing_here_opens_it(
    claire: Laptop,
) -> None:
    person = claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou")).value
    meet(claire, person, FIRST)
    backups = copied(claire)
    follow_up = claire.desk.follow_ups.timeline(person)[0].id
    form = claire.desk.follow_ups.open(follow_up).form
    claire.desk.follow_ups.finish(replace(form, summary=LATER))
    spec, store = spec_of(FollowUp), claire.session.workplace.store
    harmed = {**(store.records.data(spec, follow_up) or {}), "summary": f"{CIRCLE_KEY}AAAA"}
    with store.database.transaction():
        store.records.put(spec, [(follow_up, harmed)])
    preview = looked_at(backups)
    given = backups.restoring.give_back(preview, [line.key for line in preview.lines]).value
    assert claire.desk.follow_ups.timeline(person)[0].summary == FIRST
    assert backups.restoring.take_back(given).value == given.count
    assert store.records.data(spec, follow_up) == harmed


def test_what_she_was_typing_when_the_copy_was_made_comes_back_and_replaces_nothing(
    claire: Laptop,
) -> None:
    desk, drafts = claire.desk, claire.session.services.person_drafts
    person = desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou")).value
    meet(claire, person, FIRST)
    first, second, finished = (desk.follow_ups.begin(person) for _ in range(3))
    corrected = desk.follow_ups.open(desk.follow_ups.timeline(person)[0].id).form
    forms = [
        replace(first, summary="Commencé le matin.", clinical=NOTE, appointment=None),
        replace(second, summary="Commencé le soir."),
        replace(finished, summary="Terminé depuis."),
        replace(corrected, summary="Presque corrigé."),
    ]
    for form in forms:
        desk.follow_ups.autosave(form)
    drafts.autosave(begun := drafts.begin().person, {"birth_name": "Ba"}, is_new=True)
    backups = copied(claire)
    desk.follow_ups.discard(first.target)
    desk.follow_ups.autosave(replace(second, summary="Repris aujourd’hui."))
    desk.follow_ups.finish(forms[2])
    drafts.discard(begun)

    preview = looked_at(backups)
    lines = {line.key[1]: line for line in preview.lines}
    told = [(line.label, line.person, line.can_be_given) for line in preview.lines]
    assert sorted(told) == [
        ("Brouillon (fiche)", "Ba", True),
        ("Brouillon (suivi)", "Fatou Diallo", False),
        ("Brouillon (suivi)", "Fatou Diallo", True),
    ]
    assert all(line.is_draft for line in lines.values())
    assert preview.of_others == 0
    changes = [c for line in preview.lines for c in detail(backups, preview, line.key)]
    assert [c.before for c in changes if c.label == "Note clinique"] == [NOTE]
    beside = [c for c in changes if c.after is not None]
    assert [(c.before, c.after) for c in beside] == [("Commencé le soir.", "Repris aujourd’hui.")]

    given = backups.restoring.give_back(preview, [line.key for line in preview.lines]).value
    assert given.count == 2
    assert desk.follow_ups.open(first.target).form.clinical == NOTE
    assert desk.follow_ups.open(second.target).form.summary == "Repris aujourd’hui."
    assert drafts.of(begun).changes == {"birth_name": "Ba"}
    assert claire.session.workplace.store.outbox.refused() == []
    [left] = looked_at(backups).lines
    assert not left.can_be_given

    assert backups.restoring.take_back(given).value == 2
    assert drafts.of(begun).changes == {}


def test_words_that_no_disk_has_taken_yet_are_what_stands(claire: Laptop) -> None:
    desk, workplace = claire.desk, claire.session.workplace
    person = desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou")).value
    form = replace(desk.follow_ups.begin(person), summary=FIRST)
    desk.follow_ups.autosave(form)
    [draft] = workplace.store.records.select(Draft)
    backups = copied(claire)
    desk.follow_ups.discard(form.target)
    preview = looked_at(backups)
    later = form_to_json(replace(form, summary=LATER))
    workplace.unwritten.remember(replace(draft, content=later))
    assert not looked_at(backups).lines[0].can_be_given
    # Typed while she was reading the list.
    assert backups.restoring.give_back(preview, [preview.lines[0].key]).value.count == 0
    assert workplace.store.records.select(Draft) == []


def test_a_document_deleted_comes_back_with_its_contents(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    letter = ChosenFile("Courrier", DocumentMedia.PDF, pdf())
    document = claire.desk.documents.add(
        NewDocument(person, "Courrier du bailleur", DocumentCategory.LETTER, letter)
    ).value
    claire.sync()
    backups = copied(claire)
    claire.desk.documents.remove(document)
    claire.sync()
    mehdi.sync()
    preview = looked_at(backups)
    backups.restoring.give_back(preview, [("document", document)])
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.documents.open(document).content == letter.content


def test_a_dossier_that_left_this_laptop_is_not_read_from_a_copy(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    claire.sync()
    mehdi.sync()
    backups = copied(mehdi)
    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    preview = looked_at(backups)
    assert preview.lines == ()
    assert preview.of_others > 0


@pytest.mark.parametrize("is_copying", [False, True])
def test_nothing_of_somebody_erased_stays_in_any_copy(
    is_copying: bool, office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, "CANARI-EFFACE-22AB", NOTE)
    claire.sync()
    state = claire.session.workplace.store.state
    state.note_closed(person)
    state.note_founded(person)
    state.set(LOOKED_INTO, person)
    backups = copied(claire)
    claire.clock.advance(days=1)
    meet(claire, person, "encore", NOTE)
    office.clock.advance(days=1)
    claire.sync()
    begun = claire.session.workplace.store.snapshots.begin() if is_copying else None
    office.erase(person)
    claire.sync()
    claire.sync()
    assert len(backups.snapshots.all()) == 1
    if begun is not None:
        assert claire.session.workplace.store.snapshots.publish(begun, claire.clock.now()) is None
    assert len(office.erasures()) == 1

    copied(claire)  # another one is due at once
    vault = claire.session.unlocked.vault
    key = vault.snapshot_database_key().hexadecimal()
    copies = backups.snapshots.all()
    assert len(copies) == 2
    for copy in copies:
        clear = every_page(claire.session.workplace.store.snapshots.path_of(copy), key)
        assert b"Mehdi Belkacem" in clear  # the scan sees what is there
        assert b"CANARI-EFFACE-22AB" not in clear
        assert person.encode() not in clear
