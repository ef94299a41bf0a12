"""A few words on a line, numbered, to be read aloud."""

from PySide6.QtWidgets import QWidget

from desktop.ui.kit import Flow, Strong, column


class WordLine(QWidget):
    """Shows the words of an identity; a screen reader says them in one breath."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._line = Flow(gap=16)
        self.setLayout(column(self._line))

    @property
    def words(self) -> tuple[str, ...]:
        return self._words

    def show_words(self, words: tuple[str, ...]) -> None:
        if words == self._words:
            return
        self._words = words
        self._line.clear()
        for place, word in enumerate(words, start=1):
            cell = Strong(f"{place}\u00a0{word}")
            cell.setWordWrap(False)
            self._line.add(cell)
        self.setAccessibleName(" ".join(words))
