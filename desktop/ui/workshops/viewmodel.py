"""Decides what « Ateliers » shows, and writes sessions and attendance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import PARIS, Clock, paris
from desktop.domain.touched import Touched
from desktop.services.directory import Directory, PlaceLine
from desktop.services.done import Done
from desktop.services.errors import InvalidInput
from desktop.services.workshops import (
    CAPACITY,
    NewSession,
    RegisteredLine,
    SessionLine,
    Workshops,
)
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate
from protocol.ids import PlaceId, SessionId
from protocol.kinds.programmes import Attendance, WorkshopTheme

T = TypeVar("T")
_SHOWN_HERE = frozenset({"workshop_session", "workshop_place", "place", "person", "same_person"})


@dataclass(frozen=True)
class WorkshopsState:
    """One look at the workshops."""

    today: date
    sessions: tuple[SessionLine, ...] | None = None
    """None until they have been read."""
    chosen: SessionLine | None = None
    registered: tuple[RegisteredLine, ...] = ()
    places: tuple[PlaceLine, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class Typed:
    """A session as it was typed."""

    title: str
    theme: WorkshopTheme
    day: date | None
    at: time | None
    minutes: int
    place: str
    capacity: int | None


class WorkshopsViewModel(QObject):
    """Holds the sessions and the one that is chosen."""

    changed = Signal()
    created = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        workshops: Workshops,
        directory: Directory,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._workshops = workshops
        self._directory = directory
        self._board = board
        self._clock = clock
        self._picked: SessionId | None = None
        self._reading: Handle | None = None
        self._state = WorkshopsState(paris(clock.now()).date())
        board.changed.connect(self._hear)

    @property
    def state(self) -> WorkshopsState:
        return self._state

    def refresh(self) -> None:
        if self._reading is not None:
            self._reading.abandon()
        picked, today = self._picked, paris(self._clock.now()).date()
        self._reading = self._background.run(
            Lane.STORE,
            lambda: _read(self._workshops, self._directory, picked, today),
            self._show,
            self._refuse,
        )

    def choose(self, session: SessionId) -> None:
        if session != self._picked:
            self._picked = session
            self.refresh()

    def forget_problems(self) -> None:
        self._become(replace(self._state, problems={}))

    def create(self, typed: Typed) -> None:
        """Announce a session that I lead."""
        problems = _problems(typed, self._state.today)
        day, at, capacity = typed.day, typed.at, typed.capacity
        if problems or day is None or at is None or capacity is None:
            self._become(replace(self._state, problems=problems))
            return
        new = NewSession(
            title=typed.title,
            theme=typed.theme,
            starts_at=datetime.combine(day, at, PARIS),
            minutes=typed.minutes,
            place=PlaceId(typed.place) if typed.place else None,
            capacity=capacity,
        )

        def tell(made: SessionId) -> None:
            self._picked = made
            self.refresh()
            self.created.emit()
            words = translate("Workshops", "Atelier annoncé.")
            self._offer(words, lambda: self._workshops.set_cancelled(made, cancelled=True))

        self._write(lambda: self._workshops.create(new), tell)

    def cancel(self, session: SessionId) -> None:
        """Cancel a session that I lead."""
        workshops = self._workshops

        def tell(_: None) -> None:
            words = translate("Workshops", "Atelier annulé.")
            self._offer(words, lambda: workshops.set_cancelled(session, cancelled=False))

        self._write(lambda: workshops.set_cancelled(session, cancelled=True), tell)

    def set_attendance(self, line: RegisteredLine, attendance: Attendance) -> None:
        """Say whether somebody came."""
        workshops = self._workshops

        def tell(before: Attendance) -> None:
            words = translate("Workshops", "{0}\u00a0: {1}.").format(
                line.name, attendance.label.lower()
            )
            self._offer(words, lambda: workshops.set_attendance(line.id, before))

        self._write(lambda: workshops.set_attendance(line.id, attendance), tell)

    # -- inside -------------------------------------------------------------------------------

    def _offer(self, words: str, take_back: Callable[[], Done[T]]) -> None:
        self.undo_offered.emit(words, lambda: self._write(take_back, lambda _: None))

    def _write(self, work: Callable[[], Done[T]], then: Callable[[T], None]) -> None:
        def done(done: Done[T]) -> None:
            self._become(replace(self._state, problems={}, problem=None))
            self._board.announce(done.touched)
            then(done.value)

        self._background.run(Lane.STORE, work, done, self._refuse)

    def _hear(self, touched: frozenset[Touched]) -> None:
        if self._state.sessions is not None and any(x.kind in _SHOWN_HERE for x in touched):
            self.refresh()

    def _show(self, state: WorkshopsState) -> None:
        self._become(replace(state, problems=self._state.problems))

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, InvalidInput):
            told = {failure.field: sentence(failure).text}
            self._become(replace(self._state, problems=told))
        else:
            self._become(replace(self._state, problem=sentence(failure)))

    def _become(self, state: WorkshopsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _read(
    workshops: Workshops, directory: Directory, picked: SessionId | None, today: date
) -> WorkshopsState:
    """In the store's lane."""
    sessions = workshops.sessions()
    chosen = next((line for line in sessions if line.id == picked), None)
    chosen = chosen or next(iter(sessions), None)
    return WorkshopsState(
        today=today,
        sessions=tuple(sessions),
        chosen=chosen,
        registered=tuple(workshops.registered(chosen.id)) if chosen else (),
        places=tuple(directory.places()),
    )


def _problems(typed: Typed, today: date) -> dict[str, str]:
    problems = {}
    if not typed.title.strip():
        problems["title"] = translate("Workshops", "Donnez un titre à l’atelier.")
    if typed.day is None:
        problems["day"] = translate("Workshops", "Écrivez une date, par exemple 24 novembre.")
    elif typed.day < today:
        problems["day"] = translate("Workshops", "Cette date est passée.")
    if typed.at is None:
        problems["at"] = translate("Workshops", "Écrivez une heure, par exemple 14 h.")
    if typed.capacity is None or typed.capacity not in CAPACITY:
        problems["capacity"] = translate("Workshops", "Écrivez un nombre de places, de 1 à 100.")
    return problems
