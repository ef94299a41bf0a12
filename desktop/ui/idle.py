"""Locks the laptop that nobody touches: a village hall has many doors.

Keys and mouse are heard at the windows, not at the application: a filter written in Python and put
on every widget would be called for each paint of each of them.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.InputMethod,
    }
)
_LOOK_EVERY_S = 5.0


class Stillness:
    """How long nothing has moved, by two clocks.

    The steady clock stops while some laptops sleep; the wall clock may be set back. The longer of
    the two stretches counts: a laptop that slept through its delay wakes up locked.
    """

    def __init__(
        self,
        delay_s: float,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.delay_s = delay_s
        self._steady = steady
        self._wall = wall
        self.touch()

    def touch(self) -> None:
        """Somebody is there."""
        self._since_steady, self._since_wall = self._steady(), self._wall()

    @property
    def lasted_s(self) -> float:
        """Seconds since the last sign of life."""
        return max(self._steady() - self._since_steady, self._wall() - self._since_wall, 0.0)

    @property
    def left_s(self) -> float:
        """Seconds before the delay is over; 0 once it is."""
        return max(self.delay_s - self.lasted_s, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the delay has passed."""
        return self.lasted_s >= self.delay_s


class IdleWatch(QObject):
    """Listens to every window of the application while it is started; `idle` once per stillness."""

    idle = Signal()

    def __init__(
        self, app: QGuiApplication, stillness: Stillness, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._stillness = stillness
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._is_watching = False
        app.focusWindowChanged.connect(self._watch)

    @property
    def is_watching(self) -> bool:
        return self._is_watching

    def start(self) -> None:
        """From now on the laptop is open."""
        for window in self._app.topLevelWindows():
            self._watch(window)
        self._stillness.touch()
        self._is_watching = True
        self._plan()

    def stop(self) -> None:
        """The laptop is locked: nothing more to watch."""
        self._is_watching = False
        self._timer.stop()

    def set_delay(self, minutes: int) -> None:
        """Takes effect at once, counted from the last sign of life."""
        self._stillness.delay_s = minutes * 60.0
        self.look()

    def look(self) -> None:
        """Emits `idle` if the delay has passed, else looks again later."""
        if not self._is_watching:
            return
        if self._stillness.is_over:
            self.stop()
            self.idle.emit()
        else:
            self._plan()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.is_watching and event.type() in _SIGNS_OF_LIFE:
            # The first key after a night must not open what should have been locked.
            if self._stillness.is_over:
                self.look()
                return True
            self._stillness.touch()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # Installing a filter again only moves it: a window is never heard twice.
            window.installEventFilter(self)

    def _plan(self) -> None:
        """Short looks rather than one long wait: a timer sleeps with the laptop."""
        wait_s = min(self._stillness.left_s, _LOOK_EVERY_S)
        self._timer.start(max(round(wait_s * 1000), 1))
