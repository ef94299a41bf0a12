"""A day's slots, and what would go wrong with it: told before it hurts.

Spans are in UTC (moments of one zone compare by the wall, which the change of hour folds); they
hold their start and not their end. A road is the straight line and a third more, at sixty
kilometres an hour: enough to see that Melle at 10 h and Thouars at 10 h 15 will not do.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from statistics import median
from typing import NamedTuple

from desktop.config.clock import paris
from desktop.domain.territory import Territory, arc_km
from protocol.kinds.agenda import HalfDay, Weekday
from protocol.kinds.places import Place

SLOT_MINUTES = (30, 45, 60)
_DETOUR = 1.3
_KM_PER_MINUTE = 1.0
_ROUNDED_TO_MIN = 5
"""Of an estimate, no minute is promised; rounded up, since nobody minds being early."""
_NOON = 13
_LONGEST_PERMANENCE = 24 * 60
_WEEKDAYS = tuple(Weekday)


class Point(NamedTuple):
    """Where something is: degrees, WGS 84."""

    latitude: float
    longitude: float


class Span(NamedTuple):
    """From a moment to another one."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, other: "Span") -> bool:
        """Tell whether they have a minute in common; a span without length has none."""
        return max(self.starts_at, other.starts_at) < min(self.ends_at, other.ends_at)

    @property
    def minutes(self) -> int:
        """Real minutes, the night the hour changes included."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


def lasting(starts_at: datetime, minutes: int) -> Span:
    """Return a span by its length, which the change of hour does not stretch."""
    start = starts_at.astimezone(UTC)
    return Span(start, start + timedelta(minutes=minutes))


class SlotState(Enum):
    """What a slot of a permanence is good for."""

    FREE = "free"
    TAKEN = "taken"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a permanence that one appointment fills."""

    span: Span
    state: SlotState


def slots(
    opening: Span, slot_minutes: int, busy: Iterable[Span], away: Iterable[Span], now: datetime
) -> list[Slot]:
    """Return the slots of a permanence, in order.

    What an absence touches is not offered at all; a last slot that would go past the end neither.
    A permanence that no day can hold, or whose slots have no length, offers none.
    """
    if slot_minutes <= 0 or opening.minutes > _LONGEST_PERMANENCE:
        return []
    taken = [span for span in busy if span.meets(opening)]
    absences = [span for span in away if span.meets(opening)]
    found = []
    for at in range(opening.minutes // slot_minutes):
        span = lasting(opening.starts_at + timedelta(minutes=at * slot_minutes), slot_minutes)
        if not any(span.meets(absence) for absence in absences):
            found.append(Slot(span, _state(span, taken, now)))
    return found


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that asks for somebody's presence."""

    key: str
    span: Span
    place: str
    """Which lieu; nothing when it is nowhere (a call)."""
    point: Point | None


class Trouble(Enum):
    """What is wrong between two stops."""

    OVERLAP = "overlap"
    ROAD = "road"


@dataclass(frozen=True, slots=True)
class Clash:
    """Two stops that cannot both be kept in time."""

    trouble: Trouble
    one: Stop
    """The one that comes first."""
    other: Stop
    road: int = 0
    """Minutes the road takes."""
    left: int = 0
    """Minutes there are for it."""


def clashes(stops: Iterable[Stop]) -> list[Clash]:
    """Return what is double booked, and the roads for which there is no time, in order."""
    ordered = sorted(stops, key=lambda stop: (stop.span, stop.key))
    found = [
        Clash(Trouble.OVERLAP, one, other)
        for at, one in enumerate(ordered)
        for other in _while_it_lasts(one, ordered[at + 1 :])
    ]
    last = ordered[:1]
    for other in ordered[1:]:
        [one] = last
        road, left = road_minutes(one, other), Span(one.span.ends_at, other.span.starts_at).minutes
        if 0 <= left < road:
            found.append(Clash(Trouble.ROAD, one, other, road, left))
        last = [max(one, other, key=lambda stop: stop.span.ends_at)]
    return sorted(found, key=lambda clash: (clash.one.span, clash.other.span))


def clashes_of(stop: Stop, others: Iterable[Stop]) -> list[Clash]:
    """Return what a stop would bring, among others that stand."""
    together = [other for other in others if other.key != stop.key]
    return [clash for clash in clashes([stop, *together]) if stop in (clash.one, clash.other)]


def road_minutes(one: Stop, other: Stop) -> int:
    """Return how long the road takes; nothing within a lieu, or when a lieu is not on the map."""
    if one.place == other.place or one.point is None or other.point is None:
        return 0
    return driving_minutes(road_km(one.point, other.point))


def driving_minutes(kilometres: float) -> int:
    """Return how long so much road takes, as every screen and every paper says it."""
    return math.ceil(kilometres / _KM_PER_MINUTE / _ROUNDED_TO_MIN) * _ROUNDED_TO_MIN


def road_km(one: Point, other: Point) -> float:
    """Return an estimate of the road between two points: the straight line and a third more."""
    return _DETOUR * arc_km(one, other)


def point_of(place: Place, territory: Territory) -> Point | None:
    """Return where a lieu is: its own point, or its commune's town hall."""
    if place.latitude is not None and place.longitude is not None:
        return Point(place.latitude, place.longitude)
    commune = territory.commune(place.commune)
    return Point(commune.latitude, commune.longitude) if commune else None


@dataclass(frozen=True, slots=True)
class Wish:
    """When and where somebody who waits can come."""

    place: str | None
    minutes: int
    days: frozenset[Weekday]
    halves: frozenset[HalfDay]

    def fits(self, span: Span, place: str | None) -> bool:
        """Tell whether a slot would do."""
        start = paris(span.starts_at)
        return (
            self.place in (None, place)
            and self.minutes <= span.minutes
            and (not self.days or _day_of(start) in self.days)
            and (not self.halves or half_of(start) in self.halves)
        )


def half_of(moment: datetime) -> HalfDay:
    """Return the half of its day in which a moment is, on the wall of Paris."""
    return HalfDay.MORNING if paris(moment).hour < _NOON else HalfDay.AFTERNOON


def usual_delay(days: Sequence[int]) -> int | None:
    """Return the middle one of the delays, in days; nothing without any."""
    return round(median(days)) if days else None


def _state(span: Span, taken: Iterable[Span], now: datetime) -> SlotState:
    if any(span.meets(other) for other in taken):
        return SlotState.TAKEN
    return SlotState.PAST if span.starts_at <= now else SlotState.FREE


def _while_it_lasts(one: Stop, later: Sequence[Stop]) -> Iterable[Stop]:
    for other in later:
        if other.span.starts_at >= one.span.ends_at:
            return
        if one.span.meets(other.span):
            yield other


def _day_of(moment: datetime) -> Weekday | None:
    """Nobody receives on Sunday, and the list of days says so."""
    at = moment.weekday()
    return _WEEKDAYS[at] if at < len(_WEEKDAYS) else None
