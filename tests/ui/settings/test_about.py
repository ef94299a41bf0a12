"""« À propos » gives their due to those whose data travel with Coffre."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.settings.about import AboutCard
from desktop.ui.theme import Theme


def test_the_owners_of_the_data_are_credited(theme: Theme, qtbot: QtBot) -> None:
    card = AboutCard("1.0")
    qtbot.addWidget(card)
    said = " ".join(label.text() for label in card.findChildren(QLabel))
    for owner in ("INSEE", "DGCL", "La Poste", "DILA", "IGN", "ADMIN EXPRESS", "Licence Ouverte"):
        assert owner in said
