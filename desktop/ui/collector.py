"""Cyclic garbage is collected on the window's thread, and nowhere else.

Python collects on whichever thread happens to allocate. A page that was let go of, collected by the
store's lane, would have its timers stopped from a foreign thread: Qt warns, and one day crashes. So
the automatic collection is off while the program runs, and a timer here does the same work.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Collects as often as Python would, from ``start`` to ``stop``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._was_enabled = False

    def start(self) -> None:
        """Take over from Python."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Collect a last time and give the work back."""
        self._timer.stop()
        gc.collect()
        if self._was_enabled:
            gc.enable()

    def look(self) -> None:
        """Collect the generations whose thresholds have passed."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def collect_all(self) -> None:
        """Collect everything soon, once what was asked to be deleted is: after a lock."""
        QTimer.singleShot(0, self, gc.collect)
