"""Takes an exported vault on a clean machine; loaded only when somebody asks for it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.app.advice import KeyAdvice
from desktop.crypto.kdf import KdfParams
from desktop.crypto.randomness import Random
from desktop.services.vault_access import Unlocked, VaultAccess, VaultPlace
from desktop.services.vault_file import Manifest, VaultImport
from desktop.ui.background import Background
from desktop.ui.vault_import import VaultImportView, VaultImportViewModel


class Bringer(KeyAdvice):
    """Brings a vault from a file, and keeps it until ``unlocked``."""

    def __init__(
        self, access: VaultAccess, place: VaultPlace, random: Random, params: KdfParams
    ) -> None:
        super().__init__(access)
        self._import = VaultImport(place, access, random, params)
        self._unlocked: Unlocked | None = None

    def look(self, path: Path, passphrase: str, words: str) -> Manifest:
        """Read the file from end to end."""
        return self._import.look(path, passphrase=passphrase, words=words)

    def take(self, passphrase: str) -> None:
        """Make it the vault of this laptop."""
        self.check(passphrase)
        self._unlocked = self._import.take(passphrase)

    def forget(self) -> None:
        """Remove what was unfolded."""
        self._import.forget()

    def unlocked(self) -> Unlocked:
        """Return the vault that was taken, and keep it no longer."""
        if self._unlocked is None:
            raise LookupError("no vault was taken")
        unlocked, self._unlocked = self._unlocked, None
        return unlocked


def open_vault_import(
    background: Background,
    bringer: Bringer,
    taken: Callable[[Unlocked], object],
    left: Callable[[], object],
) -> QWidget:
    """Return the window."""
    viewmodel = VaultImportViewModel(background, bringer)
    view = VaultImportView(viewmodel)
    viewmodel.setParent(view)
    viewmodel.taken.connect(lambda: taken(bringer.unlocked()))
    view.left.connect(left)
    return view
