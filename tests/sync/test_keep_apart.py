"""What two people, or one person on two laptops, wrote over each other: nothing is dropped."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from desktop.app.session import open_session
from desktop.crypto.account_bundle import unwrap_account
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import SystemRandom
from desktop.crypto.recovery import RecoveryKey
from desktop.services.persons import NewPerson
from desktop.store.text_joining import Unjoined
from desktop.sync.circles import Circles
from desktop.sync.enrolment import IDENTITY, identity_of
from desktop.sync.errors import Offline
from protocol.ids import FollowUpId
from protocol.kinds import ClinicalNote, Conflict
from protocol.kinds.people import Job
from protocol.values import AUTHOR_KEY, CLEAR_KEY
from tests.support.fleet import PASSPHRASE, Laptop, access, enrolled, enroller
from tests.support.laptop import Desk, TurnedClock, desk_of
from tests.support.office import Office, office, premises
from tests.support.two_laptops import assert_honest, come_home, dropped, outcomes, set_phone
from tests.sync.told_office import keeper_of

__all__ = ["office", "premises"]

NAME = "Claire Martin"


def second_laptop(first: Laptop, folder: Path) -> Laptop:
    """Return another laptop of the same person: her keys come from the bundle and the paper."""
    unlocked, _ = access(folder).create(PASSPHRASE)
    store, known = unlocked.store, first.session.workplace.store
    paper = RecoveryKey.from_words(" ".join(first.recovery_words))
    bundle = known.keyring.get("account_bundle")
    assert bundle is not None
    keys = unwrap_account(bundle, paper, user=identity_of(known).public.signing.hex())
    identity = Identity.on_new_device(keys.signing, keys.encryption, SystemRandom())
    with store.database.transaction():
        store.keyring.put(IDENTITY, identity.to_bytes())
    contact = enroller(first.office, first.clock)
    contact.prepare(store, paper)
    found = contact.find_office(first.office.url)
    contact.enrol(store, found, first.office.invite(NAME), lambda work: work())
    clock = TurnedClock(first.clock.moment)
    session = open_session(unlocked, clock, SystemRandom())
    desk = desk_of(session.workplace, clock)
    laptop = Laptop(folder, first.office, clock, session, desk, first.recovery_words)
    laptop.sync()
    return laptop


@pytest.fixture
def laptops(office: Office, tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Claire’s two laptops, the one of the office and the one of the road."""
    clock = TurnedClock(datetime.now(UTC).replace(microsecond=0))
    first = enrolled(office, tmp_path / "bureau", NAME, Job.PSYCHOLOGIST, clock)
    second = second_laptop(first, tmp_path / "route")
    yield first, second
    first.close()
    second.close()


def noted(laptop: Laptop, text: str) -> FollowUpId:
    """Record a meeting with somebody new, and a clinical note on it."""
    person = laptop.desk.persons.create(NewPerson("Morisset", "Yves")).value
    form = laptop.desk.follow_ups.begin(person)
    return laptop.desk.follow_ups.finish(replace(form, clinical=text, next_at=None)).value


def correct(laptop: Laptop, follow_up: FollowUpId, text: str) -> None:
    """Rewrite the note."""
    form = laptop.desk.follow_ups.open(follow_up).form
    laptop.desk.follow_ups.finish(replace(form, clinical=text, next_at=None))


def notes(laptop: Laptop) -> list[ClinicalNote]:
    """Return the sealed notes a laptop holds."""
    return laptop.session.workplace.store.records.select(ClinicalNote)


def test_a_note_written_on_one_laptop_opens_on_the_other_of_the_same_person(
    laptops: tuple[Laptop, Laptop],
) -> None:
    bureau, route = laptops
    follow_up = noted(bureau, "Écrit au bureau.")
    bureau.sync()
    route.sync()
    assert route.desk.follow_ups.note(follow_up) == "Écrit au bureau."
    correct(route, follow_up, "Corrigé en route.")
    route.sync()
    bureau.sync()
    assert bureau.desk.follow_ups.note(follow_up) == "Corrigé en route."
    assert len(notes(bureau)) == 1


def test_a_note_rewritten_on_both_laptops_becomes_two_notes_that_she_joins_when_she_saves(
    laptops: tuple[Laptop, Laptop], office: Office
) -> None:
    bureau, route = laptops
    follow_up = noted(bureau, "Avant.")
    bureau.sync()
    route.sync()
    correct(bureau, follow_up, "CANARI du bureau.")
    correct(route, follow_up, "CANARI de la route.")
    for laptop in (bureau, route, bureau):
        laptop.sync()

    for laptop in laptops:
        assert len(notes(laptop)) == 2
        shown = laptop.desk.follow_ups.note(follow_up)
        assert sorted(shown.split("\n\n")) == ["CANARI de la route.", "CANARI du bureau."]
        assert laptop.desk.sync_reports.read().to_review == (), "a note is nobody else's to review"
    assert "CANARI" not in office.dump()

    correct(route, follow_up, "Les deux, réunis.")
    for laptop in (route, bureau):
        laptop.sync()
        assert laptop.desk.follow_ups.note(follow_up) == "Les deux, réunis."
        assert len(notes(laptop)) == 1


def test_the_laptop_that_comes_home_last_says_that_something_is_to_be_read_again(
    laptops: tuple[Laptop, Laptop],
) -> None:
    bureau, route = laptops
    follow_up = noted(bureau, "Avant.")
    bureau.sync()
    route.sync()
    correct(bureau, follow_up, "Du bureau.")
    correct(route, follow_up, "De la route.")
    assert bureau.sync().to_review == 0
    assert route.sync().to_review == 1


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_conflict_that_cannot_be_read_hides_neither_an_end_nor_a_failure(
    laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch, *, is_cut: bool
) -> None:
    bureau, route = laptops
    follow_up = noted(bureau, "Avant.")
    person = bureau.desk.follow_ups.open(follow_up).form.person
    come_home(bureau, route)
    set_phone(bureau, person, "05 49 11 22 33")
    set_phone(route, person, "05 49 44 55 66")
    bureau.sync()

    def unreadable(*_asked: object) -> NoReturn:
        raise KeyError("state")  # a row that the disk damaged

    monkeypatch.setattr(route.session.services.conflicts, "waiting", unreadable)
    if is_cut:
        monkeypatch.setattr(Circles, "settle", dropped)
        with pytest.raises(Offline):
            route.sync()
    else:
        assert route.sync().received
    assert outcomes(route)[0] == ("Offline" if is_cut else "done")


# -- one laptop at a time -----------------------------------------------------------------------


def with_note(claire: Desk) -> ClinicalNote:
    """Record a meeting and its note; return the note as it is stored."""
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    form = claire.follow_ups.begin(person)
    claire.follow_ups.finish(replace(form, clinical="Ce qu’il m’a confié.", next_at=None))
    (note,) = claire.store.records.select(ClinicalNote)
    return note


def keep(claire: Desk, unjoined: Unjoined) -> None:
    """Keep a version apart, as the engine does."""
    with claire.store.database.transaction():
        keeper_of(claire).keep(unjoined)


def test_our_version_of_a_shared_text_waits_to_be_read_again_with_its_author(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves", request="Il dort mal.")).value
    unjoined = Unjoined("person", person, "request", CLEAR_KEY + "À moi.", CLEAR_KEY + "À elle.")
    keep(claire, unjoined)
    (conflict,) = claire.store.records.select(Conflict)
    assert str(conflict.dossier) == str(conflict.subject) == person
    assert conflict.field == "request"
    assert "À moi." in conflict.lost
    assert conflict.lost_by == claire.workplace.me
    (line,) = claire.sync_reports.read().to_review
    assert (line.subject, line.field, line.person_name) == ("Personne", "Demande", "Yves Morisset")
    assert claire.sync_reports.read().pending == 3, "it will reach the circle"


def test_a_text_we_had_emptied_leaves_nothing_to_keep(claire: Desk) -> None:
    person = claire.persons.create(NewPerson("Morisset", "Yves")).value
    keep(claire, Unjoined("person", person, "request", None, CLEAR_KEY + "À elle."))
    assert claire.store.records.select(Conflict) == []


def test_a_second_note_opens_in_its_own_place_and_nowhere_else(claire: Desk) -> None:
    note = with_note(claire)
    mine = AUTHOR_KEY + note.body
    keep(claire, Unjoined("clinical_note", note.id, "body", mine, AUTHOR_KEY + "QQ=="))
    notes = {it.id: it for it in claire.store.records.select(ClinicalNote)}
    first = notes.pop(note.id)
    (second,) = notes.values()
    assert (first.follow_up, first.body) == (note.follow_up, note.body)
    assert second.follow_up == note.follow_up
    assert second.body != note.body, "an envelope is sealed for one record"
    assert note.follow_up is not None
    shown = claire.notes.of(note.follow_up)
    assert shown == "Ce qu’il m’a confié.\n\nCe qu’il m’a confié."


def test_an_envelope_that_opens_for_nobody_makes_no_second_note(claire: Desk) -> None:
    note = with_note(claire)
    noise = AUTHOR_KEY + b64encode(bytes(200)).decode()
    keep(claire, Unjoined("clinical_note", note.id, "body", noise, AUTHOR_KEY + note.body))
    assert claire.store.records.select(ClinicalNote) == [note]


def test_a_note_that_is_no_longer_here_makes_no_second_one(claire: Desk) -> None:
    note = with_note(claire)
    gone = claire.workplace.new_id()
    mine = AUTHOR_KEY + note.body
    keep(claire, Unjoined("clinical_note", gone, "body", mine, None))
    assert claire.store.records.select(ClinicalNote) == [note]


@pytest.mark.invariant(20)
def test_what_an_office_refused_because_it_had_forgotten_the_record_goes_with_the_record(
    laptops: tuple[Laptop, Laptop], office: Office
) -> None:
    """Offered as it was before, a note had lost what was typed over it, and told nobody."""
    bureau, route = laptops
    backup = office.backup()
    follow_up = noted(bureau, "Écrit au bureau.")
    bureau.sync()
    route.sync()
    correct(route, follow_up, "Écrit au bureau, complété en route.")
    person = route.desk.follow_ups.open(follow_up).form.person
    set_phone(route, person, "05 49 11 22 33")
    office.restore(backup, new_epoch=True)
    route.sync()
    assert route.desk.follow_ups.note(follow_up) == "Écrit au bureau, complété en route."
    for laptop in (bureau, route, bureau):
        laptop.sync()
    assert not route.session.workplace.store.outbox.refused()
    for laptop in laptops:
        # The other laptop, which knows of nothing more, keeps beside it what it had sent.
        assert "complété en route." in laptop.desk.follow_ups.note(follow_up)
        assert laptop.desk.persons.sheet(person).person.phone1 == "05 49 11 22 33"
        assert_honest(laptop)
