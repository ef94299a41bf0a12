"""Giving a laptop what is new for it: one page, read in one snapshot.

A page holds what its professional may read and does not have, in the order of the sequence. What
the device sent itself and nobody touched is not sent back (docs/protocol.md, "Reading").
"""

from collections.abc import Iterator
from dataclasses import replace

from protocol import limits
from protocol.wire import Position, SyncRequest
from server.services.errors import EpochChanged
from server.services.page import Page
from server.store import digests, erasures, feed, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Caller
from server.store.feed import Bounds, FeedRow
from server.store.records import DELETED, DELETION

_READ_ROWS = limits.PAGE_ROWS + 1
_NAME_BYTES = 11
"""By which the name of a field is longer, in the store, than its number in a page."""
_SCAN_ROWS = 16 * limits.PAGE_ROWS
"""Rows looked at for one page: a device's own changes are looked at and not sent."""


def read_page(database: Database, schema: str, caller: Caller, request: SyncRequest) -> Page:
    """Return the next page for this device; raise ``EpochChanged``."""
    with database.transaction(schema, Mode.SNAPSHOT) as connection:
        horizon, epoch = records.present_sequence(connection)
        if request.cursor > horizon or (request.epoch or epoch) != epoch:
            # A cursor ahead of us was given by other data: nothing may be concluded from ours.
            raise EpochChanged
        bounds = _bounds(caller, request)
        page = Page(cursor=horizon)
        _fill(page, _walk(connection, bounds), bounds)
        # On the first page all of them; later, those closed while the pages were being read. One
        # told twice is told before anything of the same dossier.
        above = request.cursor if bounds.after is None else bounds.after[0]
        until = horizon if bounds.after is None or page.more is None else page.more.seq
        page.dropped = feed.find_dropped(
            connection, caller.professional, above, until, anew=request.anew
        )
        # Whoever goes on with a reading that was cut may not have been told on its first page.
        if bounds.after is None or page.more is None:
            for told in erasures.told_to(
                connection, caller.id, cursor=request.cursor, until=horizon
            ):
                page.remove((told.kind, told.rid), told.erasure, "erased")
        if page.more is None and (horizon > request.cursor or request.verify):
            page.root = digests.root(connection, caller.professional)
        return page


def own_page(
    connection: Connection, caller: Caller, request: SyncRequest, number: int
) -> Page | None:
    """Return the page of a laptop that had read all but its own push, as part of that push.

    Nothing but what proves that both sides hold the same: ``number`` is held, nobody else writes.
    ``None`` when it asks for more, or is owed more.
    """
    asks_more = request.anew or is_owed_more(caller, request)
    if not request.pull or asks_more or request.cursor != number - 1:
        return None
    return Page(number, root=digests.root(connection, caller.professional))


def is_owed_more(caller: Caller, request: SyncRequest) -> bool:
    """Tell whether there is something to give besides what bears a new number."""
    is_asked = bool(request.erased or request.erased_notes or request.after)
    return is_asked or caller.has_expired_access or caller.has_notices


def _bounds(caller: Caller, request: SyncRequest) -> Bounds:
    after = request.after
    place = None if after is None else (after.seq, after.kind, after.rid)
    device = feed.NOBODY if request.anew else caller.id
    return Bounds(device, caller.professional, request.cursor, place)


def _walk(connection: Connection, bounds: Bounds) -> Iterator[FeedRow]:
    """Yield the next records in order; few are read beyond those that are taken."""
    while rows := feed.read_feed(connection, bounds, limit=_READ_ROWS):
        yield from rows
        if len(rows) < _READ_ROWS:
            return
        last = rows[-1]
        bounds = replace(bounds, after=(last.position, last.kind, last.rid))


def _fill(page: Page, rows: Iterator[FeedRow], bounds: Bounds) -> None:
    last: FeedRow | None = None
    for scanned, row in enumerate(rows):
        if last is not None and (page.is_full or scanned >= _SCAN_ROWS):
            page.more = Position(last.position, last.kind, last.rid)
            return
        _give(page, row, bounds)
        last = row


def _give(page: Page, row: FeedRow, bounds: Bounds) -> None:
    """Add to the page what this device lacks of one record: all, some fields, or nothing."""
    backfill = row.granted_seq > bounds.cursor and row.created_seq < row.granted_seq
    own = row.created_device == bounds.device and not backfill
    if row.state == DELETED:
        if _may_hold(row, bounds, backfill=backfill) and row.fseq[DELETION][1] != bounds.device:
            page.remove((row.kind, row.rid), row.position)
    elif backfill or (row.created_seq > bounds.cursor and not own):
        data = row.read()
        weight = len(row.data) - _NAME_BYTES * len(data)
        key = row.kind, row.rid
        page.add(key, row.bucket, row.position, data, whole=True, weight=weight)
    else:
        fresh = [
            name
            for name, (seq, device, _hlc) in row.fseq.items()
            if seq > bounds.cursor and device != bounds.device
        ]
        if fresh:
            data = row.read()
            given = {name: data.get(name) for name in fresh}
            page.add((row.kind, row.rid), row.bucket, row.position, given, whole=False)


def _may_hold(row: FeedRow, bounds: Bounds, *, backfill: bool) -> bool:
    """Tell whether the device may have received a record: then it must hear of its deletion."""
    if bounds.device == feed.NOBODY:
        return True
    if not backfill and (row.created_seq <= bounds.cursor or row.created_device == bounds.device):
        return True
    return bounds.after is not None and max(row.created_seq, row.granted_seq) <= bounds.after[0]
