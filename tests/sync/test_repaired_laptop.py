"""A laptop whose vault was damaged or put back says so, and the office gives back what it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.session import open_session
from desktop.crypto.randomness import SystemRandom
from desktop.services.snapshots import Snapshots
from desktop.services.vault_repair import KEPT
from desktop.store.after_salvage import Missing
from desktop.store.pages import PAGE_BYTES
from desktop.store.put_back import PutBacks, Witness
from desktop.store.table_map import MAP_FILE
from desktop.ui.vault_words import missing_words
from protocol.kinds.people import Job
from protocol.kinds.persons import Person
from tests.support.fleet import PASSPHRASE, Laptop, access, enrolled
from tests.support.laptop import desk_of
from tests.support.office import Office, office, premises
from tests.support.two_laptops import is_verified
from tests.sync.test_restored_laptop import image_of, put_back, write

__all__ = ["office", "premises"]


@pytest.fixture
def laptop(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    made = enrolled(office, tmp_path / "claire", "Claire Martin", Job.PSYCHOLOGIST)
    yield made
    made.close()


def _witness(laptop: Laptop) -> Witness | None:
    found = PutBacks(laptop.session.workplace.store).current()
    return None if found is None else found.witness


def test_a_whole_disk_put_back_is_told_by_the_office_at_the_next_contact(laptop: Laptop) -> None:
    image = image_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    put_back(laptop, image)
    assert _witness(laptop) is None  # the mark went back with it: nothing here can tell
    laptop.sync()
    assert _witness(laptop) is Witness.OFFICE
    assert "Avant" in laptop.store_text()


def test_a_database_put_back_alone_is_told_at_once_and_comes_back_with_a_synchronisation(
    laptop: Laptop,
) -> None:
    image = image_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    laptop.close()
    (laptop.folder / "coffre.db").write_bytes((image / "coffre.db").read_bytes())
    laptop.reopen()
    assert _witness(laptop) is Witness.MARK
    assert "Avant" not in laptop.store_text()
    laptop.sync()
    assert "Avant" in laptop.store_text()
    assert is_verified(laptop)


def test_what_a_repair_could_not_read_comes_back_from_the_office(laptop: Laptop) -> None:
    write(laptop, "Envoyée")
    laptop.sync()
    write(laptop, "Pas encore")
    database = laptop.session.workplace.store.database
    row = database.row("SELECT rootpage FROM sqlite_master WHERE name = 'person'")
    assert row is not None
    laptop.close()
    path = laptop.folder / "coffre.db"
    content = bytearray(path.read_bytes())
    content[(int(row[0]) - 1) * 4096 + 99] ^= 1
    path.write_bytes(content)

    unlocked, missing = access(laptop.folder).repair(PASSPHRASE, lambda done, of: None)
    laptop.session = open_session(unlocked, laptop.clock, SystemRandom())
    laptop.desk = desk_of(laptop.session.workplace, laptop.clock)
    assert missing.records == {"person": 1}  # « Pas encore » was made again from what waits
    assert missing.unsent == 0
    assert (laptop.folder / KEPT).exists()

    laptop.sync()
    laptop.clock.advance(minutes=2)
    laptop.sync(verify=True)
    assert is_verified(laptop)
    names = {person.birth_name for person in unlocked.store.records.select(Person)}
    assert {"Envoyée", "Pas encore"} <= names
    assert _witness(laptop) is None
    assert unlocked.keeping is not None
    unlocked.keeping.heard()
    assert not (laptop.folder / KEPT).exists()


def test_a_vault_of_which_nothing_reads_goes_on_from_its_newest_copy_and_says_so(
    laptop: Laptop,
) -> None:
    write(laptop, "Envoyée")
    laptop.sync()
    snapshots = Snapshots(
        laptop.session.workplace.store, laptop.session.unlocked.vault, laptop.clock
    )
    write(laptop, "Dans la copie")
    copy = snapshots.make()
    assert copy is not None
    laptop.clock.advance(minutes=5)
    write(laptop, "Après la copie, envoyée")
    laptop.sync()
    write(laptop, "Après la copie, jamais partie")
    laptop.close()
    (laptop.folder / MAP_FILE).unlink()
    path = laptop.folder / "coffre.db"
    path.write_bytes(bytes(PAGE_BYTES) + path.read_bytes()[PAGE_BYTES:])

    unlocked, missing = access(laptop.folder).repair(PASSPHRASE, lambda done, of: None)
    laptop.session = open_session(unlocked, laptop.clock, SystemRandom())
    laptop.desk = desk_of(laptop.session.workplace, laptop.clock)
    assert missing.copied_at == copy.made_at
    assert "repart de la sauvegarde du" in missing_words(missing)[0]
    assert Missing.from_json(missing.to_json()).copied_at == copy.made_at

    laptop.sync()
    laptop.clock.advance(minutes=2)
    laptop.sync(verify=True)
    assert is_verified(laptop)
    names = {person.birth_name for person in unlocked.store.records.select(Person)}
    assert names == {"Envoyée", "Dans la copie", "Après la copie, envoyée"}
    write(laptop, "La suite")
    laptop.sync()
    assert laptop.desk.sync_reports.read().pending == 0
    assert _witness(laptop) is None
