"""The laptops of the demonstration: real vaults in folders, enrolled by invitation, synced."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from desktop.app.session import Session, office_of, open_session, synchroniser, unknown_office
from desktop.config.clock import Clock
from desktop.config.folders import Folders, folders
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import VaultAccess, VaultPlace
from desktop.sync.enrolment import Enroller
from desktop.sync.tally import Receipt

PASSPHRASE = "sept mots pour ouvrir le coffre demain"
"""Opens every laptop of the demonstration, and nothing else."""


@dataclass
class Laptop:
    """One enrolled laptop, unlocked."""

    name: str
    session: Session
    clock: Clock

    def sync(self) -> Receipt:
        """Synchronise once, as the application does."""
        session = self.session
        office = office_of(session.enrolment, session.workplace.identity, self.clock)
        try:
            return synchroniser(session, office, self.clock, in_store=lambda work: work()).run()
        finally:
            office.close()

    def store_text(self) -> str:
        """Return all that the laptop holds, in clear, to look for what must not be there."""
        database = self.session.workplace.store.database
        tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])  # noqa: S608  # our tables

    def close(self) -> None:
        """Lock."""
        self.session.close()


def home_of(laptops: Path, name: str) -> Folders:
    """Return the folders of somebody's laptop (``COFFRE_HOME`` of a process of its own)."""
    return folders(laptops / slug(name))


def slug(name: str) -> str:
    """Return « claire-martin »."""
    apart = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "-".join(plain.lower().split())


def access(home: Folders) -> VaultAccess:
    """Return the way into a vault, with the fastest derivation that is allowed."""
    place = VaultPlace(FolderFiles(home.vault), home.database, home.lock)
    return VaultAccess(place, SystemRandom(), FLOOR)


def unlock(laptops: Path, name: str, clock: Clock) -> Laptop:
    """Return somebody's laptop, unlocked."""
    unlocked = access(home_of(laptops, name)).open(PASSPHRASE)
    return Laptop(name, open_session(unlocked, clock, SystemRandom()), clock)


def enrol(
    laptops: Path, name: str, clock: Clock, *, address: str, authority: Path, invitation: str
) -> Laptop:
    """Return a new laptop of somebody: vault made, paper key confirmed, invitation presented."""
    home = home_of(laptops, name)
    home.make()
    way = access(home)
    unlocked, recovery = way.create(PASSPHRASE)
    way.confirm_recovery_key(unlocked, " ".join(recovery.words()))
    enroller = Enroller(
        clock,
        SystemRandom(),
        lambda found: unknown_office(found, authority, None, clock),
        str(authority),
        None,
    )
    enroller.prepare(unlocked.store, recovery)
    office = enroller.find_office(address)
    enroller.enrol(unlocked.store, office, invitation, lambda work: work())
    return Laptop(name, open_session(unlocked, clock, SystemRandom()), clock)
