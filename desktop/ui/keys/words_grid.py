"""The 24 words of a paper key, shown or typed, numbered and in the order of the paper."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from desktop.ui.keys.words import WORD_COUNT, split_words
from desktop.ui.kit import LineField, Text
from desktop.ui.kit.polish import repolish

COLUMNS = 4
_PASTED_LIMIT = 4096
_CELL_PX = 96


class ShownWords(QWidget):
    """The words to copy. They cannot be selected: a clipboard keeps what passes through it."""

    def __init__(self, parent: QWidget | None = None, *, count: int = WORD_COUNT) -> None:
        super().__init__(parent)
        self.cells = [Text(kind="strong", wrap=False) for _ in range(count)]
        _fill(self, list(self.cells))

    def show_words(self, words: tuple[str, ...]) -> None:
        for place, cell in enumerate(self.cells):
            word = words[place] if place < len(words) else ""
            cell.setText(word)
            cell.setAccessibleName(self.tr("Mot {0}\u00a0: {1}").format(place + 1, word))


class WordCell(LineField):
    """One word. Space goes on to the next; backspace in an empty one goes back."""

    left = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__(limit=_PASTED_LIMIT)
        self.setAccessibleName(name)
        # Neither spelling nor learning: an input method must not remember these words.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.left.emit(1)
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.left.emit(-1)
        else:
            super().keyPressEvent(event)


class WordsField(QWidget):
    """The words to type back. A paste of several words fills the cells that follow."""

    value_changed = Signal(object)
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None, *, count: int = WORD_COUNT) -> None:
        super().__init__(parent)
        self.cells = [WordCell(self.tr("Mot {0}").format(place)) for place in range(1, count + 1)]
        self._is_filling = False
        for at, cell in enumerate(self.cells):
            cell.value_changed.connect(lambda _, at=at: self._typed(at))
            cell.left.connect(lambda step, at=at: self._go(at + step))
            cell.returnPressed.connect(lambda at=at: self._enter(at))
        _fill(self, list(self.cells))
        self.setFocusProxy(self.cells[0])

    @property
    def value(self) -> tuple[str, ...]:
        return tuple(cell.value for cell in self.cells)

    def set_value(self, words: tuple[str, ...]) -> None:
        """Shows these words without telling anybody."""
        self._is_filling = True
        for at, cell in enumerate(self.cells):
            cell.set_value(words[at] if at < len(words) else "")
        self._is_filling = False

    def point_at(self, place: int | None) -> None:
        """Marks one word as the wrong one and brings the keyboard there."""
        for at, cell in enumerate(self.cells, start=1):
            is_wrong = at == place
            if bool(cell.property("problem")) != is_wrong:
                cell.setProperty("problem", is_wrong)
                cell.setAccessibleDescription(self.tr("À relire") if is_wrong else "")
                repolish(cell)
                if is_wrong:
                    cell.setFocus()
                    cell.selectAll()

    def _typed(self, at: int) -> None:
        if self._is_filling:
            return
        words = split_words(self.cells[at].text())
        if len(words) > 1:
            self._spread(at, words)
        self.value_changed.emit(self.value)

    def _spread(self, at: int, words: tuple[str, ...]) -> None:
        self._is_filling = True
        cells = self.cells[at:] if len(words) < len(self.cells) else self.cells
        for cell, word in zip(cells, words, strict=False):
            cell.set_value(word)
        self._is_filling = False
        self._go(min(self.cells.index(cells[0]) + len(words), len(self.cells)) - 1)

    def _enter(self, at: int) -> None:
        if at == len(self.cells) - 1:
            self.submitted.emit()
        else:
            self._go(at + 1)

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.cells):
            self.cells[at].setFocus()
            self.cells[at].selectAll()


def _fill(parent: QWidget, cells: list[QWidget]) -> None:
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    for at, cell in enumerate(cells):
        row, column = divmod(at, COLUMNS)
        number = Text(f"{at + 1}", kind="small", wrap=False)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if isinstance(cell, QLineEdit):
            cell.setMinimumWidth(_CELL_PX)
            number.setBuddy(cell)
        grid.addWidget(number, row, 2 * column)
        grid.addWidget(cell, row, 2 * column + 1)
        grid.setColumnStretch(2 * column + 1, 1)
