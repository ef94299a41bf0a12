"""The days people work, and the clocks of the demonstration."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from desktop.config.clock import PARIS
from desktop.domain.holidays import holiday_name

_SATURDAY = 5
_MORNING = (8, 50)
"""The demonstration begins ten minutes before the first appointment."""


def is_working(day: date) -> bool:
    """Tell whether people have appointments on that day."""
    return day.weekday() < _SATURDAY and holiday_name(day) is None


def working_day(day: date) -> date:
    """Return the day, or the next working one."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date) -> date:
    """Return the last working day before."""
    day -= timedelta(days=1)
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment on the wall of the Département."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


@dataclass
class TurnedClock:
    """A clock turned by hand, for two years told in a minute."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)


class DemoClock:
    """A clock that starts at ten to nine on the day of the demonstration, and runs from there."""

    def __init__(self, day: date) -> None:
        self._start = at(day, *_MORNING).astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._since)
