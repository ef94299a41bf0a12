"""An office put back from a backup: no laptop loses anything, and what was lost comes back."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from desktop.sync.errors import Offline
from desktop.sync.transport import HttpOffice
from protocol.ids import PersonId
from protocol.kinds import SYNCED
from tests.properties.agreement import office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.opened import everywhere, office_words
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    dropped,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
    set_phone,
    somebody,
    time_passes,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]


@pytest.mark.parametrize("said", [True, False], ids=["the epoch was changed", "nobody said so"])
@pytest.mark.invariant(20)
def test_all_that_was_acknowledged_is_back_after_one_synchronisation_of_each(
    office: Office, laptops: tuple[Laptop, Laptop], said: bool
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi, "Avant la sauvegarde")
    backup = office.backup()
    meet(claire, person, summary="Après la sauvegarde", clinical="Une note d’après")
    other = somebody(claire, "Grelier")
    meet(mehdi, person, summary="Mehdi après la sauvegarde")
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    shown = [_summaries(laptop) for laptop in laptops]

    office.restore(backup, new_epoch=said)
    assert "Après la sauvegarde" not in office.dump()
    meet(mehdi, person, summary="Mehdi pendant ce temps")
    claire.sync()
    mehdi.sync()
    for words in ("Après la sauvegarde", "Mehdi après", "pendant ce temps", "Grelier"):
        assert words in office_words(office, claire.session.workplace.store), words
    assert claire.desk.persons.line(other) is not None
    claire.sync()
    for laptop, before in zip(laptops, shown, strict=True):
        assert before <= _summaries(laptop)
        assert is_verified(laptop)
    assert _summaries(claire) == _summaries(mehdi)
    assert not _open_conflicts(claire)


@pytest.mark.invariant(20)
@pytest.mark.parametrize("author_is_first", [True, False])
def test_an_office_that_holds_nothing_any_more_is_given_back_all_it_held(
    office: Office, laptops: tuple[Laptop, Laptop], *, author_is_first: bool
) -> None:
    """The copy is of the evening before anybody wrote: it knows laptops, and no dossier."""
    claire, mehdi = laptops
    backup = office.backup()
    person = followed_by_both(claire, mehdi, "De Claire")
    meet(mehdi, person, summary="De Mehdi", clinical="Une note")
    set_phone(mehdi, person, "05 49 11 22 33")
    come_home(mehdi, claire)
    _restored_and_given_back(office, laptops, person, backup, author_is_first=author_is_first)


@pytest.mark.invariant(20)
@pytest.mark.parametrize("author_is_first", [True, False])
def test_an_office_restored_from_a_backup_of_long_ago_is_given_back_dossiers_opened_since(
    office: Office, laptops: tuple[Laptop, Laptop], *, author_is_first: bool
) -> None:
    """No laptop remembers having sent these; what was added lately had nowhere to go."""
    claire, mehdi = laptops
    backup = office.backup()
    person = followed_by_both(claire, mehdi, "Il y a longtemps")
    meet(mehdi, person, "Mehdi il y a longtemps")
    _write_request(mehdi, person, "Trouver un logement à Melle")
    come_home(mehdi, claire)
    time_passes(office, *laptops)
    meet(claire, person, "Ces jours-ci", clinical="Une note de ces jours-ci")
    set_phone(claire, person, "05 49 11 22 33")
    meet(mehdi, person, "Mehdi ces jours-ci")
    come_home(*laptops, claire)
    _restored_and_given_back(office, laptops, person, backup, author_is_first=author_is_first)


@pytest.mark.invariant(20)
@pytest.mark.parametrize("fails", [0, 2], ids=["at once", "after days without a network"])
def test_a_repair_that_the_network_cut_is_begun_again_though_nothing_is_new(
    office: Office, laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    """It was left until something new came, or for a week."""
    claire, _ = laptops
    person = somebody(claire)
    claire.sync()
    backup = office.backup()
    meet(claire, person, "Après la sauvegarde")
    claire.sync()
    store = claire.session.workplace.store
    store.archive.forget_bucket(person)  # sent long ago
    office.restore(backup, new_epoch=True)
    with monkeypatch.context() as patch:
        patch.setattr(HttpOffice, "digests", dropped)
        with pytest.raises(Offline):
            claire.sync()
        patch.setattr(HttpOffice, "sync", dropped)
        for _ in range(fails):
            with pytest.raises(Offline):
                claire.sync()
    assert not is_verified(claire)
    claire.sync()
    assert "Après la sauvegarde" in office_words(office, store)
    assert is_verified(claire)


def test_what_a_silent_colleague_had_written_is_not_replaced_by_something_older(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    _number_forgotten(office, claire, mehdi)
    claire.sync()
    assert claire.session.workplace.store.set_aside.count() == 1
    assert "05 49 11 22 33" in claire.store_text()
    # Mehdi never comes back: after a week, what Claire's laptop alone still holds is told.
    claire.clock.advance(days=8)
    assert claire.sync().sent == 1, "at once, not at the next one"
    assert claire.session.workplace.store.set_aside.count() == 0
    assert "05 49 11 22 33" in str(_open_conflicts(claire))
    assert "05 49 11 22 33" in office.dump()


def test_what_a_colleague_brings_back_leaves_nothing_set_aside(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = _number_forgotten(office, claire, mehdi)
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    assert claire.session.workplace.store.set_aside.count() == 0
    assert claire.desk.persons.sheet(person).person.phone1 == "05 49 11 22 33"
    assert not _open_conflicts(claire)


def test_what_stood_at_a_second_restoration_is_kept_beside_what_stood_at_the_first(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    set_phone(mehdi, person, "05 49 00 00 01")
    come_home(mehdi, claire)
    set_phone(mehdi, person, "05 49 00 00 02")
    come_home(mehdi)
    backup = office.backup()
    office.restore(backup, new_epoch=True)
    come_home(claire)  # what she had not read yet passes for older than what she had
    claire.clock.advance(days=1)
    set_phone(mehdi, person, "05 49 00 00 03")
    come_home(mehdi, claire)
    office.restore(backup, new_epoch=True)
    come_home(claire)
    assert "05 49 00 00 03" in claire.store_text()
    # Mehdi never comes back.
    claire.clock.advance(days=8)
    claire.sync()
    told = str(_open_conflicts(claire))
    assert told.count("05 49 00 00 01") == told.count("05 49 00 00 03") == 1
    assert claire.session.workplace.store.set_aside.count() == 0


def test_words_that_the_office_forgot_are_not_dropped_because_somebody_was_typing_over_them(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """What waited was joined as if the office had struck the words that it has forgotten."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    _write_request(mehdi, person, "un logement")
    come_home(mehdi, claire)
    backup = office.backup()
    _write_request(mehdi, person, "Au calme, un logement")
    come_home(mehdi)
    _write_request(mehdi, person, "Au calme, un grand logement")
    office.restore(backup, new_epoch=True)
    _write_request(claire, person, "un logement, et vite")
    come_home(claire, mehdi, claire)
    for laptop in (mehdi, claire):
        shown = laptop.desk.persons.sheet(person).person.request or ""
        assert all(word in shown for word in ("Au calme", "grand", "vite")), shown


@pytest.mark.invariant(20)
@pytest.mark.parametrize("waits", [True, False], ids=["something waits", "nothing waits"])
def test_what_is_sent_again_strikes_no_word_that_a_colleague_had_added_since(
    office: Office, laptops: tuple[Laptop, Laptop], waits: bool
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    _write_request(claire, person, "un logement")
    come_home(claire, mehdi)
    backup = office.backup()
    _write_request(claire, person, "un logement, et vite")
    come_home(claire, mehdi)
    _write_request(mehdi, person, "un grand logement, et vite")
    come_home(mehdi, claire)
    if waits:
        set_phone(claire, person, "05 49 11 22 33")
    office.restore(backup, new_epoch=True)
    come_home(mehdi, claire, mehdi)
    for laptop in laptops:
        assert laptop.desk.persons.sheet(person).person.request == "un grand logement, et vite"
    assert not _open_conflicts(claire)


@pytest.mark.invariant(16, 20)
@pytest.mark.parametrize("again", ["what it had become", "the same backup"])
def test_whoever_was_away_while_the_office_was_restored_twice_overwrites_nothing_in_silence(
    office: Office, laptops: tuple[Laptop, Laptop], again: str
) -> None:
    """Numbers that she had read to, of data that are gone, passed for those of today."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    if again == "the same backup":
        office.restore(backup, new_epoch=True)
        come_home(claire)
    for _ in range(4):
        meet(claire, person)
        come_home(claire)
    set_phone(claire, person, "05 49 00 00 01")
    office.restore(backup, new_epoch=True)
    set_phone(mehdi, person, "05 49 00 00 02")
    come_home(mehdi)
    office.restore(office.backup(), new_epoch=True)
    come_home(claire, mehdi, claire)
    for laptop in laptops:
        assert _tells(laptop, person, "05 49 00 00 01", "05 49 00 00 02")


@pytest.mark.invariant(16, 20)
def test_numbers_given_again_by_an_office_restored_without_a_word_hide_no_colleagues_value(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """Nobody said that it was restored: a laptop that had read further finds out."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    for _ in range(6):
        meet(claire, person)
        come_home(claire)
    office.restore(backup, new_epoch=False)
    set_phone(mehdi, person, "05 49 00 00 02")
    mehdi.sync()
    set_phone(claire, person, "05 49 00 00 01")
    come_home(claire, mehdi, claire)
    for laptop in laptops:
        assert _tells(laptop, person, "05 49 00 00 01", "05 49 00 00 02")


@pytest.mark.invariant(1, 20)
@pytest.mark.parametrize("had_left", [False, True])
@pytest.mark.parametrize("by_hand", [False, True])
def test_what_was_typed_in_a_record_that_the_office_forgot_leaves_once_it_is_back(
    office: Office, laptops: tuple[Laptop, Laptop], *, by_hand: bool, had_left: bool
) -> None:
    """Also what the office had taken before: a colleague brings back no older text."""
    claire, mehdi = laptops
    backup = office.backup()
    person = followed_by_both(mehdi, claire)
    _write_request(claire, person, "Trouver un grand logement")
    set_phone(claire, person, "05 49 11 22 33")
    if had_left:
        come_home(claire)
    office.restore(backup, new_epoch=True)
    come_home(claire)
    refused = claire.session.workplace.store.outbox.refused()
    assert refused, "told: the office does not know her"
    for one in refused if by_hand else ():
        claire.desk.sync_reports.send_again(one.id)
    come_home(mehdi, claire, mehdi)
    assert not claire.session.workplace.store.outbox.refused()
    for laptop in laptops:
        sheet = laptop.desk.persons.sheet(person).person
        assert (sheet.request, sheet.phone1) == ("Trouver un grand logement", "05 49 11 22 33")
        assert_honest(laptop)
    assert not _open_conflicts(claire)


@pytest.mark.invariant(1, 20)
@pytest.mark.parametrize("had_left", [False, True])
def test_what_was_written_in_a_dossier_that_the_office_forgot_leaves_once_it_is_back(
    office: Office, laptops: tuple[Laptop, Laptop], *, had_left: bool
) -> None:
    claire, mehdi = laptops
    backup = office.backup()
    person = followed_by_both(mehdi, claire)
    meet(claire, person, "De Claire")
    if had_left:
        come_home(claire)
    office.restore(backup, new_epoch=True)
    come_home(claire)
    assert claire.session.workplace.store.outbox.refused(), "told: the office does not know her"
    come_home(mehdi, claire, mehdi)
    assert not claire.session.workplace.store.outbox.refused()
    for laptop in laptops:
        assert "De Claire" in everywhere(laptop.session.workplace.store)
        assert is_verified(laptop)
        assert_honest(laptop)


@pytest.mark.parametrize("is_back", [True, False])
def test_what_was_typed_over_what_an_office_refused_is_not_overwritten_by_it(
    office: Office, laptops: tuple[Laptop, Laptop], *, is_back: bool
) -> None:
    """The record came with the answer to the later number, and brought the former one to life.

    ``is_back``: the record was there when the later number left; else that was refused as well.
    """
    claire, mehdi = laptops
    backup = office.backup()
    person = followed_by_both(mehdi, claire)
    set_phone(claire, person, "05 49 11 22 33")
    office.restore(backup, new_epoch=True)
    come_home(claire)
    if is_back:
        mehdi.sync()
    set_phone(claire, person, "05 49 44 55 66")
    come_home(claire, mehdi, claire, mehdi)
    for laptop in laptops:
        assert laptop.desk.persons.sheet(person).person.phone1 == "05 49 44 55 66"
        assert_honest(laptop)
    refused = claire.session.workplace.store.outbox.refused()
    assert [op.fields["phone1"] for op in refused] == ["05 49 11 22 33"], "kept, and told"


def _restored_and_given_back(
    office: Office,
    laptops: tuple[Laptop, Laptop],
    person: PersonId,
    backup: dict[str, bytes],
    *,
    author_is_first: bool,
) -> None:
    """The office forgets the dossier that the first of them opened, and has it back whole."""
    _, mehdi = laptops
    held, shown = office_rows(office, person), [_rows_of(laptop) for laptop in laptops]
    office.restore(backup, new_epoch=True)
    assert office_rows(office, person) == {}

    for laptop in laptops if author_is_first else reversed(laptops):
        laptop.sync()
        kept = [len(rows) for rows in shown[laptops.index(laptop)]]
        assert [len(rows) for rows in _rows_of(laptop)] == kept, "nothing goes: it has forgotten"
    if not author_is_first:
        come_home(mehdi)  # what he wrote in a dossier that was not there yet
    assert office_rows(office, person) == held
    come_home(*laptops)
    assert [_rows_of(laptop) for laptop in laptops] == shown
    for laptop in laptops:
        assert laptop.session.workplace.store.outbox.is_empty()
        assert is_verified(laptop)
        assert_honest(laptop)
        assert not _open_conflicts(laptop)


def _tells(laptop: Laptop, person: PersonId, *numbers: str) -> bool:
    """Tell whether each number is shown, or in a conflict."""
    shown = laptop.desk.persons.sheet(person).person.phone1
    return all(number in f"{shown} {_open_conflicts(laptop)}" for number in numbers)


def _write_request(laptop: Laptop, person: PersonId, text: str) -> None:
    sheet = laptop.desk.persons.sheet(person).person
    laptop.desk.persons.edit(replace(sheet, request=text))


def _number_forgotten(office: Office, claire: Laptop, mehdi: Laptop) -> PersonId:
    """Mehdi writes a number, which both laptops know; the office is put back before it.

    Claire writes another line of the same sheet, which her laptop will send again.
    """
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    set_phone(mehdi, person, "05 49 11 22 33")
    come_home(mehdi, claire)
    sheet = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(sheet, email="yves@exemple.fr"))
    come_home(claire)
    office.restore(backup, new_epoch=True)
    return person


def _rows_of(laptop: Laptop) -> list[Sequence[object]]:
    """Return every row of what is shared that a laptop shows."""
    database = laptop.session.workplace.store.database
    return [database.rows(f'SELECT * FROM "{name}" ORDER BY "id"') for name in SYNCED]


def _summaries(laptop: Laptop) -> set[str]:
    rows = laptop.session.workplace.store.database.rows('SELECT "summary" FROM "follow_up"')
    return {str(row[0]) for row in rows}


def _open_conflicts(laptop: Laptop) -> Sequence[object]:
    return laptop.session.workplace.store.database.rows(
        'SELECT * FROM "conflict" WHERE "state" = \'open\''
    )
