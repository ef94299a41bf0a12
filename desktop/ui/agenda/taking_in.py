"""A calendar of elsewhere is brought in: read beside the store, written a stretch at a time.

Like an import of persons, it is read in the network's lane, where it delays a synchronisation at
most; between two stretches whoever types is served, and may stop it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.domain.touched import Touched
from desktop.services.agenda_ics import NOTHING, AgendaFiles, Imported
from desktop.services.calendar_file import LARGEST_FILE, ReadingStopped, read_events
from desktop.services.errors import NotACalendar
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard

_AT_ONCE = 25
"""Events to a transaction: the store is free again in the time of a keystroke."""


@dataclass(frozen=True)
class Taking:
    """How far it is."""

    done: int = 0
    total: int = 0
    """0: the file is still being read."""


class _Taken(NamedTuple):
    found: Imported
    touched: frozenset[Touched]
    is_whole: bool


class CalendarTaking(QObject):
    """Brings in one calendar at a time."""

    changed = Signal()
    taken = Signal(object, bool)
    """What came of it, and whether the whole file was taken."""
    refused = Signal(object)
    _progressed = Signal(int, int)

    def __init__(
        self,
        background: Background,
        files: AgendaFiles,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._files = files
        self._board = board
        self._stop = Event()
        self._taking: Taking | None = None
        self._progressed.connect(self._show_progress)

    @property
    def taking(self) -> Taking | None:
        """How far it is; None when there is nothing to wait for."""
        return self._taking

    def begin(self, path: Path) -> None:
        """Bring in the hours that a calendar takes."""
        if self._taking is not None:
            return
        self._stop = Event()
        # Nobody waits any more for what a closed window had asked.
        self.destroyed.connect(self._stop.set)
        self._show(Taking())
        self._background.run(
            Lane.NETWORK, partial(self._take, path, self._stop.is_set), self._tell, self._refuse
        )

    def stop(self) -> None:
        """Go no further; what has been written stays, and is recognised another time."""
        self._stop.set()

    def _take(self, path: Path, is_stopped: Callable[[], bool]) -> _Taken:
        if path.stat().st_size > LARGEST_FILE:
            raise NotACalendar
        events = read_events(path.read_bytes(), is_stopped)
        found, touched = NOTHING, frozenset[Touched]()
        for at in range(0, len(events), _AT_ONCE):
            if is_stopped():
                return _Taken(found, touched, is_whole=False)
            self._progressed.emit(at, len(events))
            stretch = events[at : at + _AT_ONCE]
            done = self._background.run_in_store(partial(self._files.take_in, stretch))
            found, touched = found + done.value, touched | done.touched
        return _Taken(found, touched, is_whole=True)

    def _tell(self, taken: _Taken) -> None:
        self._show(None)
        self._board.announce(taken.touched)
        self.taken.emit(taken.found, taken.is_whole)

    def _refuse(self, failure: Exception) -> None:
        self._show(None)
        if isinstance(failure, ReadingStopped):
            self.taken.emit(NOTHING, False)
        else:
            self.refused.emit(failure)

    def _show_progress(self, done: int, total: int) -> None:
        if self._taking is not None:
            self._show(Taking(done, total))

    def _show(self, taking: Taking | None) -> None:
        self._taking = taking
        self.changed.emit()
