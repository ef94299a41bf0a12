"""The one window in sight: another takes its place where it stood."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget


class InSight(QObject):
    """Shows a window at a time, and says when it is closed by hand."""

    closed = Signal()
    """The person closed the window."""
    drawn = Signal()
    """Once: the first window was drawn."""

    def __init__(self, may_close: Callable[[], bool], parent: QObject | None = None) -> None:
        """``may_close`` is asked each time; a window that may not stays, and nothing is said."""
        super().__init__(parent)
        self._may_close = may_close
        self._window: QWidget | None = None
        self._is_drawn = False

    @property
    def window(self) -> QWidget | None:
        """What is in sight."""
        return self._window

    @property
    def has_drawn(self) -> bool:
        """Whether the first window was drawn."""
        return self._is_drawn

    def show(self, window: QWidget | None) -> None:
        """Put this window in place of the one before, or none."""
        former, self._window = self._window, window
        if window is not None:
            if former is not None:
                window.setGeometry(former.geometry())
            elif not window.testAttribute(Qt.WidgetAttribute.WA_Resized):  # else it has its place
                window.resize(1366, 768)
            window.show()
        if former is not None:
            former.removeEventFilter(self)
            former.hide()
            former.deleteLater()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() is QEvent.Type.Close:
                if not self._may_close():
                    event.ignore()
                    return True
                self.closed.emit()
            elif event.type() is QEvent.Type.Paint and not self._is_drawn:
                self._is_drawn = True
                QTimer.singleShot(0, self, self.drawn.emit)
        return False
