"""Brings together what synchronisation says now and what the laptop remembers of it."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.services.sync_report import SyncReport, SyncReports
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.state import PageState, Phase, SyncState

REFRESH_MS = 500
"""During a synchronisation the report is read at most that often."""
_MINUTE_MS = 60_000


class SyncPageViewModel(QObject):
    """Shows the state it is told; asks for a synchronisation, or for its end, through signals."""

    changed = Signal()
    sync_now_requested = Signal()
    cancel_requested = Signal()
    person_requested = Signal(str)

    def __init__(
        self,
        background: Background,
        reports: SyncReports,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._reports = reports
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

    def show(self, sync: SyncState) -> None:
        """Takes what the application knows of synchronisation now."""
        ended = self._state.sync.phase is Phase.RUNNING and sync.phase is not Phase.RUNNING
        self._show(replace(self._state, sync=sync))
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

    def _read(self, report: SyncReport) -> None:
        self._is_reading = False
        self._show(replace(self._state, report=report, failure=None))
        if self._is_stale:
            self.refresh()

    def _not_read(self, failure: Exception) -> None:
        self._is_reading = False
        self._show(replace(self._state, failure=failure))

    def _show(self, state: PageState) -> None:
        self._state = state
        self.changed.emit()
