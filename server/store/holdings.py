"""What a laptop holds at most, as far as the office can tell."""

from collections.abc import Collection
from dataclasses import dataclass

from psycopg.rows import class_row

from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a laptop may have received: devices it has been, and two numbers."""

    professional: str
    devices: Collection[str]
    cursor: int
    """It has received all that was told up to there, what was closed or deleted included."""
    given: int
    """It was given nothing that came after."""


@dataclass(frozen=True, slots=True)
class HeldCount:
    """Records of one kind in one bucket."""

    bucket: str
    kind: int
    count: int


# A dossier that was closed is still there until the laptop has heard of it.
_DOSSIERS = """
SELECT g.bucket FROM grant_ g JOIN bucket b ON b.id = g.bucket
WHERE g.professional = %(professional)s AND b.erased_seq IS NULL
    AND (g.open OR g.revoked_seq > %(cursor)s)
    AND (g.granted_seq <= %(given)s OR EXISTS (
        SELECT FROM record r
        WHERE r.bucket = g.bucket AND r.created_device = ANY(%(devices)s::uuid[])))
ORDER BY g.granted_seq, g.bucket
"""

_COUNTS = """
SELECT bucket, kind, count(*) AS count FROM record
WHERE bucket = ANY(%(buckets)s::uuid[])
    AND (created_seq <= %(given)s OR created_device = ANY(%(devices)s::uuid[]))
    AND (state = 'live' OR seq > %(cursor)s)
GROUP BY bucket, kind ORDER BY bucket, kind
"""


def dossiers_held(connection: Connection, horizon: Horizon) -> list[str]:
    """Return the dossiers a laptop holds at most."""
    rows = connection.execute(_DOSSIERS, _parameters(horizon))
    return [row[0] for row in rows]


def counts_held(
    connection: Connection, horizon: Horizon, buckets: Collection[str]
) -> list[HeldCount]:
    """Return how many records of each kind it holds at most, in each of these buckets."""
    with connection.cursor(row_factory=class_row(HeldCount)) as cursor:
        parameters = {**_parameters(horizon), "buckets": list(buckets)}
        return cursor.execute(_COUNTS, parameters).fetchall()


def _parameters(horizon: Horizon) -> dict[str, object]:
    return {
        "professional": horizon.professional,
        "devices": list(horizon.devices),
        "cursor": horizon.cursor,
        "given": horizon.given,
    }
