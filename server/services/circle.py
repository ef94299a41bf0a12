"""Places in the circles of the dossiers a batch touches, and the access they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast

from protocol.kinds import CircleMember, spec_of
from protocol.values import Wire
from protocol.visibility import membership_is_open
from server.store.grants import Grant, Pair
from server.store.records import LIVE, StoredRecord

CIRCLE = spec_of(CircleMember).code


@dataclass(frozen=True, slots=True)
class Access:
    """What all the places of one professional in one circle come to."""

    open: bool
    until: date | None
    """The last day of access, when one is known."""


class Circle:
    """The places of some dossiers, kept up to date while a batch is applied."""

    def __init__(self, rows: Iterable[StoredRecord], today: date) -> None:
        self._today = today
        self._places: dict[Pair, dict[str, StoredRecord]] = {}
        self.touched: set[Pair] = set()
        for row in rows:
            self._places.setdefault(_pair(row), {})[row.rid] = row

    def note(self, row: StoredRecord) -> Pair:
        """Take note of a place that was created, changed or deleted; return whose it is."""
        pair = _pair(row)
        self._places.setdefault(pair, {})[row.rid] = row
        self.touched.add(pair)
        return pair

    def access(self, pair: Pair) -> Access:
        """Return whether, and until when, a professional reads a dossier."""
        ends = [
            _last_day(row.data)
            for row in self._places.get(pair, {}).values()
            if row.state == LIVE and _is_open(row, self._today)
        ]
        known = [end for end in ends if end is not None]
        return Access(bool(ends), max(known) if ends and len(known) == len(ends) else None)

    def has_left(self, pair: Pair) -> bool:
        """Tell whether a professional had places in a circle, and each of them has ended."""
        places = [row for row in self._places.get(pair, {}).values() if row.state == LIVE]
        ends = [_date(row.data, "ended_on") for row in places]
        return bool(ends) and all(end is not None and end <= self._today for end in ends)

    def grants(self, stored: Mapping[Pair, Grant], seq: int) -> list[Grant]:
        """Return the grants to write: those of the places touched, as they now stand."""
        changed = []
        for pair in sorted(self.touched):
            grant = _adjusted(stored.get(pair), pair, self.access(pair), seq, self._today)
            if grant is not None and grant != stored.get(pair):
                changed.append(grant)
        return changed


def prolongs(before: Mapping[str, Wire], after: Mapping[str, Wire]) -> bool:
    """Tell whether a place gives access for longer after an edit than before it."""
    last, new = _last_day(before), _last_day(after)
    return new != last and (new is None or (last is not None and new > last))


def _adjusted(
    grant: Grant | None, pair: Pair, access: Access, seq: int, today: date
) -> Grant | None:
    if grant is None:
        if not access.open:
            return None
        return Grant(*pair, open=True, granted_seq=seq, revoked_seq=None, until=access.until)
    if access.open and grant.open:
        return replace(grant, until=access.until)
    if access.open:
        return replace(grant, open=True, granted_seq=seq, until=access.until, revoked_on=None)
    if grant.open:
        return replace(grant, open=False, revoked_seq=seq, until=None, revoked_on=today)
    return grant


def _pair(row: StoredRecord) -> Pair:
    return cast(str, row.data["professional"]), row.bucket


def _is_open(row: StoredRecord, today: date) -> bool:
    return membership_is_open(_date(row.data, "ended_on"), _date(row.data, "overlap_until"), today)


def _last_day(place: Mapping[str, Wire]) -> date | None:
    """Return the last day an open place gives access; ``None`` if no end is known."""
    ended_on, overlap_until = _date(place, "ended_on"), _date(place, "overlap_until")
    if ended_on is None:
        return None
    last_working_day = ended_on - timedelta(days=1)
    return max(last_working_day, overlap_until) if overlap_until else last_working_day


def _date(place: Mapping[str, Wire], name: str) -> date | None:
    value = place.get(name)
    return None if value is None else date.fromisoformat(cast(str, value))
