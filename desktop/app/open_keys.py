"""The two keys of an open vault, changed from the settings; called on the store's lane."""

from desktop.app.advice import KeyAdvice
from desktop.services.vault_access import Unlocked, VaultAccess


class OpenKeys(KeyAdvice):
    """Changes the passphrase and the paper key of the vault that is open."""

    def __init__(self, access: VaultAccess, unlocked: Unlocked) -> None:
        super().__init__(access)
        self._access = access
        self._unlocked = unlocked

    def change_passphrase(self, current: str, new: str) -> None:
        """Raise ``WrongPassphrase``, ``UnusablePassphrase``."""
        self._access.change_passphrase(self._unlocked, current, new)

    def new_paper_key(self, passphrase: str) -> tuple[str, ...]:
        """Check the passphrase, replace the paper key, return its 24 words."""
        self._access.check(passphrase)
        return self._access.new_recovery_key(self._unlocked).words()

    def confirm_paper_key(self, words: str) -> None:
        """Raise ``WrongRecoveryKey``."""
        self._access.confirm_recovery_key(self._unlocked, words)
