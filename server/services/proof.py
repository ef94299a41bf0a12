"""Proving that a laptop and the office hold the same, and reading again what differs.

Only buckets that the caller reads now, and records by the bucket they are *stored* in: a bucket
that is closed and one that never was are answered the same (docs/protocol.md, "Proof").
"""

from protocol import limits
from protocol.ids import is_id
from protocol.kinds import BY_CODE, SYNCED
from protocol.wire import (
    DigestsReply,
    DigestsRequest,
    RecordDigest,
    RereadReply,
    RereadRequest,
)
from server.config.ports import Clock
from server.services.access import close_expired
from server.services.errors import MessageRefused, NotGranted, TooLarge
from server.services.page import Page, number_of
from server.store import digests, erasures, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Caller
from server.store.digests import Wrong
from server.store.records import DELETED, Key, StoredRecord

_MOST_BYTES = limits.MAX_BODY // 2
"""Of what is read again at once; a laptop that is refused asks for fewer records."""


class Proof:
    """Serves ``POST /v1/digests`` and ``POST /v1/reread`` once the caller is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def digests(self, schema: str, caller: Caller, request: DigestsRequest) -> DigestsReply:
        """Return the digests of every bucket, or of the records of one; raise a ``Refusal``."""
        close_expired(self._database, schema, caller, self._clock)
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            seq, epoch = records.present_sequence(connection)
            if request.bucket is None:
                held = digests.readable_buckets(connection, caller.professional)
                return DigestsReply(epoch, seq, buckets=held)
            _check_readable(connection, caller, request.bucket)
            kinds: dict[str, int] = {}
            lines = [
                RecordDigest(number_of(BY_CODE[kind].name, kinds), rid, digest)
                for kind, rid, digest in digests.records_of(connection, request.bucket)
            ]
            return DigestsReply(epoch, seq, kinds=list(kinds), records=lines)

    def reread(self, schema: str, caller: Caller, request: RereadRequest) -> RereadReply:
        """Return records of one bucket whole, or that they are gone; raise a ``Refusal``."""
        keys = _keys(request)
        close_expired(self._database, schema, caller, self._clock)
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            seq, epoch = records.present_sequence(connection)
            _check_readable(connection, caller, request.bucket)
            page = Page(seq)
            for row in records.load_records(connection, keys).values():
                if row.bucket == request.bucket:
                    _give(page, row)
            for key, gone in erasures.erased_among(connection, keys).items():
                if gone.bucket == request.bucket:
                    page.remove(key, gone.erasure, "erased")
        return RereadReply(
            epoch, seq, list(page.kinds), list(page.fields), page.changes, page.removals
        )

    def scrub(self, schema: str) -> Wrong:
        """Recompute every digest from its rows; mend those that differ, and return them."""
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            wrong = digests.find_wrong(connection)
        if wrong.records or wrong.buckets:
            with self._database.transaction(schema) as connection:
                records.hold_sequence(connection)
                digests.mend(connection, wrong)
        return wrong


def _check_readable(connection: Connection, caller: Caller, bucket: str) -> None:
    if not is_id(bucket) or not digests.is_readable(connection, caller.professional, bucket):
        raise NotGranted


def _keys(request: RereadRequest) -> list[Key]:
    """Return the records asked for; those of kinds unknown here are known to nobody."""
    if len(request.records) > limits.PAGE_ROWS:
        raise TooLarge(reason="records", limit=limits.PAGE_ROWS)
    keys = []
    for number, rid in request.records:
        if not 0 <= number < len(request.kinds) or not is_id(rid):
            raise MessageRefused(reason="records")
        spec = SYNCED.get(request.kinds[number])
        if spec is not None:
            keys.append((spec.code, rid))
    return list(dict.fromkeys(keys))


def _give(page: Page, row: StoredRecord) -> None:
    if row.state == DELETED:
        page.remove(row.key, row.seq)
    else:
        page.add(row.key, row.bucket, row.seq, row.data, whole=True)
    if page.weight > _MOST_BYTES:
        # A record left out would be taken for one that the office does not know.
        raise TooLarge(reason="reread", limit=_MOST_BYTES)
