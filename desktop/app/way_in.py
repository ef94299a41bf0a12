"""The way into the vault of this laptop; its keys and its SQL are loaded when it is first taken."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.config.clock import Clock
from desktop.config.folders import Folders

if TYPE_CHECKING:
    from desktop.app.patience import Keyring
    from desktop.app.vault_import import Bringer
    from desktop.crypto.kdf import KdfParams
    from desktop.crypto.randomness import Random
    from desktop.services.quick_unlock import QuickUnlock
    from desktop.services.vault_access import VaultAccess, VaultPlace


class WayIn:
    """Knows where the vault is, and how costly its keys are to derive."""

    def __init__(
        self,
        folders: Folders,
        random: "Random",
        params: "KdfParams | None",
        upgraded: Callable[[float], None],
    ) -> None:
        """``upgraded`` hears how much of a vault of an earlier Coffre has been brought to this one.

        Without ``params`` a key is as costly as it should be.
        """
        self._folders = folders
        self._random = random
        self._params = params
        self._upgraded = upgraded
        self._access: VaultAccess | None = None

    def access(self) -> "VaultAccess":
        """Return the one way in."""
        if self._access is None:
            from desktop.services.vault_access import VaultAccess

            self._access = VaultAccess(self._place(), self._random, self._cost())
            self._access.on_upgrade = self._upgraded
        return self._access

    @property
    def holds_a_short_way(self) -> bool:
        """Whether a short code was ever chosen here, as far as a file tells.

        Of this vault, or of one that is no more and whose half the keyring has not let go of.
        """
        folder = self._folders.vault
        return (folder / "coffre.quick").exists() or (folder / "coffre.keyring").exists()

    def quick(self, keyring: "Keyring", clock: Clock, *, is_allowed: bool) -> "QuickUnlock":
        """Return the short way in."""
        from desktop.services.quick_unlock import QuickUnlock

        place = self._place()
        return QuickUnlock(
            place.files,
            place.lock,
            keyring,
            clock,
            self._random,
            self._cost(),
            is_allowed=is_allowed,
        )

    def bringer(self) -> "Bringer":
        """Return what makes a vault that comes in a file the vault of this laptop."""
        from desktop.app.vault_import import Bringer

        return Bringer(self.access(), self._place(), self._random, self._cost())

    def _cost(self) -> "KdfParams":
        from desktop.crypto.kdf import DEFAULT

        return self._params or DEFAULT

    def _place(self) -> "VaultPlace":
        from desktop.crypto.files import FolderFiles
        from desktop.services.vault_access import VaultPlace

        folders = self._folders
        return VaultPlace(FolderFiles(folders.vault), folders.database, folders.lock)
