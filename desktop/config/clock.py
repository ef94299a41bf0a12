"""The wall clock as a port: real in the program, turned by hand in simulations."""

import sys
import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, which may be wrong: nothing but display and tie-breaks rests on it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


def uptime_s() -> float:
    """Return the seconds since the machine was started; nobody sets that clock.

    Python's monotonic clock counts from there on each of our systems; on macOS, sleep apart.
    """
    if sys.platform != "linux":
        return time.monotonic()
    return time.clock_gettime(time.CLOCK_BOOTTIME)  # with the time asleep


def unix_ms(moment: datetime) -> int:
    """Return milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def paris(moment: datetime) -> datetime:
    """Return the moment as people in the Département read it on a wall."""
    return moment.astimezone(PARIS)
