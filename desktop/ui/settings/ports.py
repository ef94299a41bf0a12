"""What the settings ask of the vault that is open; called on the store's lane."""

from typing import Protocol

from desktop.config.preferences import Preferences
from desktop.ui.keys.ports import Advice


class PreferencesKeeper(Protocol):
    """Keeps the preferences of this laptop; see `desktop.config.preferences.PreferencesFile`."""

    def read(self) -> Preferences: ...

    def write(self, preferences: Preferences) -> None: ...


class KeyRing(Advice, Protocol):
    """Changes the two keys of the vault."""

    def change_passphrase(self, current: str, new: str) -> None:
        """Raise `WrongPassphrase`, `UnusablePassphrase`."""
        ...

    def new_paper_key(self, passphrase: str) -> tuple[str, ...]:
        """Check the passphrase, replace the paper key, return its 24 words.

        The passphrase is asked again because an open laptop is not a proof of who holds it.
        """
        ...

    def confirm_paper_key(self, words: str) -> None:
        """Raise `WrongRecoveryKey`."""
        ...
