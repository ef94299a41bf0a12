"""The laptops of the demonstration: real vaults in folders, enrolled by invitation, synced."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
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
from protocol.ids import PersonId
from protocol.kinds import SYNCED

PASSPHRASE = "sept mots pour ouvrir le coffre demain"
"""Opens every laptop of the demonstration, and nothing else."""

_JUST_NOW = timedelta(minutes=1)


@dataclass
class Laptop:
    """One enrolled laptop, unlocked."""

    name: str
    session: Session
    clock: Clock

    def sync(self, *, verify: bool = False) -> Receipt:
        """Synchronise once, as the application does; ``verify``: every digest is computed again."""
        session = self.session
        office = office_of(session.enrolment, session.workplace.identity, self.clock)
        try:
            return synchroniser(session, office, self.clock, in_store=lambda work: work()).run(
                verify=verify
            )
        finally:
            office.close()

    def agrees(self) -> bool:
        """Tell whether this laptop and the office were last found, just now, to hold the same."""
        state, now = self.session.workplace.store.state, self.clock.now()
        seen = state.verified_at()
        return not state.is_diverged() and seen is not None and now - seen < _JUST_NOW

    def holds(self, person: PersonId) -> bool:
        """Tell whether somebody's dossier is here."""
        return self.session.workplace.store.records.holds("person", person)

    def store_text(self) -> str:
        """Return all that the laptop holds, in clear, to look for what must not be there."""
        database = self.session.workplace.store.database
        tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        rows = [database.rows(f'SELECT * FROM "{name}"') for (name,) in tables]  # noqa: S608  # our tables
        # What circles share lies in envelopes: it is opened as the screens open it.
        records = self.session.workplace.store.records
        shared = [records.select(spec.record) for spec in SYNCED.values() if spec.circle_texts]
        return repr((rows, shared))

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
