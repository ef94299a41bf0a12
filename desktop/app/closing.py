"""The window that is closed by hand: not before what is typed is kept, or she would rather lose it.

What a disk refused at a former lock counts as typed: it is in memory alone.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.ui.background import Background, Lane

if TYPE_CHECKING:
    from desktop.app.unlocked import UnlockedDesk


class Closing:
    """Decides whether the program may end."""

    def __init__(
        self,
        background: Background,
        desk: "Callable[[], UnlockedDesk | None]",
        holds_sealed: Callable[[], bool],
        tell_lock: Callable[[], None],
        ended: Callable[[], object],
    ) -> None:
        """``holds_sealed`` tells whether something is left that a disk refused before.

        ``tell_lock`` says so at the lock. ``ended`` once nothing stands in the way.
        """
        self._background = background
        self._desk = desk
        self._holds_sealed = holds_sealed
        self._tell_lock = tell_lock
        self._ended = ended
        self._may_end = False
        """Whether what is typed was kept, or she would rather lose it than stay."""

    def may_close(self) -> bool:
        """The person closes the window, or the session ends: not before what is typed is kept."""
        desk = self._desk()
        if self._may_end or (desk is None and not self._holds_sealed()):
            return True
        if desk is None:
            self._tell_lock()
            return False
        self._background.run(
            Lane.STORE,
            desk.keep_typed(),
            lambda is_kept: self._end_if(desk, is_kept=is_kept),
            lambda _: self._end_if(desk, is_kept=False),
        )
        return False

    def end(self) -> None:
        """End, whatever is lost."""
        self._may_end = True
        self._ended()

    def _end_if(self, desk: "UnlockedDesk", *, is_kept: bool) -> None:
        if desk is not self._desk():
            return  # locked meanwhile: the lock keeps what the disk refuses
        if is_kept and not self._holds_sealed():
            self.end()
        else:
            desk.tell_unkept(self.end, is_older=self._holds_sealed())
