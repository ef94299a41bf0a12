"""Decides what « Emporter tout le coffre » shows: a passphrase for the file, then where it went."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.services.vault_file import Manifest, VaultExport
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.keys.ports import Advice
from desktop.ui.text import size, translate


@dataclass(frozen=True)
class ExportState:
    """One look at the card."""

    is_unfolded: bool = False
    is_writing: bool = False
    problem: Problem | None = None
    note: str = ""


class ExportViewModel(QObject):
    """Exports the vault once a passphrase and a place have been chosen."""

    changed = Signal()

    def __init__(
        self,
        background: Background,
        exporter: VaultExport,
        advice: Advice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._exporter = exporter
        self.choice = PassphraseChoice(background, advice, self)
        self._state = ExportState()

    @property
    def state(self) -> ExportState:
        return self._state

    @property
    def file_name(self) -> str:
        """The name that is proposed: nobody's."""
        return self._exporter.file_name()

    def unfold(self) -> None:
        """Show what is needed."""
        self._become(ExportState(is_unfolded=True))

    def fold(self) -> None:
        """Not now; what was typed is forgotten."""
        if not self._state.is_writing:
            self.choice.forget()
            self._become(ExportState())

    def export(self, path: Path) -> None:
        """Write the vault there."""
        chosen, exporter = self.choice.state, self._exporter
        if self._state.is_writing or not chosen.is_ready:
            return
        self._become(replace(self._state, is_writing=True, problem=None, note=""))
        self._background.run(
            Lane.COPY,
            lambda: exporter.export(path, chosen.passphrase),
            self._exported,
            self._refuse,
        )

    def _exported(self, manifest: Manifest) -> None:
        self.choice.forget()
        words = translate("Backups", "Coffre exporté et relu\u00a0: {0}.").format(
            size(manifest.size)
        )
        self._become(ExportState(note=words))
        self._background.run(Lane.STORE, self._exporter.note_exported, _nothing, self._refuse)

    def _refuse(self, failure: Exception) -> None:
        self._become(replace(self._state, is_writing=False, problem=sentence(failure)))

    def _become(self, state: ExportState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _nothing(_: object) -> None:
    """Nothing to tell anybody."""
