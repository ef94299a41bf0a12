"""Chooses a short code, or gives it up; nothing here opens anything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate

T = TypeVar("T")
S = TypeVar("S")

USUAL_HOURS = 4


@dataclass(frozen=True, slots=True)
class Running:
    """The code that was chosen."""

    hours: int
    until: datetime | None
    """When it stops opening; `None` when none opens before the next passphrase."""


class CodePort(Protocol[S]):
    """The code of the open vault; each method says its lane."""

    is_allowed: bool
    """Whether the Département allows one."""

    def look(self) -> None:
        """Raise `KeyringSilent` where no keyring may be used; on the keyring's lane."""

    def running(self) -> Running | None:
        """Return what was chosen; on the store's lane."""

    def choose(self, passphrase: str, code: str, hours: int) -> S:
        """Raise `WrongPassphrase`, `UnusableCode`; on the store's lane."""

    def begin(self, sealed: S) -> None:
        """Raise `KeyringSilent`; on the keyring's lane."""

    def confirm(self, sealed: S) -> None:
        """On the store's lane."""

    def turn_off(self) -> None:
        """On the store's lane."""

    def tidy(self) -> None:
        """On the keyring's lane."""


class Stand(StrEnum):
    """Where the card stands."""

    NOT_ALLOWED = "not_allowed"
    LOOKING = "looking"
    NO_KEYRING = "no_keyring"
    OFF = "off"
    CHOOSING = "choosing"
    ON = "on"


@dataclass(frozen=True)
class CodeState:
    """What the card shows; what is typed stays in its fields."""

    stand: Stand = Stand.LOOKING
    running: Running | None = None
    is_busy: bool = False
    problem: Problem | None = None
    note: str = ""


class CodeViewModel(QObject, Generic[S]):
    """`settled` once a code was taken: the fields are emptied."""

    changed = Signal()
    settled = Signal()

    def __init__(
        self, background: Background, port: CodePort[S], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._port = port
        self._state = CodeState(Stand.LOOKING if port.is_allowed else Stand.NOT_ALLOWED)
        if port.is_allowed:
            self._look()

    @property
    def state(self) -> CodeState:
        return self._state

    def refresh(self) -> None:
        """Hours begin and end, and another passphrase ends them, without this card."""
        if self._state.stand in (Stand.ON, Stand.OFF) and not self._state.is_busy:
            self._ask()

    def unfold(self) -> None:
        """Somebody wants one."""
        if self._state.stand is Stand.OFF and not self._state.is_busy:
            self._show(CodeState(Stand.CHOOSING))

    def fold(self) -> None:
        """Or not."""
        if self._state.stand is Stand.CHOOSING and not self._state.is_busy:
            self._settle(CodeState(Stand.OFF))

    def choose(self, passphrase: str, code: str, again: str, hours: int) -> None:
        if self._state.stand is not Stand.CHOOSING or self._state.is_busy:
            return
        if code != again:
            self._show(replace(self._state, problem=_differ()))
            return
        self._run(Lane.STORE, lambda: self._port.choose(passphrase, code, hours), self._begin)

    def turn_off(self) -> None:
        if self._state.stand is Stand.ON and not self._state.is_busy:
            self._run(Lane.STORE, self._port.turn_off, self._turned_off)

    def _look(self) -> None:
        def no_keyring(_: Exception) -> None:
            self._show(CodeState(Stand.NO_KEYRING))

        self._background.run(Lane.KEYRING, self._port.look, lambda _: self._ask(), no_keyring)

    def _ask(self) -> None:
        self._background.run(Lane.STORE, self._port.running, self._tell, self._failed)

    def _tell(self, running: Running | None, note: str = "") -> None:
        if self._state.stand is Stand.CHOOSING and not note:
            return  # she has begun meanwhile
        stand = Stand.OFF if running is None else Stand.ON
        self._settle(CodeState(stand, running, note=note))

    def _begin(self, sealed: S) -> None:
        def begun(_: object) -> None:
            self._run(Lane.STORE, lambda: self._port.confirm(sealed), self._chosen, self._undo)

        self._run(Lane.KEYRING, lambda: self._port.begin(sealed), begun, self._undo)

    def _chosen(self, _: object) -> None:
        note = translate("Settings", "Le code ouvre à partir du prochain verrouillage.")
        self._run(Lane.STORE, self._port.running, lambda running: self._tell(running, note))

    def _undo(self, failure: Exception) -> None:
        """Half a code opens nothing: what was begun is ended, and it is said."""

        def undone(_: object) -> None:
            self._failed(failure)

        self._background.run(Lane.STORE, self._port.turn_off, undone, undone)

    def _turned_off(self, _: object) -> None:
        self._background.run(Lane.KEYRING, self._port.tidy, _ignore, _ignore)
        note = translate("Settings", "Seule la phrase de passe ouvre désormais le coffre.")
        self._settle(CodeState(Stand.OFF, note=note))

    def _run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._show(replace(self._state, is_busy=True, problem=None, note=""))
        self._background.run(lane, work, on_done, on_failed or self._failed)

    def _failed(self, failure: Exception) -> None:
        from desktop.services.errors import KeyringSilent

        silent = isinstance(failure, KeyringSilent)
        problem = _silent() if silent else sentence(failure)
        self._show(replace(self._state, is_busy=False, problem=problem))

    def _settle(self, state: CodeState) -> None:
        self._show(state)
        self.settled.emit()

    def _show(self, state: CodeState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _differ() -> Problem:
    return Problem(
        translate("Settings", "Les deux codes ne sont pas pareils."),
        translate("Settings", "Tapez-les encore."),
    )


def _silent() -> Problem:
    return Problem(
        translate("Settings", "Le trousseau de cet ordinateur ne répond pas."),
        translate("Settings", "Rien n’est changé\u00a0: seule la phrase de passe ouvre le coffre."),
    )


def _ignore(_: object) -> None:
    """The keyring will be asked again."""
