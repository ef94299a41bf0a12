"""How strong a passphrase is: a word first, then a bar of four steps in shape and colour."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.labels import Text
from desktop.ui.theme import Role, current_tokens

STEPS = 4


@dataclass(frozen=True)
class Strength:
    """`steps` out of four, and the sentence that says what it means."""

    steps: int
    words: str


class StrengthMeter(QWidget):
    """The view-model decides the strength; this only shows it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar()
        self._words = Text(kind="small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._words)
        self.show_strength(Strength(0, ""))

    @property
    def words(self) -> str:
        return self._words.text()

    def show_strength(self, strength: Strength) -> None:
        self._words.setText(strength.words)
        self._bar.show_steps(strength.steps)
        self.setAccessibleName(self.tr("Solidité de la phrase de passe"))
        self.setAccessibleDescription(strength.words)


class _Bar(QWidget):
    """Four segments, filled from the left; unfilled ones keep their outline."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: int) -> None:
        self._steps = min(max(steps, 0), STEPS)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        role = (Role.NEUTRAL, Role.DANGER, Role.PENDING, Role.OK, Role.OK)[self._steps]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        width = (self.width() - 4 * (STEPS - 1)) / STEPS
        for step in range(STEPS):
            filled = step < self._steps
            painter.setBrush(QColor(tokens.shape(role)) if filled else Qt.BrushStyle.NoBrush)
            box = QRectF(step * (width + 4), 0, width, self.height())
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
