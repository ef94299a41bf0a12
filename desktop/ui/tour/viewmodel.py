"""Decides what « Ma tournée » shows: a day, its stops and what to bring; the map is read once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.config.private_files import write_private
from desktop.domain.touched import Touched
from desktop.services.tours import MapPlace, Tour, TourMap, Tours
from desktop.services.trips import Trips
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate

_SHOWN_HERE = frozenset(
    {
        *("absence", "appointment", "follow_up", "opening_slot", "person", "place"),
        *("professional", "programme", "same_person", "step", "structure", "trip"),
        "workshop_session",
    }
)
_SLOW_MS = 300


@dataclass(frozen=True)
class TourState:
    """One look at a day on the road."""

    today: date
    day: date
    tour: Tour | None = None
    """None until the day has been read."""
    places: tuple[MapPlace, ...] = ()
    outlines: TourMap | None = None
    noted_kilometres: int = 0
    """What the log already holds for this day."""
    is_slow: bool = False
    problem: Problem | None = None
    note: str = ""
    """What has become of the sheet: saved, printed."""


@dataclass(frozen=True)
class _Reading:
    tour: Tour
    places: tuple[MapPlace, ...]
    outlines: TourMap
    noted_kilometres: int


class TourViewModel(QObject):
    """Holds a day, goes to the one before or after, and lets the sheet be kept."""

    changed = Signal()

    def __init__(
        self,
        background: Background,
        tours: Tours,
        trips: Trips,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._tours = tours
        self._trips = trips
        self._clock = clock
        self._reading: Handle | None = None
        self._is_awake = False
        today = paris(clock.now()).date()
        self._state = TourState(today, today)
        board.changed.connect(self._hear)

    @property
    def state(self) -> TourState:
        return self._state

    def wake(self) -> None:
        """The page is in sight."""
        self._is_awake = True
        self.refresh()
        QTimer.singleShot(_SLOW_MS, self, self._admit_slowness)

    def rest(self) -> None:
        self._is_awake = False

    def open(self, day: date | None = None) -> None:
        """Show a day, today by default."""
        today = paris(self._clock.now()).date()
        self._become(replace(self._state, today=today, note="", problem=None))
        self._go_to(day or today)

    def go(self, days: int) -> None:
        """Show a day before, or after."""
        self._go_to(self._state.day + timedelta(days=days))

    def refresh(self) -> None:
        if self._reading is not None:
            self._reading.abandon()
        day, known = self._state.day, self._state.outlines
        tours, trips = self._tours, self._trips
        self._reading = self._background.run(
            Lane.STORE, lambda: _read(tours, trips, day, known), self._show, self.refuse
        )

    def save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Have the sheet made and written where the person asked, readable by her alone."""
        self._become(replace(self._state, problem=None, note=""))
        self._background.run(
            Lane.STORE, lambda: write_private(path, make()), self._saved, self.refuse
        )

    def note_printed(self) -> None:
        self._say(translate("Tour", "Envoyé à l’imprimante\u00a0: prenez le papier."))

    def refuse(self, failure: Exception) -> None:
        """Say what could not be done."""
        self._become(replace(self._state, problem=sentence(failure), note="", is_slow=False))

    def _go_to(self, day: date) -> None:
        if day != self._state.day:
            self._become(replace(self._state, day=day, note="", problem=None))
        self.refresh()

    def _hear(self, touched: frozenset[Touched]) -> None:
        if self._is_awake and any(item.kind in _SHOWN_HERE for item in touched):
            self.refresh()

    def _show(self, reading: _Reading) -> None:
        if reading.tour.day == self._state.day:
            self._become(
                replace(
                    self._state,
                    tour=reading.tour,
                    places=reading.places,
                    outlines=reading.outlines,
                    noted_kilometres=reading.noted_kilometres,
                    is_slow=False,
                )
            )

    def _saved(self, _: object) -> None:
        self._say(translate("Tour", "Enregistré. Effacez ce fichier quand il aura été imprimé."))

    def _say(self, note: str) -> None:
        self._become(replace(self._state, note=note, problem=None))

    def _admit_slowness(self) -> None:
        if self._state.tour is None and self._state.problem is None:
            self._become(replace(self._state, is_slow=True))

    def _become(self, state: TourState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _read(tours: Tours, trips: Trips, day: date, known: TourMap | None) -> _Reading:
    """In the store's lane."""
    return _Reading(
        tour=tours.read(day),
        places=tuple(tours.map_places()),
        outlines=known or tours.outlines(),
        noted_kilometres=sum(trip.kilometres for trip in trips.of_day(day)),
    )
