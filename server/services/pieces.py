"""The contents of documents: which pieces are missing, one taken in, one given.

A document that is closed to who asks and one that never was are answered the same. Rights are
judged at every call on the document's record as it is stored: the circle reads, its author gives,
also late, as she does with records (docs/protocol.md, "Documents").
"""

from collections.abc import Collection, Mapping
from typing import cast

from protocol import limits
from protocol.ids import is_id
from protocol.wire import (
    GiveReply,
    GiveRequest,
    MissingPiece,
    PiecesReply,
    PiecesRequest,
    TakeReply,
    TakeRequest,
)
from server.config.ports import Clock, today_in_france
from server.services.access import close_expired
from server.services.errors import MessageRefused, NotGranted, PieceDiffers, TooLarge
from server.services.standing import standing_of
from server.store import pieces, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Caller
from server.store.pieces import DOCUMENT
from server.store.records import LIVE, StoredRecord


class Pieces:
    """Serves the three addresses of pieces once the caller is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def missing(self, schema: str, caller: Caller, request: PiecesRequest) -> PiecesReply:
        """Return which pieces the office lacks; raise a ``Refusal``."""
        asked = list(dict.fromkeys(request.documents))
        if len(asked) > limits.MAX_DOCUMENTS:
            raise TooLarge(reason="documents", limit=limits.MAX_DOCUMENTS)
        if not all(map(is_id, asked)):
            raise MessageRefused(reason="documents")
        close_expired(self._database, schema, caller, self._clock)
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            open_ = self._open_to(connection, caller, asked)
            held = pieces.held_of(connection, open_)
        documents = [document for document in asked if document in open_]
        return PiecesReply(
            documents,
            [
                MissingPiece(index, number)
                for index, document in enumerate(documents)
                for number in range(_count(open_[document]))
                if number not in held[document]
            ],
        )

    def give(self, schema: str, caller: Caller, request: GiveRequest) -> GiveReply:
        """Keep one piece, from a device of the document's author; raise a ``Refusal``."""
        _check(request.document, request.number)
        if not 0 < len(request.body) <= limits.MAX_PIECE:
            raise TooLarge(reason="piece", limit=limits.MAX_PIECE)
        close_expired(self._database, schema, caller, self._clock)
        with self._database.transaction(schema) as connection:
            # An erasure that runs at the same time comes before, or takes this piece along.
            pieces.hold_record(connection, request.document)
            row = self._record(connection, caller, request.document)
            if not _is_author(row, caller):
                raise NotGranted
            if request.number >= _count(row):
                raise MessageRefused(reason="piece")
            is_new = pieces.add(
                connection,
                request.document,
                request.number,
                row.bucket,
                request.body,
                self._clock(),
            )
            kept = pieces.body_of(connection, request.document, request.number)
        if kept != request.body:
            raise PieceDiffers
        return GiveReply(is_new)

    def take(self, schema: str, caller: Caller, request: TakeRequest) -> TakeReply:
        """Return one piece; raise a ``Refusal``."""
        _check(request.document, request.number)
        close_expired(self._database, schema, caller, self._clock)
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            row = self._record(connection, caller, request.document)
            if row.bucket not in self._granted(connection, caller, {row.bucket}):
                raise NotGranted  # late: she may give, and is given nothing
            return TakeReply(pieces.body_of(connection, request.document, request.number))

    def _record(self, connection: Connection, caller: Caller, document: str) -> StoredRecord:
        found = self._open_to(connection, caller, [document])
        if document not in found:
            raise NotGranted
        return found[document]

    def _open_to(
        self, connection: Connection, caller: Caller, documents: Collection[str]
    ) -> Mapping[str, StoredRecord]:
        """Return those of these documents that a caller reads, or may still give pieces of."""
        keys = [(DOCUMENT, document) for document in documents]
        live = [row for row in records.load_records(connection, keys).values() if row.state == LIVE]
        standing = standing_of(
            connection,
            caller.professional,
            {row.bucket for row in live},
            today_in_france(self._clock),
        )
        return {
            row.rid: row
            for row in live
            if row.bucket in standing.granted
            or (row.bucket in standing.lost and _is_author(row, caller))
        }

    def _granted(self, connection: Connection, caller: Caller, buckets: set[str]) -> set[str]:
        today = today_in_france(self._clock)
        return standing_of(connection, caller.professional, buckets, today).granted


def _check(document: str, number: int) -> None:
    if not is_id(document) or not 0 <= number < limits.MAX_PIECES:
        raise MessageRefused(reason="piece")


def _is_author(row: StoredRecord, caller: Caller) -> bool:
    return row.data.get("professional") == caller.professional


def _count(row: StoredRecord) -> int:
    """Return how many pieces a document is said to have, within what one may have."""
    return max(0, min(cast(int, row.data.get("pieces", 0)), limits.MAX_PIECES))
