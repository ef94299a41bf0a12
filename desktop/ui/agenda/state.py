"""What the agenda shows: a stretch of days, a panel beside it, and what is being decided there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from desktop.config.clock import paris
from desktop.domain.agenda import Slot, Span
from desktop.services.agenda import Agenda
from desktop.services.agenda_days import (
    AgendaDays,
    Details,
    Foreseen,
    Meeting,
    Permanence,
    free_slots,
)
from desktop.services.agenda_ics import AgendaFiles
from desktop.services.appointments import Appointments
from desktop.services.directory import Colleague, Directory, PlaceLine
from desktop.services.permanences import AbsenceLine, OpeningLine, Permanences
from desktop.services.persons import Persons
from desktop.services.waiting import WaitingLine, WaitingList
from desktop.ui.errors import Problem
from protocol.ids import PersonId, PlaceId, RecordId
from protocol.kinds.agenda import Motive


class Mode(StrEnum):
    """How much of the agenda is in sight."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Panel(StrEnum):
    """What stands beside the days."""

    WAITING = "waiting"
    MEETING = "meeting"
    SLOT = "slot"
    BOOKING = "booking"
    WAIT = "wait"
    OPENINGS = "openings"
    OPENING = "opening"
    ABSENCE = "absence"


@dataclass(frozen=True)
class AgendaServices:
    """All that the agenda asks."""

    agenda: Agenda
    appointments: Appointments
    permanences: Permanences
    waiting: WaitingList
    directory: Directory
    persons: Persons
    files: AgendaFiles


@dataclass(frozen=True)
class FreeSlot:
    """A slot to be given."""

    span: Span
    place: PlaceId
    place_name: str


@dataclass(frozen=True)
class Booking:
    """What the form of an appointment begins with."""

    details: Details | None = None
    """None: the hour is to be said."""
    person: PersonId | None = None
    name: str = ""
    meeting: Meeting | None = None
    """The one that is corrected; none: a new one."""
    waiting: RecordId | None = None
    """The wait it would end."""


class Proposed(NamedTuple):
    """Somebody who may be meant by what is typed."""

    person: PersonId
    words: str
    """Her line of the list, sorted by family name, and what tells namesakes apart."""
    name: str
    """What stands in the field once she is chosen."""


@dataclass(frozen=True)
class Reading:
    """All of it, as it was read at once."""

    days: AgendaDays
    waiting: tuple[WaitingLine, ...]
    delays: Mapping[PlaceId, int]
    places: tuple[PlaceLine, ...]
    openings: tuple[OpeningLine, ...]
    absences: tuple[AbsenceLine, ...]
    motive: Motive
    """Why people usually meet me."""
    colleagues: tuple[Colleague, ...] = ()
    """Those whose agenda says something here."""

    @property
    def free(self) -> list[FreeSlot]:
        """What is still to be given, in order."""
        return [_free(one, slot) for one, slot in free_slots(self.days)]


@dataclass(frozen=True)
class AgendaState:
    """One look at the agenda."""

    now: datetime
    """On the wall of the office."""
    mode: Mode = Mode.WEEK
    day: date = date.min
    """A day of the period in sight."""
    place: str = ""
    """The lieu that is looked at; nothing: all of mine."""
    whose: str = ""
    """The colleague whose agenda is looked at; nothing: it is mine."""
    read: Reading | None = None
    """None until it has been read."""
    panel: Panel = Panel.WAITING
    chosen: str = ""
    """The cell that was opened."""
    slot: FreeSlot | None = None
    booking: Booking = field(default_factory=Booking)
    foreseen: Foreseen | None = None
    """What the appointment in the form would run into."""
    opening: OpeningLine | None = None
    absence: AbsenceLine | None = None
    moving: str = ""
    """The appointment for which a slot is looked for."""
    field_problems: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    """One sentence about the last act that could not be done."""
    is_slow: bool = False
    problem: Problem | None = None

    @property
    def free(self) -> list[FreeSlot]:
        """What is free among what is in sight."""
        found = self.read.free if self.read else []
        return [slot for slot in found if self.place in ("", slot.place)]

    @property
    def meeting(self) -> Meeting | None:
        """The appointment that was opened."""
        return self.meeting_of(self.chosen)

    def meeting_of(self, key: str) -> Meeting | None:
        """Return an appointment of the period in sight."""
        meetings = self.read.days.meetings if self.read else ()
        return next((one for one in meetings if one.id == key), None)

    def slot_of(self, key: str) -> FreeSlot | None:
        """Return the free slot that a cell stands for."""
        if self.read is None:
            return None
        for permanence, slot in free_slots(self.read.days):
            if key == slot_key(permanence.opening, slot.span.starts_at):
                return _free(permanence, slot)
        return None

    def slot_at(self, span: Span, place: str | None) -> FreeSlot | None:
        """Return the free slot of a lieu that meets a span: the one a cancelled hour gave back."""
        if self.read is None:
            return None
        return next((s for s in self.read.free if s.place == place and s.span.meets(span)), None)

    def wait(self) -> "AgendaState":
        """Return to the waiting list."""
        return replace(
            self,
            panel=Panel.WAITING,
            chosen="",
            moving="",
            field_problems={},
            said="",
            foreseen=None,
        )


def slot_key(opening: str, starts_at: datetime) -> str:
    """Return the key of the cell of a slot."""
    return f"{opening}@{starts_at:%Y%m%dT%H%M}"


def period(mode: Mode, day: date) -> tuple[date, date]:
    """Return the first day to read and the one after the last."""
    monday = day - timedelta(days=day.weekday())
    if mode is Mode.DAY:
        return day, day + timedelta(days=1)
    if mode is Mode.WEEK:
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begin = first - timedelta(days=first.weekday())
    return begin, last + timedelta(days=7 - last.weekday())


def turned(mode: Mode, day: date, step: int) -> date:
    """Return a day of the period before or after."""
    if mode is Mode.DAY:
        return day + timedelta(days=step)
    if mode is Mode.WEEK:
        return day + timedelta(days=7 * step)
    first = day.replace(day=1)
    return (first + timedelta(days=31 if step > 0 else -1)).replace(day=1)


def nearest_free(state: AgendaState, meeting: Meeting, way: str) -> FreeSlot | None:
    """Return where Alt and an arrow would move an appointment."""
    free = state.free
    start = meeting.span.starts_at
    if way in ("earlier", "later"):
        later = way == "later"
        those = [s for s in free if (s.span.starts_at > start) is later]
        return min(those, key=lambda s: abs(s.span.starts_at - start), default=None)
    day, wall = paris(start).date(), paris(start).replace(tzinfo=None)
    ahead = [s for s in free if (_day(s) > day if way == "right" else _day(s) < day)]
    if not ahead:
        return None
    there = min((_day(s) for s in ahead), key=lambda other: abs(other - day))
    wanted = datetime.combine(there, wall.time())
    return min(
        (s for s in ahead if _day(s) == there),
        key=lambda s: abs(paris(s.span.starts_at).replace(tzinfo=None) - wanted),
    )


def _day(slot: FreeSlot) -> date:
    return paris(slot.span.starts_at).date()


def _free(permanence: Permanence, slot: Slot) -> FreeSlot:
    return FreeSlot(slot.span, permanence.place, permanence.place_name)
