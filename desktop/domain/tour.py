"""A day's round: which lieu after which, how far, and when to leave.

There is no map of roads on a laptop: lengths are those of ``desktop.domain.agenda``, the straight
line and a third. Good enough to leave in time, and for an expense sheet that its owner corrects;
whatever comes from here is to be said with « environ ».
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from desktop.domain.agenda import Point, driving_minutes, road_km

_ROUNDED_TO_MIN = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment of the day."""

    id: str
    place: str
    starts_at: datetime
    """Aware."""
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """When it should be over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class StopKind(StrEnum):
    """What a stop is for."""

    DEPARTURE = "departure"
    LIEU = "lieu"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the round, and the road that leads to it."""

    kind: StopKind
    place: str | None
    """None: the office."""
    at: datetime | None
    """When to be there, or to leave; None where the road is not known."""
    visits: tuple[Visit, ...] = ()
    kilometres: int | None = None
    """From the stop before; None for the first, or where one of the two is nowhere on the map."""
    road_minutes: int | None = None
    is_tight: bool = False
    """The visits before end too late for the road."""


@dataclass(frozen=True, slots=True)
class Round:
    """A day on the road."""

    stops: tuple[Stop, ...] = ()

    @property
    def kilometres(self) -> int:
        """Kilometres of the legs that are known."""
        return sum(stop.kilometres or 0 for stop in self.stops)

    @property
    def road_minutes(self) -> int:
        """Minutes of the legs that are known."""
        return sum(stop.road_minutes or 0 for stop in self.stops)

    @property
    def lieux(self) -> tuple[str, ...]:
        """The lieux where somebody waits, in the order of the first time, each once."""
        here = (stop.place for stop in self.stops if stop.kind is StopKind.LIEU)
        return tuple(dict.fromkeys(place for place in here if place is not None))


def plan_round(
    visits: Iterable[Visit], spots: Mapping[str, Point], office: Point | None = None
) -> Round:
    """Order a day by its hours: out from the office, lieu after lieu, and back.

    Without an office, the day begins at its first lieu and ends there.
    """
    ordered = sorted(visits, key=lambda visit: (visit.starts_at, visit.id))
    if not ordered:
        return Round()
    runs = [(place, tuple(held)) for place, held in groupby(ordered, key=lambda v: v.place)]
    home = office or spots.get(runs[0][0])
    stops: list[Stop] = []
    here, free_at = office, None
    for place, held in runs:
        there = spots.get(place)
        kilometres, minutes = (None, None) if not stops and office is None else _leg(here, there)
        stops.append(
            Stop(
                kind=StopKind.LIEU,
                place=place,
                at=held[0].starts_at,
                visits=held,
                kilometres=kilometres,
                road_minutes=minutes,
                is_tight=_is_tight(free_at, held[0].starts_at, minutes),
            )
        )
        here, free_at = there, max(visit.ends_at for visit in held)
    back = None if office else runs[0][0]
    return Round((*_departure(stops[0], office), *stops, *_return(here, home, free_at, back)))


def _leg(one: Point | None, other: Point | None) -> tuple[int | None, int | None]:
    if one is None or other is None:
        return None, None
    kilometres = road_km(one, other)
    return round(kilometres), driving_minutes(kilometres)


def _is_tight(free_at: datetime | None, at: datetime, minutes: int | None) -> bool:
    return free_at is not None and free_at + timedelta(minutes=minutes or 0) > at


def _departure(first: Stop, office: Point | None) -> tuple[Stop, ...]:
    """A day that begins at the office needs no departure."""
    if office is None or first.kilometres == 0:
        return ()
    at = None
    if first.at is not None and first.road_minutes is not None:
        at = first.at - timedelta(minutes=first.road_minutes)
        at -= timedelta(minutes=at.minute % _ROUNDED_TO_MIN, seconds=at.second)
    return (Stop(StopKind.DEPARTURE, None, at),)


def _return(
    here: Point | None, home: Point | None, free_at: datetime | None, place: str | None
) -> tuple[Stop, ...]:
    kilometres, minutes = _leg(here, home)
    if kilometres == 0:
        return ()
    at = None
    if free_at is not None and minutes is not None:
        at = free_at + timedelta(minutes=minutes)
        at += timedelta(minutes=-at.minute % _ROUNDED_TO_MIN)
    return (Stop(StopKind.RETURN, place, at, kilometres=kilometres, road_minutes=minutes),)
