"""When a permanence comes again: RFC 5545 rules, at the hour of Paris, summer and winter.

python-dateutil expands the rule on the wall clock; the moments are given their zone afterwards, so
that « 9 h » stays « 9 h » when the hour changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrule, rrulestr

from desktop.config.clock import PARIS, paris
from desktop.domain.holidays import holiday_name

MOST_OCCURRENCES = 400
"""A permanence a day for a year, and some: a span asked for is never longer."""
_ALLOWED = {
    "DAILY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"},
    "WEEKLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"},
    "MONTHLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST"},
}
"""Rules outside these could look for centuries for a day that never comes."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PERIODS = {"DAILY": 1, "WEEKLY": 7}
_MIDDLE = {"BYDAY": "2MO", "BYMONTHDAY": "15"}
"""A day that every month has, far from those it may lack."""
_MOST = 366


class UnknownRule(ValueError):
    """A repetition that Coffre does not follow."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A repetition that was read: its parts by name, and the wall time of its end."""

    frequency: str
    parts: tuple[tuple[str, str], ...]
    until: datetime | None
    """Wall time, without a zone; what starts later is over."""

    def part(self, name: str) -> str:
        """Return a part as it was written, or nothing."""
        return dict(self.parts).get(name, "")

    @property
    def interval(self) -> int:
        """Every how many days, weeks or months."""
        return int(self.part("INTERVAL") or 1)


def read_rule(text: str) -> Rule:
    """Read an RRULE without its name; raise ``UnknownRule``."""
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if not parts.keys() <= _ALLOWED.get(frequency, set()) or frequency not in _ALLOWED:
        raise UnknownRule(frequency)
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdecimal() and 1 <= int(parts[name]) <= 5_000):
            raise UnknownRule(name)
    if int(parts.get("INTERVAL", "1")) > _MOST:
        raise UnknownRule("INTERVAL")
    for one, other in (("UNTIL", "COUNT"), ("BYDAY", "BYMONTHDAY")):
        if one in parts and other in parts:
            raise UnknownRule(other)
    if parts.get("WKST", "MO") not in _DAYS:
        raise UnknownRule("WKST")
    if not all(_is_day(day, frequency) for day in _listed(parts, "BYDAY")):
        raise UnknownRule("BYDAY")
    if not all(_is_month_day(day) for day in _listed(parts, "BYMONTHDAY")):
        raise UnknownRule("BYMONTHDAY")
    until = _until(parts.pop("UNTIL")) if "UNTIL" in parts else None
    return Rule(frequency, tuple(sorted(parts.items())), until)


def occurrences(
    first: datetime, rule: str | None, since: date, until: date, *, on_holidays: bool = False
) -> list[datetime]:
    """Return when something that began on ``first`` starts, from ``since`` to before ``until``.

    Moments are in Paris. An hour that does not exist (the night the clocks go forward) is read an
    hour later, as RFC 5545 says; one that comes twice is the first. Raise ``UnknownRule``.
    """
    begin = paris(first).replace(tzinfo=None, fold=0)
    days = since, until
    starts = _walk(begin, read_rule(rule), *days) if rule else _once(begin, *days)
    kept = (start for start in starts if on_holidays or holiday_name(start.date()) is None)
    return [_in_paris(start) for _, start in zip(range(MOST_OCCURRENCES), kept, strict=False)]


def rule_text(
    frequency: str, *, interval: int = 1, days: str = "", until: date | None = None
) -> str:
    """Write an RRULE; ``until`` is the last day it may come, whole."""
    parts = [f"FREQ={frequency}"]
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if days:
        parts.append(f"BYDAY={days}")
    if until is not None:
        parts.append(f"UNTIL={_end_of(until)}")
    return ";".join(parts)


def ended(rule: str | None, last: date) -> str | None:
    """Return the rule that stops after ``last``; what comes once needs none."""
    if rule is None:
        return None
    parts = _parts(rule)
    parts.pop("COUNT", None)
    parts["UNTIL"] = _end_of(last)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def month_day(day: date) -> str:
    """Return « 2TU » for a second Tuesday; the last one of five is « -1TU »."""
    rank = (day.day - 1) // 7 + 1
    return f"{-1 if rank == 5 else rank}{_DAYS[day.weekday()]}"


def _walk(begin: datetime, rule: Rule, since: date, until: date) -> Iterator[datetime]:
    last = datetime.combine(until, time()) - timedelta(microseconds=1)
    if rule.until is not None:
        last = min(last, rule.until)
    count = rule.part("COUNT")
    start = begin if count else _near(begin, rule, since)
    found = _expanded(begin, rule, start, last)
    for one in islice(found, int(count)) if count else found:
        if one.date() >= since:
            yield one


def _expanded(begin: datetime, rule: Rule, start: datetime, last: datetime) -> Iterator[datetime]:
    """Walk a rule to its end, also one whose days never come.

    The library looks at the end when it finds a day, and for centuries when it finds none: a rule
    that may find none is given a day in the middle of each month, which is left out again.
    """
    if start > last or _never_comes(begin, rule):
        return
    parts = {name: value for name, value in rule.parts if name != "COUNT"}
    by = "BYDAY" if "BYDAY" in parts else "BYMONTHDAY"
    is_rare = False
    if rule.frequency == "MONTHLY":
        parts.setdefault(by, str(begin.day))
        is_rare = all(_is_rare(day, by) for day in parts[by].split(","))
        parts[by] += f",{_MIDDLE[by]}" if is_rare else ""
    text = ";".join((f"FREQ={rule.frequency}", *(f"{name}={parts[name]}" for name in parts)))
    found = rrulestr(text, dtstart=start)
    if not isinstance(found, rrule):
        raise UnknownRule(rule.frequency)
    yield from (one for one in found.replace(until=last) if not (is_rare and 4 < one.day < 28))


def _never_comes(begin: datetime, rule: Rule) -> bool:
    """Every so many whole weeks, the day of the week stays: the first one's, or none."""
    days = rule.part("BYDAY")
    whole_weeks = rule.frequency == "DAILY" and rule.interval % len(_DAYS) == 0
    return whole_weeks and bool(days) and _DAYS[begin.weekday()] not in days.split(",")


def _is_rare(day: str, by: str) -> bool:
    """Tell whether a month may lack it: a fifth Tuesday, the 30th."""
    number = _number(day[:-2] if by == "BYDAY" else day)
    return number is not None and abs(number) > (4 if by == "BYDAY" else 28)


def _near(begin: datetime, rule: Rule, since: date) -> datetime:
    """Begin close to the span: a whole number of periods later, the rule goes on the same."""
    if rule.frequency == "MONTHLY":
        months = (since.year - begin.year) * 12 + since.month - begin.month - 1
        ahead = months // rule.interval * rule.interval
        year, month = divmod(begin.year * 12 + begin.month - 1 + ahead, 12)
        return begin.replace(year=year, month=month + 1, day=1) if ahead > 0 else begin
    period = _PERIODS[rule.frequency] * rule.interval
    ahead = (since - begin.date()).days - 7
    if ahead <= period:
        return begin
    # Days of the week before the first time do not count in its own week: hence the week to spare.
    return begin + timedelta(days=ahead // period * period)


def _once(begin: datetime, since: date, until: date) -> list[datetime]:
    return [begin] if since <= begin.date() < until else []


def _in_paris(wall: datetime) -> datetime:
    return paris(wall.replace(tzinfo=PARIS).astimezone(UTC))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.strip().upper().split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value or name in parts:
            raise UnknownRule(name)
        parts[name] = value
    return parts


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _is_day(day: str, frequency: str) -> bool:
    rank, name = day[:-2], day[-2:]
    if name not in _DAYS:
        return False
    return not rank or (frequency == "MONTHLY" and _number(rank) in {*range(1, 6), *range(-5, 0)})


def _is_month_day(day: str) -> bool:
    return _number(day) in {*range(1, 32), *range(-31, 0)}


def _number(text: str) -> int | None:
    bare = text.removeprefix("+").removeprefix("-")
    if not (bare.isascii() and bare.isdecimal() and len(bare) < 3):
        return None
    return -int(bare) if text.startswith("-") else int(bare)


def _until(text: str) -> datetime:
    """A day is whole; a moment of Greenwich is read on the wall of Paris."""
    try:
        if len(text) == 8:
            day = datetime.strptime(text, "%Y%m%d")  # a wall date
            return day.replace(hour=23, minute=59, second=59)
        moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
        if not text.endswith("Z"):
            return moment
        return paris(moment.replace(tzinfo=UTC)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise UnknownRule("UNTIL") from None


def _end_of(day: date) -> str:
    last = datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)
    return f"{last:%Y%m%dT%H%M%SZ}"
