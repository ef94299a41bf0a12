"""The quiet block at the foot of the sidebar: in touch with the office, or not, and since when."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.kit.labels import Text
from desktop.ui.kit.pill import Shape, paint_shape
from desktop.ui.theme import Role, current_tokens


@dataclass(frozen=True)
class SyncState:
    """What to say. Being offline is a normal state, so nothing here is ever a warning colour
    without its words and its shape."""

    words: str
    details: tuple[str, ...] = ()
    role: Role = Role.NEUTRAL
    shape: Shape = Shape.DISC


class SyncStatus(QFrame):
    """Opens the synchronisation screen when pressed."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._dot = _Dot()
        self._words = Text(kind="strong")
        self._details = Text(kind="small")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._dot)
        head.addWidget(self._words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._details)
        self._is_narrow = False
        self._state = SyncState("")

    @property
    def state(self) -> SyncState:
        return self._state

    def show_state(self, state: SyncState) -> None:
        self._state = state
        self._words.setText(state.words)
        self._details.setText("\n".join(state.details))
        spoken = ". ".join(said.removesuffix(".") for said in (state.words, *state.details))
        self.setAccessibleName(self.tr("Synchronisation\u00a0: {0}").format(spoken))
        self.setToolTip("\n".join((state.words, *state.details)))
        self._dot.show_mark(state.role, state.shape)
        self._arrange()

    def set_narrow(self, narrow: bool) -> None:
        self._is_narrow = narrow
        self._arrange()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(current_tokens().primary), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _arrange(self) -> None:
        self._words.setVisible(not self._is_narrow)
        self._details.setVisible(not self._is_narrow and bool(self._state.details))


class _Dot(QWidget):
    """The shape before the words."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = (Role.NEUTRAL, Shape.DISC)

    def show_mark(self, role: Role, shape: Shape) -> None:
        self._mark = (role, shape)
        self.update()

    def sizeHint(self) -> QSize:
        side = current_tokens().text_px(10)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        role, shape = self._mark
        tokens = current_tokens()
        side = tokens.text_px(9)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_shape(painter, box, shape, QColor(tokens.shape(role)))
