"""« Voici le brouillon que vous aviez laissé »: go on with it, or throw it away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.kit import Notice, SecondaryButton
from desktop.ui.theme import Role


class DraftNotice(Notice):
    """A notice with its two answers; typing is answering « Reprendre »."""

    resumed = Signal()
    discarded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role=Role.PRIMARY, parent=parent)
        self.throw_away = SecondaryButton(self.tr("Jeter"))
        self.throw_away.clicked.connect(self.discarded)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.throw_away)
        self.remedy_asked.connect(self.resumed)

    def tell(self, sentence: str) -> None:
        self.say(sentence, self.tr("Reprendre"), Role.PRIMARY)
