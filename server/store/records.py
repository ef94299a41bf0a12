"""Records as the office keeps them, and what their fields held before."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
from psycopg.rows import args_row

from protocol.merge import Version
from protocol.values import Wire
from server.store.arrays import array_of
from server.store.database import Connection

LIVE = "live"
DELETED = "deleted"
DELETION = ""
"""The name under which ``fseq`` keeps who deleted a record; no field is called so."""

Key = tuple[int, str]
"""Code of a kind, identifier."""


@dataclass(slots=True)
class StoredRecord:
    """The present state of one record. It changes while a batch is applied, then is saved."""

    kind: int
    rid: str
    bucket: str
    tier: str
    seq: int
    created_seq: int
    created_device: str | None
    created_hlc: int
    hlc: int
    state: str
    fseq: dict[str, list[Any]]  # [seq, device or None, hlc]
    data: dict[str, Wire]
    digest: bytes | None = None
    """Kept by ``store.digests``; none while the record is deleted."""
    text: bytes = b""
    """``data`` as JSON, once it is ready to be saved."""

    @property
    def key(self) -> Key:
        """Return the primary key."""
        return self.kind, self.rid

    def version(self, name: str) -> Version:
        """Return when a field was written: at creation unless noted since."""
        if name in self.fseq:
            return Version(*self.fseq[name])
        return Version(self.created_seq, self.created_device, self.created_hlc)

    def is_unwritten(self, name: str) -> bool:
        """Tell whether nobody has ever given a field a value, nor emptied it."""
        return name not in self.fseq and self.data.get(name) is None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that is no longer shown."""

    kind: int
    rid: str
    field: str
    seq: int
    value: Wire
    hlc: int
    device: str | None
    professional: str | None = None


class _Saved(msgspec.Struct, frozen=True, gc=False):
    """What changes of a record that is saved."""

    kind: int
    rid: str
    seq: int
    created_seq: int
    created_device: str | None
    hlc: int
    state: str
    fseq: dict[str, list[Any]]
    data: msgspec.Raw
    digest: bytes | None


_LOAD = """
SELECT kind, rid, bucket, tier, seq, created_seq, created_device, created_hlc, hlc, state, fseq,
    data, digest
FROM record JOIN unnest(%s::smallint[], %s::uuid[]) AS wanted (kind, rid) USING (kind, rid)
"""

_CIRCLE = """
SELECT kind, rid, bucket, tier, seq, created_seq, created_device, created_hlc, hlc, state, fseq,
    data, digest
FROM record WHERE kind = 6 AND bucket = ANY(%s::uuid[])
"""

_OF_KIND = """
SELECT kind, rid, bucket, tier, seq, created_seq, created_device, created_hlc, hlc, state, fseq,
    data, digest
FROM record WHERE kind = %s AND state = 'live' ORDER BY rid
"""

_ADD = """
COPY record (kind, rid, bucket, tier, seq, created_seq, created_device, created_hlc, hlc, state,
    fseq, data, digest)
FROM STDIN
"""

_SAVE = """
UPDATE record SET seq = fresh.seq, created_seq = fresh.created_seq,
    created_device = fresh.created_device, hlc = fresh.hlc, state = fresh.state, fseq = fresh.fseq,
    data = fresh.data, digest = decode(fresh.digest, 'base64')
FROM json_to_recordset(%s::json) AS fresh (kind smallint, rid uuid, seq bigint, created_seq bigint,
    created_device uuid, hlc bigint, state text, fseq jsonb, data jsonb, digest text)
WHERE record.kind = fresh.kind AND record.rid = fresh.rid
"""

_SAVED_AT_ONCE = 200
_COPIED_AT_ONCE = 50
_NULL, _HEXADECIMAL = "\\N", "\\\\x"
_ESCAPE, _ESCAPED = b"\\", b"\\\\"


def advance_sequence(connection: Connection) -> tuple[int, str]:
    """Take the next number and hold it until commit: order of numbers is order of commits."""
    row = connection.execute("UPDATE sequence SET seq = seq + 1 RETURNING seq, epoch").fetchone()
    assert row is not None  # noqa: S101 - the migration inserts it
    return row[0], row[1]


def hold_sequence(connection: Connection) -> None:
    """Let nobody else write until commit, without taking a number."""
    connection.execute("SELECT FROM sequence FOR UPDATE")


def begin_epoch(connection: Connection) -> str:
    """Begin a new epoch at the next number; return it."""
    seq, epoch = advance_sequence(connection)
    connection.execute("INSERT INTO former_epoch VALUES (%s, %s)", (epoch, seq))
    row = connection.execute(
        "UPDATE sequence SET epoch = gen_random_uuid() RETURNING epoch"
    ).fetchone()
    assert row is not None  # noqa: S101 - the migration inserts it
    return str(row[0])


def is_restored(connection: Connection) -> bool:
    """Tell whether these data were ever put back from a backup."""
    row = connection.execute("SELECT EXISTS (SELECT FROM former_epoch)").fetchone()
    return row is not None and bool(row[0])


def left_at(connection: Connection, epoch: str) -> int:
    """Return the number at which an epoch was left; 0 if these data do not come from it."""
    row = connection.execute(
        "SELECT left_at FROM former_epoch WHERE epoch::text = %s", (epoch,)
    ).fetchone()
    return int(row[0]) if row is not None else 0


def present_sequence(connection: Connection) -> tuple[int, str]:
    """Return the last committed number and the data set it belongs to."""
    row = connection.execute("SELECT seq, epoch FROM sequence").fetchone()
    assert row is not None  # noqa: S101 - the migration inserts it
    return row[0], row[1]


def is_used(connection: Connection, rid: str) -> bool:
    """Tell whether anything has this identifier: a record of any kind, deleted or not, a bucket."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM record WHERE rid = %(rid)s)"
        " OR EXISTS (SELECT FROM bucket WHERE id = %(rid)s)",
        {"rid": rid},
    ).fetchone()
    return row is not None and bool(row[0])


def load_records(connection: Connection, keys: Iterable[Key]) -> dict[Key, StoredRecord]:
    """Return those of these records that exist."""
    wanted = list(keys)
    if not wanted:
        return {}
    kinds, rids = array_of(key[0] for key in wanted), array_of(key[1] for key in wanted)
    with connection.cursor(row_factory=args_row(StoredRecord)) as cursor:
        # All at once: asked for one by one, each row costs what it takes to make it.
        return {row.key: row for row in cursor.execute(_LOAD, (kinds, rids)).fetchall()}


def text_of(connection: Connection, key: Key, field: str) -> str | None:
    """Return one text of a record, or nothing."""
    row = connection.execute(
        "SELECT data ->> %s FROM record WHERE kind = %s AND rid = %s", (field, *key)
    ).fetchone()
    return None if row is None else row[0]


def load_circles(connection: Connection, buckets: Sequence[str]) -> list[StoredRecord]:
    """Return every place in the circles of these dossiers."""
    if not buckets:
        return []
    with connection.cursor(row_factory=args_row(StoredRecord)) as cursor:
        return cursor.execute(_CIRCLE, (list(buckets),)).fetchall()


def records_of_kind(connection: Connection, kind: int) -> list[StoredRecord]:
    """Return the live records of a kind; for the reference kinds, which are few."""
    with connection.cursor(row_factory=args_row(StoredRecord)) as cursor:
        return cursor.execute(_OF_KIND, (kind,)).fetchall()


def count_naming(
    connection: Connection, kind: int, field: str, named: Iterable[str]
) -> dict[str, int]:
    """Return how many live records of a kind name each of these in a field."""
    wanted = sorted(named)
    if not wanted:
        return {}
    rows = connection.execute(
        "SELECT data->>%(field)s, count(*) FROM record WHERE kind = %(kind)s AND state = 'live'"
        " AND data->>%(field)s = ANY(%(wanted)s::text[]) GROUP BY 1",
        {"field": field, "kind": kind, "wanted": wanted},
    )
    return dict(rows.fetchall())


def count_by_kind(connection: Connection) -> dict[int, int]:
    """Return how many live records each kind has."""
    rows = connection.execute(
        "SELECT kind, count(*) FROM record WHERE state = 'live' GROUP BY kind ORDER BY kind"
    )
    return dict(rows.fetchall())


def add_records(
    connection: Connection, rows: Iterable[StoredRecord], meanwhile: Callable[[], None]
) -> None:
    """Add records that do not exist yet: the caller holds the sequence, nobody else writes.

    PostgreSQL takes some in while the next ones are made, and the last ones ``meanwhile``.
    """
    ready = iter(rows)
    some = list(islice(ready, _COPIED_AT_ONCE))
    if not some:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(_ADD) as copy,
    ):
        while some:
            copy.write(b"".join(map(_line, some)))
            some = list(islice(ready, _COPIED_AT_ONCE))
        meanwhile()


def _line(row: StoredRecord) -> bytes:
    """Return a record as ``COPY`` reads it: of all that is in it, only JSON needs escapes."""
    head = (
        f"{row.kind}\t{row.rid}\t{row.bucket}\t{row.tier}\t{row.seq}\t{row.created_seq}\t"
        f"{row.created_device or _NULL}\t{row.created_hlc}\t{row.hlc}\t{row.state}"
    )
    digest = _NULL if row.digest is None else _HEXADECIMAL + row.digest.hex()
    fseq = msgspec.json.encode(row.fseq).replace(_ESCAPE, _ESCAPED)
    data = row.text.replace(_ESCAPE, _ESCAPED)
    return b"%b\t%b\t%b\t%b\n" % (head.encode(), fseq, data, digest.encode())


def save_records(connection: Connection, rows: Sequence[StoredRecord]) -> None:
    """Save records that changed."""
    for start in range(0, len(rows), _SAVED_AT_ONCE):
        some = [
            _Saved(
                row.kind,
                row.rid,
                row.seq,
                row.created_seq,
                row.created_device,
                row.hlc,
                row.state,
                row.fseq,
                msgspec.Raw(row.text),
                row.digest,
            )
            for row in rows[start : start + _SAVED_AT_ONCE]
        ]
        connection.execute(_SAVE, (_json(some),))


def add_history(connection: Connection, replaced: Sequence[Replaced]) -> None:
    """Keep values that are no longer shown."""
    if not replaced:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY history (kind, rid, field, seq, hlc, device, professional, value) FROM STDIN"
        ) as copy,
    ):
        copy.write(b"".join(map(_history_line, replaced)))


def _history_line(item: Replaced) -> bytes:
    head = (
        f"{item.kind}\t{item.rid}\t{item.field}\t{item.seq}\t{item.hlc}\t"
        f"{item.device or _NULL}\t{item.professional or _NULL}"
    )
    value = msgspec.json.encode(item.value).replace(_ESCAPE, _ESCAPED)
    return b"%b\t%b\n" % (head.encode(), value)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
