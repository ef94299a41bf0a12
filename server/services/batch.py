"""One batch of operations applied to the records it touches, in memory and in order.

Nothing here speaks to the database: ``push`` loads what the batch needs, this decides, ``push``
saves. Rights are judged on the bucket a record is *stored* in, never on what an operation claims.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import BY_CODE, KINDS, KindSpec, Person, SamePerson, spec_of
from protocol.kinds.conflicts import WHOLE_RECORD
from protocol.merge import Outcome, Version, is_concurrent, merge, version_after
from protocol.values import Wire
from protocol.visibility import bucket_of, may_write, only_adds
from protocol.wire import DELETE, Result
from server.services.aside import Aside
from server.services.authorship import PROFESSIONAL, Author, Authorship
from server.services.circle import CIRCLE
from server.services.conflicts import CONFLICT, STANDING
from server.services.decided import INSTEAD, WRITTEN, Decided, check_fixed, results_of
from server.services.ground import Ground
from server.services.incoming import (
    Incoming,
    OperationRefused,
    check_creation,
    check_edit,
    made_again,
)
from server.services.offered import is_offer
from server.store.grants import NewBucket
from server.store.records import DELETED, DELETION, LIVE, Key, Replaced, StoredRecord

FOUNDERS = {spec_of(Person).code: "dossier", PROFESSIONAL.code: "private"}
"""Kinds whose new record founds a bucket of the same identifier."""
_NEVER_LATE = frozenset({CIRCLE, spec_of(SamePerson).code})
"""Kinds that decide who reads what: whoever has left a circle decides of it no more."""


class Batch:
    """Applies operations one after the other; its public lists are what is to be saved."""

    def __init__(
        self, author: Author, seq: int, now: datetime, ground: Ground, new_id: Callable[[], str]
    ) -> None:
        self._author = author
        self._seq = seq
        self._ground = ground
        self._aside = Aside(
            author.device, author.professional, seq, now, new_id, ground.professionals
        )
        self._authorship = Authorship(author, ground.circle, ground.restorable, ground.rows)
        self.created: dict[Key, StoredRecord] = {}
        self.changed: dict[Key, StoredRecord] = {}
        self.replaced: list[Replaced] = []
        self.founded: list[NewBucket] = []

    @property
    def is_as_sent(self) -> bool:
        """Tell whether a laptop that had read all else knows what this wrote: it sent it."""
        device = self._author.device
        return not self._ground.circle.touched and all(
            (row.created_seq < self._seq or row.created_device == device)
            and all(by == device for seq, by, _hlc in row.fseq.values() if seq == self._seq)
            for row in (*self.created.values(), *self.changed.values())
        )

    def apply(self, operation: Incoming) -> list[Result]:
        """Apply one operation whole, or raise ``OperationRefused`` and change nothing."""
        self._ground.erased.check(operation)
        row = self._ground.rows.get((operation.spec.code, operation.rid))
        if row is None:
            return self._create(operation)
        if self._may_write(operation, row):
            is_deleted = operation.verb == DELETE
            return self._delete(row, operation) if is_deleted else self._edit(row, operation)
        if self._is_late(operation.spec, row.bucket) and operation.verb != DELETE:
            return self._hand_over(row, operation)
        raise OperationRefused("grant")

    def _create(self, operation: Incoming) -> list[Result]:
        spec, rid = operation.spec, operation.rid
        bucket = self._bucket_of_new(operation)
        data = check_creation(spec, operation.values)
        self._authorship.check_new(spec, rid, data)
        is_late = self._is_late(spec, bucket) and not self._may_create(operation, bucket)
        late = [Result(operation.index, "late", [])] if is_late else []
        if self._is_known(spec, data, bucket, is_late=is_late):
            return [Result(operation.index, "late", [])]
        self._take_share(spec, data)
        # Completed here, a conflict goes back to its sender as well; so does one that it offered.
        is_completed = spec.code == CONFLICT.code and self._tell_standing(data, bucket)
        is_offered = spec.code == CONFLICT.code and is_offer(data)
        row = StoredRecord(
            kind=spec.code,
            rid=rid,
            bucket=bucket,
            tier=str(spec.tier),
            seq=self._seq,
            created_seq=self._seq,
            created_device=None if is_completed or is_offered else self._author.device,
            created_hlc=operation.hlc,
            hlc=operation.hlc,
            state=LIVE,
            fseq={},
            data=data,
        )
        if spec.code in FOUNDERS:
            self._found(rid, FOUNDERS[spec.code])
        self._add(row)
        return late

    def _is_known(
        self, spec: KindSpec, data: Mapping[str, Wire], bucket: str, *, is_late: bool
    ) -> bool:
        """Tell whether what a laptop offers, of what leaves it, is not forgotten at all.

        A dossier leaves it, or a record that somebody deleted.
        """
        if spec.code != CONFLICT.code or not is_offer(data):
            return False
        row = self._subject(data, bucket)
        is_deleted = row is not None and row.state == DELETED
        return (is_late or is_deleted) and self._ground.kept.knows(data, row)

    def _subject(self, data: Mapping[str, Wire], bucket: str) -> StoredRecord | None:
        """Return the record that a conflict is about, deleted or not, if its dossier has it."""
        spec = KINDS.get(str(data["subject_kind"]))
        row = self._ground.rows.get((spec.code, str(data["subject"]))) if spec else None
        return row if row is not None and row.bucket == bucket else None

    def _tell_standing(self, data: dict[str, Wire], bucket: str) -> bool:
        """Say in a conflict that a laptop opened whose value stands; tell whether it is known."""
        for name in STANDING:
            data.pop(name, None)
        row, name = self._subject(data, bucket), str(data["field"])
        if row is None or name not in BY_CODE[row.kind].by_name:
            return False
        if row.state == DELETED and is_offer(data):
            return False  # nothing of it stands, and nobody who deleted it had read this
        data |= self._aside.standing(row.version(name), row.data.get(name))
        return True

    def _bucket_of_new(self, operation: Incoming) -> str:
        """Return where a new record goes; one answer for what does not exist and what is closed."""
        spec = operation.spec
        if operation.verb == DELETE:
            raise OperationRefused("grant")
        if spec.bucket_field not in (None, "id") and not isinstance(
            operation.values.get(str(spec.bucket_field)), str
        ):
            raise OperationRefused("grant")
        if spec.code in FOUNDERS and operation.rid in self._ground.buckets:
            raise OperationRefused("grant")
        bucket = bucket_of(spec, operation.rid, operation.values)
        if not (self._may_create(operation, bucket) or self._is_late(spec, bucket)):
            raise OperationRefused("grant")
        return bucket

    def _may_create(self, operation: Incoming, bucket: str) -> bool:
        spec = operation.spec
        if spec.is_in_drawer:
            return bucket == self._author.professional
        if not spec.is_in_dossier:
            return self._may_write_common(spec, operation.values)
        # A dossier's record goes to a dossier: neither to everybody nor to one's own drawer.
        return spec.bucket_field == "id" or bucket in self._ground.granted

    def _may_write(self, operation: Incoming, row: StoredRecord) -> bool:
        if row.bucket == REFERENCE_BUCKET:
            adds = operation.verb != DELETE and only_adds(operation.spec, operation.values)
            return adds or self._may_write_common(operation.spec, row.data)
        return row.bucket == self._author.professional or row.bucket in self._ground.granted

    def _may_write_common(self, spec: KindSpec, data: Mapping[str, object]) -> bool:
        return may_write(spec, data, self._author.job, self._author.professional)

    def _is_late(self, spec: KindSpec, bucket: str) -> bool:
        """Tell whether the author had this dossier, lost it, and may still say what she noted."""
        return spec.code not in _NEVER_LATE and bucket in self._ground.lost

    def _take_share(self, spec: KindSpec, data: Mapping[str, object]) -> None:
        if self._author.device is not None:
            self._ground.shares.take(spec, data)

    def _found(self, bucket: str, kind: str) -> None:
        self.founded.append(NewBucket(bucket, kind))
        self._ground.buckets.add(bucket)
        if kind == "dossier":
            self._ground.granted.add(bucket)

    def _edit(self, row: StoredRecord, operation: Incoming) -> list[Result]:
        operation = made_again(operation, row.data, is_deleted=row.state == DELETED)
        self._authorship.check_edit(row, operation)
        decided = [self._decide(row, operation, name) for name in operation.values]
        check_fixed(decided)
        self._authorship.check_places(row, {**row.data, **{x.name: x.value for x in decided}})
        if not self._may_write_common(operation.spec, row.data):
            for item in decided:
                self._ground.shares.check_added(row, item.name, item.value)
        if row.state == DELETED:
            self._take_share(operation.spec, row.data)
        for item in decided:
            self._settle(row, operation, item)
        if row.state == DELETED:
            deleted, device = row.version(DELETION), self._author.device or ""
            crossed = is_concurrent(deleted, operation.base, device)
            self._restore(row, operation, is_crossed=crossed)
        elif any(item.outcome in WRITTEN for item in decided):
            self._changed(row, operation)
        return results_of(operation, decided)

    def _hand_over(self, row: StoredRecord, operation: Incoming) -> list[Result]:
        """Keep what somebody wrote before she lost a dossier for those who hold it now.

        Nothing of theirs is overwritten: each value becomes a conflict that they settle.
        """
        said = operation.values
        operation = made_again(operation, row.data, is_deleted=row.state == DELETED)
        self._authorship.check_edit(row, operation)
        if row.kind == CONFLICT.code:
            raise OperationRefused("grant")
        decided = [self._decide(row, operation, name) for name in operation.values]
        check_fixed(decided)
        given = {x.name: x.incoming if x.outcome in INSTEAD else x.value for x in decided}
        fresh = [
            item
            for item in decided
            if given[item.name] != row.data.get(item.name)
            # Made again, a record says what stood as well: that is nothing new.
            and not self._ground.kept.holds(row.rid, item.name, said[item.name])
        ]
        if row.state == DELETED and fresh:
            # Crossed, whatever she says she had read: who deleted it decides again.
            self._restore(row, operation, is_crossed=True)
        sent = Version(self._seq, self._author.device, operation.hlc)
        for item in fresh:
            kept = self._aside.standing(item.version, row.data.get(item.name))
            self._add(self._aside.conflict(row, item.name, given[item.name], sent, kept))
        return [Result(operation.index, "late", [item.name for item in decided])]

    def _restore(self, row: StoredRecord, operation: Incoming, *, is_crossed: bool) -> None:
        """Bring back what was deleted: somebody edited it, and who deleted it had not seen that."""
        if is_crossed:
            edited = Version(self._seq, self._author.device, operation.hlc)
            self._keep_deletion(row, row.version(DELETION), edited)
        self._send_again(row, operation.spec)
        self._changed(row, operation)

    def _decide(self, row: StoredRecord, operation: Incoming, name: str) -> Decided:
        item = operation.spec.by_name[name]
        incoming = operation.values[name]
        check_edit(item, incoming)
        version, base = row.version(name), operation.base
        if row.is_unwritten(name):
            base = max(base, version.seq)  # there was nothing to read
        value, outcome = merge(
            item,
            row.data.get(name),
            version,
            incoming,
            base=base,
            device=self._author.device or "",
            hlc=operation.hlc,
        )
        return Decided(name, incoming, value, outcome, version)

    def _settle(self, row: StoredRecord, operation: Incoming, item: Decided) -> None:
        if item.outcome is Outcome.LOST:
            self._keep_lost(row, operation, item, item.incoming)
        if item.outcome is Outcome.WON:
            self._keep_lost(row, operation, item, row.data.get(item.name))
        version = version_after(
            item.outcome,
            item.version,
            seq=self._seq,
            base=operation.base,
            device=self._author.device or "",
            hlc=operation.hlc,
        )
        if version != item.version:
            row.fseq[item.name] = [version.seq, version.device, version.hlc]
            self._note_saved(row)
        if item.outcome not in WRITTEN:
            return
        self._replace(row, item.name, item.version)
        if item.value is None:
            row.data.pop(item.name, None)
        else:
            row.data[item.name] = item.value

    def _keep_lost(self, row: StoredRecord, operation: Incoming, item: Decided, lost: Wire) -> None:
        """Open a conflict that holds the value not shown; nothing anybody typed is dropped."""
        sent = Version(self._seq, self._author.device, operation.hlc)
        sender_lost = item.outcome is Outcome.LOST
        loser, winner = (sent, item.version) if sender_lost else (item.version, sent)
        if not operation.spec.is_in_dossier or row.kind == CONFLICT.code:
            # Everybody reads the reference, nobody else a drawer, and a conflict settled in two
            # ways is settled: the lost value stays in the history.
            if sender_lost:
                self.replaced.append(
                    Replaced(
                        *row.key,
                        item.name,
                        self._seq,
                        lost,
                        operation.hlc,
                        self._author.device,
                        self._author.professional,
                    )
                )
            return
        kept = self._aside.standing(winner, item.value)
        self._add(self._aside.conflict(row, item.name, lost, loser, kept))

    def _keep_deletion(self, row: StoredRecord, deleted: Version, edited: Version) -> None:
        """Open a conflict about the record itself: it stands, and somebody wanted it gone."""
        if BY_CODE[row.kind].is_in_dossier and row.kind != CONFLICT.code:
            kept = self._aside.standing(edited, None)
            self._add(self._aside.conflict(row, WHOLE_RECORD, None, deleted, kept))

    def _delete(self, row: StoredRecord, operation: Incoming) -> list[Result]:
        if row.state == DELETED:
            return []
        self._authorship.check_deletion(row)
        self._ground.shares.give_back(operation.spec, row.data)
        device = self._author.device
        names = ("created_by", *row.fseq)
        crossed = [
            version
            for version in map(row.version, names)
            if is_concurrent(version, operation.base, device or "")
        ]
        if crossed:
            latest = max(crossed, key=lambda version: version.hlc)
            self._keep_deletion(row, Version(self._seq, device, operation.hlc), latest)
            self._send_again(row, operation.spec)
            self._changed(row, operation)
            return [Result(operation.index, "conflict", ["deleted"])]
        row.state = DELETED
        row.fseq[DELETION] = [self._seq, device, operation.hlc]
        self._changed(row, operation)
        return []

    def _send_again(self, row: StoredRecord, spec: KindSpec) -> None:
        """Make every reader receive the record whole, also those who removed it."""
        row.state = LIVE
        row.fseq.pop(DELETION, None)
        for item in spec.fields:
            version = row.version(item.name)
            row.fseq[item.name] = [version.seq, version.device, version.hlc]
        row.created_seq = self._seq
        row.created_device = None

    def _replace(self, row: StoredRecord, name: str, version: Version) -> None:
        if row.data.get(name) is None:
            return
        self.replaced.append(
            Replaced(
                *row.key,
                name,
                self._seq,
                row.data.get(name),
                version.hlc,
                version.device,
                self._aside.professional_of(version.device),
            )
        )

    def _add(self, row: StoredRecord) -> None:
        self._ground.rows[row.key] = row
        self.created[row.key] = row
        if row.kind == CONFLICT.code:
            self._ground.kept.note(row.data)
        self._note_circle(row)

    def _changed(self, row: StoredRecord, operation: Incoming) -> None:
        row.seq = self._seq
        row.hlc = max(row.hlc, operation.hlc)
        self._note_saved(row)
        self._note_circle(row)

    def _note_saved(self, row: StoredRecord) -> None:
        if row.key not in self.created:
            self.changed[row.key] = row

    def _note_circle(self, row: StoredRecord) -> None:
        """Let the next operations of this batch see what this one opened or closed."""
        if row.kind != CIRCLE:
            return
        professional, bucket = pair = self._ground.circle.note(row)
        if professional != self._author.professional:
            return
        if self._ground.circle.access(pair).open:
            self._ground.granted.add(bucket)
        else:
            self._ground.granted.discard(bucket)
            self._ground.lost.add(bucket)
