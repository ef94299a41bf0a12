"""What the pages of an unlocked laptop are made of."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.app.session import Session
from desktop.config.clock import Clock
from desktop.ui.background import Background
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window.window import MainWindow
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Parts:
    """What the workspace is made of."""

    session: Session
    background: Background
    board: ChangeBoard
    theme: Theme
    clock: Clock


class Pages(QObject):
    """Some pages of the window, that have much to do with one another."""

    def __init__(self, parts: Parts, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = parts.session.services
        self._background = parts.background
        self._board = parts.board
        self._clock = parts.clock
        self._window = window
