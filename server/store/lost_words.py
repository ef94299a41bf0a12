"""Words that open conflicts hold, by the record and the field they are about."""

from collections.abc import Collection, Iterable

from server.store.database import Connection

_FIND = """
SELECT data ->> 'subject', data ->> 'field', data ->> 'lost', data ->> 'lost_by'
FROM record
WHERE kind = 10 AND state = 'live' AND bucket = ANY(%s::uuid[])
    AND data ->> 'subject' = ANY(%s::text[])
"""


def lost_words(
    connection: Connection, buckets: Iterable[str], subjects: Collection[str]
) -> list[tuple[str, str, str, str | None]]:
    """Return subject, field, lost value and whose it was, for each conflict about these records."""
    return connection.execute(_FIND, (list(buckets), list(subjects))).fetchall()
