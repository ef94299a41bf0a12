"""Real laptops enrolled with a real office: a vault in a folder, an invitation, and syncs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desktop.app.session import (
    Session,
    office_of,
    open_session,
    unknown_office,
    whole_synchroniser,
)
from desktop.config.clock import Clock
from desktop.config.policy import Policy
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import Random, SystemRandom
from desktop.services.vault_access import VaultAccess, VaultPlace
from desktop.sync.enrolment import Enroller, identity_of
from desktop.sync.tally import Receipt, Step
from desktop.sync.transport import Cancellation, HttpOffice
from protocol.kinds.people import Job
from tests.support.laptop import Desk, TurnedClock, desk_of
from tests.support.office import Office
from tests.support.opened import opened_words

PASSPHRASE = "sept mots que personne ne devine jamais ici"


@dataclass
class Laptop:
    """One enrolled laptop, unlocked."""

    folder: Path
    office: Office
    clock: TurnedClock
    session: Session
    desk: Desk
    recovery_words: tuple[str, ...]
    policy: Policy | None = field(default=None, kw_only=True)

    def sync(
        self,
        on_step: Callable[[Step], None] = lambda step: None,
        cancelled: Cancellation = lambda: False,
        *,
        verify: bool = False,
    ) -> Receipt:
        """Synchronise once, as the app does."""
        office = self.road()
        try:
            engine = whole_synchroniser(
                self.session, office, self.clock, in_store=lambda work: work()
            )
            return engine.run(on_step, cancelled, verify=verify)
        finally:
            office.close()

    def road(self) -> HttpOffice:
        """Return the way to the office, as who this laptop is now."""
        store = self.session.workplace.store
        enrolment = store.state.enrolment()
        assert enrolment is not None
        return office_of(enrolment, identity_of(store), self.clock)

    def store_text(self) -> str:
        """Return everything the laptop holds, in clear, for canary searches."""
        database = self.session.workplace.store.database
        tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        rows = repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])  # our tables
        return rows + opened_words(self.session.workplace.store)

    def close(self) -> None:
        """Close the vault."""
        self.session.close()

    def reopen(self) -> None:
        """Close and unlock again, as after a night or a kill."""
        self.close()
        unlocked = access(self.folder).open(PASSPHRASE)
        self.session = open_session(unlocked, self.clock, SystemRandom(), self.policy)
        self.desk = desk_of(self.session.workplace, self.clock)


def place_of(folder: Path) -> VaultPlace:
    """Return where a test's vault lives."""
    return VaultPlace(FolderFiles(folder), folder / "coffre.db", folder / "coffre.lock")


def access(folder: Path, random: Random | None = None, clock: Clock | None = None) -> VaultAccess:
    """Return the way into a test's vault, with the fastest derivation that is allowed."""
    return VaultAccess(place_of(folder), random or SystemRandom(), FLOOR, clock)


def enroller(office: Office, clock: Clock) -> Enroller:
    """Return what introduces a laptop to a test's office."""
    return Enroller(
        clock,
        SystemRandom(),
        lambda address: unknown_office(address, office.authority, None, clock),
        str(office.authority),
        None,
    )


def enrolled(
    office: Office,
    folder: Path,
    name: str,
    job: Job,
    clock: TurnedClock | None = None,
    policy: Policy | None = None,
) -> Laptop:
    """Return a new laptop of somebody, enrolled and synchronised once."""
    clock = clock or TurnedClock()
    office.clock.offset = clock.moment - datetime.now(UTC)  # both live on the same day
    unlocked, recovery = access(folder).create(PASSPHRASE)
    access(folder).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    contact = enroller(office, clock)
    contact.prepare(unlocked.store, recovery)
    found = contact.find_office(office.url)
    contact.enrol(unlocked.store, found, office.invite(name, job), lambda work: work())
    session = open_session(unlocked, clock, SystemRandom(), policy)
    desk = desk_of(session.workplace, clock)
    laptop = Laptop(folder, office, clock, session, desk, tuple(recovery.words()), policy=policy)
    laptop.sync()
    return laptop
