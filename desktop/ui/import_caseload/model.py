"""Feeds the lists of the preview: a stretch of rows at a time, made when they are looked at."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.ui.kit import KEY_ROLE, ROW_ROLE, Row

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
STRETCH = 200


class LazyRows(QAbstractListModel):
    """Rows made from the items of a plan; 5,000 of them cost nothing until they are scrolled to."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: Sequence[object] = ()
        self._make: Callable[[int], Row] = lambda at: Row(at, "")
        self._shown = 0

    def show(self, items: Sequence[T], make: Callable[[T], Row]) -> None:
        """Shows another plan. The same items again change only what rows say."""
        self._make = lambda at: make(items[at])
        if items is self._items:
            self._say_again()
            return
        self.beginResetModel()
        self._items = items
        self._shown = min(STRETCH, len(items))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._shown

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._shown < len(self._items)

    def fetchMore(self, parent: Index) -> None:
        more = min(STRETCH, len(self._items) - self._shown)
        if parent.isValid() or more <= 0:
            return
        self.beginInsertRows(QModelIndex(), self._shown, self._shown + more - 1)
        self._shown += more
        self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= self._shown:
            return None
        row = self._make(index.row())
        answers = {
            int(Qt.ItemDataRole.DisplayRole): row.title,
            int(Qt.ItemDataRole.AccessibleTextRole): row.spoken,
            int(Qt.ItemDataRole.ToolTipRole): row.subtitle,
            ROW_ROLE: row,
            KEY_ROLE: row.key,
        }
        return answers.get(int(role))

    def find(self, key: Hashable) -> QModelIndex:
        """The index of a row already fetched, or one that is not valid."""
        for at in range(self._shown):
            if self._make(at).key == key:
                return self.index(at)
        return QModelIndex()

    def _say_again(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(self._shown - 1))
