"""Dates and times as people write them in French, in a field or in a file.

``read_date`` gives back a date and how much of it is known; what cannot be a date is refused with
the code of a reason, from which a French sentence is made on the screen.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop.domain.names import fold
from protocol.kinds.persons import DatePrecision as Precision

OLDEST_YEAR = 1890
"""Nobody we may meet was born before."""
FURTHEST_YEARS = 20
"""A date further in the future than that is a slip of the finger."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_EXCEL_ZERO = date(1899, 12, 30)  # Excel believes in 29 February 1900: serial 61 is 1 March 1900
_EXCEL_SERIALS = range(10_000, 73_051)  # 1927 to 2099; four digits are read as a year
_LONGEST = 60

# [0-9] and not \d, which would also accept the digits of other scripts.
_DMY = re.compile(r"([0-9]{1,2})[-/. ]{1,3}([0-9]{1,2})[-/. ]{1,3}([0-9]{4}|[0-9]{2})")
_GLUED = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_YMD = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_MY = re.compile(r"([0-9]{1,2})[-/. ]{1,3}([0-9]{4})")
_ESTIMATED = re.compile(r"(?:vers|environ|env) ([0-9]{4})")
_YEAR = re.compile(r"(?:en )?([0-9]{4})")
_WORDED = re.compile(r"(?:([0-9]{1,2})(?:er)? )?([a-z]+) ([0-9]{4}|[0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.0+)?")
_CLOCK = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?$")
_LEAD = re.compile(
    r"^(?:n[ée]+ ?\(?e?\)? )?(?:le )?(?:(?:lun|mar|mercre|jeu|vendre|same)di,? |dimanche,? )?",
    re.IGNORECASE,
)


class DateReason(StrEnum):
    """Why a text was not accepted as a date."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_MONTH = "no_such_month"
    TOO_OLD = "too_old"
    IN_FUTURE = "in_future"


class DateRefused(ValueError):
    """A text that is not a possible date; carries the reason, never the text."""

    def __init__(self, reason: DateReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FrenchDate:
    """A date with its precision; what is not known is 1 (month) and 1 (day)."""

    day: date
    precision: Precision = Precision.DAY


@dataclass(frozen=True, slots=True)
class _Parts:
    day: str
    month: str
    year: str
    precision: Precision


def read_date(
    text: str, *, today: date, past_only: bool = False, serials: bool = False
) -> FrenchDate:
    """Read ``text`` as a date, or raise ``DateRefused``.

    ``past_only`` refuses what comes after today (a date of birth). ``serials`` also reads the day
    numbers that spreadsheets leave in a column that was not formatted as dates. Day comes before
    month, always: the American order is never guessed.
    """
    if serials and (from_serial := _read_serial(text)):
        return FrenchDate(_bounded(from_serial, today, past_only=past_only))
    parts = _split(text)
    year = int(parts.year)
    if len(parts.year) == 2:
        year = full_year(year, today=today, past_only=past_only)
    if not 1 <= int(parts.month) <= 12:
        raise DateRefused(DateReason.NO_SUCH_MONTH)
    try:
        day = date(year, int(parts.month), int(parts.day))
    except ValueError:
        reason = DateReason.NO_SUCH_DAY if year else DateReason.TOO_OLD
        raise DateRefused(reason) from None
    return FrenchDate(_bounded(day, today, past_only=past_only), parts.precision)


def format_date(value: FrenchDate) -> str:
    """Return the date in full French, no more precise than it is: « 1er mars 1979 », « 1979 »."""
    month, year = MONTHS[value.day.month - 1], value.day.year
    match value.precision:
        case Precision.DAY:
            return f"{'1er' if value.day.day == 1 else value.day.day} {month} {year}"
        case Precision.MONTH:
            return f"{month} {year}"
        case Precision.YEAR:
            return str(year)
        case Precision.ESTIMATED:
            return f"vers {year}"


def full_year(two_digits: int, *, today: date, past_only: bool) -> int:
    """Return the year meant by two digits: the last one within reach.

    A date of birth never comes after today's year; any other date may be up to ten years ahead
    (the end of a contract).
    """
    last = today.year if past_only else today.year + 10
    year = last - last % 100 + two_digits
    return year if year <= last else year - 100


def month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name or an abbreviation that can only mean it, or None."""
    folded = fold(word)
    if folded == "jul":
        return 7
    starts = [n for n, name in enumerate(MONTHS, 1) if fold(name).startswith(folded)]
    return starts[0] if len(folded) >= 3 and len(starts) == 1 else None


def _read_serial(text: str) -> date | None:
    found = _SERIAL.fullmatch(text.strip())
    if found is None or int(found[1]) not in _EXCEL_SERIALS:
        return None
    return _EXCEL_ZERO + timedelta(days=int(found[1]))


def _split(text: str) -> _Parts:
    if len(text) > _LONGEST:
        raise DateRefused(DateReason.UNREADABLE)
    plain = _CLOCK.sub("", " ".join(text.split()))
    plain = _LEAD.sub("", plain, count=1)
    if found := _DMY.fullmatch(plain) or _GLUED.fullmatch(plain):
        return _Parts(found[1], found[2], found[3], Precision.DAY)
    if found := _YMD.fullmatch(plain):
        return _Parts(found[3], found[2], found[1], Precision.DAY)
    if found := _MY.fullmatch(plain):
        return _Parts("1", found[1], found[2], Precision.MONTH)
    if found := _YEAR.fullmatch(plain):
        return _Parts("1", "1", found[1], Precision.YEAR)
    return _split_words(fold(plain))


def _split_words(folded: str) -> _Parts:
    if found := _ESTIMATED.fullmatch(folded):
        return _Parts("1", "1", found[1], Precision.ESTIMATED)
    found = _WORDED.fullmatch(folded)
    month = month_number(found[2]) if found else None
    if found is None or month is None:
        raise DateRefused(DateReason.UNREADABLE)
    precision = Precision.DAY if found[1] else Precision.MONTH
    return _Parts(found[1] or "1", str(month), found[3], precision)


def _bounded(day: date, today: date, *, past_only: bool) -> date:
    if day.year < OLDEST_YEAR:
        raise DateRefused(DateReason.TOO_OLD)
    if (past_only and day > today) or day.year > today.year + FURTHEST_YEARS:
        raise DateRefused(DateReason.IN_FUTURE)
    return day
