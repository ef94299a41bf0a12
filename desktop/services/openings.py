"""When I can receive somebody: my permanences at a lieu, less what is taken and my absences.

What is taken are my appointments and the workshops I lead.

Where I hold no permanence, a working day will do: the usual hour if it is free, else the nearest
half-hour that is.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.domain.agenda import SlotState, Span, lasting, slots
from desktop.domain.recurrence import UnknownRule, occurrences
from desktop.domain.rhythm import is_working_day
from desktop.services.workplace import Workplace
from protocol.ids import PlaceId
from protocol.kinds.agenda import Absence, OpeningSlot
from protocol.values import instant_from_wire, instant_to_wire

USUAL_HOUR = time(9)
"""When people meet who never met and whose lieu has no permanence."""
_OFFICE_HOURS = tuple(time(hour, minute) for hour in range(9, 17) for minute in (0, 30))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Permanence:
    span: Span
    slot_minutes: int


class Calendar:
    """My days from one date to another one, read once."""

    def __init__(
        self,
        days: tuple[date, date],
        now: datetime,
        permanences: list[OpeningSlot],
        absences: list[Absence],
        busy: list[Span],
    ) -> None:
        self._days = days
        self._now = now
        self._permanences = permanences
        self._away = [Span(item.starts_at, item.ends_at) for item in absences]
        self._busy: dict[date, list[Span]] = {}
        for span in busy:
            self._busy.setdefault(paris(span.starts_at).date(), []).append(span)
        self._open: dict[str, dict[date, list[_Permanence]]] = {}

    def receives_at(self, place: PlaceId | None) -> bool:
        """Tell whether I hold a permanence at a lieu in these days."""
        return bool(self._of_place(place))

    def free_at(
        self, place: PlaceId | None, day: date, minutes: int, usual: time | None = None
    ) -> datetime | None:
        """Return a free moment of a day at a lieu (local time), the nearest to the usual hour."""
        free = self._moments(place, day, minutes, usual)
        if usual is None:
            return min(free, default=None)
        return min(free, key=lambda moment: _apart(moment, usual), default=None)

    def _moments(
        self, place: PlaceId | None, day: date, minutes: int, usual: time | None
    ) -> list[datetime]:
        if self.receives_at(place):
            return self._in_permanences(place, day, minutes)
        if not is_working_day(day):
            return []
        hours = (USUAL_HOUR if usual is None else usual, *_OFFICE_HOURS)
        moments = [datetime.combine(day, hour, PARIS) for hour in hours]
        return [moment for moment in moments if self._is_free(lasting(moment, minutes))]

    def _in_permanences(self, place: PlaceId | None, day: date, minutes: int) -> list[datetime]:
        found = []
        for held in self._of_place(place).get(day, ()):
            taken = self._busy.get(day, [])
            offered = slots(held.span, held.slot_minutes, taken, self._away, self._now)
            starts = [slot.span.starts_at for slot in offered if slot.state is SlotState.FREE]
            spans = [lasting(start, minutes) for start in starts]
            found += [
                paris(span.starts_at)
                for span in spans
                if span.ends_at <= held.span.ends_at and self._is_free(span)
            ]
        return found

    def _is_free(self, span: Span) -> bool:
        taken = self._busy.get(paris(span.starts_at).date(), [])
        others = (*taken, *self._away)
        return span.starts_at > self._now and not any(span.meets(other) for other in others)

    def _of_place(self, place: PlaceId | None) -> dict[date, list[_Permanence]]:
        if place is None:
            return {}
        if place not in self._open:
            self._open[place] = self._expand(place)
        return self._open[place]

    def _expand(self, place: PlaceId) -> dict[date, list[_Permanence]]:
        first, last = self._days
        found: dict[date, list[_Permanence]] = {}
        for held in self._permanences:
            if held.place != place or held.minutes <= 0 or held.slot_minutes <= 0:
                continue
            for start in starts_of(held, first, last + _DAY):
                permanence = _Permanence(lasting(start, held.minutes), held.slot_minutes)
                found.setdefault(start.date(), []).append(permanence)
        return found


class Openings:
    """Reads my permanences, my absences and my appointments."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records

    def between(self, first: date, last: date) -> Calendar:
        """Return my days, both included."""
        me = self._workplace.me
        start = instant_to_wire(datetime.combine(first, time(), PARIS))
        end = instant_to_wire(datetime.combine(last + _DAY, time(), PARIS))
        return Calendar(
            (first, last),
            self._workplace.clock.now(),
            self._records.select(
                OpeningSlot, '"professional" = ? AND "active" IS NOT 0', (me,), order='"starts_at"'
            ),
            self._records.select(Absence, '"professional" = ? AND "ends_at" > ?', (me, start)),
            self._busy(start, end),
        )

    def _busy(self, start: str, end: str) -> list[Span]:
        rows = self._workplace.store.database.rows(
            """SELECT "starts_at", coalesce("minutes", 45) FROM "appointment"
            WHERE "professional" = :me AND "starts_at" >= :start AND "starts_at" < :end
                AND coalesce("status", 'planned') IN ('planned', 'to_qualify')
            UNION ALL SELECT "starts_at", coalesce("minutes", 120) FROM "workshop_session"
            WHERE "professional" = :me AND "starts_at" >= :start AND "starts_at" < :end
                AND "cancelled" IS NOT 1""",
            {"me": self._workplace.me, "start": start, "end": end},
        )
        return [lasting(instant_from_wire(str(at)), int(minutes)) for at, minutes in rows]


def _apart(moment: datetime, usual: time) -> tuple[int, datetime]:
    wall = moment.hour * 60 + moment.minute
    return abs(wall - usual.hour * 60 - usual.minute), moment


def starts_of(opening: OpeningSlot, since: date, until: date) -> list[datetime]:
    """Return when a permanence starts; one whose repetition is unknown here is held once."""
    try:
        return occurrences(
            opening.starts_at, opening.rule, since, until, on_holidays=opening.on_holidays
        )
    except UnknownRule:
        return occurrences(opening.starts_at, None, since, until, on_holidays=True)
