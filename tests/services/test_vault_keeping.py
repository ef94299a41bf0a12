"""A vault that is not what it was says so; one that a power cut or a kill left never does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.services.vault_access import Unlocked
from desktop.store.commit_mark import MARK_FILE
from desktop.store.put_back import PUT_BACK, PutBack, PutBacks, Witness
from tests.campaigns.field_laptop import FieldLaptop, prepare
from tests.campaigns.known_vault import KnownVault
from tests.support.laptop import TUESDAY, TurnedClock

SIDE = "coffre.db-wal"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownVault:
    folder = tmp_path_factory.mktemp("prepared") / "vault"
    prepare(folder)
    return KnownVault.of(folder)


@pytest.fixture
def vault(known: KnownVault, tmp_path: Path) -> Path:
    return known.copy(tmp_path / "vault")


@pytest.fixture
def laptop(known: KnownVault, vault: Path) -> Iterator[FieldLaptop]:
    laptop = known.unlock(vault)
    yield laptop
    laptop.close()


def _save(laptop: FieldLaptop, number: int) -> None:
    form = laptop.meeting(laptop.persons()[0], number)
    laptop.desk.follow_ups.finish(form)


def _as_after_a_kill(laptop: FieldLaptop, vault: Path, folder: Path) -> Path:
    """The files as they are on the disk while the laptop still runs."""
    return shutil.copytree(vault, folder, ignore=shutil.ignore_patterns("coffre.lock"))


def _told(known: KnownVault, folder: Path) -> PutBack | None:
    unlocked = known.open(folder)
    try:
        return PutBacks(unlocked.store).current()
    finally:
        unlocked.close()


def test_a_vault_that_was_killed_opens_without_a_word(
    known: KnownVault, laptop: FieldLaptop, vault: Path, tmp_path: Path
) -> None:
    _save(laptop, 1)
    copy = _as_after_a_kill(laptop, vault, tmp_path / "killed")
    assert (copy / SIDE).stat().st_size > 0
    assert _told(known, copy) is None
    assert _told(known, copy) is None


def test_a_side_file_that_was_removed_is_told_and_says_since_when(
    known: KnownVault, laptop: FieldLaptop, vault: Path, tmp_path: Path
) -> None:
    _save(laptop, 1)
    copy = _as_after_a_kill(laptop, vault, tmp_path / "cut")
    (copy / SIDE).unlink()
    told = _told(known, copy)
    assert told is not None
    assert told.witness is Witness.MARK
    assert told.since is not None
    assert told.until is not None
    assert told.since <= told.until


@pytest.mark.parametrize("frames_left", [0, 1, 3])
def test_a_side_file_that_was_cut_is_told(
    known: KnownVault, laptop: FieldLaptop, vault: Path, tmp_path: Path, frames_left: int
) -> None:
    _save(laptop, 1)
    copy = _as_after_a_kill(laptop, vault, tmp_path / "cut")
    with (copy / SIDE).open("r+b") as file:
        file.truncate(32 + frames_left * (24 + 4096))
    assert _told(known, copy) is not None


def test_one_bit_of_the_side_file_is_told(
    known: KnownVault, laptop: FieldLaptop, vault: Path, tmp_path: Path
) -> None:
    _save(laptop, 1)
    copy = _as_after_a_kill(laptop, vault, tmp_path / "flipped")
    content = bytearray((copy / SIDE).read_bytes())
    content[32 + 24 + 200] ^= 1
    (copy / SIDE).write_bytes(content)
    assert _told(known, copy) is not None


def test_a_database_put_back_as_it_was_is_told_once_and_stays_in_the_journal(
    known: KnownVault, laptop: FieldLaptop, vault: Path, tmp_path: Path
) -> None:
    former = (vault / "coffre.db").read_bytes()
    _save(laptop, 1)
    laptop.close()
    (vault / "coffre.db").write_bytes(former)
    unlocked = known.open(vault)
    assert PutBacks(unlocked.store).current() is not None
    PutBacks(unlocked.store).forget()
    unlocked.close()
    assert _told(known, vault) is None
    unlocked = known.open(vault)
    outcomes = [entry.outcome for entry in unlocked.store.journal.latest(5)]
    unlocked.close()
    assert outcomes == [PUT_BACK]


def test_what_nobody_has_read_is_told_again(known: KnownVault, vault: Path) -> None:
    former = (vault / "coffre.db").read_bytes()
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.close()
    (vault / "coffre.db").write_bytes(former)
    told = _told(known, vault)
    assert told is not None
    assert _told(known, vault) == told


def test_the_next_synchronisation_compares_everything_after_it(
    known: KnownVault, vault: Path
) -> None:
    former = (vault / "coffre.db").read_bytes()
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.close()
    (vault / "coffre.db").write_bytes(former)
    unlocked = known.open(vault)
    asked = unlocked.store.state.get("scrubbed_at")
    unlocked.close()
    assert asked is not None
    assert asked.startswith("2000-")


@pytest.mark.parametrize("harm", ["removed", "emptied", "of another vault"])
def test_a_mark_that_is_gone_or_not_ours_is_told(known: KnownVault, vault: Path, harm: str) -> None:
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.close()
    mark = vault / MARK_FILE
    if harm == "removed":
        mark.unlink()
    elif harm == "emptied":
        mark.write_bytes(b"")
    else:
        content = mark.read_bytes()
        mark.write_bytes(content.replace(content[10:26], bytes(16)))
    told = _told(known, vault)
    assert told is not None
    assert told.witness is Witness.NOBODY


def test_one_slot_of_the_mark_cut_by_the_power_says_nothing(known: KnownVault, vault: Path) -> None:
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.close()
    whole = (vault / MARK_FILE).read_bytes()
    for slot in (0, 1):
        torn = bytearray(whole)
        torn[slot * 512 : slot * 512 + 512] = bytes(512)
        (vault / MARK_FILE).write_bytes(torn)
        assert _told(known, vault) is None


@settings(max_examples=4, deadline=None)
@given(behind=st.integers(1, 3), saves=st.integers(1, 3))
def test_a_mark_that_is_behind_says_nothing(known: KnownVault, behind: int, saves: int) -> None:
    """What a power cut leaves: the mark is not waited for."""
    folder = known.folder.parent / f"behind-{behind}-{saves}"
    shutil.rmtree(folder, ignore_errors=True)
    known.copy(folder)
    laptop = known.unlock(folder)
    marks = []
    for number in range(saves):
        marks.append((folder / MARK_FILE).read_bytes())
        _save(laptop, number)
    laptop.close()
    (folder / MARK_FILE).write_bytes(marks[-1 - min(behind, saves - 1)])
    assert _told(known, folder) is None


def test_a_vault_replaced_knowingly_begins_a_new_count(known: KnownVault, vault: Path) -> None:
    former = (vault / "coffre.db").read_bytes()
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.close()
    (vault / "coffre.db").write_bytes(former)
    (vault / MARK_FILE).rename(vault / "aside")  # opened without its mark, as a restore does
    unlocked = known.open(vault)
    PutBacks(unlocked.store).forget()
    unlocked.store.database.recount(0)
    unlocked.close()
    (vault / "aside").rename(vault / MARK_FILE)
    assert _told(known, vault) is None


def test_compacting_the_file_keeps_the_count(known: KnownVault, vault: Path) -> None:
    laptop = known.unlock(vault)
    _save(laptop, 1)
    laptop.session.workplace.store.database.compact()
    laptop.close()
    assert _told(known, vault) is None


def test_nothing_typed_is_in_the_mark(laptop: FieldLaptop, vault: Path) -> None:
    _save(laptop, 1)
    content = (vault / MARK_FILE).read_bytes()
    assert len(content) == 1024
    assert b"Entretien" not in content


def _pages_said(unlocked: Unlocked) -> list[int]:
    assert unlocked.keeping is not None
    return [page for step in unlocked.keeping.damaged_pages() for page in step]


def test_the_check_of_pages_names_the_one_that_was_damaged(known: KnownVault, vault: Path) -> None:
    unlocked = known.open(vault)
    assert _pages_said(unlocked) == []
    unlocked.close()
    content = bytearray((vault / "coffre.db").read_bytes())
    content[40 * 4096 + 7] ^= 0x10
    (vault / "coffre.db").write_bytes(content)
    unlocked = known.open(vault)
    assert _pages_said(unlocked) == [41]
    sqlcipher_says = unlocked.store.database.rows("PRAGMA cipher_integrity_check")
    unlocked.close()
    assert len(sqlcipher_says) == 1


@pytest.mark.parametrize("years", [-70, -10, 10])
def test_a_clock_that_leaps_raises_no_alarm(known: KnownVault, vault: Path, years: int) -> None:
    clock = TurnedClock(TUESDAY.replace(year=TUESDAY.year + years))
    unlocked = known.open(vault, clock)
    with unlocked.store.database.transaction():
        unlocked.store.state.set("typed", "Dort mal.")
    unlocked.close()
    assert _told(known, vault) is None
