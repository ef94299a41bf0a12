"""Brings together what synchronisation says now and what the laptop remembers of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.services.conflicts import Conflicts
from desktop.services.done import Done
from desktop.services.errors import NotFound
from desktop.services.sync_report import RefusedChange, SyncReport, SyncReports
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.review_viewmodel import ReviewViewModel
from desktop.ui.sync_page.state import PageState, Phase, SyncState
from desktop.ui.text import translate

REFRESH_MS = 500
"""During a synchronisation the report is read at most that often."""
_MINUTE_MS = 60_000
T = TypeVar("T")


class SyncPageViewModel(QObject):
    """Shows the state it is told; asks for a synchronisation, or for its end, through signals."""

    changed = Signal()
    sync_now_requested = Signal()
    cancel_requested = Signal()
    person_requested = Signal(str)
    verify_requested = Signal()
    undo_offered = Signal(str, object)
    """A sentence, and what takes the act back."""

    def __init__(
        self,
        background: Background,
        reports: SyncReports,
        conflicts: Conflicts,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._reports = reports
        self._board = board
        self.review = ReviewViewModel(background, conflicts, board, self)
        self.review.undo_offered.connect(self.undo_offered)
        self._clock = clock
        self._state = PageState()
        self._is_reading = False
        self._is_stale = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        # « il y a 2 minutes » must not stay true for an hour.
        self._minutes = QTimer(self)
        self._minutes.setInterval(_MINUTE_MS)
        self._minutes.timeout.connect(self.changed)
        self._minutes.start()
        board.changed.connect(self._hear)

    @property
    def state(self) -> PageState:
        return self._state

    def now(self) -> datetime:
        """The present moment, as on the wall."""
        return paris(self._clock.now())

    def show(self, sync: SyncState, last_success: datetime | None = None) -> None:
        """Takes what the application knows of synchronisation now, and when it last succeeded."""
        ended = self._state.sync.phase is Phase.RUNNING and sync.phase is not Phase.RUNNING
        self._show(replace(self._state, sync=sync, seen=last_success))
        if ended:
            self.refresh()

    def refresh(self) -> None:
        """Reads the report again; one reading at a time."""
        if self._is_reading:
            self._is_stale = True
            return
        self._is_stale = False
        self._is_reading = True
        self._background.run(Lane.STORE, self._reports.read, self._read, self._not_read)

    def sync_now(self) -> None:
        """Asks for a synchronisation, unless one is under way."""
        if self._state.sync.phase is not Phase.RUNNING:
            self.sync_now_requested.emit()

    def verify_now(self) -> None:
        """Asks for a synchronisation that compares everything with the office."""
        if self._state.sync.phase is not Phase.RUNNING:
            self.verify_requested.emit()

    def send_again(self, change: int) -> None:
        """Sends again, at the next synchronisation, a change the office had refused."""
        self._act(lambda: self._reports.send_again(change), lambda _: None)

    def withdraw(self, change: int) -> None:
        """Takes a refused change off the list; it can be put back for a while."""

        def offer(taken: RefusedChange) -> None:
            self.undo_offered.emit(
                translate("Sync", "Modification retirée de la liste."),
                lambda: self._act(lambda: self._reports.bring_back(taken), lambda _: None),
            )

        self._act(lambda: self._reports.withdraw(change), offer)

    def cancel(self) -> None:
        """Asks to stop the one under way."""
        if self._state.sync.phase is Phase.RUNNING:
            self.cancel_requested.emit()

    def open_person(self, person: str) -> None:
        """Asks for a dossier."""
        if person:
            self.person_requested.emit(person)

    def _hear(self, _: object) -> None:
        if not self._timer.isActive():
            self._timer.start(REFRESH_MS)

    def _act(self, work: Callable[[], Done[T]], then: Callable[[T], object]) -> None:
        def done(answer: Done[T]) -> None:
            self._board.announce(answer.touched)
            self.refresh()
            then(answer.value)

        def failed(failure: Exception) -> None:
            if isinstance(failure, NotFound):
                self.refresh()  # dealt with meanwhile: the list says so by itself
            else:
                self._not_read(failure)

        self._background.run(Lane.STORE, work, done, failed)

    def _read(self, report: SyncReport) -> None:
        self._is_reading = False
        self._show(replace(self._state, report=report, failure=None))
        self.review.show_lines(report.to_review)
        if self._is_stale:
            self.refresh()

    def _not_read(self, failure: Exception) -> None:
        self._is_reading = False
        self._show(replace(self._state, failure=failure))

    def _show(self, state: PageState) -> None:
        self._state = state
        self.changed.emit()
