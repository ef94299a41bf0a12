"""What the lock screen asks of the vault."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from desktop.ui.keys.ports import Advice

if TYPE_CHECKING:
    from desktop.services.vault_access import Missing


class Door(Advice, Protocol):
    """The vault of this laptop, locked. Called on the store's lane; keeps what it opens."""

    def open(self, passphrase: str) -> None:
        """Open; raise what `desktop.services.errors` names."""
        ...

    def offers_code(self) -> bool:
        """Whether a short code may be tried."""
        ...

    def open_with_code(self, code: str) -> None:
        """Open with the short code; raise `WrongCode`, `QuickUnlockOver`, `KeyringSilent`."""
        ...

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        """Open with the paper key and replace the passphrase."""
        ...

    def repair(self, passphrase: str, progress: Callable[[int, int], None]) -> "Missing":
        """Make a damaged vault whole with what can be read of it; say what is missing."""
        ...
