"""What is drawn of the agenda: columns of days, halves of a day, lieux, and one cell a thing.

Plain data, made from what was read: the grid lays it out and paints it, tests read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.config.clock import paris
from desktop.domain.agenda import Clash, Slot, SlotState, Span
from desktop.services.agenda_days import AgendaDays, Away, Meeting, Permanence, Workshop
from desktop.ui.agenda import words
from desktop.ui.agenda.state import slot_key
from desktop.ui.foreseen import clash_words
from desktop.ui.kit import Mark, Shape
from desktop.ui.text import capitalised, clock, day_long, duration, translate, weekday_short
from desktop.ui.theme import Role
from protocol.kinds.agenda import AppointmentStatus

_NOON = 13
_SATURDAY = 5


class CellKind(StrEnum):
    """What a cell stands for."""

    MEETING = "meeting"
    FREE = "free"
    AWAY = "away"
    COLLEAGUE = "colleague"
    WORKSHOP = "workshop"
    DAY = "day"
    """A whole day, in a month."""


@dataclass(frozen=True)
class Cell:
    """One thing that the keyboard stops on."""

    key: str
    kind: CellKind
    day: date
    span: Span | None
    place: str
    place_name: str
    hour: str
    title: str
    spoken: str
    """A whole line of text: all that is shown, and when."""
    subtitle: str = ""
    mark: Mark | None = None
    warning: str = ""
    """What is wrong with it, in a sentence."""
    is_struck: bool = False
    """It does not take place; in a month, a day of another month."""
    is_today: bool = False


@dataclass(frozen=True)
class Group:
    """The cells of a lieu in a half of a day."""

    name: str
    """Empty when the line above is of the same lieu, or where there is none."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DayColumn:
    """A day: its name, what is particular to it, its morning and its afternoon."""

    day: date
    title: str
    notes: str
    is_today: bool
    halves: tuple[tuple[Group, ...], tuple[Group, ...]]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """From the morning on."""
        return tuple(cell for half in self.halves for group in half for cell in group.cells)


@dataclass
class _DayCount:
    """What a day of a month holds."""

    places: list[str] = field(default_factory=list)
    held: int = 0
    free: int = 0


def columns_of(
    days: AgendaDays, since: date, until: date, place: str, *, in_full: bool
) -> list[DayColumn]:
    """Return a column a day; ``in_full`` (a day alone) tells what does not take place too.

    Saturdays and Sundays show when something is on them.
    """
    warned = _warned(days)
    made: dict[date, list[Cell]] = {}
    for cell in _cells(days, place, warned, in_full=in_full):
        made.setdefault(cell.day, []).append(cell)
    today = paris(days.now).date()
    found = []
    for day in _each_day(since, until):
        cells = made.get(day, [])
        if cells or in_full or day.weekday() < _SATURDAY:
            found.append(_column(day, cells, days, today))
    return found


def month_cells(days: AgendaDays, place: str) -> list[Cell]:
    """Return one cell a day, Mondays first: what is held, what is free."""
    made: dict[date, _DayCount] = {}
    for meeting in days.meetings:
        if place in ("", meeting.place) and meeting.is_held:
            _count(made, meeting.span, meeting.place_name).held += 1
    for one in days.permanences:
        free = sum(slot.state is SlotState.FREE for slot in one.slots)
        if free and place in ("", one.place):
            _count(made, one.span, one.place_name).free += free
    shown = _each_day(days.since, days.until)
    month = shown[len(shown) // 2].month
    return [_day_cell(day, made.get(day, _DayCount()), days, month) for day in shown]


def _cells(
    days: AgendaDays, place: str, warned: dict[str, list[Clash]], *, in_full: bool
) -> list[Cell]:
    names = {str(one.place): one.place_name for one in days.permanences}
    names |= {str(one.place): one.place_name for one in days.meetings if one.place}
    cells = [
        _meeting(one, days.now, warned.get(one.id, []), names, in_full=in_full)
        for one in days.meetings
        if place in ("", one.place) and (in_full or _takes_place(one))
    ]
    for permanence in days.permanences:
        if place not in ("", permanence.place):
            continue
        if permanence.colleague is None:
            cells += [_free(permanence, s) for s in permanence.slots if s.state is SlotState.FREE]
        elif place or in_full or days.whose:
            cells.append(_colleague(permanence))
    cells += [_workshop(one) for one in days.workshops if place in ("", one.place)]
    cells += [cell for one in days.away for cell in _away(one, days.since, days.until) if not place]
    return sorted(cells, key=lambda cell: (cell.day, cell.span or Span(days.now, days.now)))


def _takes_place(meeting: Meeting) -> bool:
    return meeting.status not in (AppointmentStatus.MOVED, AppointmentStatus.CANCELLED_BY_SERVICE)


def _meeting(
    one: Meeting,
    now: datetime,
    clashes: list[Clash],
    names: dict[str, str],
    *,
    in_full: bool,
) -> Cell:
    status = words.status_of(one, now)
    start = paris(one.span.starts_at)
    hidden = translate("Agenda", "Rendez-vous masqué")
    name = (one.shown if in_full else one.short) or hidden
    warning = " ".join(clash_words(clash, one.id, names) for clash in clashes)
    plain = status is AppointmentStatus.PLANNED
    mark = None if plain and not in_full else words.status_mark(status, short=not in_full)
    if clashes and plain:
        mark = words.clash_mark(clashes[0])
    about = (one.place_name, one.motive.label, duration(one.span.minutes))
    told = (_when(start), one.shown or hidden, *about, status.label, warning)
    return Cell(
        key=one.id,
        kind=CellKind.MEETING,
        day=start.date(),
        span=one.span,
        place=one.place or "",
        place_name=one.place_name,
        hour=clock(start),
        title=name,
        subtitle=" · ".join(part for part in about[1:] if part),
        mark=mark,
        warning=warning,
        is_struck=not one.is_held,
        spoken=_spoken(told),
    )


def _free(permanence: Permanence, slot: Slot) -> Cell:
    start = paris(slot.span.starts_at)
    length = duration(slot.span.minutes)
    free = translate("Agenda", "Libre")
    return Cell(
        key=slot_key(permanence.opening, slot.span.starts_at),
        kind=CellKind.FREE,
        day=start.date(),
        span=slot.span,
        place=permanence.place,
        place_name=permanence.place_name,
        hour=clock(start),
        title=free,
        subtitle=length,
        spoken=_spoken((_when(start), free, permanence.place_name, length)),
    )


def _colleague(one: Permanence) -> Cell:
    start, end = paris(one.span.starts_at), paris(one.span.ends_at)
    colleague = one.colleague
    who = colleague.short_name if colleague and colleague.name else translate("Agenda", "Collègue")
    job = colleague.job.label if colleague else ""
    hours = f"{clock(start)} – {clock(end)}"
    told = (_when(start), translate("Agenda", "permanence de {0}").format(who), job, one.place_name)
    return Cell(
        key=f"{one.opening}@{one.span.starts_at:%Y%m%dT%H%M}",
        kind=CellKind.COLLEAGUE,
        day=start.date(),
        span=one.span,
        place=one.place,
        place_name=one.place_name,
        hour=hours,
        title=who,
        subtitle=_joined((translate("Agenda", "Permanence"), job)),
        spoken=_spoken((*told, hours)),
    )


def _workshop(one: Workshop) -> Cell:
    start = paris(one.span.starts_at)
    left = translate("Agenda", "%n place(s) libre(s)", "", one.places_left)
    kind = translate("Agenda", "Atelier")
    return Cell(
        key=one.id,
        kind=CellKind.WORKSHOP,
        day=start.date(),
        span=one.span,
        place=one.place or "",
        place_name=one.place_name,
        hour=clock(start),
        title=one.title,
        subtitle=left,
        mark=Mark(kind, Role.PRIMARY, Shape.SQUARE),
        spoken=_spoken((_when(start), kind, one.title, one.place_name, left)),
    )


def _away(one: Away, since: date, until: date) -> list[Cell]:
    """A cell a day: an absence of a week is seen on each of its days."""
    start, end = paris(one.span.starts_at), paris(one.span.ends_at)
    title, found = translate("Agenda", "Absence"), []
    for day in _each_day(max(start.date(), since), min(end.date() + timedelta(1), until)):
        begins = clock(start) if start.date() == day and start.time() > start.time().min else ""
        ends = clock(end) if end.date() == day else ""
        if end.date() == day and end.time() == end.time().min:
            continue
        from_hour = translate("Agenda", "dès {0}").format(begins) if begins else ""
        hour = f"{begins} – {ends}" if begins and ends else from_hour
        if ends and not begins:
            hour = translate("Agenda", "jusqu’à {0}").format(ends)
        hour = hour or translate("Agenda", "Journée")
        if not begins and not ends and day.weekday() >= _SATURDAY:
            continue  # a week-end inside a leave tells nothing
        found.append(
            Cell(
                key=f"{one.id}@{day:%Y%m%d}",
                kind=CellKind.AWAY,
                day=day,
                span=_on(day, one.span),
                place="",
                place_name="",
                hour=hour,
                title=title,
                spoken=_spoken((capitalised(day_long(day)), title, hour)),
            )
        )
    return found


def _on(day: date, span: Span) -> Span:
    """The part of an absence that puts it in the morning, or in the afternoon."""
    return span if paris(span.starts_at).date() == day else Span(span.ends_at, span.ends_at)


def _count(made: dict[date, _DayCount], span: Span, place_name: str) -> _DayCount:
    counted = made.setdefault(paris(span.starts_at).date(), _DayCount())
    if place_name and place_name not in counted.places:
        counted.places.append(place_name)
    return counted


def _day_cell(day: date, counted: _DayCount, days: AgendaDays, month: int) -> Cell:
    places, held, free = counted.places, counted.held, counted.free
    parts = [translate("Agenda", "%n rendez-vous", "", held) if held else ""]
    parts.append(translate("Agenda", "%n libre(s)", "", free) if free else "")
    notes = words.day_notes(day, days)
    counts = " · ".join(part for part in parts if part)
    told = (capitalised(day_long(day)), notes, *places, counts or translate("Agenda", "rien"))
    return Cell(
        key=day.isoformat(),
        kind=CellKind.DAY,
        day=day,
        span=None,
        place="",
        place_name="",
        hour=str(day.day),
        title=counts,
        subtitle=", ".join(places),
        mark=Mark(notes, Role.PENDING) if notes else None,
        spoken=_spoken(told),
        is_struck=day.month != month,
        is_today=day == paris(days.now).date(),
    )


def _column(day: date, cells: list[Cell], days: AgendaDays, today: date) -> DayColumn:
    halves: tuple[list[Cell], list[Cell]] = ([], [])
    for cell in cells:
        start = paris(cell.span.starts_at) if cell.span else None
        late = start is not None and start.date() == day and start.hour >= _NOON
        halves[late].append(cell)
    morning = _groups(halves[0])
    afternoon = _groups(halves[1], after=morning[-1].name if morning else "")
    title = f"{capitalised(weekday_short(day))} {day.day}"
    notes = words.day_notes(day, days)
    return DayColumn(day, title, notes, day == today, (morning, afternoon))


def _groups(cells: Iterable[Cell], after: str = "") -> tuple[Group, ...]:
    """Consecutive cells of a lieu stand together under its name, which ``after`` has said."""
    found: list[tuple[str, list[Cell]]] = []
    for cell in cells:
        if not found or found[-1][0] != cell.place_name:
            found.append((cell.place_name, []))
        found[-1][1].append(cell)
    names = ["" if at == 0 and name == after else name for at, (name, _) in enumerate(found)]
    return tuple(Group(name, tuple(held)) for name, (_, held) in zip(names, found, strict=True))


def _warned(days: AgendaDays) -> dict[str, list[Clash]]:
    found: dict[str, list[Clash]] = {}
    for clash in days.clashes:
        for stop in (clash.one, clash.other):
            found.setdefault(stop.key, []).append(clash)
    return found


def _each_day(since: date, until: date) -> list[date]:
    return [since + timedelta(days=at) for at in range((until - since).days)]


def _when(start: datetime) -> str:
    return f"{capitalised(day_long(start.date()))}, {clock(start)}"


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def _spoken(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
