"""Room kept for the day the disk is full."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.store.errors import DiskFull
from desktop.store.reserve import Reserve
from desktop.store.store import Store

SIZE = 64 * 1024


def test_the_reserve_takes_its_room_for_real_and_only_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "coffre.reserve", SIZE)
    assert reserve.make()
    first = (tmp_path / "coffre.reserve").read_bytes()
    assert len(first) == SIZE
    assert len(set(first)) > 200  # a disk that compresses cannot give the room to others
    assert reserve.make()
    assert (tmp_path / "coffre.reserve").read_bytes() == first


def test_one_that_was_cut_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "coffre.reserve").write_bytes(b"cut")
    assert Reserve(tmp_path / "coffre.reserve", SIZE).make()
    assert (tmp_path / "coffre.reserve").stat().st_size == SIZE


def test_it_is_never_what_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * SIZE))
    reserve = Reserve(tmp_path / "coffre.reserve", SIZE)
    assert not reserve.make()
    assert not reserve.is_there


def test_on_a_full_disk_it_is_given_up_and_the_same_save_then_succeeds(
    store: Store, tmp_path: Path
) -> None:
    """The store is given no more pages until something makes room."""
    database = store.database
    reserve = Reserve(tmp_path / "coffre.reserve", SIZE)
    reserve.make()
    pages = database.row("PRAGMA page_count")
    assert pages is not None
    database.execute(f"PRAGMA max_page_count = {pages[0]}")

    def give_up() -> bool:
        given = reserve.release()
        if given:
            database.execute("PRAGMA max_page_count = 100000")
        return given

    database.relieve_with(give_up)

    def save() -> None:
        with database.transaction():
            store.state.set("typed", "Dort mal. " * 20_000)

    with pytest.raises(DiskFull) as told:
        save()
    assert told.value.is_relieved
    assert not reserve.is_there
    save()
    assert store.state.get("typed") is not None


def test_without_a_reserve_a_full_disk_says_that_nothing_can_be_saved(store: Store) -> None:
    database = store.database
    pages = database.row("PRAGMA page_count")
    assert pages is not None
    database.execute(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(DiskFull) as told, database.transaction():
        store.state.set("typed", "Dort mal. " * 20_000)
    assert not told.value.is_relieved
