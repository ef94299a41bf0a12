"""Surfaces: the card, the violet-edged private frame, and a small fact."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from desktop.ui.kit.labels import Heading, Level, Text
from desktop.ui.kit.layout import CARD_GAP, GRID, slack
from desktop.ui.theme import current_tokens, icon_pixmap


class Card(QFrame):
    """A white surface with an optional title and actions at its right.

    Fill it with `card.body.addWidget(...)`, or `card.add(...)`.
    """

    def __init__(
        self, title: str = "", *, actions: tuple[QWidget, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(CARD_GAP, CARD_GAP, CARD_GAP, CARD_GAP)
        self._outer.setSpacing(12)
        self.heading = Heading(title, Level.SUBHEADING)
        self._head = QHBoxLayout()
        self._head.setSpacing(GRID)
        self._head.addWidget(self.heading, 1)
        for action in actions:
            self._head.addWidget(action, 0, Qt.AlignmentFlag.AlignTop)
        self._outer.addLayout(self._head)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        self._outer.addLayout(self.body)
        self._outer.addStretch()
        self.set_title(title)

    def set_title(self, title: str) -> None:
        self.heading.setText(title)
        self.heading.setVisible(bool(title))
        self.setAccessibleName(title)

    def add(self, part: QWidget | QLayout, stretch: int = 0) -> None:
        """Adds below what is there; with `stretch` the part takes the spare height."""
        if isinstance(part, QWidget):
            self.body.addWidget(part, stretch)
        else:
            self.body.addLayout(part, stretch)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._share_height()
        return super().event(event)

    def _share_height(self) -> None:
        """Spare height stays at the foot of the card unless something in it wants to grow."""
        grows = bool(self.body.expandingDirections() & Qt.Orientation.Vertical)
        self._outer.setStretchFactor(self.body, int(grows))


class PrivateFrame(QFrame):
    """What only its author can read: violet edge, a lock, and the words that say so."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "private")
        self.setAccessibleName(words)
        self._lock = QLabel()
        self.label = Text(words, kind="sealed")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._lock, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.label, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(CARD_GAP, CARD_GAP, CARD_GAP, CARD_GAP)
        outer.setSpacing(GRID)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        outer.addLayout(self.body, 1)
        self._draw_lock()

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Adds a field; a text field is tinted violet and named after the words."""
        widget.setProperty("sealed", True)
        self.label.setBuddy(widget)
        self.body.addWidget(widget, stretch)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw_lock()

    def _draw_lock(self) -> None:
        tokens = current_tokens()
        self._lock.setPixmap(
            icon_pixmap("lock", tokens.private, tokens.text_px(14), self.devicePixelRatioF())
        )


class Fact(QFrame):
    """One small boxed fact: « Dernier contact · 3 nov. »."""

    def __init__(self, name: str, value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "fact")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, GRID, 10, GRID)
        layout.setSpacing(0)
        self._name = name
        self._value = Text()
        self._value.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(Text(name, kind="field"))
        layout.addWidget(self._value)
        layout.addWidget(slack())
        self.set_value(value)

    def set_value(self, value: str) -> None:
        self._value.setText(value)
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(value)


class Figure(QWidget):
    """A number and what it counts: « Envoyées 43 »."""

    def __init__(self, name: str, value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.label = Text(name, kind="field")
        self._value = Text(kind="figure")
        layout.addWidget(self.label)
        layout.addWidget(self._value)
        self.set_value(value)

    def set_value(self, value: str) -> None:
        self._value.setText(value)
