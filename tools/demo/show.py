"""The demonstration with a display: the real window, and the little one that chooses whose."""

import signal
from datetime import date

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app.application import Application
from desktop.config.clock import paris
from desktop.config.policy import Policy, read_policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.ui.lock import LockView
from desktop.ui.text import capitalised, day_long
from desktop.ui.text import clock as hour
from desktop.ui.theme import Theme
from tools.demo.control import Control
from tools.demo.days import DemoClock
from tools.demo.laptops import PASSPHRASE, home_of
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.team import HEROINE, read_team

_HEARTBEAT_MS = 200
_BESIDE_PX = 24


class Show(QObject):
    """One laptop open at a time, all of them on the same road."""

    def __init__(self, qt: QApplication, stage: Stage, road: Road, day: date) -> None:
        super().__init__()
        self._qt = qt
        self._stage = stage
        self._road = road
        self._clock = DemoClock(day)
        self._application: Application | None = None
        Theme(qt).install()
        said = capitalised(f"{day_long(day)}, {hour(paris(self._clock.now()))}")
        self.control = Control(read_team(), said, PASSPHRASE)
        self.control.laptop_wanted.connect(self.open_laptop)
        self.control.network_wanted.connect(self._set_network)
        self.control.closed.connect(qt.quit)

    @property
    def application(self) -> Application | None:
        """The Coffre in sight."""
        return self._application

    def run(self) -> int:
        """Show the windows until the control is closed or Ctrl+C is typed."""
        self.control.show()
        self.open_laptop(HEROINE)
        # Python hears Ctrl+C between two of its own instructions: Qt must let it run some.
        heartbeat = QTimer(self)
        heartbeat.timeout.connect(lambda: None)
        heartbeat.start(_HEARTBEAT_MS)
        former = signal.signal(signal.SIGINT, lambda *_: self._qt.quit())
        try:
            return int(self._qt.exec())
        finally:
            signal.signal(signal.SIGINT, former)
            self.close()

    def open_laptop(self, name: str) -> None:
        """Close the laptop in sight and open somebody's, at its lock, the passphrase typed."""
        self.close()
        application = Application(
            self._qt,
            home_of(self._stage.laptops, name),
            _policy(),
            self._clock,
            SystemRandom(),
            FLOOR,
        )
        self._application = application
        application.locked.connect(self._type_passphrase)
        # The person closed the window: the vault closes after the event has gone by.
        application.ended.connect(lambda: QTimer.singleShot(0, self, self.close))
        application.start()
        self._type_passphrase()
        self._stand_beside()

    def close(self) -> None:
        """Close the laptop in sight."""
        if self._application is not None:
            self._application.close()
            self._application = None

    def _type_passphrase(self) -> None:
        window = self._application.window if self._application else None
        if isinstance(window, LockView):
            window.field.line.setText(PASSPHRASE)

    def _set_network(self, is_open: bool) -> None:
        if is_open:
            self._road.open()
        else:
            self._road.cut()

    def _stand_beside(self) -> None:
        """Put the little window at the right of Coffre, where the screen allows."""
        window = self._application.window if self._application else None
        if window is None:
            return
        screen = window.screen().availableGeometry()
        left = window.frameGeometry().right() + _BESIDE_PX
        self.control.move(min(left, screen.right() - self.control.width()), screen.top() + 40)
        window.raise_()
        window.activateWindow()


def _policy() -> Policy:
    """Take of this computer's policy only whether it allows a short code."""
    return Policy(quick_unlock=read_policy().quick_unlock)
