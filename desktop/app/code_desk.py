"""The short code of the vault that is open, chosen and turned off from the settings."""

from collections.abc import Callable

from desktop.app.patience import Keyring
from desktop.services.quick_unlock import QuickUnlock, Sealed, choice_in
from desktop.services.vault_access import Unlocked, VaultAccess
from desktop.ui.settings.code_viewmodel import Running


class CodeDesk:
    """Says on which lane each of its methods is called: the port of the settings."""

    def __init__(
        self,
        quick: QuickUnlock,
        keyring: Keyring,
        access: VaultAccess,
        unlocked: Unlocked,
        obey: Callable[[], None],
    ) -> None:
        """``obey`` reads the policy again: it may allow no more what it allowed."""
        self._quick = quick
        self._keyring = keyring
        self._access = access
        self._unlocked = unlocked
        self._obey = obey
        self.is_allowed = quick.is_allowed

    def look(self) -> None:
        """Raise ``KeyringSilent`` where no keyring may be used; on the keyring's lane."""
        self._keyring.look()

    def running(self) -> Running | None:
        """Return what was chosen; on the store's lane."""
        choice = choice_in(self._unlocked.store)
        if choice is None:
            return None
        return Running(choice.hours, choice.until if self._quick.is_offered() else None)

    def choose(self, passphrase: str, code: str, hours: int) -> Sealed:
        """Check both, and seal the first hours; on the store's lane."""
        self._obey()
        self._access.check(passphrase)
        return self._quick.choose(self._unlocked.vault, code, passphrase, hours)

    def begin(self, sealed: Sealed) -> None:
        """Begin them; on the keyring's lane."""
        self._obey()
        self._quick.put(sealed)

    def confirm(self, sealed: Sealed) -> None:
        """Note that they have begun; on the store's lane."""
        self._quick.confirm(sealed, self._unlocked.store, is_new=True)

    def turn_off(self) -> None:
        """No code opens any more; on the store's lane."""
        self._quick.turn_off(self._unlocked.store)

    def tidy(self) -> None:
        """Have the keyring let go of its half; on its lane."""
        self._quick.tidy()
