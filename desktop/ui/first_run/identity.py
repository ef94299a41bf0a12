"""Somebody who has a laptop already: how this one becomes hers too, with her notes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.sync.errors import Passing
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.first_run.ports import FirstRun, PairingStep, Standing
from desktop.ui.text import translate

Words = tuple[str, ...]
T = TypeVar("T")
POLL_MS = 1500


class Way(StrEnum):
    """What is in sight: the choice, then the one chosen."""

    CHOICE = "choice"
    PAIRING = "pairing"
    PAPER = "paper"
    FIRST_SHARE = "first share"
    SECOND_SHARE = "second share"
    LOST = "lost"
    """She has none of it left."""


@dataclass(frozen=True)
class IdentityState:
    """What is shown."""

    way: Way = Way.CHOICE
    standing: Standing = field(default_factory=Standing)
    pairing: PairingStep = field(default_factory=PairingStep)
    has_agreed: bool = False
    typed: Words = field(default=(), repr=False)
    wrong: int | None = None
    """Place of a word that is not one, from 1."""
    is_busy: bool = False
    problem: Problem | None = None


class IdentityQuestion(QObject):
    """`found` when her identity is on this laptop; `differed` when somebody is in between."""

    changed = Signal()
    found = Signal()
    differed = Signal()

    def __init__(
        self, background: Background, first_run: FirstRun, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._first_run = first_run
        self._first_share = ""
        self._state = IdentityState()
        self._timer = QTimer(self, singleShot=True, interval=POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def state(self) -> IdentityState:
        return self._state

    @property
    def can_go_on(self) -> bool:
        state = self._state
        if state.is_busy or state.way in (Way.CHOICE, Way.LOST):
            return False
        if state.way is Way.PAIRING:
            return bool(state.pairing.words) and not state.has_agreed
        return bool(state.typed)

    @property
    def can_go_back(self) -> bool:
        """Whether « Revenir » leads to the choice, rather than out of here."""
        is_first = self._state.standing.is_pairing and self._state.way is Way.PAIRING
        return self._state.way is not Way.CHOICE and not is_first

    def begin(self, standing: Standing) -> None:
        """The office said whose the invitation is."""
        self._first_share = ""
        self._show(IdentityState(standing=standing))
        if standing.is_pairing:
            self.choose(Way.PAIRING)

    def choose(self, way: Way) -> None:
        self._show(IdentityState(way=way, standing=self._state.standing))
        if way is Way.PAIRING:
            self.poll()

    def stop(self) -> None:
        """Forget what was typed and ask the office nothing more."""
        self._timer.stop()
        self._first_share = ""
        self._show(IdentityState(standing=self._state.standing))

    def type(self, typed: Words) -> None:
        if typed != self._state.typed:
            self._show(replace(self._state, typed=typed, wrong=None, problem=None))

    def go_on(self) -> None:
        if not self.can_go_on:
            return
        words = " ".join(self._state.typed)
        if self._state.way is Way.PAIRING:
            self._show(replace(self._state, has_agreed=True))
            self._run(Lane.NETWORK, self._first_run.agree_pairing, self._heard)
        elif self._state.way is Way.PAPER:
            self._run(
                Lane.STORE, lambda: self._first_run.find_by_paper(words), lambda _: self._done()
            )
        elif self._state.way is Way.FIRST_SHARE:
            self._run(
                Lane.STORE,
                lambda: self._first_run.check_share(words),
                lambda _: self._keep_first(words),
            )
        else:
            first = self._first_share
            self._run(
                Lane.STORE,
                lambda: self._first_run.find_by_shares(first, words),
                lambda _: self._done(),
            )

    def differ(self) -> None:
        """The words are not the same: nothing is taken from whoever is there."""
        self.stop()
        self.differed.emit()

    def poll(self) -> None:
        """Ask how the pairing goes."""
        if self._state.way is Way.PAIRING and not self._state.is_busy:
            self._run(Lane.NETWORK, self._first_run.pairing_step, self._heard)

    def _heard(self, step: PairingStep) -> None:
        self._show(replace(self._state, pairing=step, problem=None))
        if step.is_done:
            self._done()
        elif not step.words or self._state.has_agreed:
            self._timer.start()

    def _keep_first(self, words: str) -> None:
        self._first_share = words
        self._show(IdentityState(way=Way.SECOND_SHARE, standing=self._state.standing))

    def _done(self) -> None:
        self.stop()
        self.found.emit()

    def _run(self, lane: Lane, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        def done(answer: T) -> None:
            self._show(replace(self._state, is_busy=False))
            on_done(answer)

        self._show(replace(self._state, is_busy=True, problem=None))
        self._background.run(lane, work, done, self._failed)

    def _failed(self, failure: Exception) -> None:
        position = getattr(failure, "position", None)
        wrong = position if isinstance(position, int) else None
        self._show(
            replace(self._state, is_busy=False, problem=self._problem_of(failure), wrong=wrong)
        )
        if self._state.way is Way.PAIRING and isinstance(failure, Passing):
            self._timer.start()

    def _problem_of(self, failure: Exception) -> Problem:
        problem = sentence(failure)
        if isinstance(failure, Passing):
            remedy = translate("FirstRun", "Coffre essaie encore dès que le réseau revient.")
            return Problem(problem.text, remedy)
        return problem

    def _show(self, state: IdentityState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
