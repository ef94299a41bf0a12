"""Decides what two dossiers side by side show, and writes what was answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.services.done import Done
from desktop.services.errors import NotFound
from desktop.services.same_person import Choices, Comparison, SamePersons
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate
from protocol.ids import PersonId, ProfessionalId, RecordId

T = TypeVar("T")


@dataclass(frozen=True)
class Picks:
    """What was chosen so far, for who comes back to it."""

    from_other: frozenset[str]
    referent: str = ""


@dataclass(frozen=True)
class SamePersonState:
    """Two dossiers, and what was chosen so far."""

    today: date
    comparison: Comparison | None = None
    from_other: frozenset[str] = frozenset()
    """The lines whose value comes from the other sheet."""
    referent: str = ""
    is_writing: bool = False
    is_gone: bool = False
    """They are one already, or one of them left this laptop."""
    problem: Problem | None = None


class SamePersonViewModel(QObject):
    """Compares two dossiers, joins them, or says that they are two persons'."""

    changed = Signal()
    joined = Signal(str)
    """The dossier that is kept."""
    answered = Signal()
    """They are two persons."""
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        same_persons: SamePersons,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._same_persons = same_persons
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._state = SamePersonState(today=paris(clock.now()).date())

    @property
    def state(self) -> SamePersonState:
        return self._state

    def open(self, one: PersonId, other: PersonId, picks: Picks | None = None) -> None:
        """Put two dossiers side by side, as they were left if ``picks`` says so."""
        if self._reading is not None:
            self._reading.abandon()
        self._become(SamePersonState(today=paris(self._clock.now()).date()))
        self._reading = self._background.run(
            Lane.STORE,
            lambda: self._same_persons.compare(one, other),
            lambda comparison: self._show(comparison, picks),
            self._refuse,
        )

    def take(self, line: str, *, from_other: bool) -> None:
        """Keep one value of a line, or the other."""
        chosen = self._state.from_other | {line} if from_other else self._state.from_other - {line}
        self._become(replace(self._state, from_other=chosen))

    def choose_referent(self, professional: str) -> None:
        """Say who remains the référent unique."""
        self._become(replace(self._state, referent=professional))

    def join(self) -> None:
        """« Réunir les deux dossiers »."""
        state = self._state
        if state.comparison is None or state.is_writing:
            return
        kept, other = state.comparison.kept, state.comparison.other
        referent = ProfessionalId(state.referent) if state.referent else None
        choices = Choices(
            PersonId(kept.person.id), PersonId(other.person.id), state.from_other, referent
        )

        def done(said: RecordId) -> None:
            words = translate("SamePerson", "Les deux dossiers sont réunis.")
            self.undo_offered.emit(words, lambda: self._undo(said, self._same_persons.separate))
            self.joined.emit(kept.person.id)

        self._write(lambda: self._same_persons.join(choices), done)

    def tell_apart(self) -> None:
        """« Ce n’est pas la même personne »."""
        state = self._state
        if state.comparison is None or state.is_writing:
            return
        one, other = state.comparison.kept, state.comparison.other

        def done(said: RecordId) -> None:
            words = translate("SamePerson", "Deux personnes différentes : c’est noté.")
            self.undo_offered.emit(words, lambda: self._undo(said, self._same_persons.take_back))
            self.answered.emit()

        two = PersonId(one.person.id), PersonId(other.person.id)
        self._write(lambda: self._same_persons.tell_apart(*two), done)

    def _undo(self, said: RecordId, take_back: Callable[[RecordId], Done[None]]) -> None:
        self._write(lambda: take_back(said), lambda _: None)

    def _write(self, work: Callable[[], Done[T]], then: Callable[[T], None]) -> None:
        self._become(replace(self._state, is_writing=True, problem=None))

        def done(done: Done[T]) -> None:
            self._become(replace(self._state, is_writing=False))
            self._board.announce(done.touched)
            then(done.value)

        self._background.run(Lane.STORE, work, done, self._refuse)

    def _show(self, comparison: Comparison, picks: Picks | None) -> None:
        chosen = frozenset(line.name for line in comparison.lines if line.takes_other)
        referents = [one.id for one in comparison.referents]
        referent = referents[0] if referents else ""
        if picks is not None:
            chosen = picks.from_other & {line.name for line in comparison.lines if line.differs}
            referent = picks.referent if picks.referent in referents else referent
        self._become(
            replace(self._state, comparison=comparison, from_other=chosen, referent=referent)
        )

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, NotFound):
            self._become(SamePersonState(today=self._state.today, is_gone=True))
        else:
            self._become(replace(self._state, problem=sentence(failure), is_writing=False))

    def _become(self, state: SamePersonState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
