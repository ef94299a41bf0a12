"""Where the world enters: time and randomness are parameters, here are the real ones."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present moment, aware."""
Random = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""

_PARIS = ZoneInfo("Europe/Paris")


def system_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def system_random(count: int) -> bytes:
    """Return ``count`` bytes from the operating system."""
    return os.urandom(count)


def today_in_france(clock: Clock) -> date:
    """Return the date at which access opens and ends: that of the people, not of the machine."""
    return clock().astimezone(_PARIS).date()


def unix_ms(moment: datetime) -> int:
    """Return milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
