"""Copies of one vault, opened as often as needed without deriving a key from its passphrase."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.app.session import open_session
from desktop.crypto.header_copies import read_copies
from desktop.crypto.randomness import SystemRandom
from desktop.crypto.secret import Secret
from desktop.crypto.vault import OpenVault
from desktop.services.vault_access import Unlocked
from tests.campaigns.field_laptop import FieldLaptop
from tests.support.fleet import PASSPHRASE, access, place_of
from tests.support.laptop import TurnedClock, desk_of


@dataclass(frozen=True)
class KnownVault:
    """A vault whose key is known; its folder, and copies of it, open at once."""

    folder: Path
    key: bytes

    @classmethod
    def of(cls, folder: Path) -> "KnownVault":
        """Open a vault with its passphrase, once, and keep its key."""
        unlocked = access(folder, clock=TurnedClock()).open(PASSPHRASE)
        key = unlocked.vault._vault_key.reveal()
        unlocked.close()
        return cls(folder, key)

    def copy(self, folder: Path) -> Path:
        """Return another folder with the same vault."""
        return Path(shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.lock")))

    def key_hex(self, folder: Path) -> str:
        """Return the key of the database."""
        return self._vault(folder).database_key().hexadecimal()

    def open(self, folder: Path, clock: TurnedClock | None = None) -> Unlocked:
        """Do all that follows the passphrase."""
        return access(folder, clock=clock or TurnedClock())._with_store(self._vault(folder))

    def unlock(self, folder: Path) -> FieldLaptop:
        """The same, with the services of the laptop."""
        clock = TurnedClock()
        session = open_session(self.open(folder), clock, SystemRandom())
        return FieldLaptop(session, desk_of(session.workplace, clock), clock)

    def _vault(self, folder: Path) -> OpenVault:
        newest = read_copies(place_of(folder).files).newest
        return OpenVault(Secret(self.key), newest, both_copies=True)
