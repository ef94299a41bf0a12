"""The pages of a day on the road: the round, the kilometres, the workshops."""

from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.parts import Pages, Parts
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.tour import TourView, TourViewModel
from desktop.ui.trips import TripsView, TripsViewModel
from desktop.ui.workshops import WorkshopsView, WorkshopsViewModel

TOUR, TRIPS, WORKSHOPS = "tour", "trips", "workshops"


class RoadPages(Pages):
    """Makes them when they are first opened, and opens them."""

    person_requested = Signal(str)
    path_requested = Signal(str)
    """What was agreed with this person."""

    def __init__(self, parts: Parts, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parts, window, parent)
        self._tour: TourViewModel | None = None
        self._trips: TripsViewModel | None = None
        for key, make in (
            (TOUR, self._tour_page),
            (TRIPS, self._trips_page),
            (WORKSHOPS, self._workshops_page),
        ):
            window.register(Section(key, "", make))

    def open_tour(self, day: date | None = None) -> None:
        """Show the round of a day, today by default."""
        self._window.page(TOUR)
        if self._tour is not None:
            self._tour.open(day)
            self._window.open(TOUR)

    def open_trips(self, day: date | None = None) -> None:
        """Show the kilometre log, ready to note a day."""
        self._window.page(TRIPS)
        if self._trips is not None:
            self._trips.open(day)
            self._window.open(TRIPS)

    def open_workshops(self) -> None:
        """Show the workshops to come."""
        self._window.open(WORKSHOPS)

    def _tour_page(self) -> QWidget:
        services = self._services
        self._tour = TourViewModel(
            self._background, services.tours, services.trips, self._board, self._clock
        )
        view = TourView(self._tour)
        view.person_requested.connect(self.person_requested)
        view.trips_requested.connect(self.open_trips)
        return view

    def _trips_page(self) -> QWidget:
        services = self._services
        self._trips = TripsViewModel(
            self._background, services.trips, services.tours, self._board, self._clock
        )
        view = TripsView(self._trips)
        view.closed.connect(self._window.back)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    def _workshops_page(self) -> QWidget:
        services = self._services
        view = WorkshopsView(
            WorkshopsViewModel(
                self._background, services.workshops, services.directory, self._board, self._clock
            ),
            services.guard,
        )
        view.person_requested.connect(self.path_requested)
        view.closed.connect(self._window.back)
        view.undo_offered.connect(self._window.offer_undo)
        return view
