"""Coffre cannot start: one sentence, one thing to do, and a way out."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.calm_window import CalmWindow
from desktop.ui.errors import Problem
from desktop.ui.kit.buttons import PrimaryButton
from desktop.ui.kit.labels import Heading, Level, Text
from desktop.ui.kit.layout import row

_WIDTH_PX = 520


class StoppedView(CalmWindow):
    """Shown instead of the lock when the folder of the vault cannot be used."""

    left = Signal()

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(_WIDTH_PX, "", parent)
        self.setWindowTitle("Coffre")
        self.close_button = PrimaryButton(self.tr("Fermer"), shortcut="Esc")
        self.close_button.clicked.connect(self.left)
        acts = row()
        acts.addStretch(1)
        acts.addWidget(self.close_button)
        self.body.addWidget(Heading(self.tr("Coffre ne peut pas s’ouvrir"), Level.TITLE))
        self.body.addSpacing(8)
        self.body.addWidget(Text(problem.text))
        self.body.addWidget(Text(problem.remedy))
        self.body.addSpacing(16)
        self.body.addLayout(acts)
