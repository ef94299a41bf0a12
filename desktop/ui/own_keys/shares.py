"""« Parts de votre clé »: cut in three, given to two colleagues, taken back; those one keeps."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.services.identities import Correspondent
from desktop.services.key_shares import Cut
from desktop.sync.key_shares import Kept, SharesStanding
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem
from desktop.ui.keys.words import first_difference
from desktop.ui.own_keys.working import Working
from desktop.ui.text import translate

Words = tuple[str, ...]


class SharesPort(Protocol):
    """What the page asks: the first four on the store's lane, the others on the network's."""

    def keepers(self) -> list[Correspondent]: ...

    def names(self) -> dict[str, str]: ...

    def cut(self, one: str, other: str) -> Cut: ...

    def open_kept(self, kept: Kept, passphrase: str) -> Words:
        """Return the words of a share kept; raise `WrongPassphrase`."""
        ...

    def look(self) -> SharesStanding: ...

    def give(self, cut: Cut) -> SharesStanding: ...

    def take_back(self) -> SharesStanding: ...


@dataclass(frozen=True)
class SharesState:
    """What the page shows."""

    keepers: tuple[Correspondent, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    standing: SharesStanding = field(default_factory=SharesStanding)
    is_known: bool = False
    is_choosing: bool = False
    cut: Cut | None = field(default=None, repr=False)
    """Made and not given yet: its paper is in sight, or being typed back."""
    is_typing: bool = False
    wrong: int | None = None
    asked: Kept | None = None
    """The share that is about to be shown."""
    shown: Words = field(default=(), repr=False)

    def name_of(self, professional: str) -> str:
        """Return somebody's name."""
        return self.names.get(professional, translate("Shares", "une personne inconnue ici"))


class SharesViewModel(Working):
    """Shows one act at a time. Nothing is given before the paper was typed back."""

    def __init__(
        self, background: Background, port: SharesPort, parent: QObject | None = None
    ) -> None:
        super().__init__(background, parent)
        self._port = port
        self._state = SharesState()

    @property
    def state(self) -> SharesState:
        return self._state

    def refresh(self) -> None:
        """Read who may keep a share, then ask the office what stands."""
        if not self.is_busy and self._state.cut is None:
            self._ask(Lane.STORE, self._read, self._was_read)

    def start(self) -> None:
        self._show(replace(self._state, is_choosing=True))

    def leave(self) -> None:
        """Nothing is cut, given, or shown any more."""
        if not self.is_busy:
            self._show(self._folded())

    def cut(self, one: str, other: str) -> None:
        if not self.is_busy:
            self._ask(Lane.STORE, lambda: self._port.cut(one, other), self._was_cut)

    def type_back(self) -> None:
        self._show(replace(self._state, is_typing=True))

    def show_again(self) -> None:
        self._show(replace(self._state, is_typing=False, wrong=None))

    def give(self, typed: Words) -> None:
        """Compare what was typed with the paper, then give the two other shares."""
        cut = self._state.cut
        if cut is None or self.is_busy:
            return
        missing = next((at for at, word in enumerate(typed, 1) if not word.strip()), None)
        wrong = missing or first_difference(typed, cut.paper)
        if wrong:
            self._state = replace(self._state, wrong=wrong)
            self._refuse(_wrong_word(wrong))
            return
        self._state = replace(self._state, wrong=None)
        self._ask(Lane.NETWORK, lambda: self._port.give(cut), self._given)

    def take_back(self) -> None:
        if not self.is_busy:
            self._ask(Lane.NETWORK, self._port.take_back, self._taken_back)

    def ask_for(self, kept: Kept) -> None:
        self._show(replace(self._folded(), asked=kept))

    def show_kept(self, passphrase: str) -> None:
        kept = self._state.asked
        if kept is not None and not self.is_busy:
            self._ask(Lane.STORE, lambda: self._port.open_kept(kept, passphrase), self._opened)

    def _read(self) -> tuple[list[Correspondent], dict[str, str]]:
        return self._port.keepers(), self._port.names()

    def _was_read(self, read: tuple[list[Correspondent], dict[str, str]]) -> None:
        keepers, names = read
        self._state = replace(self._state, keepers=tuple(keepers), names=names)
        self._ask(Lane.NETWORK, self._port.look, self._stands)

    def _stands(self, standing: SharesStanding) -> None:
        self._state = replace(self._state, standing=standing, is_known=True)

    def _was_cut(self, cut: Cut) -> None:
        self._state = replace(self._state, cut=cut, is_choosing=False, is_typing=False, wrong=None)

    def _given(self, standing: SharesStanding) -> None:
        self._state = replace(self._folded(), standing=standing)
        self._note = translate(
            "Shares", "Les deux parts sont données. Rangez le papier, loin de l’ordinateur."
        )

    def _taken_back(self, standing: SharesStanding) -> None:
        self._state = replace(self._folded(), standing=standing)
        self._note = translate(
            "Shares", "Les parts sont reprises\u00a0: elles n’ouvrent plus rien."
        )

    def _opened(self, words: Words) -> None:
        self._state = replace(self._state, shown=words)

    def _folded(self) -> SharesState:
        return replace(
            self._state,
            is_choosing=False,
            cut=None,
            is_typing=False,
            wrong=None,
            asked=None,
            shown=(),
        )

    def _show(self, state: SharesState) -> None:
        if state != self._state:
            self._state = state
            self._problem, self._note = None, ""
            self.changed.emit()


def _wrong_word(place: int) -> Problem:
    return Problem(
        translate("Shares", "Le mot n°\u00a0{0} n’est pas celui du papier.").format(place),
        translate("Shares", "Relisez-le, puis vérifiez de nouveau."),
    )
