"""What the office has acknowledged, kept 90 days: an office restored from a backup is refilled.

Texts stay in ``op_fields``, written once. Nothing of a dossier that left this laptop stays here.
"""

from datetime import datetime, timedelta

from desktop.store.database import EncryptedDatabase
from desktop.store.state import State
from protocol.values import instant_to_wire

ARCHIVE_DAYS = 90


class Archive:
    """The ``outbox_archive`` table."""

    def __init__(self, database: EncryptedDatabase, state: State) -> None:
        self._database = database
        self._state = state

    def take(self, until: int, now: datetime) -> None:
        """Move sent operations up to number ``until`` here; drop those of 90 days ago.

        The mirror goes of each record that nothing waits for any more.
        """
        acked = {
            "until": until,
            "acked_at": instant_to_wire(now),
            "device": self._state.device(),
        }
        self._database.execute(_KEEP, acked)
        rest = self._database.row(_IS_ANYTHING_LEFT, acked)
        if rest is not None and not rest[0]:
            # Most often: emptied at once, which costs a tenth of looking each up.
            self._database.execute('DELETE FROM "mirror"')
            self._database.execute('DELETE FROM "outbox"')
        else:
            for statement in _TAKE_OUT:
                self._database.execute(statement, acked)
        oldest = {"oldest": instant_to_wire(now - timedelta(days=ARCHIVE_DAYS))}
        first = self._database.row(_IS_FIRST_OLD, oldest)
        if first is not None and first[0]:
            for statement in _FORGET_OLD:
                self._database.execute(statement, oldest)

    def refill(self, taken: int, seq: int) -> set[int]:
        """Plan again what an office restored from a backup has lost; return which operations.

        ``taken`` is the last operation of this device that it holds; its data are those of number
        ``seq`` and before, so nothing written since may claim to have seen more than that.
        """
        parameters = {"taken": taken, "seq": seq, "device": self._state.device()}
        for statement in _UNSEND:
            self._database.execute(statement, parameters)
        again = {int(row[0]) for row in self._database.rows(_LOST, parameters)}
        self._database.execute(_REFILL, parameters)
        self._database.execute(_FORGET_REFILLED, parameters)
        self._state.restart_numbers(taken)
        return again

    def renumber(self) -> None:
        """Plan again, for a new device, whatever was sent and not acknowledged."""
        self._database.execute(_UNSEND[0], {})
        self._state.restart_numbers(0)

    def forget_bucket(self, bucket: str) -> None:
        """Forget the words of a dossier that left; those not yet sent still wait."""
        for statement in _FORGET_BUCKET:
            self._database.execute(statement, (bucket,))

    def forget_record(self, kind: str, rid: str) -> None:
        """Forget the words of one record."""
        for statement in _FORGET_RECORD:
            self._database.execute(statement, (kind, rid))


_KEEP = (
    'INSERT OR REPLACE INTO "outbox_archive" SELECT "id", "n", :device, "kind", "rid", "bucket",'
    ' "verb", "creates", "base", "hlc", :acked_at FROM "outbox"'
    ' WHERE "state" = \'sent\' AND "n" <= :until'
)
_IS_ANYTHING_LEFT = (
    'SELECT EXISTS (SELECT 1 FROM "outbox" WHERE NOT ("state" = \'sent\' AND "n" <= :until))'
    ' OR EXISTS (SELECT 1 FROM "mirror" WHERE NOT EXISTS (SELECT 1 FROM "outbox" o'
    ' WHERE o."kind" = "mirror"."kind" AND o."rid" = "mirror"."rid"))'
)
_TAKE_OUT = (
    'DELETE FROM "mirror" WHERE ("kind", "rid") IN'
    ' (SELECT "kind", "rid" FROM "outbox" WHERE "state" = \'sent\' AND "n" <= :until)'
    ' AND NOT EXISTS (SELECT 1 FROM "outbox" o WHERE o."kind" = "mirror"."kind"'
    ' AND o."rid" = "mirror"."rid" AND "state" <> \'refused\''
    ' AND NOT ("state" = \'sent\' AND "n" <= :until))',
    'DELETE FROM "outbox" WHERE "state" = \'sent\' AND "n" <= :until',
)
# Identifiers grow with time: before the first recent one everything is old, nothing else is read.
_IS_FIRST_OLD = 'SELECT "acked_at" < :oldest FROM "outbox_archive" ORDER BY "id" LIMIT 1'
_FORGET_OLD = (
    'DELETE FROM "op_fields" WHERE "id" IN (SELECT "id" FROM "outbox_archive" WHERE "id" <'
    ' coalesce((SELECT "id" FROM "outbox_archive" WHERE "acked_at" >= :oldest'
    ' ORDER BY "id" LIMIT 1), 9223372036854775807))',
    'DELETE FROM "outbox_archive" WHERE "id" <'
    ' coalesce((SELECT "id" FROM "outbox_archive" WHERE "acked_at" >= :oldest'
    ' ORDER BY "id" LIMIT 1), 9223372036854775807)',
)
_UNSEND = (
    # What was refused keeps no number either: the same ones are given again.
    'UPDATE "outbox" SET "n" = NULL, "state" = CASE "state" WHEN \'sent\' THEN \'pending\''
    ' ELSE "state" END WHERE "n" IS NOT NULL',
    'UPDATE "outbox" SET "base" = min("base", :seq)',
)
_LOST = 'SELECT "id" FROM "outbox_archive" WHERE "device" = :device AND "n" > :taken'
_REFILL = (
    'INSERT INTO "outbox" ("id", "kind", "rid", "bucket", "verb", "creates", "base", "hlc",'
    ' "state") SELECT "id", "kind", "rid", "bucket", "verb", "creates", min("base", :seq), "hlc",'
    ' \'pending\' FROM "outbox_archive" WHERE "device" = :device AND "n" > :taken'
)
_FORGET_REFILLED = 'DELETE FROM "outbox_archive" WHERE "device" = :device AND "n" > :taken'
_FORGET_BUCKET = (
    'DELETE FROM "op_fields" WHERE "id" IN (SELECT "id" FROM "outbox_archive" WHERE "bucket" = ?)',
    'DELETE FROM "outbox_archive" WHERE "bucket" = ?',
)
_FORGET_RECORD = (
    'DELETE FROM "op_fields" WHERE "id" IN'
    ' (SELECT "id" FROM "outbox_archive" WHERE "kind" = ? AND "rid" = ?)',
    'DELETE FROM "outbox_archive" WHERE "kind" = ? AND "rid" = ?',
)
