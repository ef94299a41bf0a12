"""Numbered SQL files, applied once each, in order, by one process at a time.

A file is never edited once released: its hash is kept, and a difference stops the server rather
than letting two databases of the same number disagree.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from psycopg import sql

from server.store.database import Connection
from server.store.errors import DatabaseTooNew, MigrationChanged

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_LOCK = 0x0C0F_F4E0
"""Advisory lock of this database's migrations."""

_JOURNAL = """
CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    script: str

    @property
    def sha256(self) -> str:
        """Return the hash kept with the database."""
        return hashlib.sha256(self.script.encode()).hexdigest()


def migrations_in(folder: str) -> tuple[Migration, ...]:
    """Return the migrations of ``sql/<folder>``, in order."""
    found = []
    for item in resources.files("server.store").joinpath("sql", folder).iterdir():
        match = _NAME.fullmatch(item.name)
        if match is not None:
            # The same file has the same hash whatever a checkout does to line ends.
            script = item.read_text(encoding="utf-8").replace("\r\n", "\n")
            found.append(Migration(int(match[1]), match[2], script))
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(connection: Connection, schema: str, migrations: Sequence[Migration]) -> int:
    """Bring one schema up to date inside the caller's transaction; return how many were applied."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    connection.execute(_JOURNAL)
    pending = _pending(connection, migrations)
    for migration in pending:
        connection.execute(migration.script.encode())
        connection.execute(
            "INSERT INTO migration (number, name, sha256) VALUES (%s, %s, %s)",
            (migration.number, migration.name, migration.sha256),
        )
    return len(pending)


def _pending(connection: Connection, migrations: Sequence[Migration]) -> list[Migration]:
    rows = connection.execute("SELECT number, sha256 FROM migration").fetchall()
    applied: dict[int, str] = dict(rows)
    known = {migration.number: migration for migration in migrations}
    if applied.keys() - known.keys():
        raise DatabaseTooNew
    for number, sha256 in applied.items():
        if known[number].sha256 != sha256:
            raise MigrationChanged
    return [migration for migration in migrations if migration.number not in applied]
