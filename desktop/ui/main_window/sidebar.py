"""The left edge of the window: who is here, where to go, the state of the office, the lock."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.labels import Secondary, Text
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.sync_status import SyncStatus
from desktop.ui.theme import Tokens, current_tokens, icon_pixmap

WIDE_PX = 208
_SIDE = 18


class Sidebar(QFrame):
    """Wide with words, or narrow with icons and tooltips; the window decides which."""

    section_asked = Signal(str)
    lock_asked = Signal()

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "sidebar")
        self._brand = Text(self.tr("Coffre"), kind="brand", wrap=False)
        self._who = Secondary(small=True)
        self.status = SyncStatus()
        self.discreet = SidebarButton(self.tr("Mode discret"), "F8", "eye-off")
        self.discreet.setCheckable(True)
        self.discreet.hide()
        self.lock = SidebarButton(self.tr("Verrouiller"), "Ctrl+L", "lock-keyhole")
        self.lock.clicked.connect(self.lock_asked)
        self.buttons = {
            section.key: SidebarButton(section.title, f"Ctrl+{section.number}", section.icon)
            for section in sections
            if section.number is not None
        }
        for key, button in self.buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.section_asked.emit(key))
        self._lay_out()
        self._is_narrow = False
        self.set_narrow(False)

    @property
    def is_narrow(self) -> bool:
        return self._is_narrow

    def set_narrow(self, narrow: bool) -> None:
        self._is_narrow = narrow
        for words in (self._brand, self._who):
            words.setVisible(not narrow)
        for button in (*self.buttons.values(), self.discreet, self.lock):
            button.set_narrow(narrow)
        self.status.set_narrow(narrow)
        self.setFixedWidth(self.width_when(narrow=narrow))

    def width_when(self, *, narrow: bool) -> int:
        tokens = current_tokens()
        if narrow:
            return tokens.text_px(_SIDE) + 2 * 10 + 2 * 12 + 1
        # Wide enough for the longest section beside its key, at any text size.
        longest = max(
            button.wide_px() for button in (*self.buttons.values(), self.discreet, self.lock)
        )
        return max(WIDE_PX, longest + 2 * 12 + 1)

    def show_who(self, name_and_job: str) -> None:
        self._who.setText(name_and_job)

    def show_discreet(self, discreet: bool) -> None:
        """Shown only while it is on: pressing it shows the names again."""
        self.discreet.setChecked(discreet)
        self.discreet.setVisible(discreet)

    def show_current(self, key: str) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name == key)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 16, 12, 16)
        layout.setSpacing(2)
        for words in (self._brand, self._who):
            words.setContentsMargins(10, 0, 0, 0)
            layout.addWidget(words)
        layout.addSpacing(14)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.discreet)
        layout.addWidget(self.status)
        layout.addSpacing(8)
        layout.addWidget(self.lock)


class SidebarButton(QAbstractButton):
    """A line of the sidebar: words and their key, or an icon with a tooltip."""

    def __init__(self, words: str, key: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._icon_name = icon_name
        self._is_narrow = False
        self.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_narrow(self, narrow: bool) -> None:
        self._is_narrow = narrow
        self.setToolTip(f"{self.text()} ({self._key})" if narrow else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        tokens = current_tokens()
        height = self.fontMetrics().height() + 18
        if self._is_narrow:
            return QSize(tokens.text_px(_SIDE) + 20, height)
        return QSize(self.wide_px(), height)

    def wide_px(self) -> int:
        """Return how wide its words and its key are, also while only its icon shows."""
        words = self._width(self._word_font(bold=True), self.text())
        return words + self._width(self._key_font(current_tokens()), self._key) + 2 * 10 + 16

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, tokens)
        if self._is_narrow:
            self._paint_icon(painter, tokens)
        else:
            self._paint_words(painter, tokens)

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(tokens.primary_soft if self.isChecked() else tokens.sunken))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.primary), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _paint_icon(self, painter: QPainter, tokens: Tokens) -> None:
        side = tokens.text_px(_SIDE)
        colour = tokens.primary if self.isChecked() else tokens.ink
        drawn = icon_pixmap(self._icon_name, colour, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)

    def _paint_words(self, painter: QPainter, tokens: Tokens) -> None:
        box = self.rect().adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._word_font(bold=self.isChecked()))
        painter.setPen(QColor(tokens.primary if self.isChecked() else tokens.ink))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(self._key_font(tokens))
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, self._key)

    def _word_font(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def _key_font(self, tokens: Tokens) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(tokens.text_px(11))
        return font

    @staticmethod
    def _width(font: QFont, text: str) -> int:
        return QFontMetrics(font).horizontalAdvance(text)
