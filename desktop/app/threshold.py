"""From an open vault to what it leads to: the desk, or the first run it was left in."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.app.way_in import WayIn
from desktop.config.clock import Clock
from desktop.config.policy import Policy
from desktop.ui.background import Lane, ThreadedBackground

if TYPE_CHECKING:
    from desktop.app.first_run import FirstRunFlow, Unfinished
    from desktop.app.session import Session
    from desktop.crypto.randomness import Random
    from desktop.services.vault_access import Unlocked


class Threshold:
    """Opens the session of an enrolled laptop; drives the first run of another."""

    def __init__(
        self,
        background: ThreadedBackground,
        way_in: WayIn,
        policy: Policy,
        clock: Clock,
        random: "Random",
        *,
        show: Callable[[QWidget], None],
        opened: "Callable[[Session], None]",
        begun: "Callable[[Session], None]",
        refused: Callable[[Exception], None],
    ) -> None:
        """``show`` puts a window in sight; ``opened`` is called on the store's lane.

        Then ``begun`` in the window's thread, or ``refused``: the vault is closed again.
        """
        self._background = background
        self._way_in = way_in
        self._policy = policy
        self._clock = clock
        self._random = random
        self._show = show
        self._opened = opened
        self._begun = begun
        self._refused = refused
        self._flow: FirstRunFlow | None = None

    def go_in(self, unlocked: "Unlocked") -> None:
        """Begin with a vault that was opened, which is closed if that cannot be."""
        self._background.run(Lane.STORE, lambda: self._begin(unlocked), self._led, self._refused)

    def first_run(self, unfinished: "Unfinished | None" = None) -> None:
        """Show the first run, from where it had come."""
        from desktop.app.first_run_window import open_first_run

        window, self._flow = open_first_run(
            self._background,
            self._way_in.access(),
            self._policy,
            self._clock,
            self._random,
            unfinished,
            self._first_run_finished,
        )
        window.import_requested.connect(self._bring_vault)
        self._show(window)

    def close(self) -> None:
        """Let go of a first run that is under way."""
        if self._flow is not None:
            self._background.run(Lane.STORE, self._flow.close, _ignore, _ignore)

    def _begin(self, unlocked: "Unlocked") -> "Session | Unfinished":
        """On the store's lane: the session of an enrolled laptop, else how far it had come."""
        from desktop.app.first_run import Unfinished, resumed
        from desktop.app.session import open_session

        try:
            if not unlocked.is_enrolled:
                return Unfinished(unlocked, resumed(unlocked))
            session = open_session(unlocked, self._clock, self._random, self._policy)
            self._opened(session)
            return session
        except BaseException:
            unlocked.close()
            raise

    def _led(self, begun: "Session | Unfinished") -> None:
        from desktop.app.session import Session

        if isinstance(begun, Session):
            self._begun(begun)
        else:
            self.first_run(begun)

    def _bring_vault(self) -> None:
        """Her vault is in a file: a clean machine takes it instead of making one."""
        from desktop.app.vault_import import open_vault_import

        if self._flow is not None:
            self._flow.close()
            self._flow = None
        bringer = self._way_in.bringer()
        self._show(open_vault_import(self._background, bringer, self.go_in, self.first_run))

    def _first_run_finished(self) -> None:
        if self._flow is None:
            return
        unlocked, self._flow = self._flow.take(), None
        self.go_in(unlocked)


def _ignore(_: object) -> None:
    """Nothing to tell anybody."""
