"""One of two values to keep: a round button whose words go on over several lines."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from desktop.ui.theme import Tokens, current_tokens

_RING = 18
_GAP = 8
_PADDING = 6
_WIDEST_HINT = 320
"""Long texts ask for no more width than this, at 100 %: they wrap."""


class ValuePick(QRadioButton):
    """Drawn by us, like the kit's box to tick: Fusion's edge is too faint to find."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader says before the words."""
        super().__init__(parent)
        self._words = words
        self.setAccessibleName(f"{name} : {words}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def words(self) -> str:
        return self._words

    def sizeHint(self) -> QSize:
        asked = self.fontMetrics().horizontalAdvance(self._words)
        words = min(asked, current_tokens().text_px(_WIDEST_HINT))
        # One pixel more: at the exact width of a line, its last word may go to the next.
        width = self._words_left() + words + 2 * _PADDING + 1
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        longest = max(
            self.fontMetrics().horizontalAdvance(w) for w in (self._words.split() or [""])
        )
        most = current_tokens().text_px(_WIDEST_HINT) // 2
        width = self._words_left() + min(longest, most) + 2 * _PADDING
        return QSize(width, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(width - self._words_left() - 2 * _PADDING, 1), 100_000)
        lines = self.fontMetrics().boundingRect(room, _FLAGS, self._words)
        return max(lines.height(), current_tokens().text_px(_RING)) + 2 * _PADDING

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
        self._paint_ring(painter, tokens)
        painter.setPen(QColor(tokens.ink if self.isChecked() else tokens.secondary))
        words = self.rect().adjusted(self._words_left(), _PADDING, -_PADDING, -_PADDING)
        painter.drawText(words, _FLAGS, self._words)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.primary), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_ring(self, painter: QPainter, tokens: Tokens) -> None:
        side = tokens.text_px(_RING)
        # Level with the first line of the words, however many follow.
        drop = max((self.fontMetrics().height() - side) / 2, 0)
        ring = QRectF(_PADDING + 0.5, _PADDING + drop + 0.5, side - 1, side - 1)
        picked = self.isChecked()
        painter.setPen(QPen(QColor(tokens.primary if picked else tokens.edge), 1.5))
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(ring)
        if picked:
            inside = side / 4
            painter.setBrush(QColor(tokens.primary))
            painter.drawEllipse(ring.adjusted(inside, inside, -inside, -inside))

    def _words_left(self) -> int:
        return _PADDING + current_tokens().text_px(_RING) + _GAP


_FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
