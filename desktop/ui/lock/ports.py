"""What the lock screen asks of the vault."""

from typing import Protocol

from desktop.ui.keys.ports import Advice


class Door(Advice, Protocol):
    """The vault of this laptop, locked. Called on the store's lane; keeps what it opens."""

    def open(self, passphrase: str) -> None:
        """Open; raise what `desktop.services.errors` names."""
        ...

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        """Open with the paper key and replace the passphrase."""
        ...
