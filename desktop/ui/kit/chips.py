"""Several choices among a few: chips that wrap over lines and answer the keyboard."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.ui.kit.layout import Flow


class Chip(QPushButton):
    """One choice; when taken it says so with a tick and a heavier word, not by colour alone."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.toggled.connect(self._say)
        self._say(False)

    def _say(self, taken: bool) -> None:
        words = self._words.replace("&", "&&")
        self.setText(f"✓ {words}" if taken else words)


class Chips(QWidget):
    """A multiple choice. Arrows move between chips, Space takes or leaves one."""

    value_changed = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]] = (),
        *,
        value: Iterable[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._flow = Flow(gap=6)
        self._chips: dict[str, Chip] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._flow)
        self.set_choices(choices, value=value)

    @property
    def value(self) -> frozenset[str]:
        return frozenset(key for key, chip in self._chips.items() if chip.isChecked())

    def set_choices(self, choices: Sequence[tuple[str, str]], *, value: Iterable[str] = ()) -> None:
        self._flow.clear()
        self._chips = {key: Chip(words) for key, words in choices}
        for chip in self._chips.values():
            chip.clicked.connect(lambda _: self.value_changed.emit(self.value))
            chip.setAccessibleDescription(self.accessibleName())
            self._flow.add(chip)
        self.set_value(value)

    def set_value(self, value: Iterable[str]) -> None:
        taken = frozenset(value)
        for key, chip in self._chips.items():
            chip.setChecked(key in taken)

    def setAccessibleName(self, name: str) -> None:
        """The name of the whole is what each chip is described with."""
        super().setAccessibleName(name)
        for chip in self._chips.values():
            chip.setAccessibleDescription(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not a focus proxy: with one, the Tab key goes from the last chip to the first for ever.
        for first in list(self._chips.values())[:1]:
            first.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._move_focus(step):
            super().keyPressEvent(event)

    def _move_focus(self, step: int) -> bool:
        chips = list(self._chips.values())
        focused = next((at for at, chip in enumerate(chips) if chip.hasFocus()), None)
        if focused is None:
            return False
        chips[(focused + step) % len(chips)].setFocus(Qt.FocusReason.TabFocusReason)
        return True
