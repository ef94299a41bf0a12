"""What the office refused because it lacked the record, or the dossier, leaves once that is back.

An office restored from a backup refuses what is written in what it has forgotten, until whoever
made that has brought it back (docs/protocol.md, "Repair"). Writes in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.records import Records
from protocol.kinds import KINDS, CircleMember, Person, spec_of
from protocol.wire import DELETE

_PERSON, _PLACE = spec_of(Person).name, spec_of(CircleMember).name


@dataclass(frozen=True, slots=True)
class LackingThere:
    """Works on refused changes of the outbox."""

    database: EncryptedDatabase
    records: Records
    outbox: Outbox

    def note_given(self, kind: str, rids: Sequence[str]) -> set[str]:
        """The office gives records whole: what it refused of one that it lacked leaves again.

        It is written over what stands here; return which records these are. Not of one that had
        left this laptop: what somebody decided there before she went is not done as she is welcomed
        back. What was made in a dossier that is here, while the office lacked it, leaves as well.
        """
        refused = [op for op in self.outbox.refused() if op.kind == kind and op.is_of_unknown]
        again: set[str] = set()
        for rid in {op.rid for op in refused}.intersection(rids):
            shown = self.records.data(KINDS[kind], rid)
            going = self.edits(kind, rid) if shown is not None else []
            if going and not self.outbox.of_record(kind, rid):
                self.outbox.mirror.set(kind, rid, shown)
            for op in going:
                self._leave(op)
                again.add(rid)
        self.outbox.note_there(kind, rids)
        for rid in rids if kind == _PERSON else ():
            if self.records.holds(kind, rid):
                self._note_dossier_given(rid)
        return again

    def edits(self, kind: str, rid: str) -> list[PendingOp]:
        """Return the edits of a record refused as that of one which the office lacks, oldest first.

        One that was typed over since, in what left after it, is not among them: it would come last.
        Nor is one typed over by the next of them: it would be history at once, and nobody told.
        """
        known = self.outbox.all_of_record(kind, rid)
        since = [
            (op.id, op.replaced if op.is_of_unknown else set(op.fields))
            for op in known
            if op.n or op.is_of_unknown
        ]
        since += [
            (int(op_id), set(read_json(fields)))
            for op_id, fields in self.database.rows(
                'SELECT "id", "fields" FROM "outbox_archive" JOIN "op_fields" USING ("id")'
                ' WHERE "kind" = ? AND "rid" = ?',
                (kind, rid),
            )
        ]
        return [
            op
            for op in known
            if op.is_of_unknown
            and not any(op_id > op.id and names & op.fields.keys() for op_id, names in since)
        ]

    def made_in(self, dossier: str) -> list[PendingOp]:
        """Return the creations refused in a dossier, as in one that the office lacks.

        Not a place that somebody gave herself where one of hers has ended: that may have been
        refused for another reason.
        """
        return [op for op in self.outbox.of_bucket(dossier) if self._is_made_there(op)]

    def of_creation(self, made: PendingOp) -> list[PendingOp]:
        """Return a refused creation with what was refused after it of the same record."""
        known = self.outbox.all_of_record(made.kind, made.rid)
        gone = [op for op in known if op.verb == DELETE and op.state == "refused"]
        return [made, *self.edits(made.kind, made.rid), *gone]

    def _note_dossier_given(self, dossier: str) -> None:
        """Let leave what was made there, but for a place that somebody gave herself.

        That may have been refused for another reason.
        """
        for op in self.made_in(dossier):
            if _is_own_place(op):
                continue
            self.outbox.mirror.forget(op.kind, [op.rid])  # it never was at the office
            for refused in self.of_creation(op):
                self._leave(refused)

    def _is_made_there(self, op: PendingOp) -> bool:
        if not op.creates or op.state != "refused" or op.reason != "grant":
            return False
        if not _is_own_place(op):
            return True
        ended = '"person" = ? AND "professional" = ? AND "ended_on" IS NOT NULL'
        return not self.records.select(CircleMember, ended, (op.bucket, op.fields["professional"]))

    def _leave(self, op: PendingOp) -> None:
        self.outbox.rewrite(replace(op, n=None, state="pending", reason=None))


def _is_own_place(op: PendingOp) -> bool:
    return op.kind == _PLACE and op.fields.get("professional") == op.fields.get("created_by")
