"""Copies of one vault, opened as often as needed without deriving a key from its passphrase."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from nacl.pwhash import argon2id

import desktop.crypto.kdf
from desktop.app.session import open_session
from desktop.crypto.header_copies import read_copies
from desktop.crypto.randomness import SystemRandom
from desktop.crypto.secret import Secret
from desktop.crypto.vault import OpenVault
from desktop.services.vault_access import Unlocked
from desktop.services.vault_keeping import KnownTables, known_tables
from desktop.services.vault_repair import Source
from desktop.store.copying import reading
from desktop.store.database import open_database
from desktop.store.errors import StoreError
from desktop.store.pages import PAGE_BYTES
from desktop.store.reserve import RESERVE_FILE
from desktop.store.salvage import remove_database
from desktop.store.snapshot_folder import FOLDER, SnapshotFolder
from desktop.store.table_map import TableMap, lay_tables
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
        """Return another folder with the same vault; no lock, and no room kept twice."""
        ignored = shutil.ignore_patterns("*.lock")
        return Path(
            shutil.copytree(self.folder, folder, ignore=ignored, copy_function=_copied_or_linked)
        )

    def key_hex(self, folder: Path) -> str:
        """Return the key of the database."""
        return self._vault(folder).database_key().hexadecimal()

    def tables(self, folder: Path) -> TableMap | None:
        """Return what is kept beside the database of where its tables begin."""
        return next(iter(self.known(folder).lists), None)

    def known(self, folder: Path) -> KnownTables:
        """Return whether it may be believed, too."""
        copies = SnapshotFolder(folder / FOLDER)
        return known_tables(place_of(folder).files, self._vault(folder), copies)

    def source(self, folder: Path) -> Source:
        """Return what a repair reads."""
        return Source(folder / "coffre.db", self.key_hex(folder), self.tables(folder))

    def listing_pages(self, folder: Path, aside: Path) -> list[int]:
        """Return the pages (from 1) that list the tables of the database.

        Under a list of its own, nothing leads to those of the file any more.
        """
        tables, key = self.tables(folder), self.key_hex(folder)
        assert tables is not None
        lay_tables(folder / "coffre.db", aside, key, tables)
        with reading(aside, key) as laid:
            told = " ".join(row[0] for row in laid.execute("PRAGMA integrity_check"))
        unused = [1, *(int(page) for page in re.findall(r"Page (\d+): never used", told))]
        content = (folder / "coffre.db").read_bytes()
        return [page for page in unused if not _opens_without(page, content, aside, key)]

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


@contextmanager
def least_derivation() -> Iterator[None]:
    """Have passphrases stretched as little as Argon2id can: what is tried is something else.

    A vault that is made meanwhile opens meanwhile only.
    """

    def kdf(size: int, password: bytes, salt: bytes, **_: int) -> bytes:
        return argon2id.kdf(size, password, salt, argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)

    least = SimpleNamespace(kdf=kdf)
    with patch.object(desktop.crypto.kdf, "argon2id", least):
        yield


def _copied_or_linked(source: str, target: str) -> str:
    """Eight megabytes that are made and removed, never written to again, are not copied."""
    if Path(source).name == RESERVE_FILE:
        with suppress(OSError):  # another disk
            os.link(source, target)
            return target
    return str(shutil.copy2(source, target))


def _opens_without(page: int, content: bytes, aside: Path, key: str) -> bool:
    remove_database(aside)
    at = (page - 1) * PAGE_BYTES
    aside.write_bytes(content[:at] + bytes(PAGE_BYTES) + content[at + PAGE_BYTES :])
    try:
        open_database(aside, key).close()
    except StoreError:
        return False
    finally:
        remove_database(aside)
    return True
