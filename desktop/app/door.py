"""The door of the vault: what the lock screen pushes, and what stands behind once it is open."""

from desktop.app.advice import KeyAdvice
from desktop.services.vault_access import Unlocked, VaultAccess


class VaultDoor(KeyAdvice):
    """Opens the vault and keeps it until ``take``; called on the store's lane."""

    def __init__(self, access: VaultAccess) -> None:
        super().__init__(access)
        self._access = access
        self._unlocked: Unlocked | None = None

    def open(self, passphrase: str) -> None:
        """Open with the passphrase; raise what ``desktop.services.errors`` names."""
        self._unlocked = self._access.open(passphrase)

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        """Open with the paper key and replace the passphrase."""
        self._unlocked = self._access.open_with_paper(words, new_passphrase)

    def take(self) -> Unlocked:
        """Return what was opened, and keep it no longer."""
        if self._unlocked is None:
            raise LookupError("the door is closed")
        unlocked, self._unlocked = self._unlocked, None
        return unlocked
