"""The diary of one professional: where she is each half-day, and what is still free."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from desktop.config.clock import PARIS
from tools.demo.days import is_working
from tools.demo.story import Colleague

MORNING = (time(9, 0), time(9, 45), time(10, 30), time(11, 15))
AFTERNOON = (time(14, 0), time(14, 45), time(15, 30), time(16, 15))
_FURTHEST_BACK, _FURTHEST_ON = 28, 365
_AUGUST, _DECEMBER = 8, 12


class Diary:
    """Gives each moment once."""

    def __init__(self, colleague: Colleague, today: date) -> None:
        self._week = colleague.week
        self._first_weekday = today.weekday()
        self._today = today
        self._taken: set[datetime] = set()

    @property
    def places(self) -> tuple[str, ...]:
        """Her lieux, each as often as she is there in a week."""
        return tuple(place for day in self._week for place in day)

    def take(self, day: date, hour: time) -> datetime:
        """Keep a moment that has been decided."""
        moment = datetime.combine(day, hour, PARIS)
        self._taken.add(moment)
        return moment

    def book(self, wanted: date, place: str, *, after: date, hour: time | None = None) -> datetime:
        """Keep and return the free moment at a lieu closest to a day, at that hour if possible."""
        for day in _around(wanted):
            if day <= after or not self._works(day):
                continue
            free = [moment for moment in self._moments(day, place) if moment not in self._taken]
            if free:
                chosen = next((moment for moment in free if moment.time() == hour), free[0])
                self._taken.add(chosen)
                return chosen
        raise LookupError("the diary is full around that day")

    def take_first(self, day: date, place: str) -> datetime | None:
        """Keep the first free moment of a day at a lieu, on leave or not; nothing when full."""
        free = (moment for moment in self._moments(day, place) if moment not in self._taken)
        first = next(free, None)
        if first is not None:
            self._taken.add(first)
        return first

    def afternoon(self, wanted: date, place: str) -> datetime:
        """Keep a whole afternoon at a lieu, on the free day closest to a day; return its start."""
        for day in _around(wanted):
            if not self._works(day) or self._half_days(day)[1][0] != place:
                continue
            moments = [datetime.combine(day, hour, PARIS) for hour in AFTERNOON]
            if not self._taken & set(moments):
                self._taken |= set(moments)
                return moments[0]
        raise LookupError("no afternoon is free around that day")

    def _works(self, day: date) -> bool:
        on_leave = (day.month == _AUGUST and day.day <= 21) or (
            day.month == _DECEMBER and day.day >= 24
        )
        return is_working(day) and not on_leave

    def _moments(self, day: date, place: str) -> Iterator[datetime]:
        for where, hours in self._half_days(day):
            if where == place:
                yield from (datetime.combine(day, hour, PARIS) for hour in hours)

    def _half_days(self, day: date) -> tuple[tuple[str, tuple[time, ...]], ...]:
        morning, afternoon = self._week[(day.weekday() - self._first_weekday) % 5]
        return (morning, MORNING), (afternoon, AFTERNOON)


def _around(day: date) -> Iterator[date]:
    yield day
    for distance in range(1, _FURTHEST_ON):
        yield day + timedelta(days=distance)
        if distance <= _FURTHEST_BACK:
            yield day - timedelta(days=distance)
