"""When a copy of the vault is due, and what ends it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.app.backups import Backups, backups_of
from desktop.services.errors import CopyStopped, NoRoomForCopy
from desktop.services.vault_access import Found
from desktop.store.after_salvage import settle
from desktop.store.salvage import Salvaged
from tests.campaigns.field_laptop import FieldLaptop, prepare, unlock
from tests.support.fleet import access


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[FieldLaptop]:
    prepare(tmp_path, persons=1)
    opened = unlock(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def backups(laptop: FieldLaptop) -> Backups:
    return backups_of(laptop.session)


def write(laptop: FieldLaptop, number: int) -> None:
    """Type a draft: it is on no other machine, and may be written however long one is away."""
    laptop.desk.follow_ups.autosave(laptop.meeting(laptop.persons()[0], number))


def copy(backups: Backups) -> bool:
    """Copy if it is due, as the watch does."""
    mark = backups.snapshots.due()
    if mark is None:
        return False
    assert backups.snapshots.make() is not None
    backups.snapshots.note_made(mark)
    return True


def test_one_copy_a_day_when_something_was_written(laptop: FieldLaptop, backups: Backups) -> None:
    assert copy(backups)
    write(laptop, 1)
    assert not copy(backups)  # today's is made
    laptop.clock.advance(days=1)
    assert copy(backups)
    laptop.clock.advance(days=1)
    assert not copy(backups)  # nothing was written since
    laptop.desk.follow_ups.finish(laptop.meeting(laptop.persons()[0], 2))
    assert copy(backups)
    assert [item.number for item in backups.snapshots.all()] == [3, 2, 1]


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_was_wrong_for_a_day_loses_no_copy(
    years: int, laptop: FieldLaptop, backups: Backups
) -> None:
    for number in range(3):
        write(laptop, number)
        assert copy(backups)
        laptop.clock.advance(days=1)
    laptop.clock.advance(days=365 * years)
    write(laptop, 4)
    assert copy(backups)
    laptop.clock.advance(days=-365 * years)
    write(laptop, 5)
    assert copy(backups)
    assert [item.number for item in backups.snapshots.all()] == [5, 4, 3, 2, 1]


def test_a_repair_under_a_clock_that_was_wrong_is_copied_at_once_and_once(
    laptop: FieldLaptop, backups: Backups
) -> None:
    assert copy(backups)
    laptop.clock.advance(days=3650)
    settle(laptop.session.workplace.store, Salvaged(), laptop.clock.now())
    laptop.clock.advance(days=-3650)
    assert copy(backups)
    assert not copy(backups)


def test_nothing_is_copied_while_the_erased_may_still_be_in_the_file(
    laptop: FieldLaptop, backups: Backups
) -> None:
    store = laptop.session.workplace.store
    with store.database.transaction():
        store.state.note_erased([("person", "x")])
    assert backups.snapshots.due() is None
    assert backups.snapshots.make() is None, "nor when somebody asks for one"
    assert backups.snapshots.all() == []


def test_an_older_copy_goes_only_once_the_new_one_is_verified(
    laptop: FieldLaptop, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(11):
        write(laptop, number)
        copy(backups)
        laptop.clock.advance(days=7)
    before = [item.number for item in backups.snapshots.all()]
    write(laptop, 12)
    with pytest.raises(CopyStopped):
        backups.snapshots.make(lambda: True)
    assert [item.number for item in backups.snapshots.all()] == before


def test_a_disk_without_room_keeps_the_copies_there_are_and_says_how_much_it_takes(
    laptop: FieldLaptop, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(backups)
    usage = shutil.disk_usage(laptop.session.workplace.store.path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    laptop.clock.advance(days=1)
    write(laptop, 1)
    with pytest.raises(NoRoomForCopy):
        backups.snapshots.make()
    assert len(backups.snapshots.all()) == 1


def test_a_lock_ends_what_reads_the_store_and_nothing_begins_after_it(
    laptop: FieldLaptop, backups: Backups
) -> None:
    backups.close()
    with pytest.raises(CopyStopped):
        backups.snapshots.make()
    assert backups.snapshots.all() == []
    assert laptop.session.workplace.store.database.checkpoint()


def test_a_laptop_withdrawn_destroys_its_copies_after_its_keys(
    tmp_path: Path, laptop: FieldLaptop, backups: Backups
) -> None:
    copy(backups)
    path = laptop.session.workplace.store.snapshots.path
    assert list(path.iterdir())
    laptop.clock.advance(days=timedelta(days=1).days)
    access(tmp_path).withdraw(laptop.session.unlocked)
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []
    assert access(tmp_path).look() is Found.NOTHING


def test_a_withdrawal_cut_before_the_copies_is_ended_by_the_next_start(
    tmp_path: Path, laptop: FieldLaptop, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(BaseException):
        """The power goes."""

    copy(backups)
    path = laptop.session.workplace.store.snapshots.path

    def cut(_: object) -> None:
        assert not (tmp_path / "coffre.hdr").exists()  # the keys are gone already
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr("desktop.store.snapshot_folder.SnapshotFolder.destroy", cut)
        with pytest.raises(Cut):
            access(tmp_path).withdraw(laptop.session.unlocked)
    assert list(path.iterdir())
    access(tmp_path).finish_withdrawal()
    assert list(tmp_path.iterdir()) == []
