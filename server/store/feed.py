"""What is new for one professional, in order: the reading side of the sequence.

A bucket whose ``seq`` did not move costs one index entry, so that a quiet sync does not depend on
how much the département holds.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row

from protocol.ids import REFERENCE_BUCKET
from protocol.values import Wire
from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class Reach:
    """What to read of one bucket."""

    bucket: str
    granted_seq: int
    above: int
    """Only records whose number is greater."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One record of the feed; ``position`` is its number in this professional's order."""

    position: int
    kind: int
    rid: str
    bucket: str
    granted_seq: int
    seq: int
    created_seq: int
    created_device: str | None
    state: str
    fseq: dict[str, list[Any]]  # [seq, device or None, hlc]
    data: dict[str, Wire]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a page starts: the device's complete cursor and the end of the page before."""

    device: str
    cursor: int
    after: tuple[int, int, str] | None

    @property
    def low(self) -> int:
        """Return the greatest number that is surely behind."""
        return self.cursor if self.after is None else max(self.cursor, self.after[0] - 1)


# A dossier granted since the cursor is read whole, unless its turn has passed on an earlier page.
_REACHES = """
WITH readable AS (
    SELECT bucket, granted_seq FROM grant_ WHERE professional = %(professional)s AND open
    UNION ALL VALUES (%(reference)s::uuid, 0::bigint), (%(professional)s::uuid, 0::bigint)
), reach AS (
    SELECT bucket, granted_seq,
        CASE WHEN granted_seq > %(low)s THEN -1 ELSE %(low)s END AS above
    FROM readable
)
SELECT r.bucket, r.granted_seq, r.above FROM reach r JOIN bucket b ON b.id = r.bucket
WHERE b.seq > r.above
"""

_DROPPED = """
SELECT bucket FROM grant_
WHERE professional = %s AND revoked_seq > %s AND revoked_seq <= %s ORDER BY revoked_seq, bucket
"""

# Own creations nobody touched are not even read back. OFFSET 0 keeps the planner from joining over
# the whole table: each bucket is one range of record_by_bucket. What a page needs of a record is
# fetched once its place is known: sorting whole records would go through the disk for each page.
_FEED = """
WITH place AS MATERIALIZED (
    SELECT greatest(r.seq, CASE WHEN g.granted > %(cursor)s AND r.created_seq < g.granted
                           THEN g.granted ELSE 0 END) AS position,
        r.kind, r.rid, g.granted
    FROM unnest(%(buckets)s::uuid[], %(granted)s::bigint[], %(above)s::bigint[])
             AS g (bucket, granted, above)
    CROSS JOIN LATERAL (
        SELECT kind, rid, seq, created_seq, created_device FROM record
        WHERE record.bucket = g.bucket AND record.seq > g.above OFFSET 0
    ) r
    WHERE NOT (r.created_seq > %(cursor)s AND r.seq = r.created_seq AND r.created_seq >= g.granted
               AND r.created_device IS NOT DISTINCT FROM %(device)s::uuid)
    AND (%(after_seq)s::bigint IS NULL
         OR (greatest(r.seq, CASE WHEN g.granted > %(cursor)s AND r.created_seq < g.granted
                             THEN g.granted ELSE 0 END), r.kind, r.rid)
            > (%(after_seq)s::bigint, %(after_kind)s::smallint, %(after_rid)s::uuid))
    ORDER BY position, r.kind, r.rid
    LIMIT %(limit)s
)
SELECT place.position, kind, rid, r.bucket, place.granted AS granted_seq, r.seq, r.created_seq,
    r.created_device, r.state, r.fseq, r.data
FROM place JOIN record r USING (kind, rid)
ORDER BY place.position, kind, rid
"""

_FETCH = 250


def find_reaches(connection: Connection, professional: str, bounds: Bounds) -> list[Reach]:
    """Return the buckets in which something may be new."""
    with connection.cursor(row_factory=class_row(Reach)) as cursor:
        return cursor.execute(
            _REACHES,
            {
                "professional": professional,
                "reference": REFERENCE_BUCKET,
                "low": bounds.low,
            },
        ).fetchall()


def find_dropped(connection: Connection, professional: str, above: int, until: int) -> list[str]:
    """Return the dossiers closed to a professional between two numbers, the second included."""
    return [row[0] for row in connection.execute(_DROPPED, (professional, above, until))]


def read_feed(
    connection: Connection, reaches: Sequence[Reach], bounds: Bounds, *, limit: int
) -> Generator[FeedRow, None, None]:
    """Yield the next records in order; stop reading whenever the page is full."""
    after = bounds.after or (None, None, None)
    parameters = {
        "buckets": [reach.bucket for reach in reaches],
        "granted": [reach.granted_seq for reach in reaches],
        "above": [reach.above for reach in reaches],
        "cursor": bounds.cursor,
        "device": bounds.device,
        "after_seq": after[0],
        "after_kind": after[1],
        "after_rid": after[2],
        "limit": limit,
    }
    with connection.cursor("feed", row_factory=class_row(FeedRow)) as cursor:
        cursor.itersize = _FETCH
        cursor.execute(_FEED, parameters)
        yield from cursor
