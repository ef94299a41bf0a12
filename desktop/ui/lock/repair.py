"""Makes a damaged vault whole, and says what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.ui.background import Background, Lane
from desktop.ui.lock.ports import Door

if TYPE_CHECKING:
    from desktop.services.vault_access import Missing


class Phase(StrEnum):
    """How far it has come."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class RepairState:
    """All that the page of the repair shows."""

    phase: Phase = Phase.READY
    done: int = 0
    total: int = 0
    problem: str = ""
    told: Sequence[str] = ()
    """What came of it, a sentence or a count a line."""

    @property
    def is_busy(self) -> bool:
        return self.phase is Phase.RUNNING


class RepairViewModel(QObject):
    """`opened` when somebody has read what is missing, and goes on."""

    changed = Signal()
    opened = Signal()
    _stepped = Signal(int, int)

    def __init__(self, background: Background, door: Door, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._door = door
        self._state = RepairState()
        self._stepped.connect(self._step)  # emitted in the store's lane, heard in the window's

    @property
    def state(self) -> RepairState:
        return self._state

    def start(self, passphrase: str) -> None:
        """Repair; the passphrase is asked of the vault again."""
        if self._state.phase is not Phase.READY:
            return
        self._show(RepairState(Phase.RUNNING))
        self._background.run(
            Lane.STORE,
            lambda: self._door.repair(passphrase, self._stepped.emit),
            self._repaired,
            self._failed,
        )

    def go_on(self) -> None:
        """It was read: the vault, which is open already, is shown."""
        if self._state.phase is Phase.DONE:
            self._show(RepairState())
            self.opened.emit()

    def _step(self, done: int, total: int) -> None:
        if self._state.is_busy:
            self._show(replace(self._state, done=done, total=total))

    def _repaired(self, missing: "Missing") -> None:
        from desktop.ui.vault_words import missing_words

        self._show(RepairState(Phase.DONE, told=missing_words(missing)))

    def _failed(self, failure: Exception) -> None:
        from desktop.services.errors import DamagedStore
        from desktop.ui.errors import sentence
        from desktop.ui.vault_words import nothing_read_words

        is_hopeless = isinstance(failure, DamagedStore)
        self._show(
            RepairState(problem=nothing_read_words() if is_hopeless else sentence(failure).whole)
        )

    def _show(self, state: RepairState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
