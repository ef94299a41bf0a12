"""A page about now: the hand of the clock moves on while somebody looks at it."""

from abc import abstractmethod

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.touched import Touched
from desktop.ui.background import Handle
from desktop.ui.changes import ChangeBoard

_MINUTE_MS = 60_000
_SLOW_MS = 300


class WatchedPage(QObject):
    """Reads when the page comes in sight, each minute until it leaves, and when something changes.

    The latest question alone is answered.
    """

    changed = Signal()

    def __init__(
        self, board: ChangeBoard, kinds: frozenset[str], parent: QObject | None = None
    ) -> None:
        """``kinds`` are those of which something is shown."""
        super().__init__(parent)
        self._kinds = kinds
        self._reading: Handle | None = None
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.refresh)
        board.changed.connect(self._hear)

    def wake(self) -> None:
        """The page is in sight."""
        self._minute.start()
        self.refresh()
        QTimer.singleShot(_SLOW_MS, self, self._admit_slowness)

    def rest(self) -> None:
        """The page has left."""
        self._minute.stop()

    def refresh(self) -> None:
        """Read again."""
        if self._reading is not None:
            self._reading.abandon()
        self._reading = self._read()

    @abstractmethod
    def _read(self) -> Handle:
        """Ask for what is shown."""

    @abstractmethod
    def _admit_slowness(self) -> None:
        """Say so, if nothing has been read yet."""

    def _hear(self, touched: frozenset[Touched]) -> None:
        if any(item.kind in self._kinds for item in touched):
            self.refresh()
