"""Keeps what is typed within two seconds, one save at a time, for the view-model of a page."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.errors import DiskFull
from desktop.ui.background import Background, Lane

AUTOSAVE_MS = 1_500
"""From the first letter not kept yet, not the last: typing without a pause is kept too."""
RETRY_MS = 10_000
"""After a save that failed (a full disk)."""


class Autosave(QObject):
    """Hands what is typed to the store's lane, which does things in the order they are asked."""

    kept = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """An exception; the save is tried again by itself."""

    def __init__(
        self,
        background: Background,
        to_keep: Callable[[], Callable[[], object]],
        parent: QObject | None = None,
    ) -> None:
        """``to_keep`` returns the work that keeps what is typed at this moment."""
        super().__init__(parent)
        self._background = background
        self._to_keep = to_keep
        self._is_dirty = False
        self._in_flight = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save_when_free)

    @property
    def is_dirty(self) -> bool:
        """Whether something typed has not been handed to the store yet."""
        return self._is_dirty

    def typed(self) -> None:
        """Something was typed: it is in the store two seconds later at most."""
        self._is_dirty = True
        self._wait(AUTOSAVE_MS)

    def flush(self) -> None:
        """Hands over now what is not kept yet: the page is left, the laptop locks."""
        self._timer.stop()
        if self._is_dirty:
            self._save()

    def settle(self) -> None:
        """There is nothing to keep any more: it was saved, or thrown away."""
        self._timer.stop()
        self._is_dirty = False

    def _save_when_free(self) -> None:
        # One save in flight at a time: its answer starts the next one.
        if self._is_dirty and not self._in_flight:
            self._save()

    def _save(self) -> None:
        self._is_dirty = False
        self._in_flight += 1
        self._background.run(Lane.STORE, self._to_keep(), self._kept, self._failed)

    def _kept(self, value: object) -> None:
        self._in_flight -= 1
        if self._is_dirty:
            self._wait(AUTOSAVE_MS)
        self.kept.emit(value)

    def _failed(self, failure: Exception) -> None:
        self._in_flight -= 1
        self._is_dirty = True
        # A disk that was full and gave its reserve up takes these words now.
        is_relieved = isinstance(failure, DiskFull) and failure.is_relieved
        self._wait(AUTOSAVE_MS if is_relieved else RETRY_MS)
        self.failed.emit(failure)

    def _wait(self, delay_ms: int) -> None:
        if not self._timer.isActive():
            self._timer.start(delay_ms)
