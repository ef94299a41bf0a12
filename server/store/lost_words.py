"""Words that no longer stand: those that conflicts hold, those that stood before."""

from collections.abc import Collection, Iterable

from protocol.kinds import Conflict, spec_of
from protocol.values import Wire
from server.store.database import Connection

_FIND = f"""
SELECT data ->> 'subject', data ->> 'field', data ->> 'lost', data ->> 'lost_by'
FROM record
WHERE kind = {spec_of(Conflict).code} AND state = 'live' AND bucket = ANY(%s::uuid[])
    AND data ->> 'subject' = ANY(%s::text[])
"""  # noqa: S608 - the code of a kind

_BEFORE = "SELECT rid, field, value FROM history WHERE kind = %s AND rid = ANY(%s::uuid[])"


def words_before(
    connection: Connection, kind: int, rids: Collection[str]
) -> list[tuple[str, str, Wire]]:
    """Return record, field and value of what these records held before."""
    return connection.execute(_BEFORE, (kind, list(rids))).fetchall()


def lost_words(
    connection: Connection, buckets: Iterable[str], subjects: Collection[str]
) -> list[tuple[str, str, str, str | None]]:
    """Return subject, field, lost value and whose it was, for each conflict about these records."""
    return connection.execute(_FIND, (list(buckets), list(subjects))).fetchall()
