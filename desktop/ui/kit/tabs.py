"""Pages behind underlined tabs, as in a person's dossier."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.ui.kit.layout import separator
from desktop.ui.theme import current_tokens


class Tabs(QWidget):
    """Left and right arrows move between tabs; `opened` carries the key of the shown one."""

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = _Bar()
        self.bar.setAccessibleName(name)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self._keys: list[str] = []
        self._pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(separator())
        layout.addSpacing(16)
        layout.addWidget(self._pages, 1)
        self.bar.currentChanged.connect(self._show)

    @property
    def current(self) -> str:
        return self._keys[self.bar.currentIndex()] if self._keys else ""

    def add(self, key: str, title: str, page: QWidget) -> None:
        self._keys.append(key)
        self._pages.addWidget(page)
        self.bar.addTab(title.replace("&", "&&"))

    def open(self, key: str) -> None:
        self.bar.setCurrentIndex(self._keys.index(key))

    def set_title(self, key: str, title: str) -> None:
        """For a count in the title: « Suivis (5) »."""
        self.bar.setTabText(self._keys.index(key), title.replace("&", "&&"))

    def _show(self, index: int) -> None:
        if 0 <= index < len(self._keys):
            self._pages.setCurrentIndex(index)
            self.opened.emit(self._keys[index])


class _Bar(QTabBar):
    """The row of titles, with the focus ring around the chosen one only."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_tokens().primary), 2))
        painter.drawRoundedRect(self.tabRect(self.currentIndex()).adjusted(1, 1, -5, -1), 4, 4)
