"""Looks at the lease when the laptop unlocks, each hour, and when the office was heard."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.lease import Lease, LeaseState
from desktop.ui.background import Background, Lane

_HOUR_MS = 3_600_000


class LeaseWatch(QObject):
    """``changed`` with where this laptop stands."""

    changed = Signal(object)
    """``LeaseState``."""
    failed = Signal(object)

    def __init__(self, background: Background, lease: Lease, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._lease = lease
        self._timer = QTimer(self)
        self._timer.setInterval(_HOUR_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and each hour."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more: the laptop is being locked."""
        self._timer.stop()

    def look(self) -> None:
        """Count the days without the office."""
        self._ask(self._lease.look)

    def renew(self) -> None:
        """The office was heard."""
        self._ask(self._lease.renew)

    def _ask(self, read: Callable[[], LeaseState]) -> None:
        self._background.run(Lane.STORE, read, self._tell, self._tell_failure)

    # Methods, not `emit`: a lane can tell that a method's owner is gone.

    def _tell(self, state: LeaseState) -> None:
        self.changed.emit(state)

    def _tell_failure(self, failure: Exception) -> None:
        self.failed.emit(failure)
