"""The ways from the settings to the pages about keys."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.kit import Card, Flow, Secondary, SecondaryButton


class KeyPagesCard(Card):
    """Three buttons; the pages are elsewhere."""

    laptops_requested = Signal()
    colleagues_requested = Signal()
    shares_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Vos ordinateurs, vos collègues"))
        self.laptops_button = SecondaryButton(self.tr("Vos ordinateurs"))
        self.colleagues_button = SecondaryButton(self.tr("Vérifier avec un collègue"))
        self.shares_button = SecondaryButton(self.tr("Parts de votre clé"))
        self.laptops_button.clicked.connect(self.laptops_requested)
        self.colleagues_button.clicked.connect(self.colleagues_requested)
        self.shares_button.clicked.connect(self.shares_requested)
        self.add(
            Secondary(
                self.tr(
                    "Ajouter un ordinateur ou en retirer un, s’assurer des clés d’un collègue, "
                    "confier des parts de la vôtre."
                )
            )
        )
        self.add(Flow(self.laptops_button, self.colleagues_button, self.shares_button, gap=8))
