"""Buckets and who may read them. Changes of access take a number like any write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from psycopg.rows import args_row

from server.store.arrays import array_of
from server.store.database import Connection

Pair = tuple[str, str]
"""A professional and a bucket."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A professional's access to a dossier, and when it last opened and closed."""

    professional: str
    bucket: str
    open: bool
    granted_seq: int
    revoked_seq: int | None
    until: date | None
    revoked_on: date | None = None
    """The first day without access, while it is closed."""


@dataclass(frozen=True, slots=True)
class NewBucket:
    """A bucket that a batch founds: a dossier or somebody's private bucket."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class KnownBucket:
    """A bucket that exists: what it holds, and what it is to a professional."""

    id: str
    records: int
    digest: str
    open: bool | None
    """``None``: it was never hers."""
    revoked_on: date | None


_KNOWN = """
SELECT b.id, b.n, b.digest::text, g.open, g.revoked_on
FROM bucket b LEFT JOIN grant_ g ON g.professional = %s AND g.bucket = b.id
WHERE b.id = ANY(%s::uuid[])
"""

_FIND = """
SELECT professional, bucket, open, granted_seq, revoked_seq, until, revoked_on
FROM grant_ JOIN unnest(%s::uuid[], %s::uuid[]) AS wanted (professional, bucket)
USING (professional, bucket)
"""

_OF_PROFESSIONAL = """
SELECT professional, bucket, open, granted_seq, revoked_seq, until, revoked_on
FROM grant_ WHERE professional = %s AND bucket = ANY(%s::uuid[])
"""

_SAVE = """
INSERT INTO grant_ (professional, bucket, open, granted_seq, revoked_seq, until, revoked_on)
SELECT professional, bucket, open, granted_seq, revoked_seq, until, revoked_on
FROM json_populate_recordset(NULL::grant_, %s::json)
ON CONFLICT (professional, bucket) DO UPDATE SET open = excluded.open,
    granted_seq = excluded.granted_seq, revoked_seq = excluded.revoked_seq, until = excluded.until,
    revoked_on = excluded.revoked_on
"""

_ADD = """
INSERT INTO bucket (id, kind, created_seq, seq)
SELECT id, kind, %s, %s FROM unnest(%s::uuid[], %s::text[]) AS fresh (id, kind)
"""


def known_buckets(
    connection: Connection, professional: str, buckets: Iterable[str]
) -> list[KnownBucket]:
    """Return those of these buckets that exist, and what they are to somebody."""
    with connection.cursor(row_factory=args_row(KnownBucket)) as cursor:
        return cursor.execute(_KNOWN, (professional, array_of(buckets))).fetchall()


def grants_of(connection: Connection, professional: str, buckets: Iterable[str]) -> list[Grant]:
    """Return the grants, open or not, of one professional on these dossiers."""
    with connection.cursor(row_factory=args_row(Grant)) as cursor:
        return cursor.execute(_OF_PROFESSIONAL, (professional, array_of(buckets))).fetchall()


def find_grants(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, Grant]:
    """Return the grants, open or not, of these professionals on these buckets."""
    wanted = list(pairs)
    if not wanted:
        return {}
    with connection.cursor(row_factory=args_row(Grant)) as cursor:
        rows = cursor.execute(_FIND, ([pair[0] for pair in wanted], [pair[1] for pair in wanted]))
        return {(row.professional, row.bucket): row for row in rows}


def save_grants(connection: Connection, grants: Sequence[Grant]) -> None:
    """Write grants as they now are."""
    if grants:
        connection.execute(_SAVE, (msgspec.json.encode(grants).decode(),))


def add_buckets(connection: Connection, buckets: Sequence[NewBucket], seq: int) -> None:
    """Add buckets."""
    if buckets:
        ids, kinds = array_of(item.id for item in buckets), array_of(item.kind for item in buckets)
        connection.execute(_ADD, (seq, seq, ids, kinds))


def close_expired(connection: Connection, professional: str, today: date, seq: int) -> int:
    """Close what the end of a handover closes; return how many dossiers."""
    return connection.execute(
        "UPDATE grant_ SET open = false, revoked_seq = %s, revoked_on = until + 1"
        " WHERE professional = %s AND open AND until < %s",
        (seq, professional, today),
    ).rowcount
