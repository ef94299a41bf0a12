"""An office in which time stands still and chance is known: the same life gives the same bytes."""

import asyncio
import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import uvicorn
from psycopg.conninfo import make_conninfo

from protocol.kinds import Professional
from protocol.kinds.people import Job
from server.__main__ import configuration
from server.app import build
from server.config.logs import make_log
from server.config.settings import Settings
from server.services.administration import Administration
from server.services.opening import open_database
from server.store.database import Database
from server.store.registry import Department

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
SERVER = "0199c0de-0000-7000-8000-00000000005e"
EPOCH = "0199c0de-0000-7000-8000-0000000000e0"
_PEOPLE = (("Claire Morin", Job.PSYCHOLOGIST), ("Mehdi Belkacem", Job.REFERENT))


class KnownChance:
    """Gives 1, 2, 3… for each size asked, in place of random bytes."""

    def __init__(self) -> None:
        self._given: Counter[int] = Counter()

    def __call__(self, count: int) -> bytes:
        """Return ``count`` bytes."""
        self._given[count] += 1
        return self._given[count].to_bytes(count, "big")


@dataclass
class FixedOffice:
    """A running office, on loopback, without TLS: what is kept is what is said inside."""

    url: str
    database: Database
    administration: Administration
    department: Department
    professionals: dict[str, str] = field(default_factory=dict)
    """Identifiers by name."""
    invitations: list[str] = field(default_factory=list)

    def welcome(self, *people: tuple[str, Job]) -> None:
        """Add professionals, and invite each."""
        given = [{"name": name, "job": job} for name, job in people]
        rids = self.administration.add(self.department, Professional, given)
        for (name, _job), rid in zip(people, rids, strict=True):
            self.professionals[name] = rid
            self.invitations.append(self.administration.invite(self.department, rid))

    def revoke(self, device: str) -> None:
        """Revoke one device."""
        self.administration.revoke(self.department, device)

    def erase(self, person: str) -> None:
        """Erase somebody (protocol 2)."""
        from server.services.erasure import Erasure, Reason

        Erasure(self.database, _now).erase(self.department, person, Reason.REQUEST)


@contextmanager
def fixed_office(url: str, folder: Path) -> Iterator[FixedOffice]:
    """Serve a new database of the PostgreSQL at ``url``, always the same; drop it in the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS frozen_office WITH (FORCE)")
        connection.execute("CREATE DATABASE frozen_office")
    settings = Settings(make_conninfo(url, dbname="frozen_office"), folder, port=0)
    database = open_database(settings)
    try:
        with database.transaction("coffre") as connection:
            connection.execute("UPDATE server SET id = %s", (SERVER,))
        with _served(database, settings) as office:
            yield office
    finally:
        database.close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE frozen_office WITH (FORCE)")


@contextmanager
def _served(database: Database, settings: Settings) -> Iterator[FixedOffice]:
    chance = KnownChance()
    app = build(database, settings, clock=_now, random=chance, log=make_log(io.StringIO()))
    administration = Administration(database, SERVER, _now, chance)
    server = uvicorn.Server(configuration(app, settings))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(_listening(server), loop).result(timeout=30)
    try:
        department = administration.create_department("79", "Deux-Sèvres")
        with database.transaction(department.schema) as connection:
            connection.execute("UPDATE sequence SET epoch = %s", (EPOCH,))
        office = FixedOffice(f"http://127.0.0.1:{port}", database, administration, department)
        office.welcome(*_PEOPLE)
        yield office
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        loop.close()


async def _listening(server: uvicorn.Server) -> int:
    while not server.started:
        await asyncio.sleep(0.005)
    return int(server.servers[0].sockets[0].getsockname()[1])


def _now() -> datetime:
    return NOW
