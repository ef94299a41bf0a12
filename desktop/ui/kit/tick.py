"""A box to tick, drawn by us: Fusion's edge is too faint to find, and its words never wrap."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from desktop.ui.theme import Tokens, current_tokens

_BOX = 18
_GAP = 8
_PADDING = 4


class Tick(QCheckBox):
    """« Présent à ce rendez-vous »; long words go on over several lines."""

    def __init__(self, words: str, *, value: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(words.replace("&", "&&"), parent)
        self._words = words
        self.setAccessibleName(words)
        self.setChecked(value)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def value(self) -> bool:
        return self.isChecked()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._words)
        width = self._words_left() + words + _PADDING
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        longest = max(
            self.fontMetrics().horizontalAdvance(w) for w in (self._words.split() or [""])
        )
        return QSize(self._words_left() + longest + _PADDING, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(width - self._words_left() - _PADDING, 1), 10_000)
        lines = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self._words)
        return max(lines.height(), current_tokens().text_px(_BOX)) + 2 * _PADDING

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter, tokens)
        painter.setPen(QColor(tokens.ink if self.isEnabled() else tokens.secondary))
        words = self.rect().adjusted(self._words_left(), _PADDING, -_PADDING, -_PADDING)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, flags, self._words)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.primary), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_box(self, painter: QPainter, tokens: Tokens) -> None:
        side = tokens.text_px(_BOX)
        # Level with the first line of the words, however many follow.
        drop = max((self.fontMetrics().height() - side) / 2, 0)
        box = QRectF(_PADDING + 0.5, _PADDING + drop + 0.5, side - 1, side - 1)
        ticked = self.isChecked()
        painter.setPen(QPen(QColor(tokens.primary if ticked else tokens.edge), 1.5))
        painter.setBrush(QColor(tokens.primary if ticked else tokens.surface))
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            painter.setPen(QPen(QColor(tokens.on_primary), side / 9))
            stroke = ((0.24, 0.52), (0.43, 0.70), (0.76, 0.32))
            points = [
                box.topLeft() + QRectF(0, 0, x * side, y * side).bottomRight() for x, y in stroke
            ]
            painter.drawPolyline(QPolygonF(points))

    def _words_left(self) -> int:
        return _PADDING + current_tokens().text_px(_BOX) + _GAP
