"""Clinical notes go with whoever is erased, those that the office could not know of as well."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count as count_from
from typing import Any

import pytest
from msgspec import structs

from desktop.sync import engine
from desktop.sync.errors import Offline, OfflineReason
from desktop.sync.transport import Exchange, HttpOffice
from protocol.ids import PersonId
from tests.properties.agreement import office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
    somebody,
    time_passes,
    welcome,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

SECRET, SEALED = "CANARI", '"body"'


def notes_of(laptop: Laptop, office: Office) -> list[list[str]]:
    """Return the notes of somebody: on her laptop, and in her drawer at the office."""
    store = laptop.session.workplace.store
    here = [str(rid) for (rid,) in store.database.rows('SELECT "id" FROM "clinical_note"')]
    drawer = office_rows(office, laptop.session.workplace.me)
    return [here, [rid for kind, rid in drawer if kind == "clinical_note"]]


def assert_gone(laptop: Laptop, office: Office) -> None:
    """No note of hers is left anywhere, nothing waits, and all has been told."""
    store = laptop.session.workplace.store
    assert notes_of(laptop, office) == [[], []]
    assert SECRET not in laptop.store_text()
    assert not store.outbox.is_waiting()
    assert not store.outbox.refused()
    assert not store.state.untold_notes()
    assert not store.state.erasures()
    assert is_verified(laptop)
    assert not store.state.is_comparison_due()
    assert not store.database.rows(
        "SELECT 1 FROM outbox_archive WHERE kind = 'clinical_note'"
        " UNION SELECT 1 FROM set_aside WHERE kind = 'clinical_note'"
    )
    assert SEALED not in office.dump()
    for erasure in office.erasures():
        assert laptop.session.workplace.me not in {it.professional for it in erasure.waiting}


@pytest.mark.invariant(11)
@pytest.mark.parametrize("most", [1, 1_000])
def test_a_note_on_a_meeting_that_was_still_to_be_sent_goes_with_it(
    office: Office, laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch, *, most: int
) -> None:
    """The meeting was refused and forgotten first, and the note on it was nobody's any more.

    In another batch than the meeting, the office takes the note: it knows no such meeting.
    """
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(claire, person, "Pas encore parti", clinical=SECRET)
    office.erase(person)
    monkeypatch.setattr(engine, "MAX_OPS", most)
    come_home(claire, mehdi)
    assert_gone(claire, office)
    assert person not in claire.store_text()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("is_old", [False, True])
def test_a_note_of_somebody_erased_again_after_a_restoration_does_not_come_back(
    office: Office, laptops: tuple[Laptop, Laptop], *, is_old: bool
) -> None:
    """Sent again before its author hears of the erasure; its meeting is, or is too old to be."""
    claire, mehdi = laptops
    backup = office.backup()
    person = somebody(claire)
    welcome(claire, person, mehdi)
    meet(claire, person, "Depuis la sauvegarde", clinical="" if is_old else SECRET)
    come_home(claire, mehdi)
    if is_old:
        time_passes(office, *laptops)
        correct(claire, person, clinical=SECRET)
        come_home(claire)
    office.erase(person)  # and she does not hear of it
    office.restore(backup, new_epoch=True)
    office.erase(person, again=True)
    come_home(claire, mehdi, claire)
    assert_gone(claire, office)
    assert person not in claire.store_text()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("most", [1, 1_000])
def test_a_note_that_was_taken_back_before_it_was_sent_goes_as_well(
    office: Office, laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch, *, most: int
) -> None:
    """It had left, and no answer came: what creates it is still to be sent, and it has no row."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(claire, person, "Pas encore parti", clinical=SECRET)
    monkeypatch.setattr(engine, "MAX_OPS", most)
    office.offline()
    with pytest.raises(Offline):
        claire.sync()
    office.online()
    correct(claire, person, clinical="")
    office.erase(person)
    come_home(claire, mehdi)
    assert_gone(claire, office)


@pytest.mark.invariant(11)
def test_a_note_that_was_taken_back_since_the_backup_goes_as_well(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """Its author's archive says both that it was written and that it was taken back."""
    claire, mehdi = laptops
    backup = office.backup()
    person = somebody(claire)
    welcome(claire, person, mehdi)
    meet(claire, person, "Depuis la sauvegarde")
    come_home(claire, mehdi)
    time_passes(office, *laptops)
    for words in (SECRET, ""):
        correct(claire, person, clinical=words)
        come_home(claire)
    office.erase(person)
    office.restore(backup, new_epoch=True)
    office.erase(person, again=True)
    come_home(claire, mehdi, claire)
    assert_gone(claire, office)


@pytest.mark.invariant(1, 11)
@pytest.mark.parametrize("nth", range(1, 6))
@pytest.mark.parametrize("is_taken", [True, False])
def test_what_is_under_way_as_a_meeting_is_refused_is_sent_again_word_for_word(
    office: Office,
    laptops: tuple[Laptop, Laptop],
    monkeypatch: pytest.MonkeyPatch,
    *,
    nth: int,
    is_taken: bool,
) -> None:
    """Whichever exchange is cut, heard by the office or not: nothing of the living is lost.

    Sent again without the note, the batch would have been another one, and the laptop a new device.
    """
    claire, mehdi = laptops
    person, living = followed_by_both(claire, mehdi), followed_by_both(claire, mehdi)
    meet(claire, living, "Vivant 1")
    meet(claire, person, "Pas encore parti", clinical=SECRET)
    meet(claire, living, "Vivant 2")
    meet(claire, living, "Vivant 3")
    office.erase(person)
    device = claire.session.workplace.store.state.device()
    with monkeypatch.context() as road:
        road.setattr(engine, "MAX_OPS", 2)
        road.setattr(HttpOffice, "sync", cut(nth, is_taken=is_taken))
        with suppress(Offline):
            claire.sync()
    come_home(claire, mehdi)
    assert_gone(claire, office)
    assert_honest(claire)
    assert len(mehdi.desk.follow_ups.timeline(living)) == 3
    assert claire.session.workplace.store.state.device() == device


@pytest.mark.invariant(11)
def test_what_a_repair_reads_again_does_not_say_that_an_erasure_is_done(
    office: Office, laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads what differs: a note that went with somebody, before the page that says who."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(claire, person, clinical=SECRET)
    come_home(claire, mehdi)
    office.erase(person)
    real = HttpOffice.sync

    def untold(office: HttpOffice, *asked: Any) -> Exchange:  # whatever is asked
        exchange = real(office, *asked)
        return replace(exchange, reply=structs.replace(exchange.reply, removals=[], dropped=[]))

    with monkeypatch.context() as road:
        road.setattr(HttpOffice, "sync", untold)
        claire.sync()
    assert notes_of(claire, office) == [[], []]
    (erasure,) = office.erasures()
    assert claire.session.workplace.me in {it.professional for it in erasure.waiting}
    come_home(claire, mehdi)
    claire.sync(verify=True)
    assert_gone(claire, office)
    assert person not in claire.store_text()


def correct(laptop: Laptop, person: PersonId, **typed: str) -> None:
    """Correct the one follow-up of a person."""
    (line,) = laptop.desk.follow_ups.timeline(person)
    form = laptop.desk.follow_ups.open(line.id).form
    laptop.desk.follow_ups.finish(replace(form, **typed))  # type: ignore[arg-type]  # form fields


def cut(nth: int, *, is_taken: bool) -> Callable[..., Exchange]:
    """Return a road on which one exchange is cut, before or after the office has done its part."""
    real, count = HttpOffice.sync, count_from(1)

    def sync(office: HttpOffice, *asked: Any) -> Exchange:  # whatever is asked
        if next(count) != nth:
            return real(office, *asked)
        if is_taken:
            real(office, *asked)
        raise Offline(OfflineReason.DROPPED)

    return sync
