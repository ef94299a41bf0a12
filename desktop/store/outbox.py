"""Pending changes: written in the same transaction as the edit they carry, kept until acknowledged.

States of an operation: ``pending`` (may still grow with later edits), ``sent`` (frozen, numbered,
sent again word for word until the office acknowledges it), ``refused`` (the office will
not have it; kept, shown, never sent). Acknowledged operations move to the ``archive``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from desktop.store.database import EncryptedDatabase, Row
from desktop.store.field_edits import applied, edit_of, joined, without_defaults
from desktop.store.json_text import read_json, write_json
from desktop.store.mirror import Mirror
from desktop.store.records import Data, Records
from desktop.store.state import State
from protocol.kinds import KINDS, CircleKey, Rule, spec_of
from protocol.kinds.declare import KindSpec
from protocol.limits import NUMBERS_END
from protocol.values import Wire
from protocol.visibility import bucket_of
from protocol.wire import DELETE, PUT

KEYS = spec_of(CircleKey).name
_ADDED_TO = (Rule.SET, Rule.COUNTER, Rule.APPEND_ONLY)
_UNKNOWN = ("grant", "missing")
"""What an edit of a record that the office lacks is told: as of a closed dossier, or not whole."""


@dataclass(slots=True)  # not frozen: of a caseload there are twenty thousand, made in half the time
class PendingOp:
    """One change that the office has not acknowledged."""

    id: int
    n: int | None
    kind: str
    rid: str
    bucket: str
    verb: int
    creates: bool
    base: int
    hlc: int
    fields: dict[str, Any]  # wire values; [added, removed] for a set, a delta for a counter
    state: str
    reason: str | None

    @property
    def spec(self) -> KindSpec:
        """The declaration of the record's kind."""
        return KINDS[self.kind]

    @property
    def replaced(self) -> set[str]:
        """The fields of which nothing is left that was there before: no sets, no counters."""
        rules = {name: item.rule for name, item in self.spec.by_name.items()}
        return {name for name in self.fields if rules.get(name) not in _ADDED_TO}

    @property
    def tells_whole(self) -> bool:
        """Whether it says all of a record, though the office may turn out to have it.

        Of a set it then says what is in it, of a counter how much it is. No edit names its field.
        """
        return "created_at" in self.fields

    @property
    def is_of_unknown(self) -> bool:
        """Whether it is an edit, refused as that of a record which the office lacks."""
        is_edit = self.verb == PUT and not self.creates
        return self.state == "refused" and is_edit and self.reason in _UNKNOWN

    def replay(self, data: Data | None) -> Data | None:
        """Return what a record becomes when this change is applied to it."""
        if self.verb == DELETE:
            return None
        if data is None:
            return dict(self.fields) if self.creates else None
        after = dict(data)
        for name, value in self.fields.items():
            after[name] = applied(self.spec, name, after.get(name), value, creates=self.tells_whole)
        return after


class Outbox:
    """The table of pending changes and the one way to write a synced record."""

    def __init__(self, database: EncryptedDatabase, records: Records, state: State) -> None:
        self._database = database
        self._records = records
        self._state = state
        self.mirror = Mirror(database)

    # -- writing ----------------------------------------------------------------------------

    def save(self, spec: KindSpec, rid: str, data: Data, hlc: int) -> bool:
        """Write a record and its pending change; return False when nothing differs."""
        before = self._records.data(spec, rid)
        if before is None:
            self._records.add(spec, rid, data)
            bucket = bucket_of(spec, rid, data)
            self._append(spec, rid, bucket, PUT, data, hlc, creates=True)
            return True
        data = without_defaults(spec, before, data)
        extra = {name: value for name, value in before.items() if name not in spec.by_name}
        changed = [n for n in spec.by_name if before.get(n) != data.get(n)]
        if not changed:
            return False
        if not self.of_record(spec.name, rid):
            self.mirror.set(spec.name, rid, before)
        self._records.put(spec, [(rid, data | extra)])
        self._add_edit(spec, rid, before, data, changed, hlc)
        return True

    def delete(self, spec: KindSpec, rid: str, hlc: int) -> None:
        """Remove a record and plan its removal everywhere."""
        before = self._records.data(spec, rid)
        if before is None:
            return
        pending = self.of_record(spec.name, rid)
        if pending and pending[0].creates and pending[0].state == "pending":
            for op in pending:
                self.forget(op)
        else:
            if not pending:
                self.mirror.set(spec.name, rid, before)
            bucket = bucket_of(spec, rid, before)
            self._append(spec, rid, bucket, DELETE, {}, hlc, creates=False)
        self._records.remove(spec, [rid])

    def offer(self, spec: KindSpec, rid: str, data: Data, hlc: int) -> None:
        """Plan to send, whole, a record that the office turns out not to have."""
        if not self.of_record(spec.name, rid):
            known = {name: value for name, value in data.items() if name in spec.by_name}
            self._append(spec, rid, bucket_of(spec, rid, data), PUT, known, hlc, creates=True)

    def _add_edit(
        self, spec: KindSpec, rid: str, before: Data, data: Data, changed: list[str], hlc: int
    ) -> None:
        pending = self.of_record(spec.name, rid)
        growing = [op for op in pending if op.state == "pending" and op.verb == PUT]
        fresh: dict[str, Any] = {}
        for name in changed:
            edit = edit_of(spec, name, before.get(name), data.get(name))
            holder = next((op for op in reversed(growing) if name in op.fields), None)
            holder = holder or (growing[-1] if growing else None)
            if holder is None:
                fresh[name] = edit
            else:
                grown = _joined(spec, name, holder, edit, data.get(name))
                self.rewrite(replace(holder, fields={**holder.fields, name: grown}, hlc=hlc))
                growing = [self.get(op.id) for op in growing]
        if fresh:
            bases = [op.base for op in pending if op.fields.keys() & fresh.keys()]
            bucket = bucket_of(spec, rid, before)
            read = self._state.cursor() if self._is_given(bucket) else 0
            base = min([read, *bases])
            self._append(spec, rid, bucket, PUT, fresh, hlc, creates=False, base=base)

    def _append(
        self,
        spec: KindSpec,
        rid: str,
        bucket: str,
        verb: int,
        fields: Mapping[str, Any],
        hlc: int,
        *,
        creates: bool,
        base: int | None = None,
    ) -> None:
        base = self._state.cursor() if base is None else base
        present = {k: v for k, v in fields.items() if not (creates and v is None)}
        cursor = self._database.execute(
            'INSERT INTO "outbox" ("kind", "rid", "bucket", "verb", "creates", "base", "hlc",'
            " \"state\") VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')",
            (spec.name, rid, bucket, verb, int(creates), base, hlc),
        )
        self._database.execute(
            'INSERT INTO "op_fields" VALUES (?, ?)', (cursor.lastrowid, write_json(present))
        )

    def _is_given(self, bucket: str) -> bool:
        """Tell whether the office gives a dossier: of another, nothing there was read.

        Of one that was restored this is known once both sides have been compared.
        """
        state = self._state
        if state.has_office_forgotten() and state.is_comparison_due():
            return False
        return bucket not in state.closed()

    def put_back(self, op: PendingOp, fields: Mapping[str, Any], base: int) -> None:
        """Plan again some fields of an operation the office could not take as they were."""
        self._append(op.spec, op.rid, op.bucket, PUT, fields, op.hlc, creates=False, base=base)

    def put_last(self, op: PendingOp) -> None:
        """Plan an operation again, as it is, after all that waits."""
        self.forget(op)
        made = op.creates
        self._append(
            op.spec, op.rid, op.bucket, op.verb, op.fields, op.hlc, creates=made, base=op.base
        )

    def rewrite(self, op: PendingOp) -> None:
        """Replace what an operation holds (one more edit, a merged text, a raised base)."""
        self._database.execute(
            'UPDATE "outbox" SET "n" = ?, "hlc" = ?, "base" = ?, "state" = ?, "reason" = ?'
            ' WHERE "id" = ?',
            (op.n, op.hlc, op.base, op.state, op.reason, op.id),
        )
        self._database.execute(
            'UPDATE "op_fields" SET "fields" = ? WHERE "id" = ?', (write_json(op.fields), op.id)
        )

    def forget(self, op: PendingOp) -> None:
        """Drop an operation and its words."""
        self._database.execute('DELETE FROM "outbox" WHERE "id" = ?', (op.id,))
        self._database.execute('DELETE FROM "op_fields" WHERE "id" = ?', (op.id,))

    def replace_fields(self, op: PendingOp, fields: Mapping[str, Any]) -> None:
        """Keep only these fields of an operation; without any, it is no operation any more."""
        if fields or op.creates:
            self.rewrite(replace(op, fields=dict(fields)))
        else:
            self.forget(op)

    def pending_texts(self) -> list[PendingOp]:
        """Return the operations that only carry sealed texts and may still change."""
        texts = []
        for op in self._ops('"state" = \'pending\' AND "creates" = 0 AND "verb" = 0'):
            rules = {op.spec.by_name[n].rule for n in op.fields if n in op.spec.by_name}
            if rules == {Rule.SEALED_TEXT}:
                texts.append(op)
        return texts

    def note_there(self, kind: str, rids: Sequence[str]) -> None:
        """The office gives records; one whose creation it had refused is there all the same."""
        self._database.execute(
            'UPDATE "outbox" SET "creates" = 0 WHERE "state" = \'refused\' AND "creates" = 1'
            ' AND "kind" = ? AND "rid" IN (SELECT "value" FROM json_each(?))',
            (kind, write_json(list(rids))),
        )

    def has_refused(self) -> bool:
        """Tell whether anything was refused: most often not, and nothing need be looked for."""
        # Named twice, so that the index of what does not wait is used.
        return (
            self._database.row(
                'SELECT 1 FROM "outbox" WHERE "state" = \'refused\' AND "state" <> \'pending\''
            )
            is not None
        )

    # -- sending ------------------------------------------------------------------------------

    def freeze(
        self, *, max_ops: int, max_bytes: int, beside: Sequence[PendingOp] = ()
    ) -> list[PendingOp]:
        """Return the next batch to send, numbered and frozen.

        A batch that was frozen and not acknowledged comes back word for word before anything new.
        ``beside``: the batch in flight, whose answer is not known; no record is in both.
        """
        after = (beside[-1].n or 0) if beside else 0
        if sent := self.sent(after):
            return sent
        busy = {(op.kind, op.rid) for op in beside}
        batch: list[PendingOp] = []
        size, last = 0, self._state.last_op()
        for row in self._rows(f'"state" = \'pending\' ORDER BY "id" LIMIT {max_ops:d}'):
            size += len(row[_FIELDS]) + 80
            if (batch and size > max_bytes) or row[_KIND:_BUCKET] in busy:
                break
            last += 1
            batch.append(_op(row, n=last, state="sent"))
        if not batch:
            return []
        numbers = {op.id: op.n or 0 for op in batch}
        for first, end in _runs(numbers):
            self._database.execute(
                'UPDATE "outbox" SET "n" = "id" + ?, "state" = \'sent\' WHERE "id" BETWEEN ? AND ?',
                (numbers[first] - first, first, end),
            )
        self._state.set("last_op", str(last))
        if beside:
            self._state.note_batch_end(after)
        return batch

    # -- asking -------------------------------------------------------------------------------

    def was_taken(self, op: PendingOp) -> bool:
        """Tell whether the office may have taken it, before it was restored from a backup.

        All that it had is as old as this, or older; a few others may be that were refused then.
        """
        return op.id <= self._state.last_sent_again()

    def get(self, op_id: int) -> PendingOp:
        """Return one operation."""
        return self._ops('"id" = ?', (op_id,))[0]

    def of_record(self, kind: str, rid: str) -> list[PendingOp]:
        """Return the operations of a record that wait for the office's answer, oldest first."""
        return self._ops(
            '"kind" = ? AND "rid" = ? AND "state" <> \'refused\' ORDER BY "id"', (kind, rid)
        )

    def unanswered(self) -> list[PendingOp]:
        """Return all that waits for the office's answer, oldest first."""
        return self._ops('"state" <> \'refused\' ORDER BY "id"')

    def all_of_record(self, kind: str, rid: str) -> list[PendingOp]:
        """Return every operation of a record, refused ones included, oldest first."""
        return self._ops('"kind" = ? AND "rid" = ? ORDER BY "id"', (kind, rid))

    def sent(self, after: int = 0) -> list[PendingOp]:
        """Return the first batch in flight after an operation, as it was when it left."""
        in_flight = self._database.row(
            'SELECT "n" FROM "outbox" WHERE "n" > ? AND "state" = \'sent\' ORDER BY "n" LIMIT 1',
            (after,),
        )
        if in_flight is None:
            return []
        until = min((n for n in self._state.batch_ends() if n >= in_flight[0]), default=NUMBERS_END)
        return self._ops('"n" > ? AND "n" <= ? AND "state" = \'sent\' ORDER BY "n"', (after, until))

    def sent_apart(self, until: int, judged: Iterable[int]) -> list[PendingOp]:
        """Return the sent operations up to ``until`` that are not simply done with.

        Those the office had something to say of, and those whose record has another operation.
        """
        numbers = [n for n in judged if n <= until]
        marks = ", ".join("?" * len(numbers))
        return self._ops(
            f'"state" = \'sent\' AND "n" <= ? AND ("n" IN ({marks}) OR EXISTS (SELECT 1'  # noqa: S608  # marks only
            ' FROM "outbox" o WHERE o."kind" = "outbox"."kind" AND o."rid" = "outbox"."rid"'
            ' AND o."id" <> "outbox"."id" AND o."state" <> \'refused\')) ORDER BY "n"',
            (until, *numbers),
        )

    def is_alone(self, batch: Sequence[PendingOp]) -> bool:
        """Tell whether a batch in flight is all that waits, one operation a record: often so."""
        if len({(op.kind, op.rid) for op in batch}) < len(batch):
            return False
        beside = self._database.row(
            'SELECT 1 FROM "outbox" WHERE "state" <> \'refused\''
            ' AND ("n" IS NULL OR "n" NOT BETWEEN ? AND ?) LIMIT 1',
            (batch[0].n, batch[-1].n),
        )
        return beside is None

    def of_bucket(self, bucket: str) -> list[PendingOp]:
        """Return every operation on a dossier, refused ones included."""
        return self._ops('"bucket" = ? ORDER BY "id"', (bucket,))

    def refused(self) -> list[PendingOp]:
        """Return what the office would not have; it is kept here."""
        return self._ops('"state" = \'refused\' ORDER BY "id"')

    def records_waiting(self, kind: str) -> tuple[set[str], set[str]]:
        """Return the records on which something waits, and the others that had a refusal."""
        waiting: set[str] = set()
        refused: set[str] = set()
        for rid, state in self._database.rows(
            'SELECT "rid", "state" FROM "outbox" WHERE "kind" = ?', (kind,)
        ):
            (refused if state == "refused" else waiting).add(str(rid))
        return waiting, refused - waiting

    def is_empty(self) -> bool:
        """Tell whether nothing waits for the office, and nothing was refused either."""
        return self._database.row('SELECT 1 FROM "outbox" LIMIT 1') is None

    def has_more(self, batch: Sequence[PendingOp]) -> bool:
        """Tell whether anything waits for the office beyond a batch in flight."""
        pending = 'SELECT 1 FROM "outbox" WHERE "state" = \'pending\' ORDER BY "id" LIMIT 1'
        sent = 'SELECT 1 FROM "outbox" WHERE "n" > ? AND "state" = \'sent\' LIMIT 1'
        return (
            self._database.row(pending) is not None
            or self._database.row(sent, (batch[-1].n,)) is not None
        )

    def is_waiting(self) -> bool:
        """Tell whether any change waits for the office."""
        one = 'SELECT 1 FROM "outbox" WHERE "state" <> \'refused\' LIMIT 1'
        return self._database.row(one) is not None

    def pending_count(self) -> int:
        """Return how many changes wait for the office."""
        row = self._database.row('SELECT count(*) FROM "outbox" WHERE "state" <> \'refused\'')
        return int(row[0]) if row else 0

    def typed_count(self) -> int:
        """Return how many of them somebody made: keys travel unseen, with what they open."""
        row = self._database.row(
            'SELECT count(*) FROM "outbox" WHERE "state" <> \'refused\' AND "kind" <> ?', (KEYS,)
        )
        return int(row[0]) if row else 0

    def _ops(self, where: str, parameters: tuple[object, ...] = ()) -> list[PendingOp]:
        return [_op(row) for row in self._rows(where, parameters)]

    def _rows(self, where: str, parameters: tuple[object, ...] = ()) -> list[Row]:
        columns = (
            '"id", "n", "kind", "rid", "bucket", "verb", "creates", "base", "hlc", "fields",'
            ' "state"'
        )
        tables = '"outbox" JOIN "op_fields" USING ("id")'
        sql = f'SELECT {columns}, "reason" FROM {tables} WHERE {where}'  # noqa: S608  # ours
        return self._database.rows(sql, parameters)


_KIND, _BUCKET, _FIELDS = 2, 4, 9
"""Positions in a row of ``_rows``; the record's identifier is between the first two."""


def _op(row: Row, *, n: int | None = None, state: str | None = None) -> PendingOp:
    op_id, known_n, kind, rid, bucket, verb, creates, base, hlc, fields, known_state, reason = row
    return PendingOp(
        id=op_id,
        n=known_n if n is None else n,
        kind=kind,
        rid=rid,
        bucket=bucket,
        verb=verb,
        creates=bool(creates),
        base=base,
        hlc=hlc,
        fields=read_json(fields),
        state=state or known_state,
        reason=reason,
    )


def _runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of growing identifiers between which none is missing: first and last."""
    for _, run in groupby(enumerate(ids), key=lambda place: place[1] - place[0]):
        stretch = [number for _, number in run]
        yield stretch[0], stretch[-1]


def _joined(spec: KindSpec, name: str, holder: PendingOp, edit: Any, after: Wire) -> Any:
    """Return the field of a growing operation after one more edit."""
    if holder.tells_whole:
        return after
    return joined(spec, name, holder.fields[name], edit) if name in holder.fields else edit
