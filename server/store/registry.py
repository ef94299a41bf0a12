"""The public registry: this server's identifier, the départements it serves, refused enrolments."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from server.store import digests
from server.store.database import REGISTRY, Connection, Database
from server.store.migrations import migrate, migrations_in

_REFUSED = """
INSERT INTO refused_enrolment (address, period, count) VALUES (%s, %s, 1)
ON CONFLICT (address, period) DO UPDATE SET count = refused_enrolment.count + 1
"""


@dataclass(frozen=True, slots=True)
class Department:
    """A département this server serves."""

    code: str
    name: str

    @property
    def schema(self) -> str:
        """Return the PostgreSQL schema that holds it and nothing else."""
        return schema_of(self.code)


def schema_of(code: str) -> str:
    """Return the schema of a département whose code has been checked."""
    return f"dept_{code}"


def code_of(schema: str) -> str:
    """Return the code of the département that a schema holds."""
    return schema.removeprefix("dept_")


def prepare(database: Database) -> None:
    """Bring the registry and every département up to date; raise a ``StoreError``."""
    with database.transaction("pg_catalog") as connection:
        migrate(connection, REGISTRY, migrations_in("coffre"))
    with database.transaction(REGISTRY) as connection:
        departments = all_departments(connection)
    for department in departments:
        with database.transaction(REGISTRY) as connection:
            if migrate(connection, department.schema, migrations_in("department")):
                digests.fill(connection)


def server_id(connection: Connection) -> str:
    """Return the identifier bound into every signature."""
    row = connection.execute("SELECT id FROM server").fetchone()
    assert row is not None  # noqa: S101 - the migration inserts it
    return str(row[0])


def all_departments(connection: Connection) -> list[Department]:
    """Return the départements, by code."""
    with connection.cursor(row_factory=class_row(Department)) as cursor:
        return cursor.execute("SELECT code, name FROM department ORDER BY code").fetchall()


def find_department(connection: Connection, code: str) -> Department | None:
    """Return one département."""
    with connection.cursor(row_factory=class_row(Department)) as cursor:
        return cursor.execute(
            "SELECT code, name FROM department WHERE code = %s", (code,)
        ).fetchone()


def add_department(connection: Connection, department: Department, now: datetime) -> bool:
    """Create a département and its schema; False if it exists already."""
    added = connection.execute(
        "INSERT INTO department VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (department.code, department.name, now),
    ).rowcount
    if added:
        migrate(connection, department.schema, migrations_in("department"))
    return bool(added)


def count_refused(connection: Connection, address: bytes, period: int) -> int:
    """Return how many enrolments this address was refused in this period."""
    row = connection.execute(
        "SELECT count FROM refused_enrolment WHERE address = %s AND period = %s", (address, period)
    ).fetchone()
    return row[0] if row else 0


def note_refused(connection: Connection, address: bytes, period: int) -> None:
    """Count one more refusal, and forget those of past periods."""
    connection.execute(_REFUSED, (address, period))
    connection.execute("DELETE FROM refused_enrolment WHERE period < %s", (period - 1,))
