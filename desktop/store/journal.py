"""The journal of synchronisations: when, how much, how it ended. Never whose dossiers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.store.database import EncryptedDatabase
from protocol.values import instant_from_wire, instant_to_wire

KEPT_DAYS = 400


# Identifiers grow with time: what comes before the first recent line is old, and what follows is
# not read. A line dated after the one that is being written comes from a clock that was ahead: it
# tells of no time, and goes with those before and after it. A clock that is behind makes none old.
_FORGET_OLD = (
    'DELETE FROM "sync_journal" WHERE "id" <= (SELECT max("id") FROM "sync_journal"'
    ' WHERE "ended_at" < :oldest AND "id" < (SELECT "id" FROM "sync_journal"'
    ' WHERE "ended_at" BETWEEN :oldest AND :now ORDER BY "id" LIMIT 1))'
)
_LAST = 'SELECT "ended_at" FROM "sync_journal" WHERE "outcome" = ? ORDER BY "id" DESC LIMIT 1'


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One synchronisation."""

    started_at: datetime
    ended_at: datetime
    outcome: str
    """``done``, or the code of what stopped it (``desktop.sync.errors``)."""
    sent: int
    received: int
    to_review: int
    bytes_up: int
    bytes_down: int


class Journal:
    """The ``sync_journal`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def add(self, entry: JournalEntry) -> None:
        """Write one synchronisation down; what is older than 400 days goes."""
        self._database.execute(
            'INSERT INTO "sync_journal" ("started_at", "ended_at", "outcome", "sent", "received",'
            ' "to_review", "bytes_up", "bytes_down") VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            (
                instant_to_wire(entry.started_at),
                instant_to_wire(entry.ended_at),
                entry.outcome,
                entry.sent,
                entry.received,
                entry.to_review,
                entry.bytes_up,
                entry.bytes_down,
            ),
        )
        now, oldest = entry.ended_at, entry.ended_at - timedelta(days=KEPT_DAYS)
        self._database.execute(
            _FORGET_OLD, {"oldest": instant_to_wire(oldest), "now": instant_to_wire(now)}
        )

    def latest(self, limit: int) -> list[JournalEntry]:
        """Return the latest synchronisations, newest first."""
        rows = self._database.rows(
            'SELECT "started_at", "ended_at", "outcome", "sent", "received", "to_review",'
            ' "bytes_up", "bytes_down" FROM "sync_journal" ORDER BY "id" DESC LIMIT ?',
            (limit,),
        )
        return [
            JournalEntry(instant_from_wire(row[0]), instant_from_wire(row[1]), *row[2:])
            for row in rows
        ]

    def last_of(self, outcome: str) -> datetime | None:
        """Return when a line with this outcome was last written."""
        row = self._database.row(_LAST, (outcome,))
        return None if row is None else instant_from_wire(row[0])

    def last_success(self) -> datetime | None:
        """Return when the last complete synchronisation ended."""
        return self.last_of("done")
