"""Decides what « Aujourd’hui » shows: the day, the person at hand, what is still to be said."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.services.appointments import AppointmentLine, Appointments
from desktop.services.done import Done
from desktop.services.today import PersonCard, Today, TodayService
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import clock, day_long, translate
from desktop.ui.watched_page import WatchedPage
from protocol.ids import AppointmentId, ProgrammeId, RecordId
from protocol.kinds.agenda import AppointmentStatus, Visibility
from protocol.kinds.programmes import StepState

T = TypeVar("T")
U = TypeVar("U")
_SHOWN_HERE = frozenset(
    {
        *("appointment", "circle_member", "conflict", "draft"),
        *("follow_up", "person", "place", "professional", "same_person"),
        *("absence", "contact_attempt", "opening_slot", "programme", "step"),
        *("relay", "waiting", "workshop_session"),
    }
)


@dataclass(frozen=True)
class TodayState:
    """One look at the day."""

    now: datetime
    """On the wall of the office."""
    today: Today | None = None
    """None until the day has been read."""
    chosen: AppointmentLine | None = None
    """The appointment whose person is shown: the one at hand until somebody picks another."""
    card: PersonCard | None = None
    is_veiled: bool = False
    """The appointment is discreet and nobody asked to see whose it is."""
    is_slow: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class _Reading:
    today: Today
    chosen: AppointmentLine | None
    card: PersonCard | None
    is_veiled: bool


class TodayViewModel(WatchedPage):
    """Holds the day, follows the clock, and writes down what became of an appointment."""

    undo_offered = Signal(str, object)
    """A sentence, and the callable that takes the act back."""

    def __init__(
        self,
        background: Background,
        today: TodayService,
        appointments: Appointments,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(board, _SHOWN_HERE, parent)
        self._background = background
        self._today = today
        self._appointments = appointments
        self._board = board
        self._clock = clock
        self._picked: AppointmentId | None = None
        self._state = TodayState(now=paris(clock.now()))

    @property
    def state(self) -> TodayState:
        return self._state

    def choose(self, appointment: AppointmentId) -> None:
        """Show the person of this appointment, even a discreet one: it was asked for.

        Her name and her meeting at once: what is pressed beside them is about nobody else.
        """
        if appointment == self._picked:
            return
        self._picked = appointment
        line = self._line(appointment)
        if line is not None and line != self._state.chosen:
            self._become(replace(self._state, chosen=line, card=None, is_veiled=False))
        self.refresh()

    def line_at_hand(self) -> AppointmentLine | None:
        """The appointment just picked, even before its person has been read; else the shown one."""
        picked = self._line(self._picked) if self._picked is not None else None
        return picked or self._state.chosen

    def qualify(self, appointment: AppointmentId, status: AppointmentStatus) -> None:
        """Say in one gesture what became of an appointment; it can be taken back."""
        line = self._line(appointment)
        if line is None or line.status is status:
            return
        self._write(appointment, status, lambda: self._offer_undo(line, status))

    def plan_late(self, programme: ProgrammeId) -> None:
        """Take the free slot that is proposed to somebody who is late."""
        lines = self._state.today.watch.late if self._state.today else ()
        line = next((line for line in lines if line.programme == programme), None)
        if line is None or line.proposed is None:
            return
        programmes, proposed = self._today.engagements.programmes, line.proposed
        day = day_long(proposed.date(), self._state.now.date())
        words = translate("Today", "Rendez-vous pris avec {0} : {1}, {2}.").format(
            line.name, day, clock(proposed)
        )
        self._act(
            lambda: programmes.create_series(programme, (proposed,)),
            words,
            programmes.take_back_series,
        )

    def finish_step(self, step: RecordId) -> None:
        """Say that a step is done."""
        steps = self._today.engagements.steps
        self._act(
            lambda: steps.set_state(step, StepState.DONE),
            translate("Today", "Étape faite."),
            lambda before: steps.set_state(step, before),
        )

    def _act(
        self,
        work: Callable[[], Done[T]],
        words: str,
        take_back: Callable[[T], Done[U]],
    ) -> None:
        def tell(done: Done[T]) -> None:
            self._board.announce(done.touched)
            self.undo_offered.emit(words, lambda: undo(done.value))

        def undo(value: T) -> None:
            self._background.run(
                Lane.STORE,
                lambda: take_back(value),
                lambda done: self._board.announce(done.touched),
                self._refuse,
            )

        self._background.run(Lane.STORE, work, tell, self._refuse)

    def _write(
        self,
        appointment: AppointmentId,
        status: AppointmentStatus,
        then: Callable[[], None] | None = None,
    ) -> None:
        def done(done: Done[None]) -> None:
            self._board.announce(done.touched)
            if then is not None:
                then()

        self._background.run(
            Lane.STORE, lambda: self._appointments.qualify(appointment, status), done, self._refuse
        )

    def _offer_undo(self, line: AppointmentLine, status: AppointmentStatus) -> None:
        words = translate("Today", "Rendez-vous de {0} : {1}.").format(
            line.name, status.label.lower()
        )
        self.undo_offered.emit(words, lambda: self._write(line.id, line.status))

    def _line(self, appointment: AppointmentId) -> AppointmentLine | None:
        today = self._state.today
        lines = (*today.appointments, *today.left_open) if today else ()
        return next((line for line in lines if line.id == appointment), None)

    def _read(self) -> Handle:
        picked = self._picked
        return self._background.run(
            Lane.STORE, lambda: _read(self._today, picked), self._show, self._refuse
        )

    def _show(self, reading: _Reading) -> None:
        before = self._state.today
        if before is not None and before.day != reading.today.day:
            self._picked = None  # another morning
        elif self._picked is not None and _is_written_since(self._picked, before, reading.today):
            self._picked = None
            self.refresh()  # the next one is at hand, and her card is to be read
            return
        self._become(
            TodayState(
                now=paris(self._clock.now()),
                today=reading.today,
                chosen=reading.chosen,
                card=reading.card,
                is_veiled=reading.is_veiled,
            )
        )

    def _refuse(self, failure: Exception) -> None:
        self._become(replace(self._state, problem=sentence(failure), is_slow=False))

    def _admit_slowness(self) -> None:
        if self._state.today is None and self._state.problem is None:
            self._become(replace(self._state, is_slow=True))

    def _become(self, state: TodayState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _is_written_since(picked: AppointmentId, before: Today | None, now: Today) -> bool:
    """Whether the follow-up of an appointment was finished between two looks at the day."""

    def is_written(today: Today) -> bool:
        lines = (line for line in today.appointments if line.id == picked)
        return any(line.follow_up is not None for line in lines)

    return before is not None and is_written(now) and not is_written(before)


def _read(service: TodayService, picked: AppointmentId | None) -> _Reading:
    """In the store's lane: the day, and the card of the person to show."""
    today = service.read()
    by_hand = next((line for line in today.appointments if line.id == picked), None)
    chosen = by_hand or today.at_hand
    veiled = chosen is not None and by_hand is None and chosen.visibility is not Visibility.NORMAL
    card = service.card(chosen.person) if chosen is not None and not veiled else None
    return _Reading(today, chosen, card, veiled)
