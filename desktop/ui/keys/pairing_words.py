"""The words that two screens must show alike, large enough to be read across a table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.kit import Flow, Secondary, Text, column


class PairingWords(QWidget):
    """Shows words to compare, or what is being waited for."""

    def __init__(self, *, waiting: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.cells: list[Text] = []
        self._line = Flow(gap=24)
        self._waiting = Text(waiting)
        self._ask = Secondary(
            self.tr("Ces mots doivent être les mêmes sur l’autre écran, et dans le même ordre.")
        )
        self.setLayout(column(self._waiting, self._line, self._ask, gap=12))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._render()

    @property
    def words(self) -> tuple[str, ...]:
        return self._words

    def show_words(self, words: tuple[str, ...]) -> None:
        if words != self._words:
            self._words = words
            self._render()

    def _render(self) -> None:
        self._line.clear()
        self.cells = [Text(word, kind="title", wrap=False) for word in self._words]
        for cell in self.cells:
            self._line.add(cell)
        self._waiting.setVisible(not self._words)
        self._line.setVisible(bool(self._words))
        self._ask.setVisible(bool(self._words))
        said = " ".join(self._words)
        self.setAccessibleName(self.tr("Mots à comparer\u00a0: {0}").format(said) if said else "")
