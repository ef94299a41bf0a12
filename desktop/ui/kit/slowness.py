"""What is waited for is said to be on its way, but not for the blink of an eye."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

SLOW_MS = 300


class Slowness(QTimer):
    """Shows some words once a wait has lasted, and hides them when it is over."""

    def __init__(self, words: QWidget) -> None:
        super().__init__(words)
        self._words = words
        self.setSingleShot(True)
        self.setInterval(SLOW_MS)
        self.timeout.connect(words.show)
        words.hide()

    def watch(self, *, is_waiting: bool) -> None:
        """Tells how it is now."""
        if not is_waiting:
            self.stop()
            self._words.hide()
        elif self._words.isHidden() and not self.isActive():
            self.start()
