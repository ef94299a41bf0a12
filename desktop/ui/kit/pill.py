"""A status in a word, a shape and a colour: the word always, so colour never tells alone."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ui.theme import Role, Tokens, current_tokens

_SIDE = 10
_GAP = 5


class Shape(StrEnum):
    """Told apart without colour: a printed or colour-blind reading keeps the sense."""

    NONE = "none"
    DISC = "disc"
    RING = "ring"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"


@dataclass(frozen=True)
class Mark:
    """What a pill says; rows of lists carry one."""

    words: str
    role: Role = Role.NEUTRAL
    shape: Shape = Shape.NONE


def pill_font(base: QFont, tokens: Tokens, mark: Mark) -> QFont:
    font = QFont(base)
    font.setPixelSize(tokens.text_px(12))
    primary = mark.role in (Role.PRIMARY, Role.PRIVATE)
    font.setWeight(QFont.Weight.DemiBold if primary else QFont.Weight.Normal)
    return font


def pill_size(base: QFont, tokens: Tokens, mark: Mark) -> QSize:
    metrics = QFontMetrics(pill_font(base, tokens, mark))
    shape = 0 if mark.shape is Shape.NONE else tokens.text_px(_SIDE) + _GAP
    return QSize(metrics.horizontalAdvance(mark.words) + shape + 2 * 10, metrics.height() + 4)


def paint_pill(painter: QPainter, rect: QRect, base: QFont, tokens: Tokens, mark: Mark) -> None:
    """Used by the widget and by list delegates, so both look the same."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.soft(mark.role)))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    words = rect.adjusted(10, 0, -10, 0)
    if mark.shape is not Shape.NONE:
        side = tokens.text_px(_SIDE)
        box = QRectF(words.left(), rect.center().y() - side / 2 + 0.5, side, side)
        paint_shape(painter, box, mark.shape, QColor(tokens.shape(mark.role)))
        words.setLeft(words.left() + side + _GAP)
    font = pill_font(base, tokens, mark)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text(mark.role)))
    shown = QFontMetrics(font).elidedText(
        mark.words, Qt.TextElideMode.ElideRight, words.width() + 1
    )
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


def paint_shape(painter: QPainter, box: QRectF, shape: Shape, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if shape is Shape.DISC:
        painter.drawEllipse(inner)
    elif shape is Shape.RING:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, max(1.5, box.width() / 8)))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    elif shape is Shape.SQUARE:
        painter.drawRect(inner)
    elif shape is Shape.TRIANGLE:
        top = QPointF(box.center().x(), box.top())
        painter.drawPolygon(QPolygonF([top, box.bottomRight(), box.bottomLeft()]))
    elif shape is Shape.DIAMOND:
        middle = box.center()
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle.x(), box.top()),
                    QPointF(box.right(), middle.y()),
                    QPointF(middle.x(), box.bottom()),
                    QPointF(box.left(), middle.y()),
                ]
            )
        )


class Pill(QLabel):
    """A `Mark` as a widget. A label to screen readers, which read its word."""

    def __init__(
        self,
        words: str = "",
        role: Role = Role.NEUTRAL,
        shape: Shape = Shape.NONE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mark = Mark(words, role, shape)
        self.show_mark(self._mark)

    @property
    def mark(self) -> Mark:
        return self._mark

    def show_mark(self, mark: Mark) -> None:
        self._mark = mark
        self.setText(mark.words)
        self.setAccessibleName(mark.words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return pill_size(self.font(), current_tokens(), self._mark)

    def minimumSizeHint(self) -> QSize:
        # Narrower than its words it elides, which a long offer name in a narrow card needs.
        return QSize(min(self.sizeHint().width(), 80), self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, self.rect(), self.font(), current_tokens(), self._mark)
