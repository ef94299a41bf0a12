"""A laptop with its window, enrolled with a real office."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.app.unlocked import UnlockedDesk
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.ui.background import Lane
from desktop.ui.lock import LockView
from protocol.ids import PersonId
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import TurnedClock, seed_small
from tests.support.office import Office, office, premises

__all__ = ["office", "opened", "premises"]


@dataclass
class Opened:
    """A program that runs, locked at first."""

    application: Application
    bot: QtBot
    clock: TurnedClock
    persons: list[PersonId]
    folders: Folders

    @property
    def desk(self) -> UnlockedDesk:
        """What exists while it is unlocked."""
        desk = self.application.desk
        assert desk is not None
        return desk

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be true."""
        self.bot.waitUntil(condition)

    def settle(self) -> None:
        """Wait until what has been asked of the store is on the screen."""
        answered: list[object] = []
        # The lane works in order, and what comes of it arrives in order.
        for _ in range(2):  # an answer may ask for more
            answered.clear()
            self.desk._background.run(Lane.STORE, lambda: None, answered.append, answered.append)
            self.until(lambda: bool(answered))

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Type the passphrase and press Enter."""
        view = self.application.window
        assert isinstance(view, LockView)
        view.field.line.setText(passphrase)
        view.open_button.click()
        self.until(lambda: self.application.desk is not None)

    def lock(self) -> None:
        """Lock, and wait until it is done."""
        with self.bot.waitSignal(self.application.locked):
            self.desk.lock_requested.emit()


@pytest.fixture
def opened(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    """Claire's laptop, its round of the day, its window at the lock."""
    from PySide6.QtWidgets import QApplication

    folders = Folders(tmp_path / "vault", tmp_path / "settings")
    folders.make()
    clock = TurnedClock(datetime.now(UTC).replace(hour=8, minute=40))
    laptop = enrolled(office, folders.vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
    persons = seed_small(laptop.desk)
    laptop.close()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    application = Application(app, folders, Policy(), clock, SystemRandom(), FLOOR)
    application.start()
    yield Opened(application, qtbot, clock, persons, folders)
    application.close()
