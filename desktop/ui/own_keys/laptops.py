"""« Vos ordinateurs »: named, withdrawn, and one more made hers from this one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from desktop.sync.errors import Passing
from desktop.sync.own_keys import OwnLaptop
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem
from desktop.ui.own_keys.working import Working
from desktop.ui.text import translate

POLL_MS = 1500


class LaptopsPort(Protocol):
    """What the page asks of the office; on the network's lane."""

    def all(self) -> list[OwnLaptop]: ...

    def rename(self, device: str, name: str) -> list[OwnLaptop]: ...

    def withdraw(self, device: str) -> list[OwnLaptop]: ...

    def begin(self) -> str:
        """Open a pairing; return the invitation to type on the other laptop."""
        ...

    def step(self) -> tuple[str, ...]:
        """Hear the other laptop; return the words to compare, empty until there are any."""
        ...

    def agree(self) -> None:
        """The words are the same: give the identity."""
        ...

    def close(self) -> None:
        """Give nothing, and close the invitation."""
        ...


@dataclass(frozen=True)
class LaptopsState:
    """What the page shows."""

    laptops: tuple[OwnLaptop, ...] = ()
    is_known: bool = False
    """Whether the office has answered since the page was opened."""
    renaming: str = ""
    withdrawing: str = ""
    """The laptop that is about to be withdrawn."""
    invitation: str = field(default="", repr=False)
    words: tuple[str, ...] = ()


class LaptopsViewModel(Working):
    """Shows one act at a time."""

    def __init__(
        self, background: Background, port: LaptopsPort, parent: QObject | None = None
    ) -> None:
        super().__init__(background, parent)
        self._port = port
        self._state = LaptopsState()
        self._timer = QTimer(self, singleShot=True, interval=POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def state(self) -> LaptopsState:
        return self._state

    def refresh(self) -> None:
        """Ask the office for the list, unless a pairing is going on."""
        if not self.is_busy and not self._state.invitation:
            self._ask(Lane.NETWORK, self._port.all, self._list)

    def start_renaming(self, device: str) -> None:
        self._show(replace(self._state, renaming=device, withdrawing=""))

    def start_withdrawing(self, device: str) -> None:
        self._show(replace(self._state, renaming="", withdrawing=device))

    def leave(self) -> None:
        """Neither renamed nor withdrawn."""
        self._show(replace(self._state, renaming="", withdrawing=""))

    def rename(self, name: str) -> None:
        device = self._state.renaming
        if device and not self.is_busy:
            self._ask(Lane.NETWORK, lambda: self._port.rename(device, name), self._list)

    def withdraw(self) -> None:
        device = self._state.withdrawing
        if device and not self.is_busy:
            self._ask(Lane.NETWORK, lambda: self._port.withdraw(device), self._withdrawn)

    # -- one laptop more -----------------------------------------------------------------------

    def begin(self) -> None:
        if not self.is_busy and not self._state.invitation:
            self.leave()
            self._ask(Lane.NETWORK, self._port.begin, self._begun)

    def poll(self) -> None:
        """Ask how the pairing goes."""
        if self._state.invitation and not self._state.words and not self.is_busy:
            self._ask(Lane.NETWORK, self._port.step, self._heard, self._not_heard)

    def agree(self) -> None:
        if self._state.words and not self.is_busy:
            self._ask(Lane.NETWORK, self._port.agree, lambda _: self._given(), self._not_heard)

    def differ(self) -> None:
        """Somebody else is answering: nothing is given."""
        self._stop()
        self._refuse(
            Problem(
                translate(
                    "Laptops",
                    "Les mots diffèrent\u00a0: rien n’a été donné, cette invitation est fermée.",
                ),
                translate(
                    "Laptops", "Recommencez\u00a0; si cela revient, prévenez l’informatique."
                ),
            )
        )

    def give_up(self) -> None:
        """She does not go on with this pairing."""
        if self._state.invitation:
            self._stop()

    def _begun(self, invitation: str) -> None:
        self._state = replace(self._state, invitation=invitation, words=())
        self._timer.start()

    def _heard(self, words: tuple[str, ...]) -> None:
        self._state = replace(self._state, words=words)
        if not words:
            self._timer.start()

    def _not_heard(self, failure: Exception) -> None:
        if not isinstance(failure, Passing):
            self._stop()
        elif not self._state.words:
            self._timer.start()

    def _given(self) -> None:
        self._state = replace(self._state, invitation="", words=())
        self._note = translate(
            "Laptops",
            "Votre identité est donnée. Continuez sur l’autre ordinateur\u00a0: il paraîtra ici "
            "une fois inscrit.",
        )

    def _stop(self) -> None:
        self._timer.stop()
        self._state = replace(self._state, invitation="", words=())
        self._background.run(Lane.NETWORK, self._port.close, _nothing, _nothing)
        self.changed.emit()

    def _withdrawn(self, laptops: Sequence[OwnLaptop]) -> None:
        self._list(laptops)
        self._note = translate(
            "Laptops",
            "Cet ordinateur est retiré\u00a0: à son prochain contact, il détruit ses clés.",
        )

    def _list(self, laptops: Sequence[OwnLaptop]) -> None:
        self._state = replace(
            self._state, laptops=tuple(laptops), is_known=True, renaming="", withdrawing=""
        )

    def _show(self, state: LaptopsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _nothing(_: object) -> None:
    """Closing is a courtesy: the office forgets a pairing after ten minutes anyway."""
