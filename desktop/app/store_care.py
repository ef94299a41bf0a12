"""Looks after the file of the vault while it is open: settled after saves, checked page by page.

Everything is done on the store's lane, some milliseconds at a time, when nothing else is asked.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.errors import DamagedStore
from desktop.services.vault_access import VaultAccess
from desktop.services.vault_keeping import VaultKeeping, VaultNews
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard

_SETTLE_MS = 5_000
"""After the last of several saves."""
_CHECK_MS = 10_000
"""After an unlock: what people ask for comes first."""
_BETWEEN_MS = 50
_WEEK_MS = 7 * 24 * 3_600_000


class StoreCare(QObject):
    """Lives in the window's thread while the laptop is unlocked."""

    told = Signal(object)
    """``VaultNews``."""
    damaged = Signal()
    repair_ready = Signal()
    """The next opening offers the repair: it is time to lock."""
    failed = Signal(object)

    def __init__(
        self,
        background: Background,
        access: VaultAccess,
        keeping: VaultKeeping | None,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._access = access
        self._keeping = keeping
        self._steps: Iterator[list[int]] | None = None
        self._settling = self._timer(_SETTLE_MS, self.settle)
        self._checking = self._timer(_CHECK_MS, self.check)
        board.changed.connect(self._saved)

    def begin(self) -> None:
        """Tell what has to be told, and check the file a little later."""
        if self._keeping is None:
            return
        self.look()
        self._settling.start()
        self._checking.start(_CHECK_MS)

    def stop(self) -> None:
        """The laptop is being locked."""
        self._keeping = None
        self._settling.stop()
        self._checking.stop()

    def look(self) -> None:
        """Tell the news, if there are any."""
        if self._keeping is not None:
            self._background.run(Lane.STORE, self._keeping.news, self._tell, self._fail)

    def heard(self) -> None:
        """The office was heard: it may have brought news."""
        if self._keeping is not None:
            self._background.run(Lane.STORE, self._keeping.heard, self._tell, self._fail)

    def forget_news(self) -> None:
        """They were read."""
        if self._keeping is not None:
            self._background.run(Lane.STORE, self._keeping.forget_news, _nothing, self._fail)

    def settle(self) -> None:
        """Empty the side file; a reader that holds it is waited for."""
        if self._keeping is not None:
            self._background.run(Lane.STORE, self._keeping.settle, self._settled, self._fail)

    def check(self) -> None:
        """Check some pages more; from the first one, when a check begins."""
        if self._keeping is None:
            return
        steps = self._steps = self._steps or self._keeping.damaged_pages()
        self._background.run(Lane.STORE, lambda: next(steps, None), self._checked, self._fail)

    def ask_repair(self) -> None:
        """Somebody agreed: the next opening offers it."""
        self._background.run(
            Lane.STORE, self._access.ask_repair, lambda _: self.repair_ready.emit(), self._fail
        )

    def _saved(self, _: object) -> None:
        if self._keeping is not None and not self._settling.isActive():
            self._settling.start()

    def _settled(self, done: bool) -> None:
        if not done and self._keeping is not None:
            self._settling.start()

    def _checked(self, bad: list[int] | None) -> None:
        if self._keeping is None:
            return
        if bad is None or bad:
            self._steps = None
        if bad:
            self.damaged.emit()
        else:
            self._checking.start(_WEEK_MS if bad is None else _BETWEEN_MS)

    def _tell(self, news: VaultNews) -> None:
        self.told.emit(news)

    def _fail(self, failure: Exception) -> None:
        if isinstance(failure, DamagedStore):
            self.damaged.emit()
        elif self._keeping is not None:
            self.failed.emit(failure)

    def _timer(self, delay_ms: int, work: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay_ms)
        timer.timeout.connect(work)
        return timer


def _nothing(_: object) -> None:
    """Nothing to tell anybody."""
