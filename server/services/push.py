"""Taking in what a laptop sends: one batch, one number, one transaction.

The number is taken first and held until commit, so that the pushes of a département are serial and
the order of numbers is the order of commits (docs/protocol.md, "Order").
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import msgspec

from protocol.ids import is_id, uuid7
from protocol.kinds import KINDS, Professional, spec_of
from protocol.kinds.people import Job
from protocol.visibility import bucket_of
from protocol.wire import Result, SyncRequest
from server.config.ports import Clock, Random, today_in_france, unix_ms
from server.services.authorship import CORRECTION, FOLLOW_UP, Author
from server.services.batch import Batch, Ground
from server.services.circle import CIRCLE, Circle
from server.services.conflicts import CONFLICT
from server.services.errors import EpochChanged, Forked, Gap
from server.services.incoming import Incoming, OperationRefused, Reading
from server.services.standing import find_erased, restorable_words, standing_of
from server.store import devices, digests, grants, pieces, records
from server.store.database import Connection, Database
from server.store.devices import Caller, LastReply
from server.store.grants import Grant

_PROFESSIONAL = spec_of(Professional).code


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push is answered."""

    ack: int
    results: list[Result]
    applied: int = 0


class _KeptReply(msgspec.Struct, array_like=True, frozen=True):
    """What is stored of an answer, in case it is lost on its way."""

    results: list[Result]
    fingerprint: str = ""
    """Of the operations that were answered; empty once something of them was erased."""


class Push:
    """Applies batches of operations."""

    def __init__(self, database: Database, clock: Clock, random: Random) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    def take(self, schema: str, caller: Caller, request: SyncRequest) -> Pushed:
        """Apply the operations not yet applied, and answer.

        Raise ``Gap``, ``EpochChanged``, or ``Forked``: a laptop put back from an old copy gives
        numbers again, and its new work must not be taken for what was already received.
        """
        if not request.ops:
            return Pushed(caller.last_op, [])
        if request.first_op > caller.last_op + 1:
            raise Gap(expected=caller.last_op + 1)
        answer: Pushed | None = None
        if _last_number(request) > caller.last_op:
            answer = self._apply(schema, caller, request)
        return answer or self._repeat(schema, caller, request)

    def _repeat(self, schema: str, caller: Caller, request: SyncRequest) -> Pushed:
        """Answer again what was answered to the same operations."""
        with self._database.transaction(schema) as connection:
            last = devices.last_reply(connection, caller.id)
        return Pushed(last.last_op, _kept_results(last, request, len(request.ops)))

    def _apply(self, schema: str, caller: Caller, request: SyncRequest) -> Pushed | None:
        with self._database.transaction(schema) as connection:
            seq, epoch = records.advance_sequence(connection)
            last = devices.last_reply(connection, caller.id)
            if epoch != caller.epoch:
                raise EpochChanged
            if _last_number(request) <= last.last_op:
                return None  # the same request arrived twice at once, and the other was first
            return self._apply_fresh(connection, caller, request, last, seq)

    def _apply_fresh(
        self,
        connection: Connection,
        caller: Caller,
        request: SyncRequest,
        last: LastReply,
        seq: int,
    ) -> Pushed:
        now = self._clock()
        skipped = max(0, last.last_op + 1 - request.first_op)
        results = _kept_results(last, request, skipped) if skipped else []
        fresh = range(skipped, len(request.ops))
        operations, refused = _read(request, fresh, server_ms=unix_ms(now))
        author = Author(caller.id, caller.professional, job_of(connection, caller.professional))
        results += refused
        results += apply_operations(
            connection, author, seq, operations, clock=self._clock, random=self._random
        )
        results.sort(key=lambda result: result.index)
        ack = _last_number(request)
        answered = _KeptReply(results, _fingerprint(request, len(request.ops)))
        kept = LastReply(ack, request.first_op, msgspec.json.encode(answered))
        devices.acknowledge(connection, caller.id, kept, schema=request.schema, now=now)
        return Pushed(ack, results, applied=len(fresh))


def apply_operations(
    connection: Connection,
    author: Author,
    seq: int,
    operations: list[Incoming],
    *,
    clock: Clock,
    random: Random,
) -> list[Result]:
    """Apply operations in the caller's transaction, which holds ``seq``; return what went aside."""
    now = clock()
    ground = _load_ground(connection, author, operations, clock)
    batch = Batch(author, seq, now, ground, lambda: uuid7(unix_ms(now), random(10)))
    results: list[Result] = []
    for operation in operations:
        try:
            results += batch.apply(operation)
        except OperationRefused as refused:
            results.append(Result(operation.index, "refused", refused.detail))
    _save(connection, author, seq, batch, ground.circle)
    return results


def job_of(connection: Connection, professional: str) -> Job:
    """Return what a professional does; a job that may change nothing common if unknown."""
    key = (_PROFESSIONAL, professional)
    row = records.load_records(connection, [key]).get(key)
    return Job(cast(str, row.data["job"])) if row is not None else Job.REFERENT


def _read(
    request: SyncRequest, indexes: Iterable[int], *, server_ms: int
) -> tuple[list[Incoming], list[Result]]:
    reading = Reading(request, server_ms=server_ms)
    operations: list[Incoming] = []
    refused: list[Result] = []
    for index in indexes:
        try:
            operation = reading.operation(index)
        except OperationRefused as why:
            refused.append(Result(index, "refused", why.detail))
        else:
            operations.append(operation)
    return operations, refused


def _load_ground(
    connection: Connection, author: Author, operations: list[Incoming], clock: Clock
) -> Ground:
    wanted = {(op.spec.code, op.rid) for op in operations} | _subjects(operations)
    rows = records.load_records(connection, wanted)
    named = {row.bucket for row in rows.values()} | _claimed_buckets(operations)
    buckets = grants.existing_buckets(connection, named)
    circles = sorted(_circle_buckets(rows, operations) & buckets)
    today = today_in_france(clock)
    dossiers = standing_of(connection, author.professional, buckets, today)
    return Ground(
        rows=rows,
        buckets=buckets,
        granted=dossiers.granted,
        lost=dossiers.lost,
        circle=Circle(records.load_circles(connection, circles), today),
        professionals=_authors(connection, rows.values()),
        restorable=restorable_words(connection, author, rows, operations),
        erased=find_erased(connection, author, operations, buckets),
    )


def _subjects(operations: list[Incoming]) -> set[records.Key]:
    """Return the records that conflicts opened by a laptop, and corrections, are about."""
    opened = [op.values for op in operations if op.spec.code == CONFLICT.code]
    named = [(KINDS.get(str(x.get("subject_kind"))), x.get("subject")) for x in opened]
    corrected = [op.values for op in operations if op.spec is CORRECTION]
    named += [(FOLLOW_UP, x.get("follow_up")) for x in corrected]
    return {(spec.code, str(rid)) for spec, rid in named if spec is not None and is_id(rid)}


def _claimed_buckets(operations: list[Incoming]) -> set[str]:
    """Return the buckets that operations claim for new records, and those they would found."""
    claimed: set[str] = set()
    for operation in operations:
        field = operation.spec.bucket_field
        claimed.add(operation.rid)
        if field not in (None, "id") and field in operation.values:
            claimed.add(bucket_of(operation.spec, operation.rid, operation.values))
    return {bucket for bucket in claimed if is_id(bucket)}


def _circle_buckets(rows: dict[records.Key, records.StoredRecord], ops: list[Incoming]) -> set[str]:
    places = [operation for operation in ops if operation.spec.code == CIRCLE]
    stored = {rows[CIRCLE, place.rid].bucket for place in places if (CIRCLE, place.rid) in rows}
    return stored | {str(place.values.get("person")) for place in places}


def _authors(connection: Connection, rows: Iterable[records.StoredRecord]) -> dict[str, str]:
    known: set[str] = set()
    for row in rows:
        known |= {entry[1] for entry in row.fseq.values() if entry[1] is not None}
        if row.created_device is not None:
            known.add(row.created_device)
    return devices.professional_of(connection, sorted(known)) if known else {}


def _save(connection: Connection, author: Author, seq: int, batch: Batch, circle: Circle) -> None:
    grants.add_buckets(connection, batch.founded, seq)
    changed = digests.refresh((*batch.created.values(), *batch.changed.values()))
    records.add_records(connection, list(batch.created.values()))
    records.save_records(connection, list(batch.changed.values()))
    records.add_history(connection, batch.replaced)
    gone = [row for row in batch.changed.values() if row.state == records.DELETED]
    pieces.forget_documents(connection, [row.rid for row in gone if row.kind == pieces.DOCUMENT])
    digests.add(connection, changed, seq)
    opened = [
        Grant(author.professional, bucket.id, True, seq, None, None)
        for bucket in batch.founded
        if bucket.kind == "dossier"
    ]
    grants.save_grants(connection, opened)
    if circle.touched:
        stored = grants.find_grants(connection, circle.touched)
        grants.save_grants(connection, circle.grants(stored, seq))


def _last_number(request: SyncRequest) -> int:
    return request.first_op + len(request.ops) - 1


def _kept_results(last: LastReply, request: SyncRequest, known: int) -> list[Result]:
    """Return what the same first operations were answered; raise ``Forked`` if they are others.

    Only the last batch is ever sent again: a laptop goes on once it was answered.
    """
    if last.reply is None or last.reply_first_op != request.first_op:
        raise Forked
    kept = msgspec.json.decode(last.reply, type=_KeptReply)
    if kept.fingerprint and kept.fingerprint != _fingerprint(request, known):
        raise Forked
    return kept.results


def without_fingerprint(reply: bytes) -> bytes:
    """Return a kept answer that says nothing any more of what was sent."""
    kept = msgspec.json.decode(reply, type=_KeptReply)
    return msgspec.json.encode(_KeptReply(kept.results))


def _fingerprint(request: SyncRequest, count: int) -> str:
    """Return what tells these operations from others, however the message numbers its names."""
    kinds, names = request.kinds, request.fields
    known: dict[tuple[object, ...], list[object]] = {}
    said = []
    for operation in request.ops[:count]:
        flat = operation.fields.copy()
        numbers = tuple(flat[::2])
        # Many operations name the same fields; True and 1 are one key, and not one number.
        if not set(map(type, numbers)) <= {int}:
            flat[::2] = [_named(number, names) for number in numbers]
        else:
            if numbers not in known:
                known[numbers] = [_named(number, names) for number in numbers]
            flat[::2] = known[numbers]
        said.append((operation.verb, _named(operation.kind, kinds), operation.rid, flat))
    return hashlib.blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()


def _named(number: object, names: list[str]) -> object:
    return names[number] if type(number) is int and 0 <= number < len(names) else number
