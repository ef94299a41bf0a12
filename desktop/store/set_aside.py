"""What an office restored from an old backup would have replaced by something older.

While such an office is read anew, a record that stood otherwise on this laptop is kept here first.
Colleagues bring their own work back within days: what has become equal again is then forgotten.
What has not is the only copy left of something: it becomes a conflict that the circle settles.
So does what is kept of a record that somebody deleted, unless the office knows it.
An office restored twice may forget two states of one record: each is kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Protocol

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.outbox import Outbox
from desktop.store.records import Data, Records
from protocol.kinds import SYNCED, Rule
from protocol.kinds.declare import KindSpec
from protocol.values import Wire, instant_to_wire
from protocol.visibility import bucket_of

_PATIENCE = timedelta(days=7)
"""How long colleagues have to come back to the office."""


class Arrived(Protocol):
    """What is needed of an incoming record."""

    @property
    def rid(self) -> str: ...
    @property
    def data(self) -> Data: ...


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that only this laptop still holds."""

    kind: str
    rid: str
    field: str
    value: Wire


class SetAside:
    """The ``set_aside`` table."""

    def __init__(self, database: EncryptedDatabase, records: Records, outbox: Outbox) -> None:
        self._database = database
        self._records = records
        self._outbox = outbox

    def keep(self, spec: KindSpec, items: Sequence[Arrived], since: str) -> None:
        """Keep what stands here of these records where something else arrives.

        ``since``: when this reading began. What stands changes as pages arrive: the first counts.
        """
        for item in items:
            shown = self._records.data(spec, item.rid)
            if shown is None or shown == item.data:
                continue
            # But for what was typed since, which waits to be sent.
            held = self._outbox.mirror.told(spec, item.rid, shown)
            if not any(True for _ in _differences(spec, item.rid, held, item.data)):
                continue
            self._keep(spec, item.rid, held, shown, since)

    def keep_waiting(self, since: str) -> None:
        """Keep what was told of the records on which something waits.

        What was sent long ago is about to be planned again and replayed over them, though a
        colleague may have written there since.
        """
        for kind, rid in self._database.rows('SELECT "kind", "rid" FROM "mirror"'):
            shown = self._records.data(SYNCED[kind], rid)
            if shown is not None:
                held = self._outbox.mirror.told(SYNCED[kind], rid, shown)
                self._keep(SYNCED[kind], rid, held, shown, since)

    def keep_gone(self, spec: KindSpec, rid: str, shown: Data, since: str) -> None:
        """Keep what stands here of a record that somebody deleted at an office that is read anew.

        Whoever did so had not read what that office has forgotten.
        """
        self._keep(spec, rid, shown, shown, since)

    def _keep(self, spec: KindSpec, rid: str, held: Data, shown: Data, since: str) -> None:
        # Where it lives here: it leaves with its own dossier, whatever the office says of it.
        bucket = bucket_of(spec, rid, shown)
        self._database.execute(
            'INSERT OR IGNORE INTO "set_aside" VALUES (?, ?, ?, ?, ?)',
            (spec.name, rid, bucket, write_json(held), since),
        )

    def count(self) -> int:
        """Return how many records stand better here than at the office."""
        row = self._database.row('SELECT count(DISTINCT "kind" || "rid") FROM "set_aside"')
        return int(row[0]) if row else 0

    def is_empty(self) -> bool:
        """Tell whether nothing stands better here: most often so, quicker said than how many."""
        return self._database.row('SELECT 1 FROM "set_aside" LIMIT 1') is None

    def review(self, now: datetime) -> list[Missing]:
        """Forget what is equal again; return, and forget, what nobody has brought back in time."""
        missing: list[Missing] = []
        late = instant_to_wire(now - _PATIENCE)
        rows = self._database.rows(
            'SELECT "kind", "rid", "data", "since" FROM "set_aside" ORDER BY "kind", "rid", "since"'
        )
        for (kind, rid), kept in groupby(rows, itemgetter(0, 1)):
            spec = SYNCED[kind]
            shown = self._records.data(spec, rid)
            if shown is None and spec.is_in_dossier:
                continue  # deleted: see ``gone``
            left = {
                since: list(_differences(spec, rid, read_json(data), shown or {}))
                for _, _, data, since in kept
            }
            # All together: one value may have stood at two restorations.
            is_late = all(since <= late for since, values in left.items() if values)
            for since in [since for since, values in left.items() if is_late or not values]:
                self._database.execute(
                    'DELETE FROM "set_aside" WHERE "kind" = ? AND "rid" = ? AND "since" = ?',
                    (kind, rid, since),
                )
            if is_late and shown is not None:
                missing += _once(chain.from_iterable(left.values()))
        return missing

    def gone(self) -> list[tuple[str, Missing]]:
        """Return, and forget, what was kept of deleted records of dossiers, each with its own."""
        found: list[tuple[str, Missing]] = []
        for kind, rid, bucket, data in self._database.rows(
            'SELECT "kind", "rid", "bucket", "data" FROM "set_aside"'
        ):
            spec = SYNCED[kind]
            if not spec.is_in_dossier or self._records.holds(kind, rid):
                continue
            if not self._outbox.of_record(kind, rid):  # its own deletion may cross an edit
                found += [(bucket, it) for it in _differences(spec, rid, read_json(data), {})]
                self.forget_record(kind, rid)
        return found

    def of_bucket(self, bucket: str) -> list[Missing]:
        """Return what stands better here of a dossier that is about to leave."""
        missing: list[Missing] = []
        for kind, rid, data in self._database.rows(
            'SELECT "kind", "rid", "data" FROM "set_aside" WHERE "bucket" = ?', (bucket,)
        ):
            shown = self._records.data(SYNCED[kind], rid)
            missing += _differences(SYNCED[kind], rid, read_json(data), shown or {})
        return _once(missing)

    def forget_bucket(self, bucket: str) -> None:
        """Forget a dossier that left."""
        self._database.execute('DELETE FROM "set_aside" WHERE "bucket" = ?', (bucket,))

    def forget_record(self, kind: str, rid: str) -> None:
        """Forget one record."""
        self._database.execute(
            'DELETE FROM "set_aside" WHERE "kind" = ? AND "rid" = ?', (kind, rid)
        )


def _once(values: Iterable[Missing]) -> list[Missing]:
    return list({(it.kind, it.rid, it.field, write_json(it.value)): it for it in values}.values())


def _differences(spec: KindSpec, rid: str, held: Data, other: Data) -> Iterator[Missing]:
    for name, item in spec.by_name.items():
        value = held.get(name)
        if value is not None and item.rule is not Rule.IMMUTABLE and value != other.get(name):
            yield Missing(spec.name, rid, name, value)
