"""Changes the office would not take, and deletions taken back, come alive again.

Each call writes inside the caller's transaction.
"""

from dataclasses import replace

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json
from desktop.store.lacking_there import LackingThere
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.records import Data, Records
from protocol.kinds import Rule
from protocol.kinds.declare import KindSpec
from protocol.values import is_whole
from protocol.wire import DELETE


class Refusals:
    """Works on the outbox and on the records it speaks of."""

    def __init__(self, database: EncryptedDatabase, records: Records, outbox: Outbox) -> None:
        self._database = database
        self._records = records
        self._outbox = outbox
        self._lacking = LackingThere(database, records, outbox)

    def find(self, op_id: int) -> PendingOp | None:
        """Return a change the office refused, unless it was dealt with meanwhile."""
        return next((op for op in self._outbox.refused() if op.id == op_id), None)

    def send_again(self, op: PendingOp) -> Data | None:
        """Plan a refused change again, word for word; return the record as it shows now.

        It keeps the base it was written on: what colleagues wrote since is never overwritten. What
        still shows here, in a record that the office lacks, was written over nobody knows what.
        """
        data = self._records.data(op.spec, op.rid)
        if data is not None and op.is_of_unknown and op.replay(data) == data:
            op = replace(op, base=0)
        if data is not None and not op.creates and not self._outbox.of_record(op.kind, op.rid):
            self._outbox.mirror.set(op.kind, op.rid, data)
        self._outbox.rewrite(replace(op, n=None, state="pending", reason=None))
        if data is None or op.creates:
            return data
        shown = self._outbox.mirror.get(op.kind, op.rid)
        if shown is None or not is_whole(op.spec, shown):
            return data  # the office never gave it: what was refused still shows
        for waiting in self._outbox.of_record(op.kind, op.rid):
            shown = waiting.replay(shown)
        self._show(op.spec, op.rid, shown)
        return shown

    def withdraw(self, op: PendingOp) -> None:
        """Drop a refused change and its words."""
        self._outbox.forget(op)

    def bring_back(self, op: PendingOp) -> None:
        """Put a change that was dropped among the refused ones again, where it was."""
        self._database.execute(
            'INSERT OR IGNORE INTO "outbox" ("id", "kind", "rid", "bucket", "verb", "creates",'
            ' "base", "hlc", "state", "reason") VALUES (?, ?, ?, ?, ?, ?, ?, ?, \'refused\', ?)',
            (
                *(op.id, op.kind, op.rid, op.bucket, op.verb, int(op.creates), op.base, op.hlc),
                op.reason,
            ),
        )
        self._database.execute(
            'INSERT OR IGNORE INTO "op_fields" VALUES (?, ?)', (op.id, write_json(op.fields))
        )

    def made_in(self, dossier: str) -> list[PendingOp]:
        """Return the creations refused in a dossier, as in one that the office lacks."""
        return self._lacking.made_in(dossier)

    def put_last(self, made: PendingOp) -> None:
        """Plan a refused creation again after all that waits, with what was done to the record."""
        self._outbox.mirror.forget(made.kind, [made.rid])  # it never was at the office
        again = {op.id for op in self._lacking.of_creation(made)}
        for op in self._outbox.all_of_record(made.kind, made.rid):
            if op.id in again or op.state != "refused":
                self._outbox.put_last(op)

    def taken_up(self, spec: KindSpec, rid: str, data: Data) -> Data:
        """Return a record that the office does not know with what it refused for that alone.

        These changes are forgotten: they go with the record. One that the office may have taken
        once stays refused, and told, where something else shows: it was written over since.
        """
        shown = data
        for op in self._lacking.edits(spec.name, rid):
            after = op.replay(shown) or shown
            if after == shown or not self._outbox.was_taken(op):
                self._outbox.forget(op)
                shown = after
        if shown != data:
            self._records.put(spec, [(rid, shown)])
        return shown

    def undelete(self, spec: KindSpec, rid: str, data: Data, hlc: int) -> None:
        """Show again a record deleted here; the office, if it knows, is told that it stands."""
        deletion = next(
            (op for op in self._outbox.of_record(spec.name, rid) if op.verb == DELETE), None
        )
        self._records.put(spec, [(rid, data)])
        if deletion is not None and deletion.state == "pending":
            self._outbox.forget(deletion)
            if not self._outbox.of_record(spec.name, rid):
                self._outbox.mirror.forget(spec.name, [rid])
            return
        # Any edit of a deleted record brings it back whole.
        name = next(item.name for item in spec.fields if item.rule is Rule.SCALAR and item.required)
        self._outbox.save(spec, rid, data | {name: None}, hlc)
        self._outbox.save(spec, rid, data, hlc)

    def _show(self, spec: KindSpec, rid: str, shown: Data | None) -> None:
        if shown is None:
            self._records.remove(spec, [rid])
        else:
            self._records.put(spec, [(rid, shown)])
