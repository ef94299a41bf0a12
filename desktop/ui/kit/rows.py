"""Lists of things with a title: the look of picture after picture, painted once.

Small lists use `RowsModel`; a large one writes its own lazy model and answers `ROW_ROLE` with a
`Row`, `AccessibleTextRole` with `row.spoken`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.ui.kit.pill import Mark, paint_pill, pill_size
from desktop.ui.theme import Tokens, current_tokens

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 2
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One line of a list. `key` names the thing behind it and never changes."""

    key: Hashable
    title: str
    subtitle: str = ""
    leading: str = ""
    trailing: str = ""
    mark: Mark | None = None

    @property
    def spoken(self) -> str:
        """What a screen reader says: everything shown, in reading order."""
        words = self.mark.words if self.mark else ""
        parts = (self.leading, self.title, self.subtitle, self.trailing, words)
        return ", ".join(part for part in parts if part)


class RowsModel(QAbstractListModel):
    """Rows held in memory. `show` changes only what changed, so the selection stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        answers = {
            int(Qt.ItemDataRole.DisplayRole): row.title,
            int(Qt.ItemDataRole.AccessibleTextRole): row.spoken,
            ROW_ROLE: row,
            KEY_ROLE: row.key,
        }
        return answers.get(int(role))

    def show(self, rows: Sequence[Row]) -> None:
        """Becomes these rows by removing, inserting and changing, never by starting again."""
        self._remove_missing({row.key for row in rows})
        for at, row in enumerate(rows):
            self._place(at, row)

    def find(self, key: Hashable) -> QModelIndex:
        for at, row in enumerate(self._rows):
            if row.key == key:
                return self.index(at)
        return QModelIndex()

    def _remove_missing(self, kept: set[Hashable]) -> None:
        for at in reversed(range(len(self._rows))):
            if self._rows[at].key not in kept:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()

    def _place(self, at: int, row: Row) -> None:
        held = next((i for i in range(at, len(self._rows)) if self._rows[i].key == row.key), None)
        if held is None:
            self.beginInsertRows(QModelIndex(), at, at)
            self._rows.insert(at, row)
            self.endInsertRows()
            return
        if held != at:
            self.beginMoveRows(QModelIndex(), held, held, QModelIndex(), at)
            self._rows.insert(at, self._rows.pop(held))
            self.endMoveRows()
        if self._rows[at] != row:
            self._rows[at] = row
            self.dataChanged.emit(self.index(at), self.index(at))


@dataclass(frozen=True)
class _Boxes:
    """Where the parts of a row are."""

    leading: QRect
    title: QRect
    subtitle: QRect
    trailing: QRect
    pill: QRect


class RowDelegate(QStyledItemDelegate):
    """Paints a `Row`: hour at the left, title over subtitle, pill or words at the right."""

    padding = 10

    def __init__(self, parent: QWidget | None = None, *, lines: bool = False) -> None:
        """With `lines`, a hairline under each row, as in a list of offers."""
        super().__init__(parent)
        self._lines = lines

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW_ROLE)
        height = QFontMetrics(_title_font(option.font)).height()
        if isinstance(row, Row) and row.subtitle:
            height += QFontMetrics(_small_font(option.font)).height() + 2
        return QSize(200, height + 2 * self.padding)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        tokens = current_tokens()
        font = option.font
        boxes = self._boxes(option, row, tokens)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, tokens)
        _write(painter, boxes.leading, row.leading, _hour_font(font), tokens.ink)
        _write(painter, boxes.title, row.title, _title_font(font), tokens.ink)
        _write(painter, boxes.subtitle, row.subtitle, _small_font(font), tokens.secondary)
        _write(painter, boxes.trailing, row.trailing, font, tokens.secondary)
        if row.mark is not None:
            paint_pill(painter, boxes.pill, font, tokens, row.mark)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Tells in full what the width of the list has cut."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row) or not self.cuts(option, row):
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), "\n".join((row.title, row.subtitle)).strip(), view)
        return True

    def cuts(self, option: QStyleOptionViewItem, row: Row) -> bool:
        """Whether some words of the row do not fit."""
        boxes = self._boxes(option, row, current_tokens())
        title = QFontMetrics(_title_font(option.font)).horizontalAdvance(row.title)
        subtitle = QFontMetrics(_small_font(option.font)).horizontalAdvance(row.subtitle)
        return title > boxes.title.width() or subtitle > boxes.subtitle.width()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, tokens: Tokens
    ) -> None:
        ground = option.rect.adjusted(1, 1, -1, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if self._lines:
            painter.setPen(QColor(tokens.line))
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(QColor(tokens.primary_soft if selected else tokens.sunken))
            painter.drawRoundedRect(ground, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.primary), 2))
            painter.drawRoundedRect(ground, 8, 8)

    def _boxes(self, option: QStyleOptionViewItem, row: Row, tokens: Tokens) -> _Boxes:
        inner = option.rect.adjusted(self.padding, 0, -self.padding, 0)
        left, right = inner.left(), inner.left() + inner.width()
        leading, pill, trailing = QRect(), QRect(), QRect()
        if row.leading:
            width = _widest(_hour_font(option.font), "00 h 00", row.leading)
            leading = QRect(left, inner.top(), width, inner.height())
            left += width + 20
        if row.mark is not None:
            size = pill_size(option.font, tokens, row.mark)
            width = min(size.width(), inner.width() // 2)
            top = inner.top() + (inner.height() - size.height()) // 2
            pill = QRect(right - width, top, width, size.height())
            right -= width + 12
        if row.trailing:
            width = _widest(option.font, row.trailing)
            trailing = QRect(right - width, inner.top(), width, inner.height())
            right -= width + 12
        words = QRect(left, inner.top(), max(right - left, 0), inner.height())
        title, subtitle = self._word_boxes(words, option.font, row)
        return _Boxes(leading, title, subtitle, trailing, pill)

    @staticmethod
    def _word_boxes(words: QRect, font: QFont, row: Row) -> tuple[QRect, QRect]:
        title = QFontMetrics(_title_font(font)).height()
        subtitle = QFontMetrics(_small_font(font)).height() + 2 if row.subtitle else 0
        top = words.top() + (words.height() - title - subtitle) // 2
        return (
            QRect(words.left(), top, words.width(), title),
            QRect(words.left(), top + title + 2, words.width(), max(subtitle - 2, 0)),
        )


class ListView(QListView):
    """A list in the style of Coffre. `opened` when a row is chosen by Enter or a click."""

    opened = Signal(object)
    highlighted = Signal(object)

    def __init__(self, name: str, *, lines: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(RowDelegate(self, lines=lines))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._open)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            self.selectionModel().currentChanged.connect(self._highlight)

    @property
    def current_key(self) -> object:
        """The key of the highlighted row, or None."""
        return self.currentIndex().data(KEY_ROLE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            # The keyboard comes on the first row without choosing it.
            self.setCurrentIndex(index)
            self.opened.emit(index.data(KEY_ROLE))

    def _highlight(self, index: QModelIndex) -> None:
        if index.isValid():
            self.highlighted.emit(index.data(KEY_ROLE))


def _write(painter: QPainter, box: QRect, text: str, font: QFont, colour: str) -> None:
    if not text:
        return
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _widest(font: QFont, *texts: str) -> int:
    return max(QFontMetrics(font).horizontalAdvance(text) for text in texts) + 1


def _title_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _hour_font(base: QFont) -> QFont:
    """Figures of one width, so that hours stand in a column."""
    font = _title_font(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _small_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(current_tokens().text_px(13))
    return font
