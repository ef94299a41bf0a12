"""What is new for one professional, in order: the reading side of the sequence.

A page is found by walking the numbers after the last one, so that it costs what it holds, whatever
the département or the laptop holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg.rows import args_row

from protocol.ids import REFERENCE_BUCKET
from protocol.values import Wire
from server.store.database import Connection


@dataclass(slots=True)
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
    data: str
    """JSON, not read yet."""

    def read(self) -> dict[str, Wire]:
        """Return what the record holds."""
        return msgspec.json.decode(self.data, type=dict[str, Any])


NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for the device of a laptop that reads everything anew, its own work included."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a page starts: the device's complete cursor and the end of the page before."""

    device: str
    professional: str
    cursor: int
    after: tuple[int, int, str] | None

    @property
    def start(self) -> tuple[int, int, str]:
        """Return the place after which the page starts, never before what the cursor has passed."""
        passed = self.cursor + 1, -1, _FIRST_ID
        return passed if self.after is None else max(passed, self.after)


_FIRST_ID = "00000000-0000-0000-0000-000000000000"

_DROPPED = """
SELECT bucket FROM grant_
WHERE professional = %s AND revoked_seq > %s AND revoked_seq <= %s AND NOT (open AND %s)
ORDER BY revoked_seq, bucket
"""

# ``walked`` are the records of every readable bucket by their own number, own creations that nobody
# touched left out. ``opened`` are those that a dossier opened since the cursor held before: their
# turn comes with the opening. Each is one range of an index that is read no further than the page;
# LATERAL with OFFSET 0 keeps the planner from joining over whole tables. The records themselves are
# fetched once their place is known.
_FEED = """
WITH walked AS (
    SELECT r.seq AS position, r.kind, r.rid, g.granted_seq
    FROM record r
    CROSS JOIN LATERAL (
        SELECT coalesce(max(granted_seq), 0) AS granted_seq, coalesce(bool_or(open), false) AS open
        FROM grant_ WHERE professional = %(professional)s AND bucket = r.bucket
    ) g
    WHERE (r.seq, r.kind, r.rid) > (%(seq)s::bigint, %(kind)s::smallint, %(rid)s::uuid)
    AND (g.open OR r.bucket IN (%(reference)s::uuid, %(professional)s::uuid))
    AND NOT (g.granted_seq > %(cursor)s AND r.seq < g.granted_seq)
    AND NOT (r.created_seq > %(cursor)s AND r.seq = r.created_seq AND r.created_seq >= g.granted_seq
             AND r.created_device IS NOT DISTINCT FROM %(device)s::uuid)
    ORDER BY r.seq, r.kind, r.rid
    LIMIT %(limit)s
), opened AS (
    SELECT g.granted_seq AS position, r.kind, r.rid, g.granted_seq
    FROM grant_ g
    CROSS JOIN LATERAL (
        SELECT kind, rid FROM record
        WHERE record.bucket = g.bucket AND record.seq < g.granted_seq OFFSET 0
    ) r
    WHERE g.professional = %(professional)s AND g.open
    AND g.granted_seq > %(cursor)s AND g.granted_seq >= %(seq)s
    AND (g.granted_seq, r.kind, r.rid) > (%(seq)s::bigint, %(kind)s::smallint, %(rid)s::uuid)
    ORDER BY 1, 2, 3
    LIMIT %(limit)s
), place AS MATERIALIZED (
    SELECT * FROM walked UNION ALL SELECT * FROM opened ORDER BY 1, 2, 3 LIMIT %(limit)s
)
SELECT place.position, place.kind, place.rid, r.bucket, place.granted_seq, r.seq, r.created_seq,
    r.created_device, r.state, r.fseq, r.data::text
FROM place
CROSS JOIN LATERAL (
    SELECT * FROM record WHERE record.kind = place.kind AND record.rid = place.rid OFFSET 0
) r
ORDER BY place.position, place.kind, place.rid
"""


def find_dropped(
    connection: Connection, professional: str, above: int, until: int, *, anew: bool
) -> list[str]:
    """Return the dossiers closed to a professional between two numbers, the second included.

    Read ``anew``, one that was opened again is not taken away before it is given: of an office put
    back from a backup, the laptop may know more.
    """
    return [row[0] for row in connection.execute(_DROPPED, (professional, above, until, anew))]


def read_feed(connection: Connection, bounds: Bounds, *, limit: int) -> Sequence[FeedRow]:
    """Return the next records in order, ``limit`` at most."""
    seq, kind, rid = bounds.start
    parameters = {
        "professional": bounds.professional,
        "reference": REFERENCE_BUCKET,
        "device": bounds.device,
        "cursor": bounds.cursor,
        "seq": seq,
        "kind": kind,
        "rid": rid,
        "limit": limit,
    }
    with connection.cursor(row_factory=args_row(FeedRow)) as cursor:
        return cursor.execute(_FEED, parameters).fetchall()
