"""Decides each step of an import.

Reading and planning go to the network's lane: they are slow and need no connection, and there they
delay a synchronisation at most, never a draft. The persons already known come from the store's lane
in stretches. Writing is one transaction of the store's lane.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.config.private_files import write_private
from desktop.domain.caseload.columns import Columns, Field
from desktop.domain.caseload.errors import (
    FieldTaken,
    FileReason,
    FileRefused,
    ImportCancelled,
)
from desktop.domain.caseload.plan import KnownPerson, Plan
from desktop.domain.caseload.readers import MAX_FILE
from desktop.services.caseload_import import (
    CaseloadFile,
    CaseloadImport,
    Decision,
    ImportResult,
    KnownMark,
)
from desktop.services.done import Done
from desktop.services.errors import DossiersChanged
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.import_caseload import words
from desktop.ui.import_caseload.state import ImportState, Said, Step


class _Read(NamedTuple):
    """A file in memory: its bytes are kept, for another of its sheets."""

    data: bytes
    file: CaseloadFile


class _Planned(NamedTuple):
    """A plan and the picture of the dossiers it was made with."""

    plan: Plan
    mark: KnownMark
    suspects: dict[str, KnownPerson]


class ImportViewModel(QObject):
    """Holds one import from the choice of the file to its end."""

    changed = Signal()
    closed = Signal()
    finished = Signal()
    _progressed = Signal(int, int)

    def __init__(
        self,
        background: Background,
        imports: CaseloadImport,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._imports = imports
        self._board = board
        self._state = ImportState()
        self._data = b""
        self._stop = threading.Event()
        self._progressed.connect(self._show_progress)

    @property
    def state(self) -> ImportState:
        return self._state

    # -- the file -------------------------------------------------------------------------------

    def choose(self, path: str) -> None:
        """Reads a file that somebody chose."""
        if self._state.is_busy:
            return
        self._show(ImportState(step=Step.READING, file_name=Path(path).name))
        self._background.run(
            Lane.NETWORK, partial(self._read, Path(path)), self._was_read, self._was_not_read
        )

    def choose_sheet(self, name: str) -> None:
        """Reads another sheet of the same workbook."""
        if self._state.step is not Step.COLUMNS:
            return
        self._show(replace(self._state, step=Step.READING, failure=None))
        self._background.run(
            Lane.NETWORK, partial(self._read_sheet, name), self._was_read, self._was_not_read
        )

    def _read(self, path: Path) -> _Read:
        if path.stat().st_size > MAX_FILE:
            raise FileRefused(FileReason.TOO_LARGE)
        data = path.read_bytes()
        return _Read(data, self._imports.read(data))

    def _read_sheet(self, name: str) -> _Read:
        return _Read(self._data, self._imports.read(self._data, name))

    def _was_read(self, read: _Read) -> None:
        self._data = read.data
        name = self._state.file_name
        self._show(ImportState(step=Step.COLUMNS, file_name=name, file=read.file))

    def _was_not_read(self, failure: Exception) -> None:
        back = Step.CHOOSE if self._state.file is None else Step.COLUMNS
        self._show(replace(self._state, step=back, failure=failure))

    # -- the columns ----------------------------------------------------------------------------

    def assign(self, column: int, meaning: Field | None) -> None:
        """Gives a column a meaning by hand; another column that had it is left out, and said."""
        file = self._state.file
        if file is None or self._state.step is not Step.COLUMNS:
            return
        columns, released = _assigned(file.columns, column, meaning)
        file = replace(file, columns=columns)
        self._show(replace(self._state, file=file, released=released, failure=None))

    def back_to_columns(self) -> None:
        """Leaves the preview; decisions are kept for rows that stay doubtful."""
        if self._state.step is Step.PREVIEW:
            self._show(replace(self._state, step=Step.COLUMNS, plan=None, said=Said.NOTHING))

    # -- the preview ----------------------------------------------------------------------------

    def preview(self) -> None:
        """Says what would become of every row."""
        if self._state.step is Step.COLUMNS and self._state.can_preview:
            self._plan_again(Said.NOTHING)

    def _plan_again(self, said: Said) -> None:
        file = self._state.file
        if file is None:
            return
        self._stop = threading.Event()
        self._show(
            replace(
                self._state, step=Step.PLANNING, done=0, total=0, failure=None, said=said,
                released="",
            )
        )  # fmt: skip
        self._background.run(
            Lane.NETWORK,
            partial(self._plan, file, self._stop.is_set),
            self._was_planned,
            self._was_not_planned,
        )

    def _plan(self, file: CaseloadFile, is_cancelled: Callable[[], bool]) -> _Planned:
        mark = self._background.run_in_store(self._imports.mark)
        known: list[KnownPerson] = []
        while True:
            after = known[-1].person_id if known else ""
            stretch = self._background.run_in_store(partial(self._imports.known_after, after))
            if not stretch:
                break
            if is_cancelled():
                raise ImportCancelled
            known.extend(stretch)
        plan = self._imports.plan(
            file, tuple(known), progress=self._progressed.emit, is_cancelled=is_cancelled
        )
        wanted = {s.person_id for doubt in plan.doubtful for s in doubt.suspects}
        suspects = {person.person_id: person for person in known if person.person_id in wanted}
        return _Planned(plan, mark, suspects)

    def _was_planned(self, planned: _Planned) -> None:
        doubtful = {doubt.row.number for doubt in planned.plan.doubtful}
        kept = {row: made for row, made in self._state.decisions.items() if row in doubtful}
        self._show(
            replace(
                self._state,
                step=Step.PREVIEW,
                plan=planned.plan,
                mark=planned.mark,
                suspects=MappingProxyType(planned.suspects),
                decisions=MappingProxyType(kept),
            )
        )

    def _was_not_planned(self, failure: Exception) -> None:
        self._back_to(Step.COLUMNS, failure)

    def decide(self, row: int, decision: Decision | None) -> None:
        """Says who a doubtful row is; None takes the decision back."""
        decisions = dict(self._state.decisions)
        decisions.pop(row, None)
        if decision is not None:
            decisions[row] = decision
        self._show(replace(self._state, decisions=MappingProxyType(decisions)))

    def decide_rest(self, decision: Decision) -> None:
        """The same decision for every row nobody has decided on yet."""
        if self._state.plan is None:
            return
        rest = {doubt.row.number: decision for doubt in self._state.plan.doubtful}
        together = MappingProxyType({**rest, **self._state.decisions})
        self._show(replace(self._state, decisions=together))

    # -- doing it -------------------------------------------------------------------------------

    def write(self) -> None:
        """Opens the dossiers, all of them or none."""
        state = self._state
        if state.step is not Step.PREVIEW or state.plan is None or state.mark is None:
            return
        self._stop = threading.Event()
        self._show(replace(state, step=Step.WRITING, done=0, total=0, failure=None))
        self._background.run(
            Lane.STORE,
            partial(
                self._imports.carry_out,
                state.plan,
                state.decisions,
                state.mark,
                progress=self._progressed.emit,
                is_cancelled=self._stop.is_set,
            ),
            self._was_written,
            self._was_not_written,
        )

    def cancel(self) -> None:
        """Calls off what is under way: nothing of it is kept. Also before the laptop locks."""
        self._stop.set()

    def _was_written(self, done: Done[ImportResult]) -> None:
        self._show(replace(self._state, step=Step.DONE, result=done.value, said=Said.NOTHING))
        self._board.announce(done.touched)

    def _was_not_written(self, failure: Exception) -> None:
        if isinstance(failure, DossiersChanged):
            self._plan_again(Said.CHANGED)
        else:
            self._back_to(Step.PREVIEW, failure)

    def _back_to(self, step: Step, failure: Exception) -> None:
        if isinstance(failure, ImportCancelled):
            self._show(replace(self._state, step=step, said=Said.CANCELLED))
        else:
            self._show(replace(self._state, step=step, failure=failure))

    # -- the refused rows -----------------------------------------------------------------------

    def export_refused(self, path: str) -> None:
        """Writes the refused rows with their reasons, to be corrected and brought back."""
        file, plan = self._state.file, self._state.plan
        if file is None or plan is None:
            return
        self._background.run(
            Lane.NETWORK,
            partial(self._export, file, plan, Path(path)),
            self._was_exported,
            self._was_not_exported,
        )

    def _export(self, file: CaseloadFile, plan: Plan, path: Path) -> None:
        content = self._imports.refused_csv(
            file,
            plan,
            words.problem,
            number_heading=words.number_heading(),
            reason_heading=words.reason_heading(),
        )
        # It names those who were refused: for its owner only.
        write_private(path, content)

    def _was_exported(self, _: None) -> None:
        self._show(replace(self._state, said=Said.EXPORTED, failure=None))

    def _was_not_exported(self, failure: Exception) -> None:
        self._show(replace(self._state, failure=failure))

    # -- leaving --------------------------------------------------------------------------------

    def restart(self) -> None:
        """Another file."""
        if not self._state.is_busy:
            self._data = b""
            self._show(ImportState())

    def leave(self) -> None:
        """Closes the screen; what is under way is called off, what is done stays done."""
        was_done = self._state.step is Step.DONE
        if self._state.is_busy:
            self.cancel()
            return
        self.restart()
        if was_done:
            self.finished.emit()
        else:
            self.closed.emit()

    def _show_progress(self, done: int, total: int) -> None:
        if self._state.step in (Step.PLANNING, Step.WRITING):
            self._show(replace(self._state, done=done, total=total))

    def _show(self, state: ImportState) -> None:
        self._state = state
        self.changed.emit()


def _assigned(columns: Columns, column: int, meaning: Field | None) -> tuple[Columns, str]:
    """The columns after a choice by hand, and the heading of the one that lost its meaning."""
    try:
        return columns.assign(column, meaning), ""
    except FieldTaken as taken:
        freed = columns.assign(taken.column, None)
        return freed.assign(column, meaning), columns.header[taken.column]
