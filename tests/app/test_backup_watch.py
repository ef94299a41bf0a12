"""When copies are made by themselves: never two at once, never beside a synchronisation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.backup_watch import BackupWatch
from desktop.app.backups import backups_of
from desktop.services.errors import NoRoomForCopy
from desktop.services.snapshots import Snapshots
from desktop.ui.background import Lane
from tests.campaigns.field_laptop import FieldLaptop, prepare, unlock
from tests.support.inline_background import InlineBackground


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[FieldLaptop]:
    prepare(tmp_path, persons=1)
    opened = unlock(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def snapshots(laptop: FieldLaptop) -> Snapshots:
    return backups_of(laptop.session).snapshots


def made(snapshots: Snapshots) -> int:
    """How many were made; of one day, the last is kept."""
    return max(copy.number for copy in snapshots.all())


def test_a_quiet_laptop_copies_once_a_day(
    qtbot: QtBot, laptop: FieldLaptop, snapshots: Snapshots
) -> None:
    background = InlineBackground()
    watch = BackupWatch(background, snapshots)
    with qtbot.waitSignal(watch.changed, timeout=0):
        watch.look()
    watch.look()
    assert len(snapshots.all()) == 1
    assert not watch.is_copying
    assert background.asked.count(Lane.COPY) == 1


def test_a_synchronisation_has_a_copy_stop_and_it_is_made_afterwards(
    qtbot: QtBot, snapshots: Snapshots
) -> None:
    background = InlineBackground(held=True)
    watch = BackupWatch(background, snapshots)
    watch.make_now()
    watch.hold()
    background.release()
    assert snapshots.all() == []
    assert watch.failure is None  # nobody has to hear of it
    watch.look()
    assert snapshots.all() == []  # the synchronisation goes on
    watch.release()
    assert len(snapshots.all()) == 1


def test_a_copy_that_was_asked_for_is_made_though_the_synchronisation_ended_first(
    qtbot: QtBot, snapshots: Snapshots
) -> None:
    background = InlineBackground()
    watch = BackupWatch(background, snapshots)
    watch.look()  # the copy of the day: none is due any more
    background.hold()
    watch.make_now()
    watch.hold()
    watch.release()  # the copy has not answered yet that it was stopped
    background.release()
    assert made(snapshots) == 2
    assert not watch.is_copying


def test_a_copy_is_asked_for_during_a_synchronisation_or_as_one_is_thought_of(
    qtbot: QtBot, snapshots: Snapshots
) -> None:
    background = InlineBackground()
    watch = BackupWatch(background, snapshots)
    watch.look()
    watch.hold()
    with qtbot.waitSignal(watch.changed, timeout=0):
        watch.make_now()
    assert watch.is_copying  # said so, and made afterwards
    assert made(snapshots) == 1
    watch.release()
    assert made(snapshots) == 2

    background.hold()
    watch.look()  # nothing is due; somebody asks before it is known
    watch.make_now()
    background.release()
    assert made(snapshots) == 3
    assert not watch.is_copying


def test_a_copy_of_the_day_that_a_synchronisation_stopped_is_made_once_it_is_over(
    qtbot: QtBot, snapshots: Snapshots
) -> None:
    background = InlineBackground(held=True)
    watch = BackupWatch(background, snapshots)
    watch.look()
    watch.hold()
    watch.release()  # before it is known whether one is due
    background.release()
    assert len(snapshots.all()) == 1
    assert not watch.is_copying


def test_the_button_that_copies_is_free_again_once_the_copy_is_made(
    qtbot: QtBot, snapshots: Snapshots
) -> None:
    """Whether another one is due is asked at once after it: that is no copy yet."""
    background = InlineBackground()
    watch = BackupWatch(background, snapshots)
    watch.look()
    shown: list[bool] = []
    watch.changed.connect(lambda: shown.append(watch.is_copying))
    background.hold()
    watch.hold()
    watch.make_now()
    watch.release()
    for _ in range(4):
        background.turn()
    assert made(snapshots) == 2
    assert shown[-1] is False


def test_a_copy_that_is_not_known_to_be_made_stops_nothing_else(
    qtbot: QtBot, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one was begun meanwhile: it stops all the same when Coffre is locked."""

    def refuse(*_: object) -> None:
        raise NoRoomForCopy(1_000)

    background = InlineBackground(held=True)
    watch = BackupWatch(background, snapshots)
    monkeypatch.setattr(Snapshots, "note_made", refuse)
    watch.look()
    background.turn()  # one is due
    watch.make_now()
    background.turn()  # made; that it was is still to be written
    background.release_one()
    assert isinstance(watch.failure, NoRoomForCopy)
    assert watch.is_copying
    watch.close()
    background.release()
    assert made(snapshots) == 1


def test_a_laptop_that_locks_copies_no_more(qtbot: QtBot, snapshots: Snapshots) -> None:
    watch = BackupWatch(InlineBackground(), snapshots)
    watch.start()
    watch.close()
    watch.tell_written()
    watch.look()
    watch.make_now()
    assert snapshots.all() == []


def test_a_copy_that_could_not_be_made_is_told_until_one_is(
    qtbot: QtBot, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NoRoomForCopy(1_000)

    watch = BackupWatch(InlineBackground(), snapshots)
    with monkeypatch.context() as full:
        full.setattr("desktop.services.snapshots.check_room", refuse)
        watch.look()
    assert isinstance(watch.failure, NoRoomForCopy)
    watch.look()
    assert watch.failure is None
