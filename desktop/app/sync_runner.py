"""Synchronises by itself, on the network's lane, and tells the screens how it goes.

When: at the unlock, when the network returns, some seconds after a save, every few minutes, and on
demand (``desktop.sync.schedule`` decides). One at a time; it can be stopped at any moment.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.touched import Touched
from desktop.sync.errors import Cancelled, Offline, Refused, Revoked, SyncError
from desktop.sync.revocation import Engine
from desktop.sync.schedule import Rhythm, Schedule, Trigger
from desktop.sync.tally import Receipt, Step
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.sync_page.state import SyncReceipt, SyncState


class Phase(StrEnum):
    """What synchronisation is doing."""

    IDLE = "idle"
    RUNNING = "running"
    OFFLINE = "offline"
    STOPPED = "stopped"
    """Something else than the network stands in the way; ``failure`` says what."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """One moment of synchronisation."""

    phase: Phase = Phase.IDLE
    step: Step | None = None
    receipt: Receipt | None = None
    """Of the last one that came to its end in this session."""
    failure: SyncError | None = None
    last_success: datetime | None = None


@dataclass(slots=True)
class _Run:
    stop: threading.Event = field(default_factory=threading.Event)


class SyncRunner(QObject):
    """Runs synchronisations one at a time; lives in the window's thread."""

    changed = Signal(object)
    """``SyncProgress``, at each step."""
    broke = Signal(object)
    """An exception that no one foresaw, from the store or from us."""
    withdrawn = Signal()
    """The Département has withdrawn this laptop: nothing else, ever, says so."""
    _stepped = Signal(object)

    def __init__(
        self,
        background: Background,
        engine: Engine,
        board: ChangeBoard,
        *,
        random: Callable[[], float],
        seconds: Callable[[], float],
        rhythm: Rhythm | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``random`` is uniform in [0, 1[; ``seconds`` never goes back.

        What people write is heard on the board.
        """
        super().__init__(parent)
        self._background = background
        self._engine = engine
        self._board = board
        self._random = random
        self._seconds = seconds
        self._schedule = Schedule(rhythm or Rhythm())
        self._run: _Run | None = None
        self._verifies = False
        self._was_saved = False
        """Whether something was written while one ran, which may have passed by it."""
        self._announces = False
        """Whether what is heard on the board came from the office."""
        self._progress = SyncProgress()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._due)
        self._stepped.connect(self._show_step)
        board.changed.connect(self._hear)

    @property
    def progress(self) -> SyncProgress:
        """The latest news."""
        return self._progress

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self._run is not None

    def tell(self, trigger: Trigger) -> None:
        """Something happened that may bring the next synchronisation forward."""
        self._plan(self._schedule.told(trigger, self._seconds(), self._random))

    def sync_now(self) -> None:
        """Somebody asked."""
        self.tell(Trigger.DEMAND)

    def verify_now(self) -> None:
        """Somebody asked to compare everything with the office, even when nothing is new."""
        self._verifies = True
        self.tell(Trigger.DEMAND)

    def cancel(self) -> None:
        """Stop the one under way at its next step; what was received is kept."""
        if self._run is not None:
            self._run.stop.set()

    def close(self) -> None:
        """No more synchronisations: the laptop is being locked."""
        self._timer.stop()
        self.cancel()

    def _plan(self, schedule: Schedule) -> None:
        self._schedule = schedule
        wait = schedule.wait_s(self._seconds())
        if wait is None or self._run is not None:
            self._timer.stop()
        else:
            self._timer.start(int(wait * 1000))

    def _hear(self, touched: frozenset[Touched]) -> None:
        if self._announces or not any(touch.id for touch in touched):
            return
        if self._run is None:
            self.tell(Trigger.SAVED)
        else:
            self._was_saved = True

    def _due(self) -> None:
        if self._run is not None:
            return
        run = self._run = _Run()
        self._was_saved = False
        verify, self._verifies = self._verifies, False
        self._tell_screens(replace(self._progress, phase=Phase.RUNNING, step=None, failure=None))
        self._background.run(
            Lane.NETWORK,
            lambda: self._engine.run(self._stepped.emit, run.stop.is_set, verify=verify),
            self._succeeded,
            self._failed,
        )

    def _show_step(self, step: Step) -> None:
        if step.touched:
            self._announces = True
            self._board.announce(step.touched)
            self._announces = False
        if self._run is not None:
            self._tell_screens(replace(self._progress, step=step))

    def _succeeded(self, receipt: Receipt) -> None:
        self._run = None
        self._tell_screens(SyncProgress(Phase.IDLE, receipt=receipt, last_success=receipt.ended_at))
        self._plan(self._schedule.succeeded(self._seconds(), self._random))
        if self._verifies:
            self.sync_now()  # asked for while this one ran, which had not been asked to compare
        if self._was_saved:
            self.tell(Trigger.SAVED)

    def _failed(self, failure: Exception) -> None:
        self._run = None
        if not isinstance(failure, SyncError):
            # Ours or the store's: said by the window, and tried again at the usual rhythm.
            self._tell_screens(replace(self._progress, phase=Phase.STOPPED, step=None))
            self._plan(self._schedule.succeeded(self._seconds(), self._random))
            self.broke.emit(failure)
            return
        phase = Phase.OFFLINE if isinstance(failure, Offline) else Phase.STOPPED
        if isinstance(failure, Cancelled):
            phase = Phase.IDLE
        self._tell_screens(replace(self._progress, phase=phase, step=None, failure=failure))
        self._plan(self._schedule.failed(failure, self._seconds(), self._random))
        if isinstance(failure, Revoked):
            self.withdrawn.emit()

    def _tell_screens(self, progress: SyncProgress) -> None:
        self._progress = progress
        self.changed.emit(progress)


def shown(progress: SyncProgress) -> SyncState:
    """Return what the screen and the sidebar show of a moment of synchronisation."""
    if progress == SyncProgress():  # nothing was tried yet
        return SyncState.soon()
    step, receipt = progress.step, progress.receipt
    match progress.phase:
        case Phase.RUNNING if step is not None and step.pieces is not None:
            return SyncState.moving(step.pieces.octets_done, step.pieces.octets_to_do)
        case Phase.RUNNING if step is not None:
            octets = step.traffic.octets
            return SyncState.running(step.sent, step.to_send, step.received, octets)
        case Phase.RUNNING:
            return SyncState.running()
        case Phase.OFFLINE:
            return SyncState.offline()
        case Phase.STOPPED if progress.failure is not None:
            problem = sentence(progress.failure)
            if isinstance(progress.failure, Refused) and progress.failure.is_unknown:
                return SyncState.forgotten(problem.text, problem.remedy)
            return SyncState.in_trouble(problem.text, problem.remedy)
        case Phase.IDLE if receipt is not None:
            octets = receipt.traffic.octets
            return SyncState.done(
                SyncReceipt(receipt.sent, receipt.received, octets, receipt.to_review)
            )
    return SyncState.idle()
