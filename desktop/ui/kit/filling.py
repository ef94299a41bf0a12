"""Fields side by side that fill the line, and continue on the next one when they do not fit."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from desktop.ui.theme import current_tokens


class FillingLayout(QLayout):
    """Shares each line between its items in proportion to their least widths.

    `least` are pixels at 100 % of text size; they grow with the text, so that at 200 % a line of
    five fields becomes two.
    """

    def __init__(self, parent: QWidget, *, gap: int = 12) -> None:
        super().__init__(parent)
        self._items: list[tuple[QLayoutItem, int]] = []
        self._next_least = 0
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def add(self, widget: QWidget, least: int) -> None:
        self._next_least = least
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append((item, self._next_least))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index][0] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index)[0] if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(least for _, least in shown) + self.spacing() * max(len(shown) - 1, 0)
        return QSize(width, self.minimumSize().height())

    def minimumSize(self) -> QSize:
        smallest = QSize()
        for item, _ in self._shown():
            smallest = smallest.expandedTo(item.minimumSize())
        return smallest

    def _shown(self) -> list[tuple[QLayoutItem, int]]:
        tokens = current_tokens()
        return [
            (item, max(item.minimumSize().width(), tokens.text_px(least)))
            for item, least in self._items
            if not item.isEmpty()
        ]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, int]]]:
        lines: list[list[tuple[QLayoutItem, int]]] = []
        used = 0
        for item, least in self._shown():
            if lines and used + self.spacing() + least <= width:
                lines[-1].append((item, least))
                used += self.spacing() + least
            else:
                lines.append([(item, least)])
                used = least
        return lines

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for line in self._lines(rect.width()):
            y += self._place(line, rect, y, move=move) + self.spacing()
        return max(y - self.spacing() - rect.y(), 0)

    def _place(
        self, line: list[tuple[QLayoutItem, int]], rect: QRect, y: int, *, move: bool
    ) -> int:
        room = rect.width() - self.spacing() * (len(line) - 1)
        whole = sum(least for _, least in line) or 1
        widths = [max(room * least // whole, 1) for _, least in line]
        heights = [_height(item, width) for (item, _), width in zip(line, widths, strict=True)]
        x = rect.x()
        if move:
            for (item, _), width, height in zip(line, widths, heights, strict=True):
                # Its own height: a sentence under one field must not stretch its neighbours.
                item.setGeometry(QRect(QPoint(x, y), QSize(width, height)))
                x += width + self.spacing()
        return max(heights)


class FieldRow(QWidget):
    """A widget laid out by `FillingLayout`; each field comes with its least width."""

    def __init__(self, *fields: tuple[QWidget, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = FillingLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for field, least in fields:
            self._layout.add(field, least)


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return item.sizeHint().height()
