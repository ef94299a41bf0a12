"""Lays out « Ma tournée » and renders a day."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.tours import Tour
from desktop.ui.kit import (
    CARD_GAP,
    Card,
    EmptyState,
    IconButton,
    Notice,
    PrimaryButton,
    ScreenHeader,
    SecondaryButton,
    column,
    scrolling,
)
from desktop.ui.outlets import Outlets, SystemOutlets, print_sheet
from desktop.ui.printed_table import paint_table, table_pdf
from desktop.ui.theme import Role, current_tokens
from desktop.ui.tour.cards import BringCard, MeetingsCard, StopsCard
from desktop.ui.tour.map_view import MapView
from desktop.ui.tour.sheet import FILE_NAME, round_sheet
from desktop.ui.tour.viewmodel import TourState, TourViewModel
from desktop.ui.tour.words import kilometres, map_said, subtitle, title

_NARROW_PX = 860
"""The width, at 100 %, under which the map gives way to the words."""


class TourView(QWidget):
    """The map at the left; the stops and what to bring at the right."""

    person_requested = Signal(str)
    trips_requested = Signal(object)
    """The day whose kilometres are to be noted."""

    def __init__(
        self,
        viewmodel: TourViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._outlets = outlets or SystemOutlets()
        self.before = IconButton("chevron-left", self.tr("Jour précédent"), shortcut="Alt+Left")
        self.after = IconButton("chevron-right", self.tr("Jour suivant"), shortcut="Alt+Right")
        self.print_button = SecondaryButton(
            self.tr("Imprimer (initiales)"), shortcut="Ctrl+P", icon_name="printer"
        )
        self.save_button = SecondaryButton(self.tr("PDF…"), shortcut="Ctrl+S", icon_name="download")
        self.save_button.setAccessibleName(self.tr("Enregistrer la feuille de route en PDF"))
        self.note_button = PrimaryButton(self.tr("Noter les kilomètres"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(
            self.tr("Ma tournée"),
            actions=(
                *(self.before, self.after),
                *(self.print_button, self.save_button, self.note_button),
            ),
        )
        self.notice = Notice()
        self.map = MapView()
        self.map_card = Card()
        self.stops = StopsCard()
        self.bring = BringCard()
        self.meetings = MeetingsCard()
        self.empty = EmptyState(
            self.tr(
                "Aucun rendez-vous ce jour-là\u00a0: pas de route à faire. Choisissez un autre "
                "jour avec Alt+← et Alt+→."
            )
        )
        self._lay_out()
        self._connect()
        self._render()

    def where(self) -> Mapping[str, str]:
        """Return the day in sight."""
        return {"day": self._viewmodel.state.day.isoformat()}

    def stand(self, where: Mapping[str, str]) -> None:
        """Show this day."""
        self._viewmodel.open(date.fromisoformat(where["day"]))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()

    def _lay_out(self) -> None:
        self.map_card.add(self.map, 1)
        beside = QWidget()
        cards = column(self.stops, self.bring, self.meetings, gap=CARD_GAP)
        cards.addStretch(1)
        beside.setLayout(cards)
        self._scroll = scrolling(beside)
        body = QHBoxLayout()
        body.setSpacing(CARD_GAP)
        body.addWidget(self.map_card, 2)
        body.addWidget(self._scroll, 3)
        body.addWidget(self.empty, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addLayout(body, 1)
        self.first_stop = self.note_button

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self.before.clicked.connect(lambda: self._viewmodel.go(-1))
        self.after.clicked.connect(lambda: self._viewmodel.go(1))
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._save)
        self.note_button.clicked.connect(
            lambda: self.trips_requested.emit(self._viewmodel.state.day)
        )
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.meetings.person_asked.connect(self.person_requested)

    def _render(self) -> None:
        state = self._viewmodel.state
        self._render_notice(state)
        self.map.show_outlines(state.outlines)
        is_day_empty = state.tour is not None and not state.tour.stops and not state.tour.meetings
        self.empty.setVisible(is_day_empty)
        self._scroll.setVisible(not is_day_empty)
        can_print = state.tour is not None and not is_day_empty
        for button in (self.print_button, self.save_button):
            button.setEnabled(can_print)
        if state.tour is not None:
            self._render_tour(state, state.tour)

    def _render_tour(self, state: TourState, tour: Tour) -> None:
        self.header.set_title(title(tour))
        said = subtitle(tour)
        if state.noted_kilometres:
            noted = self.tr("{0} notés").format(kilometres(state.noted_kilometres))
            said = " · ".join(part for part in (said, noted) if part)
        self.header.set_subtitle(said)
        self.stops.show_tour(tour)
        self.bring.show_tour(tour)
        self.meetings.show_tour(tour)
        self.map.show_day(state.places, tour.stops, map_said(tour))

    def _render_notice(self, state: TourState) -> None:
        if state.problem is not None:
            # It reads again: of no use to who could neither print nor save.
            retry = self.tr("Réessayer") if state.tour is None else ""
            self.notice.say(state.problem.whole, retry, Role.DANGER)
        elif state.is_slow:
            self.notice.say(self.tr("Lecture de la tournée…"))
        else:
            self.notice.say(state.note, role=Role.OK)
        self.notice.setVisible(bool(self.notice.sentence))

    def _make_room(self) -> None:
        wide = self.width() >= current_tokens().text_px(_NARROW_PX)
        if self.map_card.isHidden() is wide:
            self.map_card.setVisible(wide)

    def _print(self) -> None:
        tour = self._viewmodel.state.tour
        if tour is None:
            return
        print_sheet(
            self._outlets,
            self,
            lambda printer: paint_table(printer, round_sheet(tour)),
            printed=self._viewmodel.note_printed,
            failed=self._viewmodel.refuse,
        )

    def _save(self) -> None:
        tour = self._viewmodel.state.tour
        path = self._outlets.ask_path(self, FILE_NAME, "PDF (*.pdf)") if tour else None
        if tour is not None and path is not None:
            sheet = round_sheet(tour)
            self._viewmodel.save(path, lambda: table_pdf(sheet))
