"""Keeps the focused field in sight: Qt does so for the Tab key, not when a page moves the focus."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

_MARGIN_PX = 32


class FocusFollower(QObject):
    """Scrolls an area to whatever takes the keyboard in it."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show_focused)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._area.isAncestorOf(now):
            # A page that was just unfolded has its place only once it has been laid out.
            self._timer.start(0)

    def _show_focused(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self._area.isAncestorOf(focused):
            self._area.ensureWidgetVisible(focused, _MARGIN_PX, _MARGIN_PX)
