"""The pieces of documents: kept as they come, given as they were."""

from collections.abc import Collection, Mapping
from datetime import datetime

from protocol.kinds import Document, spec_of
from server.store.arrays import array_of
from server.store.database import Connection

DOCUMENT = spec_of(Document).code

_ADD = """
INSERT INTO piece (document, n, bucket, received_at, body) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (document, n) DO NOTHING
"""


def held_of(connection: Connection, documents: Collection[str]) -> Mapping[str, set[int]]:
    """Return the numbers of the pieces that are here, by document."""
    found: dict[str, set[int]] = {document: set() for document in documents}
    rows = connection.execute(
        "SELECT document, n FROM piece WHERE document = ANY(%s::uuid[])", (array_of(documents),)
    )
    for document, number in rows:
        found[document].add(number)
    return found


def hold_record(connection: Connection, document: str) -> None:
    """Let nobody delete or erase a document until the caller's transaction ends."""
    connection.execute(
        "SELECT FROM record WHERE kind = %s AND rid = %s FOR SHARE", (DOCUMENT, document)
    )


def add(
    connection: Connection, document: str, number: int, bucket: str, body: bytes, now: datetime
) -> bool:
    """Keep a piece; tell whether there was none of that number."""
    return connection.execute(_ADD, (document, number, bucket, now, body)).rowcount == 1


def body_of(connection: Connection, document: str, number: int) -> bytes | None:
    """Return a piece as it came, or nothing."""
    row = connection.execute(
        "SELECT body FROM piece WHERE document = %s AND n = %s", (document, number)
    ).fetchone()
    return None if row is None else bytes(row[0])


def forget_documents(connection: Connection, documents: Collection[str]) -> None:
    """Remove the pieces of documents that were deleted."""
    if documents:
        connection.execute(
            "DELETE FROM piece WHERE document = ANY(%s::uuid[])", (array_of(documents),)
        )


def forget_bucket(connection: Connection, bucket: str) -> None:
    """Remove every piece of a dossier."""
    connection.execute("DELETE FROM piece WHERE bucket = %s", (bucket,))
