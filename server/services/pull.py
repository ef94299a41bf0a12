"""Giving a laptop what is new for it: one page, read in one snapshot.

A page holds what its professional may read and does not have, in the order of the sequence. What
the device sent itself and nobody touched is not sent back (docs/protocol.md, "Reading").
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from protocol import limits
from protocol.kinds import BY_CODE, FieldSpec, Tier
from protocol.values import Wire
from protocol.wire import Change, FlatFields, Position, Removal, SyncRequest
from server.services.errors import EpochChanged
from server.store import feed, records
from server.store.database import Database, Mode
from server.store.devices import Caller
from server.store.feed import Bounds, FeedRow
from server.store.records import DELETED, DELETION

_SCAN_ROWS = 16 * limits.PAGE_ROWS
"""Rows looked at for one page: a device's own changes are looked at and not sent."""
_ROW_BYTES = 110
"""What a change weighs without its values."""


@dataclass(slots=True)
class Page:
    """One page, as it is filled."""

    cursor: int
    dropped: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    more: Position | None = None
    weight: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether the next row belongs to the next page."""
        rows = len(self.changes) + len(self.removals)
        return rows >= limits.PAGE_ROWS or self.weight >= limits.PAGE_BODY

    def add(self, row: FeedRow, given: dict[str, Wire], *, whole: bool) -> None:
        """Add a record, or the fields of it that changed."""
        flat: FlatFields = []
        for name, value in given.items():
            flat += (_number(self.fields, name), value)
            self.weight += len(value) + 8 if isinstance(value, str | list) else 8
        kind = _number(self.kinds, BY_CODE[row.kind].name)
        self.changes.append(Change(kind, row.bucket, row.rid, row.position, whole, flat))
        self.weight += _ROW_BYTES

    def remove(self, row: FeedRow) -> None:
        """Add a removal."""
        kind = _number(self.kinds, BY_CODE[row.kind].name)
        self.removals.append(Removal(kind, row.rid, row.position, "deleted"))
        self.weight += _ROW_BYTES


def read_page(database: Database, schema: str, caller: Caller, request: SyncRequest) -> Page:
    """Return the next page for this device; raise ``EpochChanged``."""
    with database.transaction(schema, Mode.SNAPSHOT) as connection:
        horizon, epoch = records.present_sequence(connection)
        if request.cursor > horizon or (request.epoch or epoch) != epoch:
            # A cursor ahead of us was given by other data: nothing may be concluded from ours.
            raise EpochChanged(epoch=epoch)
        bounds = _bounds(caller, request)
        page = Page(cursor=horizon)
        reaches = feed.find_reaches(connection, caller.professional, bounds)
        if reaches:
            rows = feed.read_feed(connection, reaches, bounds, limit=_SCAN_ROWS + 1)
            with closing(rows):
                _fill(page, rows, bounds)
        # On the first page all of them; later, those closed while the pages were being read. One
        # told twice is told before anything of the same dossier.
        above = request.cursor if bounds.after is None else bounds.after[0]
        until = horizon if bounds.after is None or page.more is None else page.more.seq
        page.dropped = feed.find_dropped(connection, caller.professional, above, until)
        return page


def _bounds(caller: Caller, request: SyncRequest) -> Bounds:
    after = request.after
    place = None if after is None else (after.seq, after.kind, after.rid)
    return Bounds(device=caller.id, cursor=max(request.cursor, 0), after=place)


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
            page.remove(row)
    elif backfill or (row.created_seq > bounds.cursor and not own):
        page.add(row, _visible(row, row.data), whole=True)
    else:
        fresh = {
            name: row.data.get(name)
            for name, (seq, device, _hlc) in row.fseq.items()
            if seq > bounds.cursor and device != bounds.device
        }
        if fresh:
            page.add(row, _visible(row, fresh), whole=False)


def _may_hold(row: FeedRow, bounds: Bounds, *, backfill: bool) -> bool:
    """Tell whether the device may have received a record: then it must hear of its deletion."""
    if not backfill and (row.created_seq <= bounds.cursor or row.created_device == bounds.device):
        return True
    return bounds.after is not None and max(row.created_seq, row.granted_seq) <= bounds.after[0]


def _visible(row: FeedRow, data: dict[str, Wire]) -> dict[str, Wire]:
    """Return what may be read: private fields stay in their author's own bucket."""
    spec = BY_CODE[row.kind]
    if spec.tier is Tier.PRIVATE:
        return data
    return {name: value for name, value in data.items() if _is_common(spec.by_name.get(name))}


def _is_common(item: FieldSpec | None) -> bool:
    return item is not None and item.tier not in (Tier.PRIVATE, Tier.LOCAL)


def _number(dictionary: dict[str, int], name: str) -> int:
    return dictionary.setdefault(name, len(dictionary))
