"""The agenda, painted: days side by side or a month, walked by arrows, moved by hand.

A list to Qt and to screen readers, each cell one line of text; only the places and the painting are
ours, so that a year of appointments costs no more than the ones in sight.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QWidget

from desktop.ui.agenda.cells import Cell, CellKind, DayColumn
from desktop.ui.agenda.layout import Placed, Sizes, place_days, place_month
from desktop.ui.agenda.model import CellsModel
from desktop.ui.agenda.painter import CellPainter
from desktop.ui.theme import current_tokens

Index = QModelIndex | QPersistentModelIndex
_MOVES = QAbstractItemView.CursorAction
_ONE_LINE = 135
"""The width of a column, at 100 %, that holds an hour and a status side by side."""
_ARROWS = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "earlier",
    Qt.Key.Key_Down: "later",
}


class AgendaGrid(QListView):
    """`opened` by Enter or a click; the other signals name the cell that has the keyboard."""

    opened = Signal(str)
    drop_asked = Signal(str, str)
    """An appointment was dropped on a free slot."""
    nudge_asked = Signal(str, str)
    """Alt and an arrow: earlier, later, left, right."""
    move_asked = Signal(str)
    cancel_asked = Signal(str)
    new_asked = Signal()
    turned = Signal(int)
    """Page up or down: the period before, or after."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CellsModel(self)
        self._days: tuple[DayColumn, ...] | None = ()
        self._month: tuple[Cell, ...] = ()
        self._page = Placed()
        self._laid_for = 0
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._painter = CellPainter()
        self._pressed = QPoint()
        self._dragged = ""
        self._hand = QPoint()
        self._highlights_free = False
        self.setModel(self._model)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All that the keyboard can stop on, in reading order."""
        return self._model.cells

    @property
    def current(self) -> Cell | None:
        """The cell that has the keyboard."""
        return self._model.cell(self.currentIndex())

    def show_days(self, days: Sequence[DayColumn]) -> None:
        """Lay days side by side."""
        if self._days != tuple(days):
            self._days, self._month = tuple(days), ()
            self._arrange()

    def show_month(self, cells: Sequence[Cell]) -> None:
        """Lay weeks one under the other."""
        if self._days is not None or self._month != tuple(cells):
            self._days, self._month = None, tuple(cells)
            self._arrange()

    def highlight_free(self, shown: bool) -> None:
        """Somebody is looking for a slot: the free ones stand out."""
        if shown != self._highlights_free:
            self._highlights_free = shown
            self.viewport().update()

    def go_to(self, key: str) -> None:
        """Put the keyboard on a cell."""
        index = self._model.find(key)
        if index.isValid():
            self.setCurrentIndex(index)

    # -- places ---------------------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= len(self._page.rects):
            return QRect()
        return self._page.rects[index.row()].translated(0, -self.verticalScrollBar().value())

    def indexAt(self, point: QPoint) -> QModelIndex:
        there = point + QPoint(0, self.verticalScrollBar().value())
        for at, rect in enumerate(self._page.rects):
            if rect.contains(there):
                return self._model.index(at)
        return QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid() or index.row() >= len(self._page.rects):
            return
        rect, bar = self._page.rects[index.row()], self.verticalScrollBar()
        above, below = rect.top() - 60, rect.bottom() + 12 - self.viewport().height()
        if bar.value() > above:
            bar.setValue(max(above, 0))
        elif bar.value() < below:
            bar.setValue(below)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.topLeft())
        chosen = QItemSelection(index, index) if index.isValid() else QItemSelection()
        self.selectionModel().select(chosen, command)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def doItemsLayout(self) -> None:
        """Ours is made by `_arrange`; the list's own would put cells under one another."""

    def _fit_bar(self) -> None:
        """The list's own geometry knows none of our places: it would take the bar away each time.

        Shown or hidden by us, the bar stays, and the list cannot lay itself out for ever.
        """
        bar, room = self.verticalScrollBar(), self.viewport().height()
        taller, policies = self._page.height > room, Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAlwaysOn if taller else policies.ScrollBarAlwaysOff
        )
        bar.setRange(0, max(self._page.height - room, 0))
        bar.setPageStep(room)
        bar.setSingleStep(current_tokens().text_px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        at = self.verticalScrollBar().value()
        QAbstractItemView.resizeEvent(self, event)
        if self.contentsRect().width() != self._laid_for:
            self._arrange()
        else:
            self._fit_bar()
        self.verticalScrollBar().setValue(at)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._arrange()

    def _arrange(self) -> None:
        # Room is kept for the bar: its coming and going must not lay everything out again.
        width = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width()
        self._laid_for = self.contentsRect().width()
        sizes = self._sizes()
        if self._days is None:
            self._page = place_month(self._month, width, sizes)
        else:
            self._page = place_days(self._days, width, sizes)
        kept, at = self.current, self.verticalScrollBar().value()
        if self._model.show(self._page.cells) and kept is not None:
            self.go_to(kept.key)
        self._fit_bar()
        self.verticalScrollBar().setValue(at)
        self.viewport().update()

    def _is_tall(self) -> bool:
        """Whether a column has no room for an hour and a status on one line."""
        columns = len(self._days) if self._days else 0
        return columns > 1 and self._laid_for / columns < current_tokens().text_px(_ONE_LINE)

    def _sizes(self) -> Sizes:
        line = QFontMetrics(self.font()).height()
        small = round(line * 12 / 14) + 1
        wide = self._days is not None and len(self._days) == 1
        status = small if self._is_tall() else 0
        return Sizes(
            head=line + 10,
            pill=small + 6,
            cell=line + small + status + (18 if wide else 14),
            month_cell=line + 3 * small + 16,
        )

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset = self.verticalScrollBar().value()
        seen = event.rect().translated(0, offset)
        painter.translate(0, -offset)
        draw = self._painter
        draw.begin(painter, self.font(), current_tokens(), is_tall=self._is_tall())
        for rect, day in self._page.heads:
            if rect.intersects(seen):
                draw.head(rect, day)
        for rect, at in self._page.weekdays:
            draw.weekday(rect, at)
        for rect, name in self._page.pills:
            if rect.intersects(seen):
                draw.pill(rect, name)
        current = self.currentIndex().row() if self.currentIndex().isValid() else -1
        for at, rect in enumerate(self._page.rects):
            if rect.intersects(seen):
                self._paint_cell(self._page.cells[at], rect, is_current=at == current)
        self._paint_hand()
        draw.end()
        painter.end()

    def _paint_cell(self, cell: Cell, rect: QRect, *, is_current: bool) -> None:
        self._painter.cell(
            cell,
            rect,
            is_current=is_current,
            has_focus=is_current and self.hasFocus(),
            is_wanted=cell.kind is CellKind.FREE and bool(self._highlights_free or self._dragged),
            is_faded=cell.key == self._dragged,
        )

    def _paint_hand(self) -> None:
        """What is being moved follows the hand."""
        cell = self._model.cell(self._model.find(self._dragged)) if self._dragged else None
        if cell is None:
            return
        rect = QRect(self._page.rects[self._model.find(cell.key).row()])
        rect.moveCenter(self._hand + QPoint(0, self.verticalScrollBar().value()))
        self._painter.cell(cell, rect, is_current=True, has_focus=True)

    # -- keyboard -------------------------------------------------------------------------------

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        at = self.currentIndex().row() if self.currentIndex().isValid() else -1
        last = len(self._page.cells) - 1
        if at < 0 or last < 0:
            return self._model.index(0) if last >= 0 else QModelIndex()
        if action in (_MOVES.MoveHome, _MOVES.MoveEnd):
            at = 0 if action is _MOVES.MoveHome else last
        elif action in (_MOVES.MoveUp, _MOVES.MoveDown):
            at = self._above(at, -1 if action is _MOVES.MoveUp else 1)
        elif action in (_MOVES.MoveLeft, _MOVES.MoveRight):
            at = self._beside(at, -1 if action is _MOVES.MoveLeft else 1)
        return self._model.index(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, cell = Qt.Key(event.key()), self.current
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turned.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_N and not control:
            self.new_asked.emit()
        elif cell is None or control:
            super().keyPressEvent(event)
        elif alt and key in _ARROWS:
            self.nudge_asked.emit(cell.key, _ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(cell.key)
        elif key == Qt.Key.Key_Delete:
            self.cancel_asked.emit(cell.key)
        elif key == Qt.Key.Key_M:
            self.move_asked.emit(cell.key)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are acts here, not the beginning of a name."""

    def _above(self, at: int, step: int) -> int:
        """The next cell of the column; from its end, the next column begins."""
        column = self._page.columns[at]
        rest = range(at + step, len(self._page.cells) if step > 0 else -1, step)
        inside = next((to for to in rest if self._page.columns[to] == column), None)
        if inside is not None:
            return inside
        return at if self._days is None else self._edge_of(column, step, at)

    def _edge_of(self, column: int, step: int, at: int) -> int:
        others = [c for c in set(self._page.columns) if (c - column) * step > 0]
        if not others:
            return at
        nearest = min(others, key=lambda c: abs(c - column))
        inside = [to for to, c in enumerate(self._page.columns) if c == nearest]
        return inside[0] if step > 0 else inside[-1]

    def _beside(self, at: int, step: int) -> int:
        """The cell at the same height of the nearest column that has any."""
        columns, rects = self._page.columns, self._page.rects
        others = {c for c in columns if (c - columns[at]) * step > 0}
        if not others:
            return at
        nearest = min(others, key=lambda c: abs(c - columns[at]))
        inside = [to for to, c in enumerate(columns) if c == nearest]
        return min(inside, key=lambda to: abs(rects[to].top() - rects[at].top()))

    # -- mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hand = event.position().toPoint()
        held = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if held and not self._dragged and self._is_far():
            cell = self._model.cell(self.indexAt(self._pressed))
            if cell is not None and cell.kind is CellKind.MEETING and not cell.is_struck:
                self._dragged = cell.key
        if self._dragged:
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._model.cell(self.indexAt(event.position().toPoint()))
        dragged, self._dragged = self._dragged, ""
        super().mouseReleaseEvent(event)
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            pass
        elif dragged and cell.kind is CellKind.FREE:
            self.drop_asked.emit(dragged, cell.key)
        elif not dragged and not self._moved(event):
            self.opened.emit(cell.key)
        self.viewport().update()

    def _moved(self, event: QMouseEvent) -> bool:
        self._hand = event.position().toPoint()
        return self._is_far()

    def _is_far(self) -> bool:
        far = (self._hand - self._pressed).manhattanLength()
        return far >= QApplication.startDragDistance()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            self.selectionModel().currentChanged.connect(self._show_current)

    def _show_current(self, now: QModelIndex, before: QModelIndex) -> None:
        self.viewport().update()
