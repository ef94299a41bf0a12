"""The cells of the agenda as a list: what the keyboard walks and a screen reader reads."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.agenda.cells import Cell
from desktop.ui.kit.rows import KEY_ROLE

Index = QModelIndex | QPersistentModelIndex


class CellsModel(QAbstractListModel):
    """A few hundred cells at most, held in memory, in reading order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: tuple[Cell, ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self._cells

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._cells[index.row()]
        answers = {
            int(Qt.ItemDataRole.DisplayRole): cell.title,
            int(Qt.ItemDataRole.AccessibleTextRole): cell.spoken,
            int(Qt.ItemDataRole.ToolTipRole): cell.spoken,
            KEY_ROLE: cell.key,
        }
        return answers.get(int(role))

    def cell(self, index: Index) -> Cell | None:
        """Return what stands there, if anything."""
        return self._cells[index.row()] if index.isValid() else None

    def find(self, key: str) -> QModelIndex:
        """Return where a cell is; nowhere when it is gone."""
        for at, cell in enumerate(self._cells):
            if cell.key == key:
                return self.index(at)
        return QModelIndex()

    def show(self, cells: Sequence[Cell]) -> bool:
        """Become these cells; return False when the same things stand in the same order.

        Then only what is told of them changes, and the highlighted cell stays highlighted.
        """
        before, self_keys = self._cells, [cell.key for cell in self._cells]
        if self_keys != [cell.key for cell in cells]:
            self.beginResetModel()
            self._cells = tuple(cells)
            self.endResetModel()
            return True
        self._cells = tuple(cells)
        for at, (old, new) in enumerate(zip(before, self._cells, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at), self.index(at))
        return False
