"""Paints a follow-up in the list: three lines, and the violet lock where I wrote a note."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.dossier.model import TimelineRow
from desktop.ui.kit import ROW_ROLE
from desktop.ui.theme import Tokens, current_tokens, icon_pixmap

Index = QModelIndex | QPersistentModelIndex
_PADDING = 10
_GAP = 2


class TimelineDelegate(QStyledItemDelegate):
    """Rows of one height, so that a long history scrolls without being measured."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        tokens = current_tokens()
        small = QFontMetrics(_small(option.font, tokens)).height()
        return QSize(200, QFontMetrics(_strong(option.font)).height() + 2 * (small + _GAP) + 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, TimelineRow):
            return
        tokens = current_tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, tokens)
        inner = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        if row.has_note:
            inner = self._paint_lock(painter, inner, tokens)
        small = _small(option.font, tokens)
        top = self._line(painter, inner, inner.top(), row.title, _strong(option.font), tokens.ink)
        top = self._line(painter, inner, top, row.subtitle, small, tokens.secondary)
        self._line(painter, inner, top, row.excerpt, small, tokens.ink)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, tokens: Tokens
    ) -> None:
        ground = option.rect.adjusted(1, 1, -1, -1)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.primary_soft if selected else tokens.sunken))
            painter.drawRoundedRect(ground, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.primary), 2))
            painter.drawRoundedRect(ground, 8, 8)

    def _paint_lock(self, painter: QPainter, inner: QRect, tokens: Tokens) -> QRect:
        side = tokens.text_px(16)
        lock = icon_pixmap("lock", tokens.private, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(inner.right() - side, inner.top(), lock)
        return inner.adjusted(0, 0, -side - 10, 0)

    @staticmethod
    def _line(
        painter: QPainter, inner: QRect, top: int, text: str, font: QFont, colour: str
    ) -> int:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        box = QRect(inner.left(), top, inner.width(), metrics.height())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        return top + metrics.height() + _GAP


def _strong(base: QFont) -> QFont:
    font = QFont(base)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _small(base: QFont, tokens: Tokens) -> QFont:
    font = QFont(base)
    font.setPixelSize(tokens.text_px(13))
    return font
