"""Taking in what a laptop sends: one batch, one number, one transaction.

The number is taken first and held until commit, so that the pushes of a département are serial and
the order of numbers is the order of commits (docs/protocol.md, "Order").
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from protocol.ids import is_id, uuid7
from protocol.kinds import KINDS, Professional, spec_of
from protocol.kinds.people import Job
from protocol.visibility import bucket_of, only_adds
from protocol.wire import DELETE, Result, SyncRequest
from server.config.ports import Clock, Random, today_in_france, unix_ms
from server.services.answered import Said, kept_answer, known_results, last_number
from server.services.authorship import CORRECTION, FOLLOW_UP, Author
from server.services.batch import FOUNDERS, Batch
from server.services.circle import CIRCLE, Circle
from server.services.conflicts import CONFLICT
from server.services.errors import EpochChanged, Gap
from server.services.ground import Ground
from server.services.incoming import Incoming, OperationRefused, Reading
from server.services.offered import find_kept
from server.services.page import Page
from server.services.pull import own_page
from server.services.shares import find_shares
from server.services.standing import find_erased, restorable_words, standing_of
from server.store import devices, digests, grants, pieces, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Caller, LastReply
from server.store.grants import Grant

_PROFESSIONAL = spec_of(Professional).code


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push is answered."""

    ack: int
    results: list[Result]
    applied: int = 0
    page: Page | None = None
    """What it is given, where nothing but its own push was new to it."""


def _nothing() -> None:
    """While PostgreSQL works."""


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
        if last_number(request) > caller.last_op:
            answer = self._apply(schema, caller, request)
        return answer or self._repeat(schema, caller, request)

    def _repeat(self, schema: str, caller: Caller, request: SyncRequest) -> Pushed:
        """Answer again what was answered to the same operations."""
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            last = devices.last_reply(connection, caller.id)
        return Pushed(last_number(request), known_results(last, request))

    def _apply(self, schema: str, caller: Caller, request: SyncRequest) -> Pushed | None:
        with self._database.transaction(schema) as connection:
            seq, epoch = records.advance_sequence(connection)
            last = devices.last_reply(connection, caller.id)
            if epoch != caller.epoch:
                raise EpochChanged
            if last_number(request) <= last.last_op:
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
        results = known_results(last, request)
        fresh = range(skipped, len(request.ops))
        operations, refused = _read(request, fresh, server_ms=unix_ms(now))
        author = Author(caller.id, caller.professional, job_of(connection, caller.professional))
        results += refused
        said = Said(request)
        told, is_as_sent = _apply_all(
            connection,
            author,
            seq,
            operations,
            clock=self._clock,
            random=self._random,
            meanwhile=said.make_ready,
        )
        results += told
        results.sort(key=lambda result: result.index)
        kept = kept_answer(last, request, results, said)
        devices.acknowledge(connection, caller.id, kept, schema=request.schema, now=now)
        page = own_page(connection, caller, request, seq) if is_as_sent else None
        return Pushed(kept.last_op, results, applied=len(fresh), page=page)


def apply_operations(
    connection: Connection,
    author: Author,
    seq: int,
    operations: list[Incoming],
    *,
    clock: Clock,
    random: Random,
) -> list[Result]:
    """Apply operations in the caller's transaction, which holds ``seq``; return what went aside.

    The office itself, an author without a device, writes in every dossier that exists.
    """
    return _apply_all(connection, author, seq, operations, clock=clock, random=random)[0]


def _apply_all(
    connection: Connection,
    author: Author,
    seq: int,
    operations: list[Incoming],
    *,
    clock: Clock,
    random: Random,
    meanwhile: Callable[[], None] = _nothing,
) -> tuple[list[Result], bool]:
    """Return what went aside as well as whether the rest was taken just as it was sent."""
    now = clock()
    ground = _load_ground(connection, author, operations, clock)
    batch = Batch(author, seq, now, ground, lambda: uuid7(unix_ms(now), random(10)))
    results: list[Result] = []
    for operation in _numbers_last(operations):
        try:
            results += batch.apply(operation)
        except OperationRefused as refused:
            results.append(Result(operation.index, "refused", refused.detail))
    _save(connection, author, seq, batch, ground, meanwhile)
    return results, batch.is_as_sent


def _numbers_last(operations: list[Incoming]) -> list[Incoming]:
    """Put what only adds to counters after the rest: after the records that it counts.

    What is deleted in the same batch keeps its order: a number added later would bring it back.
    """
    deleted = {(one.spec.code, one.rid) for one in operations if one.verb == DELETE}
    return sorted(
        operations,
        key=lambda one: (one.spec.code, one.rid) not in deleted and only_adds(one.spec, one.values),
    )


def job_of(connection: Connection, professional: str) -> Job:
    """Return what a professional does; a job that may change nothing common if unknown."""
    job = records.text_of(connection, (_PROFESSIONAL, professional), "job")
    return Job(job) if job is not None else Job.REFERENT


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
    today = today_in_france(clock)
    dossiers = standing_of(connection, author.professional, named, today)
    buckets = set(dossiers.held)
    circles = sorted(_circle_buckets(rows, operations) & buckets)
    return Ground(
        rows=rows,
        buckets=buckets,
        granted=dossiers.granted if author.device is not None else dossiers.granted | buckets,
        held=dossiers.held,
        lost=dossiers.lost,
        circle=Circle(records.load_circles(connection, circles), today),
        professionals=_authors(connection, author, rows.values()),
        restorable=restorable_words(connection, author, rows, operations),
        kept=find_kept(connection, rows, operations, dossiers.lost),
        erased=find_erased(connection, author, operations, buckets),
        shares=find_shares(connection, operations, rows),
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
        if operation.spec.code in FOUNDERS:
            claimed.add(operation.rid)
        elif field is not None and field in operation.values:
            claimed.add(bucket_of(operation.spec, operation.rid, operation.values))
    return {bucket for bucket in claimed if is_id(bucket)}


def _circle_buckets(rows: dict[records.Key, records.StoredRecord], ops: list[Incoming]) -> set[str]:
    places = [operation for operation in ops if operation.spec.code == CIRCLE]
    stored = {rows[CIRCLE, place.rid].bucket for place in places if (CIRCLE, place.rid) in rows}
    return stored | {str(place.values.get("person")) for place in places}


def _authors(
    connection: Connection, author: Author, rows: Iterable[records.StoredRecord]
) -> dict[str, str]:
    """Return whose the devices are that wrote these records, the author's own apart."""
    known: set[str | None] = set()
    for row in rows:
        known.update(entry[1] for entry in row.fseq.values())
        known.add(row.created_device)
    others = [device for device in known if device not in (None, author.device)]
    return devices.professional_of(connection, others) if others else {}


def _save(
    connection: Connection,
    author: Author,
    seq: int,
    batch: Batch,
    ground: Ground,
    meanwhile: Callable[[], None],
) -> None:
    grants.add_buckets(connection, batch.founded, seq)
    changed: dict[str, digests.Sum] = {}
    records.add_records(connection, digests.refresh(batch.created.values(), changed), meanwhile)
    records.save_records(connection, list(digests.refresh(batch.changed.values(), changed)))
    records.add_history(connection, batch.replaced)
    gone = [row for row in batch.changed.values() if row.state == records.DELETED]
    pieces.forget_documents(connection, [row.rid for row in gone if row.kind == pieces.DOCUMENT])
    digests.add(connection, ground.held, changed, seq)
    opened = [
        Grant(author.professional, bucket.id, True, seq, None, None)
        for bucket in batch.founded
        if bucket.kind == "dossier"
    ]
    grants.save_grants(connection, opened)
    circle = ground.circle
    if circle.touched:
        stored = grants.find_grants(connection, circle.touched)
        grants.save_grants(connection, circle.grants(stored, seq))
