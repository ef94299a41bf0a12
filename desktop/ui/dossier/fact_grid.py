"""Names and values in two columns, as on the first page of a paper file."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.kit import Text, clear_layout


class FactGrid(QWidget):
    """Shows the facts that are known; what is not known takes no place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return self._facts

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        known = tuple((name, value) for name, value in facts if value)
        if known == self._facts:
            return
        self._facts = known
        clear_layout(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for at, (name, value) in enumerate(known):
            said = Text(value)
            said.setAccessibleName(name)
            said.setAccessibleDescription(value)
            self._grid.addWidget(Text(name, kind="secondary"), at, 0, top)
            self._grid.addWidget(said, at, 1, top)
        self.setVisible(bool(known))
