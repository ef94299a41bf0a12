"""The agenda: a stretch of days read, appointments booked and moved.

Of a colleague only the permanences are read, at the lieux where I receive too: never the name of
a person. When it is her agenda that is looked at, her appointments with persons whose dossier we
share are in it, since both of us read them there already; those with others are on her laptop only.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desktop.config.clock import paris
from desktop.domain.agenda import (
    Point,
    Stop,
    clashes,
    clashes_of,
    half_of,
    lasting,
    point_of,
    slots,
)
from desktop.domain.holidays import holiday_name
from desktop.domain.names import fold
from desktop.domain.territory import Territory
from desktop.services.agenda_days import (
    HELD,
    OPEN,
    AgendaDays,
    Details,
    Foreseen,
    Meeting,
    Permanence,
    SameDay,
    Workshop,
)
from desktop.services.agenda_rows import AgendaRows, days_between
from desktop.services.appointments import MINUTES
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import Dossiers
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.waiting import WaitingList
from desktop.services.workplace import Workplace
from protocol.ids import AppointmentId, PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import (
    Appointment,
    Motive,
    OpeningSlot,
)
from protocol.kinds.people import Job
from protocol.kinds.places import Place

LONGEST_SPAN = 62
"""Days: a month with the ends of its weeks, and more."""


class Agenda:
    """Reads and writes my agenda."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        territory: Territory,
        waiting: WaitingList,
    ) -> None:
        self._workplace = workplace
        self._directory = directory
        self._territory = territory
        self._waiting = waiting
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)
        self._rows = AgendaRows(workplace)

    def read(self, since: date, until: date) -> AgendaDays:
        """Return my agenda from a day to before another one, at most ``LONGEST_SPAN`` days."""
        until = min(until, since + timedelta(days=LONGEST_SPAN))
        days, now = days_between(since, until), self._workplace.clock.now()
        places = self._rows.places()
        me = self._workplace.me
        meetings = self._rows.meetings(days, places, me)
        away = self._rows.away(days, me)
        openings = self._rows.openings()
        mine = [one for one in openings if one.professional == me]
        workshops = self._rows.workshops(days, places, {one.place for one in mine}, me)
        busy = [one.span for one in meetings if one.is_held]
        busy += [one.span for one in workshops if one.mine]
        held = [
            replace(one, slots=tuple(slots(one.span, size, busy, [a.span for a in away], now)))
            for one, size in self._rows.held(mine, since, until, places, {})
        ]
        return AgendaDays(
            since=since,
            until=until,
            now=now,
            meetings=tuple(meetings),
            permanences=(*held, *self._of_colleagues(openings, mine, since, until, places)),
            away=tuple(away),
            workshops=tuple(workshops),
            clashes=tuple(clashes(self._stops(meetings, workshops, places))),
            has_openings=bool(mine),
        )

    def read_of(self, professional: ProfessionalId, since: date, until: date) -> AgendaDays:
        """Return a colleague's agenda, as far as I may know it: nothing in it can be given."""
        until = min(until, since + timedelta(days=LONGEST_SPAN))
        days, places = days_between(since, until), self._rows.places()
        openings = [one for one in self._rows.openings() if one.professional == professional]
        known = self._directory.colleagues()
        whose = known.get(professional) or _unknown(professional)
        held = self._rows.held(openings, since, until, places, {professional: whose})
        led = self._rows.workshops(days, places, set(), professional)
        return AgendaDays(
            since=since,
            until=until,
            now=self._workplace.clock.now(),
            meetings=tuple(self._rows.meetings(days, places, professional)),
            permanences=tuple(one for one, _ in held),
            away=tuple(self._rows.away(days, professional)),
            workshops=tuple(led),
            has_openings=True,
            whose=whose,
        )

    def colleagues(self) -> list[Colleague]:
        """Return the colleagues whose agenda says something here, by name."""
        rows = self._workplace.store.database.rows(
            # A look-up for each colleague, not a walk through every circle at each page turned.
            'SELECT p."id" FROM "professional" p WHERE'
            ' EXISTS (SELECT 1 FROM "opening_slot" o WHERE o."professional" = p."id")'
            ' OR EXISTS (SELECT 1 FROM "circle_member" c WHERE c."professional" = p."id")'
        )
        known = self._directory.colleagues()
        met = [known[str(row[0])] for row in rows if str(row[0]) != self._workplace.me]
        return sorted((one for one in met if one.active), key=lambda one: fold(one.name))

    def foresee(
        self,
        details: Details,
        but: AppointmentId | None = None,
        person: PersonId | None = None,
    ) -> Foreseen:
        """Return what an appointment would run into; ``but`` is the one that is being moved."""
        day = paris(details.starts_at).date()
        read = self.read(day, day + timedelta(days=1))
        places = self._rows.places()
        span = lasting(details.starts_at, details.minutes)
        stop = Stop("", span, details.place or "", self._point(places.get(details.place or "")))
        meetings = [one for one in read.meetings if one.id != but]
        found = clashes_of(stop, self._stops(meetings, read.workshops, places))
        mine = [one for one in read.permanences if one.colleague is None]
        here = [one for one in mine if one.place == details.place]
        return Foreseen(
            clashes=tuple(found),
            names=tuple(
                (one.place, self._rows.name(places, one.place))
                for c in found
                for one in (c.one, c.other)
            ),
            is_away=any(span.meets(one.span) for one in read.away),
            holiday=holiday_name(day),
            is_closed=bool(details.place and read.has_openings)
            and not any(one.span.meets(span) for one in here),
            person=self._rows.shown(person) if person else "",
            same_day=tuple(self._same_day(person, details.starts_at, but)) if person else (),
        )

    def book(
        self, person: PersonId, details: Details, waiting: RecordId | None = None
    ) -> Done[AppointmentId]:
        """Make an appointment; ``waiting`` is the wait that it ends. Raise ``InvalidInput``."""
        _check(details)
        rid = AppointmentId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                Appointment(
                    id=RecordId(rid),
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=self._dossiers.kept(person),
                    professional=self._workplace.me,
                    place=details.place,
                    starts_at=details.starts_at.astimezone(UTC),
                    minutes=details.minutes,
                    motive=details.motive,
                    visibility=details.visibility,
                )
            )
            if waiting is not None:
                self._waiting.serve(work, waiting, rid)
        return Done(rid, work.touched)

    def unbook(self, appointment: AppointmentId, waiting: RecordId | None = None) -> Done[None]:
        """Take back an appointment that was made a moment ago."""
        self._mine(appointment)
        with self._workplace.work() as work:
            work.delete(Appointment, appointment)
            if waiting is not None:
                self._waiting.wait_again(work, waiting)
        return Done(None, work.touched)

    def change(self, appointment: AppointmentId, details: Details) -> Done[Details]:
        """Move an appointment, or correct it; return what it was, to take the change back.

        Raise ``NotFound``, ``NotAllowed`` and ``InvalidInput``.
        """
        _check(details)
        known = self._mine(appointment)
        if known.status not in OPEN:
            raise InvalidInput("status", "settled")
        before = Details(
            known.starts_at, known.minutes, known.place, known.motive, known.visibility
        )
        with self._workplace.work() as work:
            work.save(
                replace(
                    known,
                    starts_at=details.starts_at.astimezone(UTC),
                    minutes=details.minutes,
                    place=details.place,
                    motive=details.motive,
                    visibility=details.visibility,
                )
            )
        return Done(before, work.touched)

    # -- inside ---------------------------------------------------------------------------------

    def _mine(self, appointment: AppointmentId) -> Appointment:
        known = self._records.get(Appointment, appointment)
        if known is None:
            raise NotFound
        if known.professional != self._workplace.me:
            raise NotAllowed
        return known

    def _same_day(
        self, person: PersonId, at: datetime, but: AppointmentId | None
    ) -> Iterable[SameDay]:
        """What she has that day with me, and with a colleague in the same half of it."""
        day, known = paris(at).date(), None
        for one in self._rows.of_person(person, days_between(day, day + timedelta(days=1))):
            # A workshop comes again and again, and is meant to come beside an appointment.
            if str(one.id) == but or one.status not in HELD or one.motive is Motive.WORKSHOP:
                continue
            if one.professional == self._workplace.me:
                yield SameDay(one.starts_at, "")
            elif half_of(one.starts_at) is half_of(at):
                known = known or self._directory.colleagues()
                whose = known.get(one.professional) or _unknown(one.professional)
                yield SameDay(one.starts_at, whose.name)

    def _of_colleagues(
        self,
        openings: Iterable[OpeningSlot],
        mine: Iterable[OpeningSlot],
        since: date,
        until: date,
        places: dict[str, Place],
    ) -> list[Permanence]:
        me, common = self._workplace.me, {one.place for one in mine}
        theirs = [one for one in openings if one.professional != me and one.place in common]
        known = self._directory.colleagues() if theirs else {}
        for one in theirs:
            known.setdefault(one.professional, _unknown(one.professional))
        return [one for one, _ in self._rows.held(theirs, since, until, places, known)]

    def _stops(
        self,
        meetings: Iterable[Meeting],
        workshops: Iterable[Workshop],
        places: dict[str, Place],
    ) -> list[Stop]:
        held = [one for one in meetings if one.is_held]
        led = [one for one in workshops if one.mine]
        return [
            Stop(key, span, place or "", self._point(places.get(place or "")))
            for key, span, place in (
                *((one.id, one.span, one.place) for one in held),
                *((one.id, one.span, one.place) for one in led),
            )
        ]

    def _point(self, place: Place | None) -> Point | None:
        return point_of(place, self._territory) if place is not None else None


def _unknown(professional: str) -> Colleague:
    """A colleague whose name has not arrived."""
    return Colleague(professional, "", Job.REFERENT, active=True)


def _check(details: Details) -> None:
    if details.minutes not in MINUTES:
        raise InvalidInput("minutes", "not_a_duration")
