"""One sync of one laptop: what it sends is taken in, then it is given a page."""

from dataclasses import dataclass
from datetime import timedelta

from protocol import limits
from protocol.clock import from_millis
from protocol.ids import is_id
from protocol.wire import OLDEST_PROTOCOL, PROTOCOL_VERSION, SyncReply, SyncRequest
from server.config.ports import Clock, Random, today_in_france, unix_ms
from server.services.errors import MessageRefused, ProtocolUnsupported, TooLarge
from server.services.pull import Page, read_page
from server.services.push import Push, Pushed
from server.store import devices, grants, records
from server.store.database import Database, Mode
from server.store.devices import Caller

_SEEN_EVERY = timedelta(minutes=5)
_MAX_SEQ = 2**62


@dataclass(frozen=True, slots=True)
class Synced:
    """An answer, and counts for the log."""

    reply: SyncReply
    applied: int


class Sync:
    """Serves ``POST /v1/sync`` once the caller is known."""

    def __init__(self, database: Database, clock: Clock, random: Random) -> None:
        self._database = database
        self._clock = clock
        self._push = Push(database, clock, random)

    def run(self, schema: str, caller: Caller, request: SyncRequest) -> Synced:
        """Take in and answer; raise a ``Refusal``."""
        _check(request)
        if caller.has_expired_access:
            self._close_expired(schema, caller)
        pushed = self._push.take(schema, caller, request)
        page = read_page(self._database, schema, caller, request) if request.pull else None
        self._note_seen(schema, caller, request)
        return Synced(self._reply(caller, pushed, page), pushed.applied)

    def _close_expired(self, schema: str, caller: Caller) -> None:
        with self._database.transaction(schema) as connection:
            seq, _epoch = records.advance_sequence(connection)
            today = today_in_france(self._clock)
            grants.close_expired(connection, caller.professional, today, seq)

    def _note_seen(self, schema: str, caller: Caller, request: SyncRequest) -> None:
        now = self._clock()
        if now - caller.last_seen_at < _SEEN_EVERY:
            return
        with self._database.transaction(schema, Mode.HASTY) as connection:
            devices.note_seen(connection, caller.id, cursor=request.cursor, now=now)

    def _reply(self, caller: Caller, pushed: Pushed, page: Page | None) -> SyncReply:
        hlc = from_millis(unix_ms(self._clock()))
        if page is None:
            return SyncReply(caller.epoch, pushed.ack, hlc, results=pushed.results, pulled=False)
        return SyncReply(
            caller.epoch,
            pushed.ack,
            hlc,
            results=pushed.results,
            kinds=list(page.kinds),
            fields=list(page.fields),
            dropped=page.dropped,
            changes=page.changes,
            removals=page.removals,
            cursor=page.cursor,
            more=page.more,
        )


def _check(request: SyncRequest) -> None:
    """Refuse what no laptop of ours sends, before the database hears of it."""
    if not OLDEST_PROTOCOL <= request.protocol <= PROTOCOL_VERSION:
        raise ProtocolUnsupported(oldest=OLDEST_PROTOCOL, newest=PROTOCOL_VERSION)
    if len(request.ops) > limits.MAX_OPS:
        raise TooLarge(reason="ops", limit=limits.MAX_OPS)
    if not 1 <= request.first_op < _MAX_SEQ:
        raise MessageRefused(reason="first_op")
    if not 0 <= request.cursor < _MAX_SEQ or not 0 <= request.schema < 2**31:
        raise MessageRefused(reason="cursor")
    after = request.after
    if after is not None and not (
        0 <= after.seq < _MAX_SEQ and 0 <= after.kind < 2**15 and is_id(after.rid)
    ):
        raise MessageRefused(reason="after")
