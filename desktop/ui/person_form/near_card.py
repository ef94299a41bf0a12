"""« Peut-être déjà connue »: said while somebody types, before a second dossier is opened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.domain.duplicates import Level
from desktop.services.duplicates import LikelyDuplicate
from desktop.ui.kit import (
    Card,
    Mark,
    Pill,
    Secondary,
    SecondaryButton,
    Shape,
    Strong,
    Text,
    clear_layout,
    column,
)
from desktop.ui.theme import Role


class NearCard(Card):
    """Reasons, never a score: somebody decides, and this is what she decides on."""

    dossier_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Peut-être déjà sur ce poste"))
        self.add(Text(self.tr("Regardez avant d’ouvrir un second dossier pour la même personne.")))
        self._lines = column(gap=12)
        self.add(self._lines)
        self.buttons: list[QWidget] = []
        """What opens each dossier, from top to bottom."""
        self._near: tuple[LikelyDuplicate, ...] = ()
        self.hide()

    def show_near(self, near: tuple[LikelyDuplicate, ...]) -> None:
        self.setVisible(bool(near))
        if near == self._near:
            return
        self._near = near
        clear_layout(self._lines)
        self.buttons.clear()
        for one in near:
            self._lines.addWidget(self._line(one))

    def _line(self, one: LikelyDuplicate) -> QWidget:
        reasons = " · ".join(reason.label for reason in one.likeness.reasons)
        about = " · ".join(
            part for part in (one.line.commune_name, one.line.referent or "") if part
        )
        told = QWidget()
        told.setLayout(column(Strong(one.line.name), gap=2))
        layout = told.layout()
        if layout is not None:
            layout.addWidget(Pill(*self._level(one.likeness.level)))
            for words in (about, reasons):
                if words:
                    layout.addWidget(Secondary(words, small=True))
        look = SecondaryButton(self.tr("Ouvrir ce dossier"))
        look.setAccessibleName(self.tr("Ouvrir le dossier de {0}").format(one.line.name))
        look.clicked.connect(lambda _=False: self.dossier_asked.emit(one.line.id))
        self.buttons.append(look)
        line = QWidget()
        both = QHBoxLayout(line)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(told, 1)
        both.addWidget(look)
        return line

    def _level(self, level: Level) -> tuple[str, Role, Shape]:
        marks = {
            Level.SURELY: Mark(self.tr("Très probable"), Role.DANGER, Shape.SQUARE),
            Level.LIKELY: Mark(self.tr("Probable"), Role.PENDING, Shape.TRIANGLE),
            Level.POSSIBLE: Mark(self.tr("Possible"), Role.NEUTRAL, Shape.DIAMOND),
        }
        mark = marks[level]
        return mark.words, mark.role, mark.shape
