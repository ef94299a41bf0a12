"""Reads the calendar file of another program (RFC 5545), which may be enormous or made to harm.

Line by line, and of each event the few lines that say when: descriptions, attachments, alarms and
time zones of its own making never reach the library. What it costs is bounded in size, in count,
in length of a line and in time, and whoever asked may stop it. Nothing of the store is needed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, TextIOWrapper
from time import monotonic
from typing import TYPE_CHECKING

from desktop.config.clock import PARIS
from desktop.domain.agenda import Span
from desktop.services.errors import NotACalendar

if TYPE_CHECKING:
    from icalendar import Event

LARGEST_FILE = 5_000_000
"""Octets: ten years of a full agenda."""
MOST_EVENTS = 5_000
LONGEST_LINE = 1_000
"""Characters, of a line that says when or which."""
PATIENCE_S = 30.0
_DEEPEST = 5
_LINES_AT_ONCE = 2_000
_READ = ("UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "STATUS", "TRANSP")
_REPEATS = ("RRULE", "RDATE")

Lines = dict[str, str]


class ReadingStopped(Exception):
    """Whoever asked for the file to be read does not want it any more."""


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """An event of another calendar that takes time of mine."""

    uid: str
    occurrence: str
    """Which one of those that bear the same identifier."""
    span: Span
    repeats: bool


def read_events(
    content: bytes,
    is_stopped: Callable[[], bool] = lambda: False,
    ticks: Callable[[], float] = monotonic,
) -> list[OutsideEvent]:
    """Return what takes time, in the order of the file.

    Raise ``NotACalendar`` for what is none or asks too much, ``ReadingStopped`` when told to stop.
    """
    if len(content) > LARGEST_FILE:
        raise NotACalendar
    until = ticks() + PATIENCE_S

    def go_on() -> None:
        if is_stopped():
            raise ReadingStopped
        if ticks() > until:
            raise NotACalendar

    found = []
    for at, lines in enumerate(_blocks(content, go_on)):
        if at == MOST_EVENTS:
            raise NotACalendar
        go_on()
        event = _event(lines)
        if event is not None:
            found.append(event)
    return found


def _blocks(content: bytes, go_on: Callable[[], None]) -> Iterator[Lines]:
    """Yield the lines of each event that are read at all, the first of each name."""
    within: list[str] = []
    lines: Lines = {}
    closed = False
    for line in _unfolded(content, go_on):
        name, _, value = line.partition(":")
        word = name.partition(";")[0].strip().upper()
        if closed or (not within and (word, _word(value)) != ("BEGIN", "VCALENDAR")):
            raise NotACalendar
        if word == "BEGIN":
            if len(within) == _DEEPEST:
                raise NotACalendar
            within.append(_word(value))
        elif word == "END":
            if within.pop() != _word(value):
                raise NotACalendar
            if len(within) == 1 and _word(value) == "VEVENT":
                yield lines
                lines = {}
            closed = not within
        elif within == ["VCALENDAR", "VEVENT"] and word in (*_READ, *_REPEATS):
            if word in _READ and len(line) > LONGEST_LINE:
                raise NotACalendar
            lines.setdefault(word, line)
    if not closed:
        raise NotACalendar


def _unfolded(content: bytes, go_on: Callable[[], None]) -> Iterator[str]:
    """Yield the lines that are not empty, folded ones made whole as far as one may be read."""
    whole = ""
    text = TextIOWrapper(BytesIO(content), encoding="utf-8-sig", errors="replace")
    for at, line in enumerate(text, 1):
        if at % _LINES_AT_ONCE == 0:
            go_on()
        if line[:1] not in (" ", "\t"):
            if whole.strip():
                yield whole
            whole = line.rstrip("\n")
        elif len(whole) <= LONGEST_LINE:
            whole += line[1:].rstrip("\n")
    if whole.strip():
        yield whole


def _word(value: str) -> str:
    return value.strip().upper()


def _event(lines: Lines) -> OutsideEvent | None:
    """Return the event; nothing when it is cancelled, or leaves its time free."""
    # Imported here: it takes a tenth of a second that an opening laptop has not.
    from icalendar import Event

    read = [line for name, line in lines.items() if name in _READ]
    try:
        event = Event.from_ical("\r\n".join(("BEGIN:VEVENT", *read, "END:VEVENT")))
        if not isinstance(event, Event):
            raise NotACalendar
        span = _taken(event)
    # Whatever a foreign file makes the library raise means the same to the person who chose it.
    except Exception as failure:
        raise NotACalendar from failure
    if span is None:
        return None
    return OutsideEvent(
        uid=str(event.get("uid", "")),
        occurrence=str(event.get("recurrence-id", "")),
        span=span,
        repeats=len(read) < len(lines),
    )


def _taken(event: "Event") -> Span | None:
    if str(event.get("status", "")).upper() == "CANCELLED":
        return None
    if str(event.get("transp", "")).upper() == "TRANSPARENT":
        return None
    start = _moment(event.decoded("dtstart"))
    span = Span(start, _end(event, start))
    return span if span.starts_at < span.ends_at else None


def _end(event: "Event", start: datetime) -> datetime:
    if "dtend" in event:
        return _moment(event.decoded("dtend"))
    if "duration" in event:
        lasting: timedelta = event.decoded("duration")
        return start + lasting
    whole_day = not isinstance(event.decoded("dtstart"), datetime)
    return start + timedelta(days=1 if whole_day else 0)


def _moment(value: object) -> datetime:
    """A day begins at midnight in Paris; an hour without a zone we know is an hour of Paris."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=PARIS)
        return aware.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), PARIS).astimezone(UTC)
    raise ValueError(type(value).__name__)
