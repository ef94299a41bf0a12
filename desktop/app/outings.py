"""Hears at the window that a sheet leaves Coffre, and has it written down in the vault."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject

from desktop.services.outings import Outings, Way
from desktop.ui.background import Background, Lane
from desktop.ui.main_window.window import MainWindow
from desktop.ui.outlets import Leaving


class OutingWatch(QObject):
    """Listens for as long as the window lives."""

    def __init__(
        self,
        background: Background,
        outings: Outings,
        window: MainWindow,
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(window)
        self._background = background
        self._outings = outings
        self._window = window
        self._failed = failed
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, Leaving):
            way, page = (Way.PRINTED if event.is_printed else Way.SAVED), self._window.current
            self._background.run(
                Lane.STORE, lambda: self._outings.note(way, page), _noted, self._failed
            )
            return True
        return False


def _noted(_: object) -> None:
    """Nothing to tell anybody."""
