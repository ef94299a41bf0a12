"""One sync of one laptop: what it sends is taken in, then it is given a page."""

from dataclasses import dataclass, replace
from datetime import timedelta

from protocol import limits
from protocol.clock import from_millis
from protocol.ids import is_id
from protocol.kinds import SYNCED
from protocol.limits import NUMBERS_END
from protocol.values import CIRCLE_KEY
from protocol.wire import OLDEST_PROTOCOL, PROTOCOL_VERSION, SyncReply, SyncRequest
from server.config.ports import Clock, Random, unix_ms
from server.services.access import close_expired
from server.services.epoch import Epochs
from server.services.erasure import erase_notes
from server.services.errors import (
    EpochChanged,
    Gap,
    MessageRefused,
    ProtocolUnsupported,
    TooLarge,
)
from server.services.incoming import FIRST_SEALED
from server.services.page import Page
from server.services.pull import is_owed_more, read_page
from server.services.push import Push, Pushed
from server.store import devices, erasures
from server.store.database import Database, Mode
from server.store.devices import Caller, Seen

_SEEN_EVERY = timedelta(minutes=5)
_FIRST_WITH_LATE = 2
SPOKEN = range(OLDEST_PROTOCOL, PROTOCOL_VERSION + 1)
"""Protocols whose laptops are given pages."""


@dataclass(frozen=True, slots=True)
class Synced:
    """An answer, and counts for the log."""

    reply: SyncReply
    applied: int


class Sync:
    """Serves ``POST /v1/sync`` once the caller is known."""

    def __init__(
        self, database: Database, clock: Clock, random: Random, spoken: range = SPOKEN
    ) -> None:
        self._database = database
        self._clock = clock
        self._push = Push(database, clock, random)
        self._epochs = Epochs(database, clock)
        self._spoken = spoken

    def run(self, schema: str, caller: Caller, request: SyncRequest) -> Synced:
        """Take in and answer; raise a ``Refusal``."""
        _check(request, self._spoken)
        self._epochs.check(schema, caller, request)
        close_expired(self._database, schema, caller, self._clock)
        self._note_erased(schema, caller, request)
        try:
            pushed = self._push.take(schema, caller, request)
            page = self._page(schema, caller, request, pushed) if request.pull else None
        except Gap as gap:
            self._epochs.note_gap(schema, caller, request, gap)
            raise
        except EpochChanged:
            raise self._epochs.changed(schema, caller, request) from None
        self._note_seen(schema, caller, request, page)
        reply = self._reply(caller, _understood(pushed, request.protocol), page)
        return Synced(reply, pushed.applied)

    def _page(self, schema: str, caller: Caller, request: SyncRequest, pushed: Pushed) -> Page:
        if _is_up_to_date(caller, request):
            return Page(caller.seq)
        if pushed.page is not None:
            return pushed.page
        page = read_page(self._database, schema, caller, request)
        if request.schema < FIRST_SEALED and _holds_envelopes(page):
            # It could show none of it, and would take the page for a damaged one.
            raise ProtocolUnsupported(oldest=self._spoken.start, newest=self._spoken.stop - 1)
        return page

    def _note_erased(self, schema: str, caller: Caller, request: SyncRequest) -> None:
        if request.erased:
            with self._database.transaction(schema) as connection:
                erasures.acknowledge(connection, caller.id, request.erased, self._clock())
        if request.erased_notes:
            with self._database.transaction(schema) as connection:
                erase_notes(connection, caller, request.erased_notes)

    def _note_seen(
        self, schema: str, caller: Caller, request: SyncRequest, page: Page | None
    ) -> None:
        """Note what a laptop holds, should it be lost: seldom, unless it is given something."""
        now = self._clock()
        given = page.cursor if page is not None and page.holds_something else None
        if given is None and now - caller.last_seen_at < _SEEN_EVERY:
            return
        seen = Seen(request.cursor, given)
        with self._database.transaction(schema, Mode.HASTY) as connection:
            devices.note_seen(connection, caller.id, seen, protocol=request.protocol, now=now)

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
            root=page.root,
        )


def _holds_envelopes(page: Page) -> bool:
    """Tell whether anything of a page is sealed for a circle."""
    kinds, names = list(page.kinds), list(page.fields)
    for change in page.changes:
        texts = {item.name for item in SYNCED[kinds[change.kind]].circle_texts}
        for number, value in zip(change.fields[::2], change.fields[1::2], strict=True):
            is_text = names[number] in texts and isinstance(value, str)
            if is_text and value.startswith(CIRCLE_KEY):
                return True
    return False


def _is_up_to_date(caller: Caller, request: SyncRequest) -> bool:
    """Tell whether nothing is new, from what was read to know who asks: most often so."""
    asks_more = request.ops or request.verify or is_owed_more(caller, request)
    return request.cursor == caller.seq and not asks_more


def _understood(pushed: Pushed, protocol: int) -> Pushed:
    """Return what became of operations in words of that protocol: what is late was accepted."""
    if protocol >= _FIRST_WITH_LATE:
        return pushed
    return replace(pushed, results=[x for x in pushed.results if x.outcome != "late"])


def _check(request: SyncRequest, spoken: range) -> None:
    """Refuse what no laptop of ours sends, before the database hears of it."""
    # Pages may change form from one version to the next; operations have not, so that a laptop
    # too old to be given anything still brings its work home.
    is_spoken = request.protocol in spoken if request.pull else 1 <= request.protocol < 2**31
    if not is_spoken:
        raise ProtocolUnsupported(oldest=spoken.start, newest=spoken.stop - 1)
    if len(request.erased) > limits.MAX_OPS or not all(0 < n < NUMBERS_END for n in request.erased):
        raise MessageRefused(reason="erased")
    notes = request.erased_notes
    if len(notes) > limits.MAX_OPS or not all(map(is_id, notes)):
        raise MessageRefused(reason="erased_notes")
    if len(request.ops) > limits.MAX_OPS:
        raise TooLarge(reason="ops", limit=limits.MAX_OPS)
    if not 1 <= request.first_op < NUMBERS_END:
        raise MessageRefused(reason="first_op")
    if not 0 <= request.cursor < NUMBERS_END or not 0 <= request.schema < 2**31:
        raise MessageRefused(reason="cursor")
    after = request.after
    if after is not None and not (
        0 <= after.seq < NUMBERS_END and 0 <= after.kind < 2**15 and is_id(after.rid)
    ):
        raise MessageRefused(reason="after")
