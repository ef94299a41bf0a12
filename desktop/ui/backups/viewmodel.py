"""Decides what « Sauvegardes » shows: the copies, what one of them would change, and why not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.domain.touched import Touched
from desktop.services.corrections import Change
from desktop.services.done import Done
from desktop.services.restoring import Comparison, GivenBack, Key, Line, Preview, Restoring
from desktop.services.snapshots import Snapshot
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate


class Copying(Protocol):
    """Makes copies by itself, or when asked; see `desktop.app.backup_watch.BackupWatch`."""

    @property
    def is_copying(self) -> bool: ...

    @property
    def failure(self) -> Exception | None: ...

    def make_now(self) -> None: ...


@dataclass(frozen=True)
class BackupsState:
    """One look at the page."""

    today: date
    snapshots: tuple[Snapshot, ...] = ()
    is_copying: bool = False
    chosen: Snapshot | None = None
    is_reading: bool = False
    preview: Preview | None = None
    line: Line | None = None
    changes: tuple[Change, ...] = ()
    asks_all: bool = False
    """« Tout restaurer » was asked, and is to be confirmed."""
    is_writing: bool = False
    problem: Problem | None = None
    note: str = ""


class BackupsViewModel(QObject):
    """Lists, previews, gives back; nothing is written before it is asked for."""

    changed = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        read: Callable[[], list[Snapshot]],
        restoring: Restoring,
        copying: Copying,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        """``read`` returns the copies, newest first."""
        super().__init__(parent)
        self._background = background
        self._read = read
        self._restoring = restoring
        self._copying = copying
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._state = BackupsState(self._today())
        board.changed.connect(self._hear)

    @property
    def state(self) -> BackupsState:
        return self._state

    def refresh(self) -> None:
        """Look again at which copies there are."""
        self._background.run(Lane.STORE, self._read, self._show, self._refuse)

    def hear(self) -> None:
        """A copy was made, or could not be."""
        failure = self._copying.failure
        problem = sentence(failure) if failure is not None else None
        self._become(replace(self._state, is_copying=self._copying.is_copying, problem=problem))
        if not self._copying.is_copying:
            self.refresh()

    def make_now(self) -> None:
        """Copy the vault as it is now."""
        self._become(replace(self._state, problem=None, note=""))
        self._copying.make_now()

    def choose(self, number: int) -> None:
        """Look at what a copy would change."""
        snapshot = next((one for one in self._state.snapshots if one.number == number), None)
        if snapshot is None or self._state.is_writing:
            return
        if self._reading is not None:
            self._reading.abandon()
        self._become(
            replace(
                _bare(self._state),
                chosen=snapshot,
                is_reading=True,
                problem=None,
                note="",
            )
        )
        self._compare(snapshot)

    def pick(self, key: Key) -> None:
        """Show what one record said, beside what it says."""
        preview = self._state.preview
        line = _line_of(preview, key)
        if preview is None or line is None:
            return
        self._become(replace(self._state, line=line, changes=(), asks_all=False))
        self._read_detail(preview, line)

    def _read_detail(self, preview: Preview, line: Line) -> None:
        def show(changes: tuple[Change, ...]) -> None:
            if self._state.line == line:
                self._become(replace(self._state, changes=changes))

        self._background.run(
            Lane.STORE, lambda: self._restoring.detail(preview, line.key), show, self._refuse
        )

    def restore_one(self) -> None:
        """Give back the record that is shown."""
        line = self._state.line
        if line is not None and line.can_be_given:
            self._give_back([line.key])

    def ask_all(self) -> None:
        """Everything: to be confirmed."""
        if self._state.preview is not None and self._state.preview.lines:
            self._become(replace(self._state, asks_all=True))

    def put_off(self) -> None:
        """Not everything after all."""
        self._become(replace(self._state, asks_all=False))

    def restore_all(self) -> None:
        """Confirmed: give back all that is listed."""
        if self._state.preview is not None:
            lines = self._state.preview.lines
            self._give_back([line.key for line in lines if line.can_be_given])

    def cover(self) -> None:
        """Nobody looks at the page any more: what a copy holds is forgotten."""
        self._become(replace(_bare(self._state), chosen=None, note=""))

    def _compare(self, snapshot: Snapshot) -> None:
        self._reading = self._background.run(
            Lane.COPY,
            lambda: self._restoring.compare(snapshot),
            lambda found: self._preview(snapshot, found),
            self._refuse,
        )

    def _preview(self, snapshot: Snapshot, comparison: Comparison) -> None:
        if self._state.chosen != snapshot:
            return
        restoring = self._restoring
        self._reading = self._background.run(
            Lane.STORE,
            lambda: restoring.preview(snapshot, comparison),
            self._show_preview,
            self._refuse,
        )

    def _show_preview(self, preview: Preview) -> None:
        if self._state.chosen == preview.snapshot:
            self._become(replace(self._state, preview=preview, is_reading=False))

    def _hear(self, touched: frozenset[Touched]) -> None:
        """Nothing was written: names are shown otherwise, and here too."""
        preview, restoring = self._state.preview, self._restoring
        if preview is not None and not any(touch.id for touch in touched):
            self._background.run(
                Lane.STORE, lambda: restoring.named_again(preview), self._show_named, self._refuse
            )

    def _show_named(self, preview: Preview) -> None:
        held, line = self._state.preview, self._state.line
        if held is None or held.differences is not preview.differences:
            return
        line = _line_of(preview, line.key) if line is not None else None
        self._become(replace(self._state, preview=preview, line=line))
        if line is not None:
            self._read_detail(preview, line)

    def _give_back(self, keys: Iterable[Key]) -> None:
        preview, chosen = self._state.preview, list(keys)
        if preview is None or self._state.is_writing:
            return
        self._become(replace(self._state, is_writing=True, asks_all=False, problem=None, note=""))
        self._background.run(
            Lane.STORE,
            lambda: self._restoring.give_back(preview, chosen),
            self._given_back,
            self._refuse,
        )

    def _given_back(self, done: Done[GivenBack]) -> None:
        self._board.announce(done.touched)
        given = done.value
        words = translate("Backups", "%n élément(s) restauré(s).", "", given.count)
        self._become(replace(self._state, is_writing=False, note=words))
        self._look_again()
        if given.count:
            self.undo_offered.emit(words, lambda: self._take_back(given))

    def _take_back(self, given: GivenBack) -> None:
        self._background.run(
            Lane.STORE, lambda: self._restoring.take_back(given), self._taken_back, self._refuse
        )

    def _taken_back(self, done: Done[int]) -> None:
        self._board.announce(done.touched)
        self._become(replace(self._state, note=translate("Backups", "Restauration annulée.")))
        self._look_again()

    def _look_again(self) -> None:
        snapshot = self._state.chosen
        if snapshot is not None:
            self._become(replace(_bare(self._state), is_reading=True))
            self._compare(snapshot)

    def _show(self, snapshots: list[Snapshot]) -> None:
        copying = self._copying.is_copying
        state = replace(
            self._state, today=self._today(), snapshots=tuple(snapshots), is_copying=copying
        )
        if state.chosen is not None and state.chosen not in state.snapshots:
            state = replace(_bare(state), chosen=None)
        self._become(state)

    def _refuse(self, failure: Exception) -> None:
        self._become(
            replace(
                self._state, is_reading=False, is_writing=False, problem=sentence(failure), note=""
            )
        )

    def _today(self) -> date:
        return paris(self._clock.now()).date()

    def _become(self, state: BackupsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _bare(state: BackupsState) -> BackupsState:
    """The same page, without anything that a copy holds."""
    return replace(state, preview=None, line=None, changes=(), asks_all=False, is_reading=False)


def _line_of(preview: Preview | None, key: Key) -> Line | None:
    lines = preview.lines if preview is not None else ()
    return next((line for line in lines if line.key == key), None)
