"""Dossiers opened with the Département's key: who asked, for whom, why, and when it was done."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from protocol.kinds import CircleKey, CircleMember, spec_of
from server.store.database import Connection

_KEY, _PLACE = spec_of(CircleKey).code, spec_of(CircleMember).code


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One line of the register."""

    id: str
    dossier: str
    successor: str
    reason: str
    """Empty once the person was erased."""
    asked_by: str
    asked_at: datetime
    opened_by: str | None
    opened_at: datetime | None


def add_opening(connection: Connection, line: OpeningLine) -> None:
    """Write down what is asked."""
    connection.execute(
        "INSERT INTO opening (id, dossier, successor, reason, asked_by, asked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (line.id, line.dossier, line.successor, line.reason, line.asked_by, line.asked_at),
    )


def find_opening(connection: Connection, opening: str) -> OpeningLine | None:
    """Return a line of the register; nobody else writes it until commit."""
    with connection.cursor(row_factory=class_row(OpeningLine)) as cursor:
        found = cursor.execute("SELECT * FROM opening WHERE id = %s FOR UPDATE", (opening,))
        return found.fetchone()


def note_done(connection: Connection, opening: str, by: str, now: datetime) -> None:
    """Write down that it was done."""
    connection.execute(
        "UPDATE opening SET opened_by = %s, opened_at = %s WHERE id = %s", (by, now, opening)
    )


def all_openings(connection: Connection) -> list[OpeningLine]:
    """Return the register, oldest first."""
    with connection.cursor(row_factory=class_row(OpeningLine)) as cursor:
        return cursor.execute("SELECT * FROM opening ORDER BY asked_at, id").fetchall()


def forget_reasons(connection: Connection, dossier: str) -> None:
    """Keep no word about somebody who was erased."""
    connection.execute("UPDATE opening SET reason = '' WHERE dossier = %s", (dossier,))


def statements_of(connection: Connection, dossier: str) -> list[tuple[str, str]]:
    """Return what was stated about a dossier's keys, and by whom it was sent."""
    rows = connection.execute(
        "SELECT data ->> 'statement', data ->> 'created_by' FROM record"
        " WHERE kind = %s AND bucket = %s AND state = 'live' ORDER BY rid",
        (_KEY, dossier),
    )
    return [(str(statement), str(by)) for statement, by in rows.fetchall()]
