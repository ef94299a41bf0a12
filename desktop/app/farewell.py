"""A laptop that the Département has withdrawn: what ends the destruction, and what says so.

The page belongs to a process that never saw a key nor a word: the one that waited for a lock, or
one that starts and finds a destruction to end. Only when no other can be started is it shown by
the process that destroyed (decision 0014).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.app.relief import Fate, Order, Watch
from desktop.ui.background import Background, Lane

if TYPE_CHECKING:
    from desktop.services.vault_access import VaultAccess, Withdrawal
    from desktop.ui.withdrawn import WithdrawnView

Tell = Callable[[Fate], None]


class Farewell:
    """Destroys on the store's lane; shows the one page that is left."""

    def __init__(
        self,
        background: Background,
        access: "Callable[[], VaultAccess]",
        show: Callable[[QWidget], None],
        left: Callable[[], object],
        stands: Callable[[], bool],
        forget: Callable[[bytes, bool], object],
    ) -> None:
        """``show`` puts the page in sight; ``left`` once she has closed it.

        ``stands`` tells whether there is a vault. ``forget`` has the system's keyring let go of
        what it holds of a vault, named by its identifier; it is told whether a code stood beside.
        """
        self._background = background
        self._access = access
        self._show = show
        self._left = left
        self._stands = stands
        self._forget = forget

    def carry_out(self, destroy: "Callable[[], Withdrawal]", tell: Tell) -> None:
        """Destroy, then tell what became of it."""
        self._background.run(
            Lane.STORE,
            destroy,
            lambda done: tell(fate_of(done)),
            lambda failure: tell(refused(failure)),
        )

    def page(self) -> Tell:
        """Show the page here; return what tells it how it ended."""
        view = self._made()
        self._show(view)
        return lambda fate: self._tell(view, fate)

    def finish(self, otherwise: Callable[[], None]) -> None:
        """End the destruction that something interrupted; ``otherwise`` when none was ordered."""
        self._finish(self.page(), otherwise)

    def relieve(self, order: Order, watch: Watch, otherwise: Callable[[], None]) -> None:
        """Take the place of the process that destroys; end what it did not live to end."""
        view = self._made()
        order.show(view)
        self._show(view)
        told: list[Fate] = []
        watch.fate.connect(told.append)

        def tell(fate: Fate) -> None:
            self._tell(view, fate)

        def gone() -> None:
            if told:
                tell(told[-1])
            else:  # it was ended before it could tell
                self._finish(tell, lambda: otherwise() if self._stands() else tell(Fate()))

        watch.relieved.connect(gone)

    def _tell(self, view: "WithdrawnView", fate: Fate) -> None:
        if fate.vault:
            self._forget(bytes.fromhex(fate.vault), fate.had_code)
        if fate.refusal:
            view.tell_kept(fate.refusal)
        else:
            view.tell_gone(fate.unsent)

    def _made(self) -> "WithdrawnView":
        from desktop.ui.withdrawn import WithdrawnView

        view = WithdrawnView()
        view.left.connect(self._left)
        return view

    def _finish(self, tell: Tell, otherwise: Callable[[], None]) -> None:
        def finished(done: "Withdrawal | None") -> None:
            if done is None:
                otherwise()
            else:
                tell(fate_of(done))

        self._background.run(
            Lane.STORE,
            lambda: self._access().finish_withdrawal(),
            finished,
            lambda failure: tell(refused(failure)),
        )


def fate_of(done: "Withdrawal") -> Fate:
    """Return what to tell of a destruction that came to its end."""
    return Fate(done.unsent, vault=done.vault_id.hex(), had_code=done.had_code)


def refused(failure: Exception) -> Fate:
    """Return what to tell of a destruction that the disk refused some of."""
    from desktop.ui.errors import sentence

    return Fate(refusal=sentence(failure).text)
