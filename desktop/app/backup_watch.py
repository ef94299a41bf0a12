"""Copies the vault by itself: once a day, after a synchronisation or once nobody writes any more.

One copy at a time, on a lane of its own; a synchronisation has it stop, and it begins again after.
"""

import threading

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.snapshots import CopyStopped, Snapshot, Snapshots
from desktop.ui.background import Background, Lane

_QUIET_MS = 180_000
"""How long nothing is written before a copy is thought of."""


class BackupWatch(QObject):
    """``changed`` when a copy was made, or could not be."""

    changed = Signal()

    def __init__(
        self, background: Background, snapshots: Snapshots, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._snapshots = snapshots
        self._stop: threading.Event | None = None
        self._is_asked = False
        self._is_to_look = False
        self._is_looking = False
        self._is_held = False
        self._is_over = False
        self._timer = QTimer(self)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self.look)
        self.failure: Exception | None = None
        """Why the last copy was not made; ``None`` when it was."""

    @property
    def is_copying(self) -> bool:
        """Whether a copy is being made, or waits for a synchronisation to end."""
        return self._stop is not None or self._is_asked

    def start(self) -> None:
        """Look once it is quiet."""
        self._timer.start()

    def tell_written(self) -> None:
        """Somebody writes: wait until it is quiet again."""
        if not self._is_over:
            self._timer.start()

    def hold(self) -> None:
        """A synchronisation begins: a copy that is being made stops, to be made after it."""
        self._is_held = True
        if self._stop is not None:
            self._stop.set()

    def release(self) -> None:
        """The synchronisation is over."""
        if self._is_held:
            self._is_held = False
            self.look()

    def close(self) -> None:
        """No more copies: the laptop is being locked."""
        self._is_over = True
        self._timer.stop()
        if self._stop is not None:
            self._stop.set()

    def look(self) -> None:
        """Make a copy if one is due."""
        self._is_to_look = True
        self._go_on()

    def make_now(self) -> None:
        """Somebody asked for a copy of what there is: it is made, now or as soon as may be."""
        if not self._is_over:
            self._is_asked = True
            self._go_on()
            self.changed.emit()

    def _go_on(self) -> None:
        """Begin what is wanted, unless something is under way or goes first."""
        if self._stop is not None or self._is_looking or self._is_held or self._is_over:
            return
        if self._is_asked:
            self._is_asked = False
            self._copy(None)
        elif self._is_to_look:
            self._is_to_look, self._is_looking = False, True
            self._background.run(Lane.STORE, self._snapshots.due, self._due, self._not_known)

    def _due(self, mark: str | None) -> None:
        self._is_looking = False
        if mark is None:
            self._go_on()
        elif self._is_held or self._is_asked:
            self.look()
        elif not self._is_over:
            self._copy(mark)

    def _copy(self, mark: str | None) -> None:
        stop = self._stop = threading.Event()
        self.changed.emit()
        self._background.run(
            Lane.COPY,
            lambda: self._snapshots.make(stop.is_set),
            lambda made: self._made(made, mark),
            lambda failure: self._not_made(failure, mark),
        )

    def _made(self, made: Snapshot | None, mark: str | None) -> None:
        self._stop = None
        self.failure = None
        if made is not None and mark is not None and not self._is_over:
            snapshots = self._snapshots
            self._background.run(
                Lane.STORE, lambda: snapshots.note_made(mark), _nothing, self._tell
            )
        self._go_on()
        self.changed.emit()

    def _not_made(self, failure: Exception, mark: str | None) -> None:
        self._stop = None
        if isinstance(failure, CopyStopped):
            self._is_asked = self._is_asked or mark is None
            self._is_to_look = True
        else:
            self.failure = failure
        self._go_on()
        self.changed.emit()

    def _not_known(self, failure: Exception) -> None:
        self._is_looking = False
        self._go_on()
        self._tell(failure)

    def _tell(self, failure: Exception) -> None:
        """A copy is not made, or is not known to be."""
        self.failure = failure
        self.changed.emit()


def _nothing(_: object) -> None:
    """Nothing to tell anybody."""
