"""A laptop that is struck while it synchronises: what it sends, what it is sent.

Whatever happened, it comes home the next time: it holds what it would have held, the office too,
and both agree.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from desktop.app.session import office_of, whole_synchroniser
from desktop.crypto.errors import CryptoError
from desktop.store.errors import StoreError
from desktop.store.put_back import PutBacks
from desktop.store.store import Store
from desktop.sync.errors import SyncError
from desktop.sync.transport import Cancellation, HttpOffice
from desktop.sync.transport import Exchange as Answer
from protocol.ids import PersonId
from protocol.wire import SyncRequest
from tests.campaigns.cut import Team, correct, meet
from tests.campaigns.field_laptop import FieldLaptop, page_faults
from tests.campaigns.gate import Said, Work
from tests.campaigns.images import OfficeImage
from tests.campaigns.known_vault import KnownVault
from tests.properties.agreement import Rows, differences, laptop_rows, office_rows
from tests.support.fleet import Laptop
from tests.support.laptop import TUESDAY
from tests.support.office import Premises

_REFUSALS = (StoreError, CryptoError, SyncError, OSError)
_TRIES = 3
Ask = Callable[[], Answer]


def come_home(folder: str, key: str, line: Connection) -> None:
    """Synchronise once; say that it was done."""
    _come_home(folder, key, line)


def come_home_hasty(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: changes are taken for sent before the office has answered."""

    def spoil(store: Store) -> None:
        def forget(_: Ask) -> None:
            with store.database.transaction():
                store.database.execute('DELETE FROM "outbox"')
            os.kill(os.getpid(), signal.SIGKILL)

        _meddle(forget)

    _come_home(folder, key, line, spoil)


def come_home_believing(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: the cursor is kept before the page; killed in between."""

    def spoil(store: Store) -> None:
        def believe(ask: Ask) -> None:
            answer = ask()
            with store.database.transaction():
                progress = replace(store.state.progress(), cursor=answer.reply.cursor)
                store.state.set_progress(progress)
            os.kill(os.getpid(), signal.SIGKILL)

        _meddle(believe)

    _come_home(folder, key, line, spoil)


def _come_home(
    folder: str, key: str, line: Connection, spoil: Callable[[Store], object] = lambda _: None
) -> None:
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
        spoil(laptop.session.workplace.store)
        _synchronise(laptop)
        line.send(("home", 0))
        laptop.close()
    except _REFUSALS:
        return


def _synchronise(laptop: FieldLaptop) -> None:
    session = laptop.session
    office = office_of(session.enrolment, session.workplace.identity, laptop.clock)
    try:
        whole_synchroniser(session, office, laptop.clock, in_store=lambda work: work()).run()
    finally:
        office.close()


def _meddle(do: Callable[[Ask], None]) -> None:
    """Have that done instead of asking; it ends the process."""
    real = HttpOffice.sync

    def sync(
        road: HttpOffice,
        request: SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Answer:
        do(lambda: real(road, request, cancelled, body))
        raise AssertionError("nobody survives that")

    patch.object(HttpOffice, "sync", sync).start()


@dataclass
class Exchange:
    """Claire and Mehdi know a dossier; he is home already, she is about to come home."""

    team: Team
    office_image: OfficeImage
    known: dict[str, KnownVault]
    expected: dict[str, Rows] = field(default_factory=dict)

    @classmethod
    def between(cls, premises: Premises, folder: Path) -> "Exchange":
        """Have them work, and keep Claire's vault with nothing to send, then with something."""
        team = Team.meet(premises, folder)
        for number in range(3):
            meet(team.mehdi, team.dossier, f"Vu par Mehdi, {number}.", "")
        correct(team.mehdi, team.dossier, phone1="0549000001")
        team.mehdi.sync()
        team.mehdi.close()
        known = {}
        for name in ("received", "sent"):
            if name == "sent":
                team.claire.reopen()
                for number in range(3):
                    meet(team.claire, team.dossier, f"Vue par Claire, {number}.", "Note du jour.")
                correct(team.claire, team.dossier, address_line="2 rue du Lavoir")
            team.claire.close()
            known[name] = KnownVault.of(KnownVault(team.claire.folder, b"").copy(folder / name))
        return cls(team, OfficeImage.take(team.office), known)

    def scenes(self) -> tuple["_ComingHome", ...]:
        """What the product does."""
        return tuple(_ComingHome(name, come_home, self, name) for name in self.known)

    def known_faults(self) -> tuple["_ComingHome", ...]:
        """What must be seen."""
        return (
            _ComingHome("changes taken for sent unanswered", come_home_hasty, self, "sent"),
            _ComingHome("a cursor kept before the page", come_home_believing, self, "received"),
        )

    def close(self) -> None:
        """Close the office."""
        self.team.office.close()

    @contextmanager
    def at(self, name: str, vault: Path) -> Iterator[Laptop]:
        """The laptop, to be looked at and to come home from here."""
        field_laptop = self.known[name].unlock(vault)
        office, session = self.team.office, field_laptop.session
        laptop = Laptop(vault, office, field_laptop.clock, session, field_laptop.desk, ())
        try:
            yield laptop
        finally:
            laptop.close()

    def undisturbed(self, name: str, vault: Path) -> Rows:
        """What a laptop holds that came home at once."""
        if name not in self.expected:
            aside = vault.with_name(f"undisturbed-{name}")
            self.office_image.restore()
            self.known[name].copy(aside)
            with self.at(name, aside) as laptop:
                laptop.sync()
                self.expected[name] = laptop_rows(laptop, self.team.dossier)
        return self.expected[name]

    @property
    def dossier(self) -> PersonId:
        return self.team.dossier


@dataclass(frozen=True)
class _ComingHome:
    name: str
    work: Work
    exchange: Exchange
    vault_name: str

    @property
    def key(self) -> bytes:
        return self.exchange.known[self.vault_name].key

    def prepare(self, vault: Path) -> None:
        self.exchange.team.office.clock.offset = TUESDAY - datetime.now(UTC)
        self.exchange.undisturbed(self.vault_name, vault)
        self.exchange.office_image.restore()
        self.exchange.known[self.vault_name].copy(vault)

    def look(self, vault: Path, said: Sequence[Said]) -> list[str]:
        try:
            with self.exchange.at(self.vault_name, vault) as laptop:
                return self._faults(laptop)
        except (*_REFUSALS, LookupError) as failure:
            return [f"the vault does not open or come home: {type(failure).__name__}"]

    def _faults(self, laptop: Laptop) -> list[str]:
        store = laptop.session.workplace.store
        found = page_faults(store)
        if PutBacks(store).current() is not None:
            found.append("told that something is missing")
        failure = _home_at_last(laptop)
        if failure is not None:
            return [*found, f"it never succeeds again: {type(failure).__name__}"]
        if laptop.desk.sync_reports.read().pending or store.outbox.refused():
            found.append("changes are still waiting, or were refused")
        held = laptop_rows(laptop, self.exchange.dossier)
        expected = self.exchange.undisturbed(self.vault_name, laptop.folder)
        found += [f"beside what it would have been: {it}" for it in differences(held, expected)]
        at_office = office_rows(self.exchange.team.office, self.exchange.dossier)
        return found + [f"beside the office: {it}" for it in differences(held, at_office)]


def _home_at_last(laptop: Laptop) -> SyncError | None:
    last: SyncError | None = None
    for _ in range(_TRIES):
        try:
            laptop.sync()
        except SyncError as failure:
            last = failure
        else:
            return None
    return last
