"""What a stretch of the agenda holds, as it was read."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.agenda import Clash, Slot, SlotState, Span
from desktop.services.directory import Colleague
from protocol.ids import AppointmentId, PersonId, PlaceId, RecordId
from protocol.kinds.agenda import AppointmentStatus, Motive, Visibility

HELD = frozenset(
    {
        AppointmentStatus.PLANNED,
        AppointmentStatus.TO_QUALIFY,
        AppointmentStatus.ATTENDED,
        AppointmentStatus.NO_SHOW,
    }
)
"""Appointments that fill their slot; the others leave it free."""
OPEN = frozenset({AppointmentStatus.PLANNED, AppointmentStatus.TO_QUALIFY})
"""Appointments that can still be moved."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One of my appointments, or a colleague's with somebody whose dossier I share."""

    id: AppointmentId
    person: PersonId
    name: str
    shown: str
    """Her name as it may stand on a screen: initials when discreet, nothing when hidden."""
    short: str
    """The same, with the first name as a letter."""
    span: Span
    place: PlaceId | None
    place_name: str
    motive: Motive
    status: AppointmentStatus
    visibility: Visibility

    @property
    def is_held(self) -> bool:
        """Whether it fills its slot."""
        return self.status in HELD

    @property
    def details(self) -> "Details":
        """What can be changed of it."""
        minutes = self.span.minutes
        return Details(self.span.starts_at, minutes, self.place, self.motive, self.visibility)


@dataclass(frozen=True, slots=True)
class Details:
    """When, where and why people meet."""

    starts_at: datetime
    """Aware."""
    minutes: int
    place: PlaceId | None
    motive: Motive
    visibility: Visibility = Visibility.NORMAL


@dataclass(frozen=True, slots=True)
class Permanence:
    """One time a permanence is held."""

    opening: RecordId
    place: PlaceId
    place_name: str
    span: Span
    colleague: Colleague | None
    """None: it is mine."""
    slots: tuple[Slot, ...] = ()
    """Of mine only."""


@dataclass(frozen=True, slots=True)
class Away:
    """An absence of mine."""

    id: RecordId
    span: Span


@dataclass(frozen=True, slots=True)
class Workshop:
    """A group meeting: mine, or at a lieu where I receive."""

    id: RecordId
    title: str
    span: Span
    place: PlaceId | None
    place_name: str
    places_left: int
    mine: bool


@dataclass(frozen=True, slots=True)
class AgendaDays:
    """A stretch of days, from ``since`` to before ``until``."""

    since: date
    until: date
    now: datetime
    meetings: tuple[Meeting, ...] = ()
    permanences: tuple[Permanence, ...] = ()
    """Mine, then those of colleagues at the same lieux; each in order."""
    away: tuple[Away, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    clashes: tuple[Clash, ...] = ()
    """What cannot be kept in time; keys of stops are those of meetings and workshops."""
    has_openings: bool = False
    """Whether I ever said when I receive."""
    whose: Colleague | None = None
    """The colleague whose days these are; None: they are mine."""


@dataclass(frozen=True, slots=True)
class SameDay:
    """An appointment that the same person already has that day."""

    starts_at: datetime
    with_whom: str
    """The colleague's name; nothing: it is with me."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an appointment would run into."""

    clashes: tuple[Clash, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """For each key of a clash, the lieu it is at."""
    is_away: bool = False
    holiday: str | None = None
    is_closed: bool = False
    """I receive at this lieu, but not then."""
    person: str = ""
    """Who the appointment is for, as her name is shown; nothing while nobody is chosen."""
    same_day: tuple[SameDay, ...] = ()
    """What she already has that day, in order."""


def free_slots(days: AgendaDays) -> list[tuple[Permanence, Slot]]:
    """Return what is still to be given, in order."""
    return [
        (one, slot)
        for one in days.permanences
        for slot in one.slots
        if slot.state is SlotState.FREE
    ]
