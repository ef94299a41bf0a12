"""The owner of an open laptop is no longer at it: nobody has touched it, or she goes."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop.ui.idle import IdleWatch, Stillness
from desktop.ui.session_watch import SessionWatch


class Absence(QObject):
    """Watches while the laptop is open."""

    began = Signal()
    """It is time to lock."""

    def __init__(
        self, app: QGuiApplication, lock_after_min: int, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._idle = IdleWatch(app, Stillness(lock_after_min * 60.0), self)
        self._idle.idle.connect(self.began)
        self._going = SessionWatch(parent=self)
        self._going.leaving.connect(self.began)

    def start(self) -> None:
        """From now on the laptop is open."""
        self._idle.start()
        self._going.start()

    def stop(self) -> None:
        """Watch no more; safe to call twice."""
        self._idle.stop()
        self._going.stop()

    def set_delay(self, minutes: int) -> None:
        """Change how long nobody may touch it."""
        self._idle.set_delay(minutes)
