"""Making a whole of what was salvaged: nothing is sent twice, nothing said that is not so.

What the office holds comes back at the next synchronisation, which reads it anew. What it never had
is here or nowhere: a record is made again from the changes that wait, and a change from its record.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.store.field_edits import edited_fields
from desktop.store.journal import JournalEntry
from desktop.store.json_text import write_json
from desktop.store.put_back import EXPECTED
from desktop.store.records import Data
from desktop.store.salvage import Salvaged
from desktop.store.state import Progress
from desktop.store.store import Store
from desktop.store.table_map import TableMap, digest_of
from protocol.kinds import KINDS, SYNCED
from protocol.values import instant_from_wire, instant_to_wire, is_whole
from protocol.visibility import bucket_of
from protocol.wire import DELETE, PUT

_ENROLMENT, _IDENTITY, _LIST = "enrolment", "identity", "tables"
SALVAGED = "salvaged"
TO_COPY = "salvaged_to_copy"
"""Until a copy is made: tables begin elsewhere than in those of before the repair."""
"""Outcome in the journal, and key of what is told once."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a salvage could not bring back, for whoever it is about."""

    at: datetime
    unsent: int
    """Changes the office never had, that are lost. First: nobody else has them."""
    records: dict[str, int]
    """By kind, those that could not be read here; what the office has of them comes back."""
    is_exact: bool
    """False: at least so many."""
    knows_itself: bool
    """False when this laptop lost who it is to the office: it has to be enrolled again."""
    copied_at: datetime | None = None
    """When nothing of the vault could be read: when the copy was made that took its place."""
    had_former_tables: bool = False
    """Whether a former list of tables had been put back beside it."""

    @property
    def is_nothing(self) -> bool:
        """Whether everything was read."""
        is_whole = not self.unsent and not self.records and self.is_exact and self.knows_itself
        return is_whole and self.copied_at is None and not self.had_former_tables

    def to_json(self) -> str:
        """Return what is kept of it in the store."""
        at = instant_to_wire(self.at)
        copied = self.copied_at and instant_to_wire(self.copied_at)
        told = [at, self.unsent, self.records, self.is_exact, self.knows_itself, copied]
        return json.dumps([*told, self.had_former_tables])

    @classmethod
    def from_json(cls, text: str) -> "Missing":
        """Read what was kept."""
        at, unsent, records, is_exact, knows_itself, copied, *more = json.loads(text)
        return cls(
            instant_from_wire(at),
            unsent,
            dict(records),
            is_exact,
            knows_itself,
            copied and instant_from_wire(copied),
            had_former_tables=any(more),  # an earlier Coffre said nothing of it
        )


def settle(
    store: Store, salvaged: Salvaged, now: datetime, copied_at: datetime | None = None
) -> Missing:
    """Bring a store that was salvaged to agree with itself; return what is missing.

    ``copied_at``: it was salvaged from a copy made at that moment.
    """
    with store.database.transaction():
        missing = _Settling(store, salvaged, now, copied_at).run()
        store.state.set(SALVAGED, missing.to_json())
        store.state.set(TO_COPY, "1")
        store.journal.add(JournalEntry(now, now, SALVAGED, missing.unsent, 0, 0, 0, 0))
    return missing


def keep_self_twice(store: Store) -> None:
    """Keep who this laptop is in two tables, hence on two pages: one page that is damaged must not
    take it. Writes only what changed.
    """
    enrolment, keys = store.state.get(_ENROLMENT), store.keyring.get(_IDENTITY)
    if enrolment is None or keys is None:
        return
    if store.keyring.get(_ENROLMENT) != enrolment.encode():
        with store.database.transaction():
            store.keyring.put(_ENROLMENT, enrolment.encode())
    if store.state.get(_IDENTITY) != keys.hex():
        with store.database.transaction():
            store.state.set(_IDENTITY, keys.hex())


def keep_list_twice(store: Store, tables: TableMap) -> None:
    """Keep which list of tables is this database's own, on two pages as well."""
    digest = digest_of(tables)
    if store.state.get(_LIST) != digest or store.keyring.get(_LIST) != digest.encode():
        with store.database.transaction():
            store.state.set(_LIST, digest)
            store.keyring.put(_LIST, digest.encode())


def vouches_for(store: Store, tables: TableMap) -> bool:
    """Whether what was read by way of a list says that the list was its own.

    Rows that are read on the wrong pages cannot; nor can a database of which both pages are gone.
    """
    kept, digest = store.keyring.get(_LIST), digest_of(tables)
    known = {store.state.get(_LIST), None if kept is None else kept.decode("ascii", "replace")}
    return known - {None} == {digest}


def recall_self(store: Store) -> bool:
    """Take who this laptop is from the other table where one is damaged; tell whether any knows."""
    enrolment, keys = store.state.get(_ENROLMENT), store.keyring.get(_IDENTITY)
    kept, written = store.keyring.get(_ENROLMENT), store.state.get(_IDENTITY)
    if enrolment is None and kept is not None:
        store.state.set(_ENROLMENT, kept.decode())
    if keys is None and written is not None:
        store.keyring.put(_IDENTITY, bytes.fromhex(written))
    return (enrolment or kept) is not None and (keys or written) is not None


class _Settling:
    def __init__(
        self, store: Store, salvaged: Salvaged, now: datetime, copied_at: datetime | None
    ) -> None:
        self._store = store
        self._database = store.database
        self._salvaged = salvaged
        self._now = now
        self._copied_at = copied_at

    def run(self) -> Missing:
        unsent = self._changes_without_words() + self._words_without_change()
        self._drop_orphans()
        self._go_on_numbering()
        rebuilt = self._records_from_changes()
        self._derive()
        records = {
            kind: count
            for kind, known in self._salvaged.missing.items()
            if kind in KINDS and (count := known - rebuilt.get(kind, 0)) > 0
        }
        is_exact, knows_itself = self._salvaged.is_exact, self._begin_anew()
        return Missing(
            self._now,
            unsent,
            records,
            is_exact,
            knows_itself,
            self._copied_at,
            self._salvaged.had_former_tables,
        )

    def _changes_without_words(self) -> int:
        """Words of a change that could not be read: they are in its record; return how many not."""
        lost = 0
        rows = self._database.rows(
            'SELECT "id", "kind", "rid", "creates", "verb" FROM "outbox" WHERE "id" NOT IN'
            ' (SELECT "id" FROM "op_fields")'
        )
        for op_id, kind, rid, creates, verb in rows:
            fields = {} if verb == DELETE else self._words_of(kind, rid, creates=bool(creates))
            if fields is None or (not fields and verb != DELETE):
                lost += 1
                continue
            self._write_words(op_id, fields)
        return lost

    def _words_of(self, kind: str, rid: str, *, creates: bool) -> dict[str, Any] | None:
        spec = SYNCED.get(kind)
        data = None if spec is None else self._store.records.data(spec, rid)
        if spec is None or data is None:
            return None
        if creates:
            return {name: value for name, value in data.items() if name in spec.by_name}
        before = self._store.outbox.mirror.get(kind, rid)
        return None if before is None else edited_fields(spec, before, data)

    def _words_without_change(self) -> int:
        """Changes of which only the words and the place were read; return how many are lost."""
        lost = 0
        for op_id, (kind, rid) in sorted(self._salvaged.changes.items()):
            row = self._database.row('SELECT "fields" FROM "op_fields" WHERE "id" = ?', (op_id,))
            spec = SYNCED.get(kind)
            data = None if spec is None else self._store.records.data(spec, rid)
            fields = None if row is None else json.loads(row[0])
            if spec is None or fields is None:
                lost += 1
                continue
            verb = PUT if fields else DELETE
            bucket = bucket_of(spec, rid, data or fields)
            self._add_change(op_id, kind, rid, bucket, verb, creates="created_at" in fields)
        return lost

    def _add_change(
        self, op_id: int, kind: str, rid: str, bucket: str, verb: int, *, creates: bool
    ) -> None:
        self._database.execute(
            'INSERT INTO "outbox" ("id", "kind", "rid", "bucket", "verb", "creates", "base", "hlc",'
            " \"state\") VALUES (?, ?, ?, ?, ?, ?, 0, ?, 'pending')",
            (op_id, kind, rid, bucket, verb, int(creates), int(self._store.state.hlc())),
        )

    def _write_words(self, op_id: int, fields: dict[str, Any]) -> None:
        self._database.execute('INSERT INTO "op_fields" VALUES (?, ?)', (op_id, write_json(fields)))

    def _go_on_numbering(self) -> None:
        """Number the next operation after all that were: of a new table it would begin again.

        Its words would meet those of one that was acknowledged, and nothing could be written.
        """
        last = max(self._highest("outbox"), self._highest("op_fields"))
        last = max(last, self._store.state.last_sent_again())
        self._database.execute('DELETE FROM "sqlite_sequence" WHERE "name" = \'outbox\'')
        self._database.execute("INSERT INTO \"sqlite_sequence\" VALUES ('outbox', ?)", (last,))

    def _highest(self, table: str) -> int:
        row = self._database.row(f'SELECT coalesce(max("id"), 0) FROM "{table}"')  # noqa: S608 - two tables
        return int(row[0]) if row else 0

    def _drop_orphans(self) -> None:
        for statement in (
            'DELETE FROM "outbox" WHERE "id" NOT IN (SELECT "id" FROM "op_fields")',
            'DELETE FROM "outbox_archive" WHERE "id" NOT IN (SELECT "id" FROM "op_fields")',
            'DELETE FROM "op_fields" WHERE "id" NOT IN (SELECT "id" FROM "outbox")'
            ' AND "id" NOT IN (SELECT "id" FROM "outbox_archive")',
        ):
            self._database.execute(statement)

    def _records_from_changes(self) -> dict[str, int]:
        """Make again the records that were not read and of which something waits to be sent."""
        rebuilt: dict[str, int] = {}
        rows = self._database.rows('SELECT DISTINCT "kind", "rid" FROM "outbox"')
        for kind, rid in rows:
            spec = SYNCED.get(kind)
            if spec is None or self._store.records.holds(kind, rid):
                continue
            data: Data | None = self._store.outbox.mirror.get(kind, rid)
            for op in self._store.outbox.of_record(kind, rid):
                data = op.replay(data)
            if data is not None and is_whole(spec, data):
                self._store.records.put(spec, [(rid, data)])
                rebuilt[kind] = rebuilt.get(kind, 0) + 1
        return rebuilt

    def _derive(self) -> None:
        spec = KINDS["person"]
        rids = [str(row[0]) for row in self._database.rows('SELECT "id" FROM "person"')]
        self._store.persons.refresh(self._store.records.data_of(spec, rids))
        self._store.proof.recount()

    def _begin_anew(self) -> bool:
        """Have the office be read again from the start; tell whether it still knows this laptop."""
        state = self._store.state
        damaged = self._salvaged.missing.keys() & {"outbox", "op_fields", "sync_state"}
        if damaged or self._copied_at is not None or state.get("last_op") is None:
            # Numbers may have been given to what is gone: it goes on as a new device.
            self._store.archive.renumber()
            state.set(EXPECTED, "1")
        state.set_progress(Progress(state.progress().epoch, cursor=0, after=None))
        state.set_realigning(self._now if state.progress().epoch is not None else None)
        if not recall_self(self._store):
            state.set("enrolment", None)
        return state.enrolment() is not None
