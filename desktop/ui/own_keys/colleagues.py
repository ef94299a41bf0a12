"""« Vérifier avec un collègue »: the words of each, compared aloud, and what they settle."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.identities import Correspondent
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.own_keys.working import Working
from desktop.ui.text import translate

Words = tuple[str, ...]
_PROFESSIONAL = "professional"


class IdentitiesPort(Protocol):
    """What the page asks; on the store's lane. ``Identities`` is one."""

    def my_words(self) -> Words: ...

    def colleagues(self) -> list[Correspondent]: ...

    def is_misrepresented(self) -> bool: ...

    def verify(self, professional: str, words: Words) -> Done[None]: ...

    def doubt(self, professional: str) -> Done[None]: ...


@dataclass(frozen=True)
class ColleaguesState:
    """What the page shows."""

    mine: Words = ()
    colleagues: tuple[Correspondent, ...] = ()
    chosen: str = ""
    is_misrepresented: bool = False

    @property
    def shown(self) -> Correspondent | None:
        """The colleague whose words are in sight."""
        return next((it for it in self.colleagues if it.id == self.chosen), None)


class ColleaguesViewModel(Working):
    """Reads the directory of keys again whenever the office brings a professional."""

    def __init__(
        self,
        background: Background,
        identities: IdentitiesPort,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, parent)
        self._identities = identities
        self._board = board
        self._state = ColleaguesState()
        board.changed.connect(self._something_changed)
        self.refresh()

    @property
    def state(self) -> ColleaguesState:
        return self._state

    def refresh(self) -> None:
        self._background.run(Lane.STORE, self._read, self._show, lambda failure: None)

    def choose(self, professional: str) -> None:
        self._show(replace(self._state, chosen=professional))

    def confirm(self) -> None:
        """The words in sight are those that she reads out."""
        shown = self._state.shown
        if shown is not None and shown.words and not self.is_busy:
            self._ask(
                Lane.STORE,
                lambda: self._identities.verify(shown.id, shown.words),
                lambda done: self._settled(done, self._confirmed(shown.name)),
                lambda failure: self.refresh(),
            )

    def refuse(self) -> None:
        """They are not."""
        shown = self._state.shown
        if shown is not None and not self.is_busy:
            self._ask(
                Lane.STORE,
                lambda: self._identities.doubt(shown.id),
                lambda done: self._settled(done, self._refused(shown.name)),
            )

    def _read(self) -> ColleaguesState:
        listed = tuple(it for it in self._identities.colleagues() if it.active)
        return ColleaguesState(
            mine=self._identities.my_words(),
            colleagues=listed,
            is_misrepresented=self._identities.is_misrepresented(),
        )

    def _settled(self, done: Done[None], note: str) -> None:
        self._note = note
        self._board.announce(done.touched)
        self.refresh()

    def _confirmed(self, name: str) -> str:
        return translate("Colleagues", "Les clés de {0} sont vérifiées.").format(name)

    def _refused(self, name: str) -> str:
        return translate(
            "Colleagues",
            "Plus rien ne sera confié à {0} depuis ce poste tant que les mots diffèrent. "
            "Prévenez l’informatique.",
        ).format(name)

    def _something_changed(self, touched: frozenset[Hashable]) -> None:
        if any(isinstance(it, Touched) and it.kind == _PROFESSIONAL for it in touched):
            self.refresh()

    def _show(self, state: ColleaguesState) -> None:
        chosen = state.chosen or self._state.chosen
        state = replace(state, chosen=chosen)
        if state != self._state:
            self._state = state
            self.changed.emit()
