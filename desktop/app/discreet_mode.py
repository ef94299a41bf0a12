"""Discreet mode: one key turns the names of persons into initials, on every open page at once."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from desktop.domain.shown_names import ShownNames
from desktop.domain.touched import Touched
from desktop.ui.changes import ChangeBoard
from protocol.kinds import SYNCED


class DiscreetMode(QObject):
    """Chooses how names are shown, and has the pages read them again."""

    changed = Signal(bool)

    def __init__(
        self,
        names: ShownNames,
        board: ChangeBoard,
        in_sight: Callable[[], Iterable[str]],
        parent: QObject | None = None,
    ) -> None:
        """``in_sight`` gives the dossiers that pages are open on."""
        super().__init__(parent)
        self._names = names
        self._board = board
        self._in_sight = in_sight

    @property
    def is_on(self) -> bool:
        return self._names.is_discreet

    def toggle(self) -> None:
        """Go from names to initials, or back."""
        self.choose(discreet=not self._names.is_discreet)

    def choose(self, *, discreet: bool) -> None:
        """Show initials, or names; the pages are told when that is a change."""
        if discreet == self._names.is_discreet:
            return
        self._names.choose(discreet=discreet)
        self.changed.emit(discreet)
        self._board.announce(said_again(self._in_sight()))


def said_again(dossiers: Iterable[str]) -> frozenset[Touched]:
    """Return what pages hear when nothing was written, and all has to be read again.

    No record is named: what follows what is written (sending it) has nothing to do.
    """
    shown = (None, *dossiers)
    return frozenset(Touched(kind, "", dossier) for kind in SYNCED for dossier in shown)
