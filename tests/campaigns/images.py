"""What a laptop and an office hold at one instant, to start from again as often as needed."""

import re
import shutil
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.app.session import Session, open_session, synchroniser
from desktop.config.clock import unix_ms
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import Unlocked
from desktop.store.database import EncryptedDatabase
from desktop.store.store import Store
from desktop.sync.addresses import parse_address
from desktop.sync.patience import Timeouts
from desktop.sync.tally import Receipt
from desktop.sync.tls import Trust
from desktop.sync.transport import HttpOffice, WallCounter
from protocol.kinds.people import Job
from server.store.database import Mode
from tests.support.fleet import Laptop, access, enroller, place_of
from tests.support.laptop import SeededRandom, TurnedClock, desk_of
from tests.support.office import Office

_PASSPHRASE = "sept mots que personne ne devine jamais ici"
_JOURNALS = frozenset({"sync_journal", "sqlite_sequence"})
"""Tell of each attempt, those that failed included."""
_HIGH = 700_000_000
_NUMBER = re.compile(r"\b70000\d{4}\b")
_HORIZONS = ("laptop ", "office sequence:", "office device:")
_LAST_SAID = "cursor"
"""Of a device: noted of the request that came last, be it an older one that was overtaken. It is a
floor, seldom noted; what the device was given never goes back, and is compared."""
_PATIENCE = Timeouts(connect_s=5, silence_s=5, whole_s=20)


def newcomer(office: Office, folder: Path, name: str, job: Job, clock: TurnedClock) -> Laptop:
    """Return a laptop that is enrolled and has not been given anything yet."""
    unlocked, recovery = access(folder).create(_PASSPHRASE)
    access(folder).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    contact = enroller(office, clock)
    contact.prepare(unlocked.store, recovery)
    found = contact.find_office(office.url)
    contact.enrol(unlocked.store, found, office.invite(name, job), lambda work: work())
    session = open_session(unlocked, clock, SystemRandom())
    desk = desk_of(session.workplace, clock)
    return Laptop(folder, office, clock, session, desk, tuple(recovery.words()))


@dataclass
class LaptopImage:
    """The file of a laptop as it was; each ``open`` is another laptop, awoken at that instant.

    It can come home, and be looked at. Nobody works on it: its services stay the source's.
    """

    source: Laptop
    file: Path
    folder: Path
    _opened: int = 0

    @classmethod
    def take(cls, laptop: Laptop, folder: Path) -> "LaptopImage":
        """Keep a laptop as it is."""
        folder.mkdir(parents=True, exist_ok=True)
        assert laptop.session.workplace.store.database.checkpoint()
        file = folder / "image.db"
        shutil.copyfile(place_of(laptop.folder).database, file)
        return cls(laptop, file, folder)

    def open(self) -> Laptop:
        """Return the laptop as it was; opening it asks no passphrase, which takes its time."""
        self._opened += 1
        path = self.folder / f"{self._opened}.db"
        shutil.copyfile(self.file, path)
        before = self.source.session.unlocked
        key = before.vault.database_key()
        store = Store.open(path, key.hexadecimal())
        key.forget()
        clock = TurnedClock(self.source.clock.moment)
        session = self.source.session
        workplace = replace(session.workplace, store=store, clock=clock, random=SeededRandom(1))
        return replace(
            self.source,
            folder=path,
            clock=clock,
            session=replace(
                session,
                unlocked=Unlocked(before.vault, store, before._lock),
                workplace=workplace,
            ),
        )

    @staticmethod
    def discard(laptop: Laptop) -> None:
        """Close one that was opened here, and delete it."""
        laptop.session.workplace.store.close()
        for path in laptop.folder.parent.glob(f"{laptop.folder.name}*"):
            path.unlink()


def come_home(laptop: Laptop, port: int, patience: Timeouts = _PATIENCE) -> Receipt:
    """Synchronise once by the road at a port; raise ``SyncError``."""
    session = laptop.session
    office = _road(session, laptop.clock, port, patience)
    try:
        return synchroniser(session, office, laptop.clock, in_store=lambda work: work()).run()
    finally:
        office.close()


def _road(session: Session, clock: TurnedClock, port: int, patience: Timeouts) -> HttpOffice:
    enrolment = session.enrolment
    return HttpOffice(
        address=parse_address(f"https://localhost:{port}"),
        department=enrolment.department,
        device=enrolment.device,
        signer=session.workplace.identity.sign,
        counter=WallCounter(),
        trust=Trust(Path(enrolment.ca_file) if enrolment.ca_file else None),
        clock=lambda: unix_ms(clock.now()),
        server=enrolment.server,
        timeouts=patience,
    )


def laptop_picture(laptop: Laptop) -> list[str]:
    """Return every row a laptop holds, but for the journal of its attempts."""
    return [
        f"laptop {name}: {row!r}"
        for name in _tables(laptop.session.workplace.store.database)
        for row in _rows(laptop.session.workplace.store.database, name)
    ]


def _tables(database: EncryptedDatabase) -> list[str]:
    found = database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if name not in _JOURNALS]


def _rows(database: EncryptedDatabase, table: str) -> list[str]:
    return sorted(repr(row) for row in database.rows(f'SELECT * FROM "{table}"'))


@dataclass(frozen=True, slots=True)
class OfficeImage:
    """Every table of a département as it was."""

    office: Office
    columns: dict[str, str]
    """Those that can be written, by table."""

    @classmethod
    def take(cls, office: Office) -> "OfficeImage":
        """Keep a département as it is, beside itself."""
        schema = office.department.schema
        with office.database.transaction(schema) as connection:
            rows = connection.execute(
                "SELECT c.table_name, string_agg(quote_ident(c.column_name), ', '"
                " ORDER BY c.ordinal_position) FROM information_schema.columns c"
                " JOIN information_schema.tables t USING (table_schema, table_name)"
                " WHERE c.table_schema = %s AND t.table_type = 'BASE TABLE'"
                " AND c.is_generated = 'NEVER' AND c.table_name NOT LIKE 'kept\\_%%'"
                " GROUP BY c.table_name",
                (schema,),
            ).fetchall()
            columns = {str(name): str(names) for name, names in rows}
            for name in columns:
                connection.execute(f"DROP TABLE IF EXISTS kept_{name}".encode())
                connection.execute(f"CREATE TABLE kept_{name} AS TABLE {name}".encode())
        return cls(office, columns)

    def restore(self) -> None:
        """Put everything back."""
        with self.office.database.transaction(self.office.department.schema) as connection:
            connection.execute("SET LOCAL session_replication_role TO replica")
            for name, columns in self.columns.items():
                connection.execute(
                    f"DELETE FROM {name};"
                    f" INSERT INTO {name} ({columns}) SELECT {columns} FROM kept_{name}".encode()
                )

    def picture(self) -> list[str]:
        """Return every row the office holds, but for the numbers of requests."""
        found = []
        schema = self.office.department.schema
        with self.office.database.transaction(schema, Mode.SNAPSHOT) as connection:
            for name in sorted(self.columns.keys() - {"request_counter"}):
                spared = _LAST_SAID if name == "device" else ""
                rows = connection.execute(
                    f"SELECT (to_jsonb(t) - %s)::text FROM {name} t".encode(), (spared,)
                ).fetchall()
                found += sorted(f"office {name}: {row[0]}" for row in rows)
        return found


def start_numbers_high(office: Office) -> None:
    """Make the numbers of changes such as no other number looks like them."""
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("UPDATE sequence SET seq = %s", (_HIGH,))


def comparable(picture: Iterable[str]) -> list[str]:
    """Return a picture whose numbers of changes are ranks.

    A request that arrives twice at once may use up a number for nothing: what came in which order
    is a promise, that no number is skipped is none.
    """
    lines = list(picture)
    borne = [line for line in lines if not line.startswith(_HORIZONS)]
    used = sorted({int(number) for line in borne for number in _NUMBER.findall(line)})

    def rank(found: re.Match[str]) -> str:
        return f"#{bisect_right(used, int(found.group()))}"

    return [_NUMBER.sub(rank, line) for line in lines]
