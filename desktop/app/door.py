"""The door of the vault: what the lock screen pushes, and what stands behind once it is open.

Nothing that knows keys or SQL is loaded before it is pushed: the lock must be in sight at once.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.ui.keys.ports import Rating

if TYPE_CHECKING:
    from desktop.app.advice import KeyAdvice
    from desktop.services.vault_access import Unlocked, VaultAccess


class VaultDoor:
    """Opens the vault and keeps it until ``take``; called on the store's lane."""

    def __init__(self, access: "Callable[[], VaultAccess]") -> None:
        self._access = access
        self._unlocked: Unlocked | None = None

    def open(self, passphrase: str) -> None:
        """Open with the passphrase; raise what ``desktop.services.errors`` names."""
        self._unlocked = self._access().open(passphrase)

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        """Open with the paper key and replace the passphrase."""
        self._unlocked = self._access().open_with_paper(words, new_passphrase)

    def rate(self, passphrase: str) -> Rating:
        """Say how many guesses a passphrase stands."""
        return self._advice().rate(passphrase)

    def propose(self) -> str:
        """Return seven words drawn at random."""
        return self._advice().propose()

    def take(self) -> "Unlocked":
        """Return what was opened, and keep it no longer."""
        if self._unlocked is None:
            raise LookupError("the door is closed")
        unlocked, self._unlocked = self._unlocked, None
        return unlocked

    def _advice(self) -> "KeyAdvice":
        from desktop.app.advice import KeyAdvice

        return KeyAdvice(self._access())
