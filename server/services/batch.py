"""One batch of operations applied to the records it touches, in memory and in order.

Nothing here speaks to the database: ``push`` loads what the batch needs, this decides, ``push``
saves. Rights are judged on the bucket a record is *stored* in, never on what an operation claims.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import Conflict, FollowUp, KindSpec, Person, Professional, Tier, spec_of
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.people import Job
from protocol.merge import Outcome, Version, is_concurrent, merge, version_after
from protocol.values import CLEAR_KEY, Wire, instant_to_wire
from protocol.visibility import bucket_of, may_write
from protocol.wire import DELETE, Result
from server.services.circle import CIRCLE, Circle
from server.services.incoming import Incoming, OperationRefused, check_creation, check_edit
from server.store.grants import NewBucket
from server.store.records import DELETED, DELETION, LIVE, Key, Replaced, StoredRecord

_CONFLICT = spec_of(Conflict)
_PROFESSIONAL = spec_of(Professional).code
_FOUNDERS = {spec_of(Person).code: "dossier", _PROFESSIONAL: "private"}
"""Kinds whose new record founds a bucket of the same identifier."""
_SIGNED = {spec_of(FollowUp).code: "professional", _CONFLICT.code: "lost_by"}
"""Fields that say whose the words are: a laptop names its own professional there, or nobody."""
_KEYS = frozenset({"identity_key", "encryption_key"})
"""Fields of a professional that only an enrolment writes: no colleague's laptop replaces a key."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a device and its professional, or the office itself (no device)."""

    device: str | None
    professional: str
    job: Job


@dataclass(slots=True)
class Ground:
    """What a batch stands on, loaded before it is applied."""

    rows: dict[Key, StoredRecord]
    buckets: set[str]
    """Those that exist, among those the batch names."""
    granted: set[str]
    """Dossiers open to the author, among those the batch names."""
    circle: Circle
    professionals: Mapping[str, str] = field(default_factory=dict)
    """Whose device is whose, for the devices named by ``rows``."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """What one field of an edit comes to, before anything is changed."""

    name: str
    incoming: Wire
    value: Wire
    outcome: Outcome
    version: Version


class Batch:
    """Applies operations one after the other; its public lists are what is to be saved."""

    def __init__(
        self, author: Author, seq: int, now: datetime, ground: Ground, new_id: Callable[[], str]
    ) -> None:
        self._author = author
        self._seq = seq
        self._now = now
        self._ground = ground
        self._new_id = new_id
        self.created: dict[Key, StoredRecord] = {}
        self.changed: dict[Key, StoredRecord] = {}
        self.replaced: list[Replaced] = []
        self.founded: list[NewBucket] = []

    def apply(self, operation: Incoming) -> list[Result]:
        """Apply one operation whole, or raise ``OperationRefused`` and change nothing."""
        row = self._ground.rows.get((operation.spec.code, operation.rid))
        if row is None:
            self._create(operation)
            return []
        if not self._may_write(operation.spec, row.bucket):
            raise OperationRefused("grant")
        return (
            self._delete(row, operation) if operation.verb == DELETE else self._edit(row, operation)
        )

    def touched_buckets(self) -> set[str]:
        """Return the buckets in which something changed."""
        rows = (*self.created.values(), *self.changed.values())
        return {row.bucket for row in rows}

    def _create(self, operation: Incoming) -> None:
        spec, rid = operation.spec, operation.rid
        bucket = self._bucket_of_new(operation)
        data = check_creation(spec, operation.values)
        self._check_author(spec, data)
        row = StoredRecord(
            kind=spec.code,
            rid=rid,
            bucket=bucket,
            tier=str(spec.tier),
            seq=self._seq,
            created_seq=self._seq,
            created_device=self._author.device,
            created_hlc=operation.hlc,
            hlc=operation.hlc,
            state=LIVE,
            fseq={},
            data=data,
        )
        if spec.code in _FOUNDERS:
            self._found(rid, _FOUNDERS[spec.code])
        self._add(row)

    def _check_author(self, spec: KindSpec, given: Mapping[str, object]) -> None:
        """Refuse what a laptop would write in somebody else's name; the office may."""
        if self._author.device is None:
            return
        for name in ("created_by", _SIGNED.get(spec.code)):
            if given.get(name or "") not in (None, self._author.professional):
                raise OperationRefused("author", name)
        if spec.code == _PROFESSIONAL:
            self._check_keys(given)

    def _check_keys(self, given: Mapping[str, object]) -> None:
        if self._author.device is not None and not _KEYS.isdisjoint(given):
            raise OperationRefused("author", min(_KEYS & given.keys()))

    def _bucket_of_new(self, operation: Incoming) -> str:
        """Return where a new record goes; one answer for what does not exist and what is closed."""
        spec = operation.spec
        if operation.verb == DELETE:
            raise OperationRefused("grant")
        if spec.bucket_field not in (None, "id") and not isinstance(
            operation.values.get(str(spec.bucket_field)), str
        ):
            raise OperationRefused("grant")
        if spec.code in _FOUNDERS and operation.rid in self._ground.buckets:
            raise OperationRefused("grant")
        bucket = bucket_of(spec, operation.rid, operation.values)
        if not self._may_create(spec, bucket):
            raise OperationRefused("grant")
        return bucket

    def _may_create(self, spec: KindSpec, bucket: str) -> bool:
        if spec.tier is Tier.PRIVATE:
            return bucket == self._author.professional
        if spec.bucket_field is None:
            return may_write(spec.tier, self._author.job)
        # A dossier's record goes to a dossier: neither to everybody nor to one's own drawer.
        return spec.bucket_field == "id" or bucket in self._ground.granted

    def _may_write(self, spec: KindSpec, bucket: str) -> bool:
        if bucket == REFERENCE_BUCKET:
            return may_write(spec.tier, self._author.job)
        return bucket == self._author.professional or bucket in self._ground.granted

    def _found(self, bucket: str, kind: str) -> None:
        self.founded.append(NewBucket(bucket, kind))
        self._ground.buckets.add(bucket)
        if kind == "dossier":
            self._ground.granted.add(bucket)

    def _edit(self, row: StoredRecord, operation: Incoming) -> list[Result]:
        if row.kind == _PROFESSIONAL:
            self._check_keys(operation.values)
        decided = [self._decide(row, operation, name) for name in operation.values]
        # All or nothing: a laptop that is refused puts back the whole record it knew.
        for item in decided:
            if item.outcome is Outcome.REFUSED:
                raise OperationRefused("immutable", item.name)
        for item in decided:
            self._settle(row, operation, item)
        if row.state == DELETED:
            self._send_again(row, operation.spec)
            self._changed(row, operation)
        elif any(item.outcome in _WRITTEN for item in decided):
            self._changed(row, operation)
        return _results(operation, decided)

    def _decide(self, row: StoredRecord, operation: Incoming, name: str) -> _Decided:
        item = operation.spec.by_name[name]
        incoming = operation.values[name]
        check_edit(item, incoming)
        version = row.version(name)
        value, outcome = merge(
            item,
            row.data.get(name),
            version,
            incoming,
            base=operation.base,
            device=self._author.device or "",
            hlc=operation.hlc,
        )
        return _Decided(name, incoming, value, outcome, version)

    def _settle(self, row: StoredRecord, operation: Incoming, item: _Decided) -> None:
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
        if item.outcome not in _WRITTEN:
            return
        self._replace(row, item.name, item.version)
        if item.value is None:
            row.data.pop(item.name, None)
        else:
            row.data[item.name] = item.value

    def _keep_lost(
        self, row: StoredRecord, operation: Incoming, item: _Decided, lost: Wire
    ) -> None:
        """Open a conflict that holds the value not shown; nothing anybody typed is dropped."""
        sender_lost = item.outcome is Outcome.LOST
        theirs = self._ground.professionals.get(item.version.device or "")
        lost_by = self._author.professional if sender_lost else theirs
        kept_by = theirs if sender_lost else self._author.professional
        lost_hlc = operation.hlc if sender_lost else item.version.hlc
        if row.bucket == REFERENCE_BUCKET:
            # Everybody reads the reference: the lost value stays in the history.
            if sender_lost:
                self.replaced.append(
                    Replaced(
                        *row.key, item.name, self._seq, lost, lost_hlc, self._author.device, lost_by
                    )
                )
            return
        now_hlc = max(operation.hlc, item.version.hlc)
        data: dict[str, Wire] = {
            "created_at": instant_to_wire(self._now),
            "created_by": lost_by or self._author.professional,
            "dossier": row.bucket,
            "subject_kind": operation.spec.name,
            "subject": row.rid,
            "field": item.name,
            "lost": CLEAR_KEY + msgspec.json.encode(lost).decode(),
            "lost_hlc": lost_hlc,
            "state": str(ConflictState.OPEN),
        }
        if lost_by is not None:
            data["lost_by"] = lost_by
        if kept_by is not None:
            data["kept_by"] = kept_by
        self._add(
            StoredRecord(
                kind=_CONFLICT.code,
                rid=self._new_id(),
                bucket=row.bucket,
                tier=str(_CONFLICT.tier),
                seq=self._seq,
                created_seq=self._seq,
                # Nobody has it yet, the sender included.
                created_device=None,
                created_hlc=now_hlc,
                hlc=now_hlc,
                state=LIVE,
                fseq={},
                data=data,
            )
        )

    def _delete(self, row: StoredRecord, operation: Incoming) -> list[Result]:
        if row.state == DELETED:
            return []
        device = self._author.device
        names = ("created_by", *row.fseq)
        if any(is_concurrent(row.version(name), operation.base, device or "") for name in names):
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
                self._ground.professionals.get(version.device or ""),
            )
        )

    def _add(self, row: StoredRecord) -> None:
        self._ground.rows[row.key] = row
        self.created[row.key] = row
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
        if self._ground.circle.standing(pair).open:
            self._ground.granted.add(bucket)
        else:
            self._ground.granted.discard(bucket)


_WRITTEN = frozenset({Outcome.TAKEN, Outcome.WON, Outcome.MERGED})


def _results(operation: Incoming, decided: list[_Decided]) -> list[Result]:
    # Only who lost is told: she shows the other's value; who won shows her own already.
    crossed = [item.name for item in decided if item.outcome is Outcome.LOST]
    stale = [item.name for item in decided if item.outcome is Outcome.STALE]
    told = []
    if crossed:
        told.append(Result(operation.index, "conflict", crossed))
    if stale:
        told.append(Result(operation.index, "stale", stale))
    return told
