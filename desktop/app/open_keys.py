"""The two keys of an open vault, changed from the settings; called on the store's lane."""

from desktop.app.advice import KeyAdvice, Words, nothing_more
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.services.vault_access import Unlocked, VaultAccess
from desktop.sync.paper import wrap_for_paper


class OpenKeys(KeyAdvice):
    """Changes the passphrase and the paper key of the vault that is open."""

    def __init__(
        self,
        access: VaultAccess,
        unlocked: Unlocked,
        random: Random,
        own_words: Words = nothing_more,
    ) -> None:
        super().__init__(access, own_words)
        self._access = access
        self._unlocked = unlocked
        self._random = random

    def change_passphrase(self, current: str, new: str) -> None:
        """Raise ``WrongPassphrase``, ``UnusablePassphrase``."""
        self.check(new)
        self._access.change_passphrase(self._unlocked, current, new)

    def new_paper_key(self, passphrase: str) -> tuple[str, ...]:
        """Check the passphrase, replace the paper key, return its 24 words."""
        self._access.check(passphrase)
        return self._access.new_recovery_key(self._unlocked).words()

    def confirm_paper_key(self, words: str) -> None:
        """Check the words typed back, and wrap the identity for that paper: it goes to the office
        with the next synchronisation. Raise ``WrongRecoveryKey``.
        """
        self._access.confirm_recovery_key(self._unlocked, words)
        if self._unlocked.is_enrolled:
            wrap_for_paper(self._unlocked.store, RecoveryKey.from_words(words), self._random)
