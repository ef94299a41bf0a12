"""Buttons that say their key: primary, secondary, link, icon, and a row of exclusive ones."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.ui.theme import current_tokens, icon

THIN_SPACE = "\u2009"


class KitButton(QPushButton):
    """A push button that shows its shortcut, answers Enter, and keeps its icon in the theme."""

    kind = "secondary"

    def __init__(
        self,
        text: str,
        *,
        shortcut: str = "",
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = text
        self._icon_name = icon_name
        self._key = QKeySequence(shortcut)
        self.setProperty("kind", self.kind)
        self.setAutoDefault(True)
        self.setDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self._show_words()
        self._draw_icon()

    def set_words(self, text: str) -> None:
        """Changes the words without losing the shortcut shown beside them."""
        self._words = text
        self.setAccessibleName(text)
        self._show_words()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._draw_icon()

    def icon_colour(self) -> str:
        return current_tokens().ink

    def _show_words(self) -> None:
        # An ampersand in a name is a letter here, not a mnemonic.
        words = self._words.replace("&", "&&")
        if self._icon_name:
            # Fusion leaves four pixels beside an icon, at any text size.
            words = f"{THIN_SPACE}{words}"
        if self._key.isEmpty():
            self.setText(words)
            return
        self.setText(f"{words}  {shown_key(self._key)}")
        self.setShortcut(self._key)

    def _draw_icon(self) -> None:
        if self._icon_name:
            side = current_tokens().text_px(16)
            self.setIcon(icon(self._icon_name, self.icon_colour(), side, self.devicePixelRatioF()))
            self.setIconSize(QSize(side, side))


def shown_key(key: QKeySequence) -> str:
    """« Ctrl+↵ », as the guide writes it; on a Mac, the signs of its keys."""
    return _key_text(key).replace("Return", "↵").replace("Enter", "↵")


def _key_text(key: QKeySequence) -> str:
    # Elsewhere « as this system writes it » would follow the words of Qt: « Ctrl+Maj+A ».
    formats = QKeySequence.SequenceFormat
    return key.toString(formats.NativeText if sys.platform == "darwin" else formats.PortableText)


def answer_main_key(form: QWidget, button: KitButton) -> None:
    """Ctrl+Enter presses the button from anywhere in its form: several may be open in a page."""
    here = Qt.ShortcutContext.WidgetWithChildrenShortcut
    for key in ("Ctrl+Return", "Ctrl+Enter"):
        QShortcut(QKeySequence(key), form, context=here).activated.connect(button.click)


class SecondaryButton(KitButton):
    """Anything that may be done here beside the primary act."""

    kind = "secondary"


class DangerButton(KitButton):
    """For what takes something away; it is still undone through the `UndoBar`."""

    kind = "danger"

    def icon_colour(self) -> str:
        return current_tokens().danger


class PrimaryButton(KitButton):
    """The one thing to do here. At most one in a card."""

    kind = "primary"

    def icon_colour(self) -> str:
        return current_tokens().on_primary

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        # A ring of the button's own colour would not be seen: it is drawn inside, in its ink.
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_tokens().on_primary), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 5, 5)


class LinkButton(KitButton):
    """A quiet act among words: « Clé de secours papier… »."""

    kind = "link"

    def icon_colour(self) -> str:
        return current_tokens().primary


class IconButton(KitButton):
    """A drawing alone; its words are the accessible name and the tooltip."""

    kind = "icon"

    def __init__(
        self, icon_name: str, words: str, *, shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(words, shortcut=shortcut, icon_name=icon_name, parent=parent)

    def set_icon(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._draw_icon()

    def _show_words(self) -> None:
        key = _key_text(self._key)
        self.setToolTip(f"{self._words} ({key})" if key else self._words)
        self.setShortcut(self._key)


class SearchButton(KitButton):
    """Looks like a field and opens the search. Its key belongs to the window: here it is shown."""

    kind = "search"

    def __init__(self, text: str, *, shown_key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, icon_name="search", parent=parent)
        self.setText(f"{text}        {shown_key}")

    def icon_colour(self) -> str:
        return current_tokens().secondary


class Segments(QWidget):
    """A few exclusive choices side by side: « Jour », « Semaine »."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, str]],
        *,
        value: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (key, words); `name` is what a screen reader says for the whole."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for key, words in choices:
            layout.addWidget(self._segment(name, key, words))
        layout.addStretch(1)
        self.set_value(value or choices[0][0])
        self._group.buttonClicked.connect(lambda _: self.chosen.emit(self.value))

    @property
    def value(self) -> str:
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_value(self, key: str) -> None:
        self._buttons[key].setChecked(True)

    def _segment(self, name: str, key: str, words: str) -> QPushButton:
        button = QPushButton(words.replace("&", "&&"))
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setAccessibleName(words)
        button.setAccessibleDescription(name)
        self._group.addButton(button)
        self._buttons[key] = button
        return button
