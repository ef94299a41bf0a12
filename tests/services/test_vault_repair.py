"""A damaged vault gives back all that can be read of it, and says what is missing."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.app.backups import backups_of
from desktop.services.vault_repair import COMPLETE, KEPT, finish_repair, repair
from desktop.store.after_salvage import SALVAGED, Missing
from desktop.store.errors import DamagedStore, NoRoomForCopy, StoreError
from desktop.store.pages import PAGE_BYTES
from desktop.store.snapshot_folder import FOLDER
from desktop.store.table_map import MAP_FILE
from desktop.ui.vault_words import missing_words
from protocol.kinds import KINDS
from tests.campaigns.field_laptop import prepare
from tests.campaigns.known_vault import KnownVault
from tests.support.fleet import PASSPHRASE, access, place_of
from tests.support.laptop import TurnedClock

MEETINGS = 60
COUNTED = ("follow_up", "clinical_note", "appointment", "person", "outbox", "op_fields")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownVault:
    folder = tmp_path_factory.mktemp("prepared") / "vault"
    prepare(folder)
    known = KnownVault.of(folder)
    laptop = known.unlock(folder)
    for number in range(MEETINGS):
        persons = laptop.persons()
        laptop.desk.follow_ups.finish(laptop.meeting(persons[number % len(persons)], number))
    laptop.close()
    return known


@pytest.fixture
def vault(known: KnownVault, tmp_path: Path) -> Path:
    return known.copy(tmp_path / "vault")


def _counts(known: KnownVault, folder: Path) -> dict[str, int]:
    unlocked = known.open(folder)
    try:
        return {kind: unlocked.store.records.count(kind) for kind in COUNTED}
    finally:
        unlocked.close()


def _pages(known: KnownVault, folder: Path) -> Mapping[str, int]:
    """The first page of each table, and a page in the middle of the words that wait."""
    unlocked = known.open(folder)
    rows = unlocked.store.database.rows("SELECT name, rootpage FROM sqlite_master")
    unlocked.close()
    return {str(name): int(page) for name, page in rows if page}


def _damage(folder: Path, page: int) -> None:
    path = folder / "coffre.db"
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE_BYTES + 99] ^= 0x20
    path.write_bytes(content)


def _repair(known: KnownVault, folder: Path) -> Missing:
    place = place_of(folder)
    source = known.source(folder)
    return repair(place.files, place.database, [source], TurnedClock(), lambda done, of: None)


@pytest.mark.parametrize("table", ["follow_up", "op_fields", "sync_state"])
def test_when_the_way_to_a_table_is_damaged_every_row_of_it_comes_back(
    known: KnownVault, vault: Path, table: str
) -> None:
    before = _counts(known, vault)
    _damage(vault, _pages(known, vault)[table])
    missing = _repair(known, vault)
    assert missing.is_nothing, missing
    assert _counts(known, vault) == before


def test_after_a_repair_one_can_write_though_all_had_been_sent(
    known: KnownVault, vault: Path
) -> None:
    """The first change took the number of one that was acknowledged, whose words are kept."""
    unlocked = known.open(vault)
    store = unlocked.store
    with store.database.transaction():
        store.database.execute('UPDATE "outbox" SET "n" = "id", "state" = \'sent\'')
        row = store.database.row('SELECT max("id") FROM "outbox"')
        last = int(row[0]) if row else 0
        store.archive.take(last, datetime.now(UTC))
    unlocked.close()
    _damage(vault, _pages(known, vault)["follow_up"])
    _repair(known, vault)
    laptop = known.unlock(vault)
    laptop.desk.follow_ups.finish(laptop.meeting(laptop.persons()[0], 99))
    waiting = laptop.session.workplace.store.outbox.unanswered()
    assert waiting
    assert min(op.id for op in waiting) > last
    laptop.close()


def test_a_file_that_was_cut_gives_back_what_stands_before_the_cut(
    known: KnownVault, vault: Path
) -> None:
    with (vault / "coffre.db").open("r+b") as file:
        file.truncate(file.seek(0, 2) - 6 * PAGE_BYTES - 100)
    with pytest.raises(DamagedStore):
        known.open(vault)
    missing = _repair(known, vault)
    found = _counts(known, vault)
    assert found["follow_up"] >= MEETINGS - 5
    assert missing.unsent + sum(missing.records.values()) <= 60


@pytest.mark.parametrize("which", ["another", "all"])
def test_when_the_list_of_tables_is_damaged_every_row_comes_back(
    known: KnownVault, vault: Path, tmp_path: Path, which: str
) -> None:
    before = _counts(known, vault)
    pages = known.listing_pages(vault, tmp_path / "aside")
    assert len(pages) > 2, "the list is longer than two pages"
    for page in pages[-1:] if which == "another" else pages:
        _damage(vault, page)
    with pytest.raises(DamagedStore):
        known.open(vault)
    missing = _repair(known, vault)
    assert missing.is_nothing, missing
    assert _counts(known, vault) == before
    assert not [path.name for path in vault.iterdir() if "salvage" in path.name]


def test_after_a_kill_what_stands_in_the_side_file_comes_back_too(
    known: KnownVault, vault: Path, tmp_path: Path
) -> None:
    pages = known.listing_pages(vault, tmp_path / "aside")
    laptop = known.unlock(vault)
    laptop.desk.follow_ups.finish(laptop.meeting(laptop.persons()[0], MEETINGS))
    killed = Path(shutil.copytree(vault, tmp_path / "killed"))
    laptop.close()
    assert (killed / "coffre.db-wal").stat().st_size
    for page in pages:
        _damage(killed, page)
    missing = _repair(known, killed)
    assert missing.is_nothing, missing
    assert _counts(known, killed) == _counts(known, vault)


def test_where_tables_begin_is_known_after_the_file_was_written_anew(
    known: KnownVault, vault: Path
) -> None:
    unlocked = known.open(vault)
    kind = KINDS["follow_up"]
    gone = [str(row[0]) for row in unlocked.store.database.rows('SELECT "id" FROM "follow_up"')]
    with unlocked.store.database.transaction():
        unlocked.store.records.remove(kind, gone[: MEETINGS // 2])
        unlocked.store.database.execute('DELETE FROM "mirror"')
    before = known.tables(vault)
    unlocked.store.database.compact()
    unlocked.close()
    assert known.tables(vault) not in (None, before)
    counts = _counts(known, vault)
    _damage(vault, 1)
    _repair(known, vault)
    assert _counts(known, vault)["clinical_note"] == counts["clinical_note"]


def test_a_list_of_tables_is_forgotten_before_they_move_or_another_database_comes(
    known: KnownVault, vault: Path
) -> None:
    unlocked = known.open(vault)
    unlocked.store.database.execute("BEGIN")  # VACUUM will not begin within a transaction
    with pytest.raises(StoreError):
        unlocked.store.database.compact()
    assert known.tables(vault) is None
    unlocked.close()
    known.open(vault).close()
    assert known.tables(vault) is not None
    shutil.copyfile(vault / "coffre.db", vault / COMPLETE)
    finish_repair(place_of(vault).files, vault / "coffre.db")
    assert known.tables(vault) is None


def _move_tables(known: KnownVault, vault: Path) -> None:
    """Have tables begin elsewhere in the file, and a copy be made after."""
    laptop = known.unlock(vault)
    store = laptop.session.workplace.store
    with store.database.transaction():
        store.database.execute('DELETE FROM "mirror"')
    store.database.compact()
    assert backups_of(laptop.session).snapshots.make() is not None
    laptop.close()


def test_a_former_list_of_tables_put_back_is_told_and_what_a_copy_lists_goes_before_it(
    known: KnownVault, vault: Path
) -> None:
    former = (vault / MAP_FILE).read_bytes()
    _move_tables(known, vault)
    before = _counts(known, vault)
    assert not known.known(vault).has_former

    of_now = (vault / MAP_FILE).read_bytes()
    assert of_now != former
    (vault / MAP_FILE).write_bytes(former)
    _damage(vault, 1)
    unlocked, missing = access(vault, clock=TurnedClock()).repair(PASSPHRASE, lambda *_: None)
    unlocked.close()
    assert missing.had_former_tables
    assert Missing.from_json(missing.to_json()) == missing
    assert "ancienne liste" in " ".join(missing_words(missing))
    assert missing.records == {}
    assert _counts(known, vault) == before


def test_a_former_list_put_back_with_the_copies_of_that_day_is_told_by_the_vault_itself(
    known: KnownVault, vault: Path, tmp_path: Path
) -> None:
    laptop = known.unlock(vault)
    assert backups_of(laptop.session).snapshots.make() is not None
    laptop.close()
    former = (vault / MAP_FILE).read_bytes()
    shutil.copytree(vault / FOLDER, tmp_path / "that day")
    _move_tables(known, vault)

    assert (vault / MAP_FILE).read_bytes() != former
    (vault / MAP_FILE).write_bytes(former)
    shutil.rmtree(vault / FOLDER)
    shutil.copytree(tmp_path / "that day", vault / FOLDER)
    assert not known.known(vault).has_former, "they say the same"
    _damage(vault, 1)
    unlocked, missing = access(vault, clock=TurnedClock()).repair(PASSPHRASE, lambda *_: None)
    unlocked.close()
    assert missing.had_former_tables


def test_a_list_written_before_a_copy_or_after_it_is_of_now_when_tables_stayed(
    known: KnownVault, vault: Path
) -> None:
    laptop = known.unlock(vault)
    assert backups_of(laptop.session).snapshots.make() is not None
    laptop.close()
    assert not known.known(vault).has_former  # written before it
    (vault / MAP_FILE).unlink()
    known.open(vault).close()
    assert not known.known(vault).has_former  # and after
    shutil.rmtree(vault / FOLDER)
    told = known.known(vault)
    assert told.has_former  # it knows of a copy that is no more: who removed it?
    assert told.lists, "of the only list there is, what can be read is read"
    known.open(vault).close()
    assert not known.known(vault).has_former


def test_a_list_of_tables_that_the_vault_does_not_vouch_for_is_not_believed(
    known: KnownVault, vault: Path
) -> None:
    path = vault / MAP_FILE
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE TABLe", 1))
    assert known.tables(vault) is None


def test_what_cannot_be_read_at_all_is_told_and_nothing_changes(
    known: KnownVault, vault: Path
) -> None:
    (vault / MAP_FILE).unlink()
    _damage(vault, 1)
    before = (vault / "coffre.db").read_bytes()
    with pytest.raises(DamagedStore):
        known.open(vault)
    with pytest.raises(DamagedStore):
        _repair(known, vault)
    assert (vault / "coffre.db").read_bytes() == before
    assert not [path.name for path in vault.iterdir() if "fresh" in path.name]


def test_the_damaged_file_is_kept_as_it_was_until_the_office_agrees(
    known: KnownVault, vault: Path
) -> None:
    _damage(vault, _pages(known, vault)["follow_up"])
    before = (vault / "coffre.db").read_bytes()
    _repair(known, vault)
    assert (vault / KEPT).read_bytes() == before
    access(vault).forget_damaged()
    assert not (vault / KEPT).exists()


def test_a_repair_cut_before_its_last_step_is_ended_by_the_next_opening(
    known: KnownVault, vault: Path, tmp_path: Path
) -> None:
    before = _counts(known, vault)
    other = known.copy(tmp_path / "other")
    _damage(other, _pages(known, other)["follow_up"])
    _repair(known, other)
    shutil.copyfile(other / "coffre.db", vault / COMPLETE)
    (vault / "coffre.db-wal").write_bytes(b"of the damaged one")
    assert _counts(known, vault) == before
    assert not (vault / COMPLETE).exists()
    finish_repair(place_of(vault).files, vault / "coffre.db")
    assert _counts(known, vault) == before


def test_without_room_nothing_is_begun(
    known: KnownVault, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _damage(vault, _pages(known, vault)["follow_up"])
    before = {path.name: path.stat().st_size for path in vault.iterdir()}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    with pytest.raises(NoRoomForCopy):
        _repair(known, vault)
    assert {path.name: path.stat().st_size for path in vault.iterdir()} == before


def test_asked_from_the_window_the_next_opening_offers_it_and_the_passphrase_does_it(
    vault: Path,
) -> None:
    way_in = access(vault, clock=TurnedClock())
    way_in.ask_repair()
    with pytest.raises(DamagedStore):
        way_in.open(PASSPHRASE)
    steps: list[int] = []
    unlocked, missing = way_in.repair(PASSPHRASE, lambda done, of: steps.append(done))
    assert missing.is_nothing
    assert steps == sorted(steps)
    assert unlocked.is_enrolled
    outcome = unlocked.store.journal.latest(1)[0].outcome
    unlocked.close()
    assert outcome == SALVAGED
