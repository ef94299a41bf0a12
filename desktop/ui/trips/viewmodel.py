"""Decides what « Kilomètres » shows: the day's proposal, the month, and what is being typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.config.private_files import write_private
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.errors import InvalidInput
from desktop.services.tours import Tours
from desktop.services.trips import KILOMETRES, MonthLog, TripForm, Trips
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import number, translate
from protocol.ids import RecordId


@dataclass(frozen=True)
class TripsState:
    """One look at the log."""

    today: date
    month: date
    """First day of the month shown."""
    log: MonthLog | None = None
    form: TripForm | None = None
    """What the fields start with; typing goes on in the fields."""
    is_proposed: bool = False
    """The form comes from the round of the day: « environ »."""
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None
    note: str = ""


class TripsViewModel(QObject):
    """Reads the month, proposes the day's kilometres, writes and takes back."""

    changed = Signal()
    form_opened = Signal()
    """The fields are to be filled from ``state.form``."""
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        trips: Trips,
        tours: Tours,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._trips = trips
        self._tours = tours
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._opening: Handle | None = None
        self._is_typed = False
        today = self._today()
        self._state = TripsState(today, today.replace(day=1))
        board.changed.connect(self._hear)

    @property
    def state(self) -> TripsState:
        return self._state

    def open(self, day: date | None = None) -> None:
        """Show a day's month, and what to note for it: the trip noted already, or the proposal.

        What was typed for that day and not noted yet stays as it was left.
        """
        today = self._today()
        chosen = day or today
        form = self._state.form
        if self._is_typed and (form is None or form.driven_on == chosen):
            self.refresh()
            return
        self._become(
            replace(
                self._state,
                today=today,
                month=chosen.replace(day=1),
                problems={},
                problem=None,
                note="",
            )
        )
        trips, tours = self._trips, self._tours
        self._await_no_proposal()
        self._opening = self._background.run(
            Lane.STORE, lambda: _proposal(trips, tours, chosen), self._open_form, self._refuse
        )
        self.refresh()

    def resume(self, trip: RecordId | None) -> None:
        """An empty form for what a lock interrupted: a new trip, or the correction of one."""
        today = self._today()
        month = today.replace(day=1)
        self._become(replace(self._state, today=today, month=month, problem=None))
        self._open_form((TripForm(today, 0, id=trip), False))
        self.refresh()

    @property
    def is_typed(self) -> bool:
        """Somebody has written in the fields, and has not noted it yet."""
        return self._is_typed

    def keep_typed(self) -> None:
        """Somebody types: the fields are hers until she notes the trip, or opens another one."""
        self._await_no_proposal()
        self._is_typed = True

    def refresh(self) -> None:
        if self._reading is not None:
            self._reading.abandon()
        month = self._state.month
        self._reading = self._background.run(
            Lane.STORE, lambda: self._trips.of_month(month), self._show, self._refuse
        )

    def go(self, months: int) -> None:
        """Show the month before, or after."""
        first = self._state.month
        near = first - timedelta(days=1) if months < 0 else first + timedelta(days=31)
        self._become(replace(self._state, month=near.replace(day=1), note="", problem=None))
        self.refresh()

    def edit(self, trip: RecordId) -> None:
        """Take a trip of the month up again."""
        log = self._state.log
        known = next((one for one in log.trips if one.id == trip), None) if log else None
        if known is not None:
            self._open_form((known, False))

    def begin(self) -> None:
        """An empty form, for a trip that no round knows."""
        self._open_form((TripForm(self._state.today, 0), False))

    def note(
        self,
        day: date | None,
        detail: str,
        kilometres: int | None,
        odometer: int | None,
        *,
        is_read: bool = True,
        is_rounded: bool = False,
    ) -> None:
        """Write what was typed; ``is_read`` is False for an odometer that means nothing.

        ``is_rounded``: she typed a part of a kilometre, which is not kept.
        """
        problems = _problems(day, kilometres, is_read)
        if day is None or kilometres is None or problems:
            self._become(replace(self._state, problems=problems, note=""))
            return
        known = self._state.form.id if self._state.form else None
        form = TripForm(day, kilometres, detail, odometer, known)

        def written(done: Done[RecordId]) -> None:
            self._noted(replace(form, id=done.value), is_rounded=is_rounded)
            self._board.announce(done.touched)

        self._background.run(Lane.STORE, lambda: self._trips.note(form), written, self._refuse)

    def remove(self, trip: RecordId) -> None:
        """Take a trip out of the log; it can be taken back."""
        self._background.run(
            Lane.STORE, lambda: self._trips.remove(trip), self._removed, self._refuse
        )

    def save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Have the expense sheet made and written where the person asked."""
        self._become(replace(self._state, problem=None, note=""))
        self._background.run(
            Lane.STORE, lambda: write_private(path, make()), self._saved, self._refuse
        )

    def _noted(self, form: TripForm, *, is_rounded: bool) -> None:
        words = (
            translate("Trips", "{0}\u00a0km notés, arrondis au kilomètre.")
            if is_rounded
            else translate("Trips", "{0}\u00a0km notés.")
        ).format(number(form.kilometres))
        self._is_typed = False
        self._become(
            replace(
                self._state,
                form=form,
                is_proposed=False,
                month=form.driven_on.replace(day=1),
                problems={},
                problem=None,
                note=words,
            )
        )
        self.form_opened.emit()

    def _await_no_proposal(self) -> None:
        """A proposal that comes late does not take the place of what is being typed."""
        if self._opening is not None:
            self._opening.abandon()
            self._opening = None

    def _removed(self, done: Done[TripForm]) -> None:
        said = done.value
        self._board.announce(done.touched)
        self._open_form((replace(said, id=None), False))

        def put_back() -> None:
            self._background.run(
                Lane.STORE,
                lambda: self._trips.note(said),
                lambda again: self._board.announce(again.touched),
                self._refuse,
            )

        self.undo_offered.emit(translate("Trips", "Trajet retiré."), put_back)

    def _open_form(self, opened: tuple[TripForm, bool]) -> None:
        form, is_proposed = opened
        self._is_typed = False
        self._become(replace(self._state, form=form, is_proposed=is_proposed, problems={}, note=""))
        self.form_opened.emit()

    def _saved(self, _: object) -> None:
        self._become(replace(self._state, note=translate("Trips", "Enregistré."), problem=None))

    def _show(self, log: MonthLog) -> None:
        if log.first == self._state.month:
            self._become(replace(self._state, log=log))

    def _hear(self, touched: frozenset[Touched]) -> None:
        if self._state.log is not None and any(item.kind == "trip" for item in touched):
            self.refresh()

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, InvalidInput) and failure.field in _FIELDS:
            problems = {failure.field: _field_problem(failure.field)}
            self._become(replace(self._state, problems=problems, note=""))
            return
        self._become(replace(self._state, problem=sentence(failure), note=""))

    def _today(self) -> date:
        return paris(self._clock.now()).date()

    def _become(self, state: TripsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


_FIELDS = frozenset({"driven_on", "detail", "kilometres", "odometer"})


def _proposal(trips: Trips, tours: Tours, day: date) -> tuple[TripForm, bool]:
    """In the store's lane: what was noted for the day, else what its round would note."""
    noted = trips.of_day(day)
    if noted:
        return noted[0], False
    return trips.propose(tours.read(day)), True


def _problems(day: date | None, kilometres: int | None, is_read: bool) -> dict[str, str]:
    wrong = {
        "driven_on": day is None,
        "kilometres": kilometres not in KILOMETRES,
        "odometer": not is_read,
    }
    return {name: _field_problem(name) for name, is_wrong in wrong.items() if is_wrong}


def _field_problem(name: str) -> str:
    return {
        "driven_on": translate("Trips", "Cette date ne se lit pas\u00a0: 24/11/2026 par exemple."),
        "kilometres": translate("Trips", "Donnez les kilomètres, de 1 à 2 000."),
        "odometer": translate("Trips", "Ce compteur ne se lit pas\u00a0: 48 250 par exemple."),
        "detail": translate("Trips", "Ce trajet est trop long\u00a0: 120 lettres au plus."),
    }[name]
