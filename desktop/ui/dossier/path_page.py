"""« Parcours »: programmes and workshops at the left; steps agreed and calls at the right."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.dossier.programme_card import ProgrammeCard
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.recalls_card import RecallsCard
from desktop.ui.dossier.steps_card import StepsCard
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.workshops_card import WorkshopsCard
from desktop.ui.kit import column, scrolling
from desktop.ui.kit.columns import Columns


class PathPage(QWidget):
    """Two columns of cards that scroll together."""

    def __init__(
        self,
        viewmodel: DossierViewModel,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.programmes = ProgrammeCard(viewmodel, today)
        self.steps = StepsCard(viewmodel, today)
        self.recalls = RecallsCard(viewmodel)
        self.workshops = WorkshopsCard(viewmodel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        sides = (_stack(self.programmes, self.workshops), _stack(self.steps, self.recalls))
        layout.addWidget(scrolling(Columns(*sides, shares=(1, 1))))

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        self.programmes.show_state(state, read)
        self.workshops.show_state(state, read)
        self.steps.show_state(state, read)
        self.recalls.show_state(state, read)
        self._order_stops()

    def _order_stops(self) -> None:
        """Lines come and go: the Tab key meets all of the page as it is read."""
        cards = (self.programmes, self.workshops, self.steps, self.recalls)
        stops = [stop for card in cards for stop in card.stops]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)


def _stack(*cards: QWidget) -> QWidget:
    stacked = QWidget()
    layout = column(*cards, gap=16)
    layout.addStretch(1)
    stacked.setLayout(layout)
    return stacked
