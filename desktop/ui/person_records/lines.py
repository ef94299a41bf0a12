"""Lines of a card: a title and its mark, quiet words, texts, and one act."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.kit import (
    Flow,
    Mark,
    Pill,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    column,
    row,
    separator,
)


@dataclass(frozen=True)
class Line:
    """What one line says; `act` is the words of its button, if it has one."""

    key: str
    title: str
    about: str
    mark: Mark | None = None
    texts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Labels and words, those without words left out."""
    act: str = ""


class Lines(QWidget):
    """Keeps the widgets of lines that have not changed, so that the keyboard stays where it is."""

    acted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[Line, QWidget] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self._shown)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in the order of the lines."""
        made = self._shown.values()
        return tuple(b for widget in made for b in widget.findChildren(SecondaryButton))

    def button(self, key: str) -> SecondaryButton:
        """The button of a line."""
        line = next(line for line in self._shown if line.key == key)
        return self._shown[line].findChildren(SecondaryButton)[0]

    def show_lines(self, lines: Sequence[Line]) -> None:
        for gone in [held for held in self._shown if held not in lines]:
            widget = self._shown.pop(gone)
            self._layout.removeWidget(widget)
            widget.setParent(None)
            widget.deleteLater()
        ordered: dict[Line, QWidget] = {}
        for at, line in enumerate(lines):
            ordered[line] = self._shown.get(line) or self._made(line)
            self._layout.insertWidget(at, ordered[line])
        self._shown = ordered
        self.setVisible(bool(ordered))

    def _made(self, line: Line) -> QWidget:
        made = QWidget()
        layout = column(gap=4)
        layout.addLayout(_head(line))
        layout.addWidget(Secondary(line.about, small=True))
        for label, words in line.texts:
            if words:
                said = Text(words)
                said.setAccessibleName(label)
                said.setAccessibleDescription(words)
                layout.addWidget(Text(label, kind="field"))
                layout.addWidget(said)
        if line.act:
            button = SecondaryButton(line.act)
            button.setAccessibleName(f"{line.act}, {line.title}")
            button.clicked.connect(lambda _=False, key=line.key: self.acted.emit(key))
            layout.addWidget(Flow(button))
        layout.addWidget(separator())
        made.setLayout(layout)
        return made


def _head(line: Line) -> QHBoxLayout:
    """The title, and what it has come to at its right."""
    head = row(Strong(line.title), gap=12)
    head.setStretch(0, 1)
    if line.mark is not None:
        pill = Pill()
        pill.show_mark(line.mark)
        head.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
    return head
