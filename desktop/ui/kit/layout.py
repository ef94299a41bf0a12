"""Layouts of the 8 px grid: rows, columns, chips that wrap, and pages that scroll."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

GRID = 8
CARD_GAP = 16
PAGE_MARGIN = 24
BoxLayout = TypeVar("BoxLayout", QHBoxLayout, QVBoxLayout)


def row(*widgets: QWidget, gap: int = GRID) -> QHBoxLayout:
    """A row without margins; add stretch where it should give."""
    layout = QHBoxLayout()
    return _filled(layout, widgets, gap)


def column(*widgets: QWidget, gap: int = GRID) -> QVBoxLayout:
    layout = QVBoxLayout()
    return _filled(layout, widgets, gap)


def clear_layout(layout: QLayout) -> None:
    """Take away what stands in a layout; its widgets are gone at once from what Tab meets."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.setParent(None)
            widget.deleteLater()


def separator() -> QFrame:
    """A hairline between two things."""
    line = QFrame()
    line.setProperty("kind", "separator")
    line.setFixedHeight(1)
    return line


def slack() -> QWidget:
    """Takes the height left over in a widget, without asking its parent for any.

    A widget, because Qt gives nothing to a spacer that does not expand.
    """
    nothing = QWidget()
    nothing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    nothing.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return nothing


def scrolling(content: QWidget) -> QScrollArea:
    """Lets a page be taller than the screen: it scrolls instead of clipping."""
    area = ScrollPage()
    area.setWidget(content)
    return area


class ScrollPage(QScrollArea):
    """A page that scrolls downwards only, and follows the keyboard focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def setWidget(self, widget: QWidget) -> None:
        super().setWidget(widget)
        # QScrollArea turns this on, which would paint the window's colour over a card's.
        widget.setAutoFillBackground(False)


class FlowLayout(QLayout):
    """Puts items side by side and continues on the next line, like words."""

    def __init__(
        self, parent: QWidget | None = None, gap: int = GRID, *, at_right: bool = False
    ) -> None:
        super().__init__(parent)
        self._at_right = at_right
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Everything on one line, if there is room for it."""
        hints = [item.sizeHint() for item in self._visible()]
        width = sum(hint.width() + self.spacing() for hint in hints) - self.spacing()
        height = max((hint.height() for hint in hints), default=0)
        return QSize(max(width, 0), height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        smallest = QSize()
        for item in self._items:
            smallest = smallest.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return smallest.grownBy(margins)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        inner = rect.marginsRemoved(self.contentsMargins())
        y = inner.y()
        for line in self._lines(inner.width()):
            height = max(size.height() for _, size in line)
            if move:
                self._place(line, inner, y, height)
            y += height + self.spacing()
        below = self.contentsMargins().bottom()
        return max(y - self.spacing(), inner.y()) - rect.y() + below

    def _lines(self, room: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._visible():
            size = item.sizeHint()
            size.setWidth(min(size.width(), room) if room > 0 else size.width())
            if not lines or used + size.width() > room:
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self.spacing()
        return lines

    def _place(
        self, line: list[tuple[QLayoutItem, QSize]], inner: QRect, y: int, height: int
    ) -> None:
        x = inner.x()
        if self._at_right:
            taken = sum(size.width() + self.spacing() for _, size in line) - self.spacing()
            x += max(inner.width() - taken, 0)
        for item, size in line:
            item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
            x += size.width() + self.spacing()

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]


class Flow(QWidget):
    """A widget whose children flow: pills under a name, chips under a label."""

    def __init__(
        self,
        *widgets: QWidget,
        gap: int = 6,
        at_right: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, gap, at_right=at_right)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for widget in widgets:
            self._layout.addWidget(widget)

    def add(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand_tall()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._stand_tall()
        return done

    def _stand_tall(self) -> None:
        # A page in a scroll area is as tall as its parts' least heights: a second line that is
        # only wished for would be cut.
        needed = self._layout.heightForWidth(self.width())
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def clear(self) -> None:
        clear_layout(self._layout)


def _filled(layout: BoxLayout, widgets: tuple[QWidget, ...], gap: int) -> BoxLayout:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
