"""Looks at an exported vault, tells what it holds, and takes it under a new passphrase."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.services.vault_file import Manifest
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.keys.ports import Advice


class Bringing(Advice, Protocol):
    """Brings a vault from a file; called on the store's lane."""

    def look(self, path: Path, passphrase: str, words: str) -> Manifest:
        """Read the file from end to end."""
        ...

    def take(self, passphrase: str) -> None:
        """Make it the vault of this laptop, and keep it open."""
        ...

    def forget(self) -> None:
        """Remove what was unfolded."""
        ...


@dataclass(frozen=True)
class ImportState:
    """One look at the window."""

    path: Path | None = field(default=None, repr=False)
    manifest: Manifest | None = None
    is_busy: bool = False
    problem: Problem | None = None


class VaultImportViewModel(QObject):
    """``taken`` once the vault is this laptop's, and open."""

    changed = Signal()
    taken = Signal()

    def __init__(
        self, background: Background, bringing: Bringing, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._bringing = bringing
        self.choice = PassphraseChoice(background, bringing, self)
        self._state = ImportState()

    @property
    def state(self) -> ImportState:
        return self._state

    def choose(self, path: Path) -> None:
        """This file."""
        self._become(ImportState(path=path))

    def look(self, passphrase: str, words: str) -> None:
        """Open it with the passphrase of the file, or the words of the paper key."""
        path, bringing = self._state.path, self._bringing
        if path is None or self._state.is_busy or not (passphrase or words.strip()):
            return
        self._become(replace(self._state, is_busy=True, problem=None, manifest=None))
        self._background.run(
            Lane.STORE, lambda: bringing.look(path, passphrase, words), self._looked, self._refuse
        )

    def take(self) -> None:
        """It is the right one: make it the vault of this laptop."""
        chosen, bringing = self.choice.state, self._bringing
        if self._state.manifest is None or self._state.is_busy or not chosen.is_ready:
            return
        self._become(replace(self._state, is_busy=True, problem=None))
        self._background.run(
            Lane.STORE, lambda: bringing.take(chosen.passphrase), self._taken, self._refuse
        )

    def leave(self) -> None:
        """Not after all: nothing of it stays here."""
        self.choice.forget()
        self._background.run(Lane.STORE, self._bringing.forget, _nothing, _nothing)
        self._become(ImportState())

    def _looked(self, manifest: Manifest) -> None:
        self._become(replace(self._state, is_busy=False, manifest=manifest))

    def _taken(self, _: object) -> None:
        self.choice.forget()
        self.taken.emit()

    def _refuse(self, failure: Exception) -> None:
        self._become(replace(self._state, is_busy=False, problem=sentence(failure)))

    def _become(self, state: ImportState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _nothing(_: object) -> None:
    """Nothing to tell anybody."""
