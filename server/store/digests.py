"""Digests as the office keeps them, always made from its own rows (docs/protocol.md, "Proof").

A push adds to a bucket what it changed there, so that a proof costs one addition whatever the
bucket holds. ``recompute`` and ``find_wrong`` start from the rows again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from protocol.digests import MODULUS, bucket_mark, in_order, record_digest, to_hex
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import BY_CODE
from protocol.values import Wire
from protocol.wire import BucketDigest, Root
from server.store.arrays import array_of
from server.store.database import Connection
from server.store.records import LIVE, Key, StoredRecord, load_records

_BATCH = 1_000


@dataclass(slots=True)
class Sum:
    """Live records of a bucket, or a difference between two moments of it."""

    records: int = 0
    digest: int = 0

    def add(self, digest: bytes) -> None:
        """Count a record in."""
        self.records += 1
        self.digest += int.from_bytes(digest, "big")

    def take_away(self, digest: bytes) -> None:
        """Count a record out."""
        self.records -= 1
        self.digest -= int.from_bytes(digest, "big")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Digests that are not those of the rows."""

    checked: int = 0
    """Records looked at."""
    records: list[Key] = field(default_factory=list)
    buckets: list[str] = field(default_factory=list)


_READABLE = """
    SELECT bucket FROM grant_ WHERE professional = %(professional)s AND open
    UNION ALL VALUES (%(reference)s::uuid), (%(professional)s::uuid)
"""

# As an array: the dossiers of this reader are looked up together, half a millisecond the thousand,
# and those of everybody are never gone through.
_ROOT = f"""
SELECT count(*), coalesce(sum(n), 0)::bigint, coalesce(sum(mark), 0)
FROM bucket WHERE id = ANY(ARRAY({_READABLE})) AND n > 0
"""  # noqa: S608 - two constants

_BUCKETS = f"""
SELECT id, n, digest FROM bucket WHERE n > 0 AND id IN ({_READABLE}) ORDER BY id
"""  # noqa: S608 - two constants

_IS_READABLE = f"SELECT WHERE %(bucket)s IN ({_READABLE})"

_SAVE = """
UPDATE bucket SET seq = greatest(seq, %s), n = fresh.n, digest = fresh.digest, mark = fresh.mark
FROM unnest(%s::uuid[], %s::integer[], %s::numeric[], %s::numeric[]) AS fresh (id, n, digest, mark)
WHERE bucket.id = fresh.id
"""

_SET = """
UPDATE record SET digest = fresh.digest
FROM unnest(%s::smallint[], %s::uuid[], %s::bytea[]) AS fresh (kind, rid, digest)
WHERE record.kind = fresh.kind AND record.rid = fresh.rid
"""


def digest_of(
    kind: int, rid: str, state: str, data: Mapping[str, Wire], ordered: bytes | None = None
) -> bytes | None:
    """Return the digest of a row; none for a record that is deleted."""
    if state != LIVE:
        return None
    return record_digest(BY_CODE[kind].name, rid, data, ordered).to_bytes(16, "big")


def refresh(rows: Iterable[StoredRecord], changed: dict[str, Sum]) -> Iterator[StoredRecord]:
    """Yield rows about to be saved, each with its digest; add to ``changed`` what it changes.

    What a row holds is written as JSON once, for the digest and to be saved.
    """
    for row in rows:
        total = changed.setdefault(row.bucket, Sum())
        if row.digest is not None:
            total.take_away(row.digest)
        row.text = in_order(row.data)
        row.digest = digest_of(row.kind, row.rid, row.state, row.data, row.text)
        if row.digest is not None:
            total.add(row.digest)
        yield row


def add(
    connection: Connection, held: Mapping[str, Sum], changed: Mapping[str, Sum], seq: int
) -> None:
    """Add to what buckets hold what a push changed, and note its number: readers skip the others.

    The caller has held the sequence since before it read ``held``, so that nobody else adds
    meanwhile; those that are not in it are read now.
    """
    if not changed:
        return
    before = {**_sums(connection, changed.keys() - held.keys()), **held}
    after = {
        bucket: Sum(
            before[bucket].records + more.records, (before[bucket].digest + more.digest) % MODULUS
        )
        for bucket, more in changed.items()
    }
    _save(connection, after, seq)


def _sums(connection: Connection, buckets: Collection[str]) -> dict[str, Sum]:
    if not buckets:
        return {}
    rows = connection.execute(
        "SELECT id, n, digest::text FROM bucket WHERE id = ANY(%s::uuid[])", (array_of(buckets),)
    )
    return {bucket: Sum(n, int(digest)) for bucket, n, digest in rows}


def recompute(connection: Connection, buckets: Iterable[str], seq: int = 0) -> None:
    """Add buckets up again from the digests of their rows, as after rows were taken out of them.

    With a number, note it as that of their last change. The caller holds the sequence.
    """
    after = {bucket: Sum() for bucket in buckets}
    rows = connection.execute(
        "SELECT bucket, digest FROM record WHERE bucket = ANY(%s::uuid[]) AND digest IS NOT NULL",
        (list(after),),
    )
    for bucket, digest in rows:
        after[bucket].add(digest)
    for total in after.values():
        total.digest %= MODULUS
    _save(connection, after, seq)


def fill(connection: Connection) -> None:
    """Give their digest to rows written before digests were kept."""
    fresh: dict[Key, bytes | None] = {}
    buckets: set[str] = set()
    for row in _rows(connection, only_lacking=True):
        fresh[row.key] = row.expected
        buckets.add(row.bucket)
    _set(connection, fresh)
    recompute(connection, buckets)


def find_wrong(connection: Connection) -> Wrong:
    """Recompute every digest from the rows; return those that are not what is kept."""
    wrong: list[Key] = []
    totals: dict[str, Sum] = {}
    checked = 0
    for row in _rows(connection):
        checked += 1
        if row.expected != row.kept:
            wrong.append(row.key)
        if row.expected is not None:
            totals.setdefault(row.bucket, Sum()).add(row.expected)
    kept = connection.execute("SELECT id, n, digest, mark FROM bucket ORDER BY id")
    buckets = [
        bucket
        for bucket, n, digest, mark in kept
        if not _is_right(bucket, totals.get(bucket, Sum()), (n, int(digest), int(mark)))
    ]
    return Wrong(checked, wrong, buckets)


def mend(connection: Connection, wrong: Wrong) -> None:
    """Make these digests those of the rows, which are not touched. The caller holds the sequence.

    The rows are read again: they may have changed since they were looked at.
    """
    rows = load_records(connection, wrong.records)
    fresh = {key: digest_of(*key, row.state, row.data) for key, row in rows.items()}
    _set(connection, fresh)
    recompute(connection, {*wrong.buckets, *(row.bucket for row in rows.values())})


def is_readable(connection: Connection, professional: str, bucket: str) -> bool:
    """Tell whether a professional may read a bucket now."""
    row = connection.execute(_IS_READABLE, {**_reader(professional), "bucket": bucket}).fetchone()
    return row is not None


def root(connection: Connection, professional: str) -> Root:
    """Return what the office holds of all that a professional reads, in one digest."""
    row = connection.execute(_ROOT, _reader(professional)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has one row
    buckets, records, marks = row
    return Root(buckets, records, to_hex(int(marks) % MODULUS))


def readable_buckets(connection: Connection, professional: str) -> list[BucketDigest]:
    """Return the digest of each bucket that a professional reads and that holds something."""
    rows = connection.execute(_BUCKETS, _reader(professional))
    return [BucketDigest(bucket, n, to_hex(int(digest))) for bucket, n, digest in rows]


def records_of(connection: Connection, bucket: str) -> list[tuple[int, str, str]]:
    """Return kind, identifier and digest of each live record of a bucket."""
    rows = connection.execute(
        "SELECT kind, rid, digest FROM record"
        " WHERE bucket = %s AND digest IS NOT NULL ORDER BY kind, rid",
        (bucket,),
    )
    return [(kind, rid, digest.hex()) for kind, rid, digest in rows]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, the digest kept with it and the one it should have."""

    key: Key
    bucket: str
    kept: bytes | None
    expected: bytes | None


def _rows(connection: Connection, *, only_lacking: bool = False) -> Iterator[_Row]:
    lacking = "WHERE digest IS NULL AND state = 'live'" if only_lacking else ""
    with connection.cursor("rows") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(
            f"SELECT kind, rid, bucket, state, data, digest FROM record {lacking}"  # noqa: S608
        )
        for kind, rid, bucket, state, data, digest in cursor:
            yield _Row((kind, rid), bucket, digest, digest_of(kind, rid, state, data))


def _set(connection: Connection, fresh: Mapping[Key, bytes | None]) -> None:
    keys = list(fresh)
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        kinds, rids = [kind for kind, _ in some], [rid for _, rid in some]
        connection.execute(_SET, (kinds, rids, [fresh[key] for key in some]))


def _save(connection: Connection, after: Mapping[str, Sum], seq: int) -> None:
    totals = after.items()
    marks = [bucket_mark(bucket, total.records, total.digest) for bucket, total in totals]
    connection.execute(
        _SAVE,
        (
            seq,
            array_of(after),
            array_of(total.records for total in after.values()),
            array_of(total.digest for total in after.values()),
            array_of(marks),
        ),
    )


def _is_right(bucket: str, total: Sum, kept: tuple[int, int, int]) -> bool:
    digest = total.digest % MODULUS
    return kept == (total.records, digest, bucket_mark(bucket, total.records, digest))


def _reader(professional: str) -> dict[str, str]:
    return {"professional": professional, "reference": REFERENCE_BUCKET}
