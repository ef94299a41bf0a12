"""Copies of the store: made while somebody writes, verified, thinned, dropped with the erased."""

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.config.clock import paris
from desktop.crypto.files import FolderFiles
from desktop.store.copying import Counts, check_room, copy_store, reading, verify_copy
from desktop.store.errors import BrokenSnapshot, CopyStopped, NoRoomForCopy
from desktop.store.snapshot_folder import DAYS_KEPT, Snapshot, SnapshotFolder, kept
from desktop.store.store import Store
from tests.store.conftest import KEY

SNAPSHOT_KEY = "a1" * 48
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def never() -> bool:
    return False


def made(store: Store, folder: SnapshotFolder, at: datetime = NOON) -> Snapshot:
    """Copy the store as the product does."""
    begun = folder.begin()
    counts = copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, never)
    verify_copy(begun.path, SNAPSHOT_KEY, counts)
    snapshot = folder.publish(begun, at)
    assert snapshot is not None
    folder.thin()
    return snapshot


def write(store: Store, text: str) -> None:
    with store.database.transaction():
        store.state.set(text, text * 50)


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    return SnapshotFolder(tmp_path / "snapshots")


def test_a_copy_holds_what_the_store_held_under_another_key(
    store: Store, folder: SnapshotFolder
) -> None:
    write(store, "avant")
    snapshot = made(store, folder)
    path = folder.path_of(snapshot)
    assert b"SQLite format 3" not in path.read_bytes()[:16]
    assert b"avant" not in path.read_bytes()
    with reading(path, SNAPSHOT_KEY) as copy:
        assert copy.execute("SELECT value FROM sync_state WHERE key = 'avant'").fetchone()
        assert copy.execute("PRAGMA user_version").fetchone() == store.database.row(
            "PRAGMA user_version"
        )
    with pytest.raises(BrokenSnapshot):
        verify_copy(path, KEY)


@pytest.mark.skipif(sys.platform == "win32", reason="the profile's access list does this there")
def test_a_copy_and_its_folder_are_their_owners_only(store: Store, folder: SnapshotFolder) -> None:
    path = folder.path_of(made(store, folder))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_somebody_who_writes_meanwhile_waits_for_nobody_and_is_not_in_the_copy(
    store: Store, folder: SnapshotFolder
) -> None:
    for number in range(400):
        write(store, f"ligne {number}")
    begun = folder.begin()
    written: list[int] = []

    def typing() -> bool:
        write(store, f"pendant {len(written)}")
        written.append(1)
        return False

    counts = copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, typing)
    assert written
    verify_copy(begun.path, SNAPSHOT_KEY, counts)
    with reading(begun.path, SNAPSHOT_KEY) as copy:
        known = copy.execute("SELECT count(*) FROM sync_state WHERE key LIKE 'pendant%'").fetchone()
    assert known == (0,)


def test_a_copy_that_is_asked_to_stop_lets_the_store_go_at_once(
    store: Store, folder: SnapshotFolder
) -> None:
    write(store, "avant")
    begun = folder.begin()
    with pytest.raises(CopyStopped):
        copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, lambda: True)
    folder.abandon()
    assert list(folder.path.iterdir()) == []
    assert store.database.checkpoint()  # no reader holds the side file


def test_a_damaged_copy_is_seen(store: Store, folder: SnapshotFolder) -> None:
    write(store, "avant")
    path = folder.path_of(made(store, folder))
    content = bytearray(path.read_bytes())
    for at in (5_000, len(content) // 2, len(content) - 40):
        broken = bytearray(content)
        broken[at] ^= 1
        path.write_bytes(broken)
        with pytest.raises(BrokenSnapshot):
            verify_copy(path, SNAPSHOT_KEY)
    path.write_bytes(content[:-4096])
    with pytest.raises(BrokenSnapshot):
        verify_copy(path, SNAPSHOT_KEY)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Counts]:
    """A copy as it lies on the disk, and what it holds."""
    place = tmp_path_factory.mktemp("copied")
    store = Store.create(place / "coffre.db", KEY)
    write(store, "avant")
    begun = SnapshotFolder(place / "snapshots").begin()
    counts = copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, never)
    store.close()
    return begun.path.read_bytes(), counts


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), how=st.sampled_from("fcid"))
def test_a_copy_altered_anywhere_is_refused_or_holds_all_it_held(
    copy: tuple[bytes, Counts], tmp_path: Path, at: float, bit: int, how: str
) -> None:
    content, counts = copy
    place = int(at * len(content))
    altered = {
        "f": content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :],
        "c": content[:place],
        "i": content[:place] + bytes([bit]) + content[place:],
        "d": content[:place] + content[place + 4096 :],
    }[how]
    path = tmp_path / "altered.db"
    path.write_bytes(altered)
    try:
        verify_copy(path, SNAPSHOT_KEY, counts)
    except BrokenSnapshot:
        return
    # The salt, first in the file, is told by the header; what follows the last page is nobody's.
    assert altered[16 : len(content)] == content[16:]


def test_a_copy_that_lacks_a_row_is_not_counted_as_one(
    store: Store, folder: SnapshotFolder
) -> None:
    begun = folder.begin()
    counts = copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, never)
    with pytest.raises(BrokenSnapshot):
        verify_copy(begun.path, SNAPSHOT_KEY, {**counts, "sync_state": counts["sync_state"] + 1})


def test_a_copy_begun_before_an_erasure_never_becomes_one(
    store: Store, folder: SnapshotFolder
) -> None:
    made(store, folder)
    begun = folder.begin()
    copy_store(store.path, KEY, begun.path, SNAPSHOT_KEY, never)
    folder.drop_all()
    assert folder.publish(begun, NOON) is None
    assert list(folder.path.iterdir()) == []


def test_a_copy_takes_its_name_only_once_it_is_on_the_disk(store: Store, tmp_path: Path) -> None:
    steps: list[str] = []

    class Noted(FolderFiles):
        def sync(self, name: str) -> None:
            steps.append("sync")
            super().sync(name)

        def rename(self, source: str, target: str) -> None:
            steps.append("rename")
            super().rename(source, target)

        def sync_folder(self) -> None:
            steps.append("sync folder")
            super().sync_folder()

    path = tmp_path / "snapshots"
    made(store, SnapshotFolder(path, Noted(path)))
    assert steps == ["sync", "rename", "sync folder"]


def test_what_a_cut_left_is_no_copy_and_goes_with_the_next_one(
    store: Store, folder: SnapshotFolder
) -> None:
    begun = folder.begin()
    begun.path.write_bytes(b"half a page")
    assert folder.all() == []
    snapshot = made(store, folder)
    assert [path.name for path in folder.path.iterdir()] == [snapshot.name]


def test_a_full_disk_is_told_before_anything_is_written(
    store: Store, folder: SnapshotFolder
) -> None:
    with pytest.raises(NoRoomForCopy) as told:
        check_room(store.path, store.path.parent, factor=1e15)
    assert told.value.needed > 0
    assert not folder.path.exists()


def days_of_work(days: int) -> list[Snapshot]:
    """What stays after a copy each day, thinned each day."""
    there: list[Snapshot] = []
    for day in range(days):
        there.append(Snapshot(day + 1, NOON + timedelta(days=day), 1))
        stays = kept(there)
        there = [one for one in there if one.number in stays]
    return there


def test_seven_days_and_four_weeks_stay() -> None:
    last = days_of_work(200)
    ages = [(last[-1].day - one.day).days for one in reversed(last)]
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(ages) == 11
    assert 26 <= ages[-1] <= 42


@settings(max_examples=60)
@given(st.lists(st.integers(-4_000, 4_000), min_size=1, max_size=60))
def test_whatever_the_clock_says_the_latest_copy_stays_and_never_more_than_eleven(
    days: list[int],
) -> None:
    there = [Snapshot(n + 1, NOON + timedelta(days=day), 1) for n, day in enumerate(days)]
    stays = kept(there)
    assert len(there) in stays
    assert len(stays) <= 11


@settings(max_examples=60)
@given(
    changes=st.sampled_from(
        [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
    ),
    years=st.sampled_from([-10, 0, 10]),
    hours=st.lists(st.integers(-24 * 5, 24 * 5), min_size=1, max_size=40),
)
def test_a_night_when_the_hour_changes_is_one_day_like_another(
    changes: datetime, years: int, hours: list[int]
) -> None:
    at = sorted(changes.replace(year=changes.year + years) + timedelta(hours=n) for n in hours)
    there = [Snapshot(n + 1, moment, 1) for n, moment in enumerate(at)]
    last_of_days = {paris(one.made_at).date(): one.number for one in there}
    newest_days = sorted(last_of_days)[-DAYS_KEPT:]
    assert {last_of_days[day] for day in newest_days} <= kept(there)


@pytest.mark.parametrize(
    "name",
    [
        "snapshot-000009-99991231T2359.db",
        "snapshot-000009-20261332T0840.db",
        "snapshot-9-20261124T0840.db",
        "snapshot-000009-20261124T0840.db.bak",
    ],
)
def test_a_file_that_cannot_be_a_copy_is_left_alone_and_stops_none(
    store: Store, folder: SnapshotFolder, name: str
) -> None:
    made(store, folder)
    (folder.path / name).write_bytes(b"")
    assert made(store, folder, NOON + timedelta(days=1)).number == 2
    assert [one.number for one in folder.all()] == [2, 1]
    assert (folder.path / name).exists()
