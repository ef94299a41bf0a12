"""Appointments: the day, planning one, and saying what became of it."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.domain.next_meeting import next_meeting
from desktop.domain.one_person import OnePerson
from desktop.domain.shown_names import ShownNames
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import shown_name
from desktop.services.rhythms import Rhythms
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import AppointmentId, FollowUpId, PersonId, PlaceId, ProgrammeId, RecordId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive, Visibility
from protocol.kinds.people import Job
from protocol.values import instant_from_wire, instant_to_wire

MINUTES = range(5, 12 * 60 + 1)
"""Lengths of a meeting that can be believed, in minutes."""
USUAL_MINUTES = 45
"""Length of a meeting nobody said the length of, in minutes."""
_STATUS = f"coalesce(a.\"status\", '{AppointmentStatus.PLANNED}')"
"""A record need not carry a field that has a default: the default is then what it means."""

# The plus below keeps SQLite from walking the appointments of years by professional: it is by
# person that there are few.
_DOSSIERS = (
    """(SELECT a."person" UNION ALL SELECT t."other" FROM twin t WHERE t."one" = a."person")"""
)
"""The dossiers of whoever has the appointment ``a``."""


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment in a list."""

    id: AppointmentId
    person: PersonId
    name: str
    starts_at: datetime
    minutes: int
    place: PlaceId | None
    place_name: str
    motive: Motive
    status: AppointmentStatus
    visibility: Visibility
    follow_up: FollowUpId | None
    """The follow-up I wrote for it, if any."""
    has_draft: bool
    rank: int
    """1 for the first meeting between us, 2 for the second…"""
    previous: datetime | None
    """The follow-up before this one, with me."""
    absences: int
    """Appointments missed without excuse, in a row, just before this one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An appointment to be made."""

    person: PersonId
    starts_at: datetime
    """Aware."""
    minutes: int
    place: PlaceId | None
    motive: Motive
    programme: ProgrammeId | None = None
    """The programme whose rhythm asks for it."""


class Appointments:
    """Reads and writes my appointments."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._directory = directory
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)
        self._rhythms = Rhythms(workplace)

    def of_day(self, day: date) -> list[AppointmentLine]:
        """Return my appointments of a day (in the Département's time), in order."""
        start = datetime.combine(day, time(), PARIS)
        end = datetime.combine(day + timedelta(days=1), time(), PARIS)
        return self._lines(
            'a."professional" = ? AND a."starts_at" >= ? AND a."starts_at" < ?'
            f" AND {_STATUS} NOT IN ('moved', 'cancelled_service')",
            (self._workplace.me, instant_to_wire(start), instant_to_wire(end)),
        )

    def of_person(self, person: PersonId) -> list[Appointment]:
        """Return a person's appointments with anybody, latest first."""
        return self._records.select(
            Appointment, OF_THESE, (self._all_of(person),), order='"starts_at" DESC'
        )

    def upcoming(self, person: PersonId) -> list[Appointment]:
        """Return what is planned with a person from now on, next first."""
        return self._records.select(
            Appointment,
            f"{OF_THESE} AND \"starts_at\" >= ? AND coalesce(\"status\", 'planned') = 'planned'",
            (self._all_of(person), instant_to_wire(self._workplace.clock.now())),
            order='"starts_at"',
        )

    def left_open(self) -> list[AppointmentLine]:
        """Return my past appointments of the last 60 days that nobody has said the outcome of."""
        now = self._workplace.clock.now()
        today = datetime.combine(paris(now).date(), time(), PARIS)
        return self._lines(
            'a."professional" = ? AND a."starts_at" >= ? AND a."starts_at" < ?'
            f" AND {_STATUS} IN ('planned', 'to_qualify')",
            (
                self._workplace.me,
                instant_to_wire(today - timedelta(days=60)),
                instant_to_wire(today),
            ),
        )

    def propose_next(
        self, person: PersonId, last: datetime, place: PlaceId | None = None
    ) -> datetime:
        """Return when to meet next: as our programme asks, else as often as we met.

        Where I hold permanences, in the next one that is free.
        """
        asked = self._rhythms.after(person, last, place)
        if asked is not None:
            return asked
        habit = self._as_usual(person, last)
        return self._rhythms.open_at(place, habit, USUAL_MINUTES)

    def _as_usual(self, person: PersonId, last: datetime) -> datetime:
        rows = self._workplace.store.database.rows(
            f'SELECT "starts_at" FROM "follow_up" WHERE {OF_THESE} AND "professional" = ?'  # noqa: S608
            ' ORDER BY "starts_at" DESC LIMIT 4',
            (self._all_of(person), self._workplace.me),
        )
        past = [paris(instant_from_wire(str(row[0]))) for row in rows]
        local = paris(last)
        return next_meeting([moment for moment in past if moment < local], local)

    def place_at(self, moment: datetime) -> PlaceId | None:
        """Return where my round puts me then: the lieu of the appointment nearest in time."""
        lines = [line for line in self.of_day(paris(moment).date()) if line.place is not None]
        nearest = min(lines, key=lambda line: abs(line.starts_at - moment), default=None)
        return nearest.place if nearest else None

    def default_motive(self) -> Motive:
        """Return why people usually meet me."""
        return _MOTIVES.get(self._directory.me().job, Motive.FOLLOW_UP)

    def plan(self, plan: Plan) -> Done[AppointmentId]:
        """Make an appointment; raise ``InvalidInput``."""
        with self._workplace.work() as work:
            made = self.add(work, plan)
        return Done(made, work.touched)

    def add(self, work: UnitOfWork, plan: Plan) -> AppointmentId:
        """Make an appointment inside a larger piece of work."""
        if plan.minutes not in MINUTES:
            raise InvalidInput("minutes", "not_a_duration")
        rid = RecordId(self._workplace.new_id())
        work.save(
            Appointment(
                id=rid,
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                person=self._dossiers.kept(plan.person),
                professional=self._workplace.me,
                place=plan.place,
                starts_at=plan.starts_at,
                minutes=plan.minutes,
                motive=plan.motive,
                programme=plan.programme,
            )
        )
        return AppointmentId(rid)

    def qualify(self, appointment: AppointmentId, status: AppointmentStatus) -> Done[None]:
        """Say what became of an appointment; raise ``NotFound``."""
        with self._workplace.work() as work:
            self.set_status(work, appointment, status)
        return Done(None, work.touched)

    def set_status(
        self, work: UnitOfWork, appointment: AppointmentId, status: AppointmentStatus
    ) -> None:
        """Same, inside a larger piece of work."""
        known = self._records.get(Appointment, appointment)
        if known is None:
            raise NotFound
        work.save(replace(known, status=status))

    def _all_of(self, person: PersonId) -> str:
        return these(self._dossiers.all_of(person))

    def _lines(self, where: str, parameters: tuple[object, ...]) -> list[AppointmentLine]:
        me = self._workplace.me
        together = self._dossiers.together()
        twins = [[one, other] for one in together.linked for other in together.all_of(one)]
        rows = self._workplace.store.database.rows(
            f"""WITH twin("one", "other") AS MATERIALIZED (SELECT json_extract("value", '$[0]'),
                    json_extract("value", '$[1]') FROM json_each(?))
                SELECT a."id", a."person", coalesce(p."usual_name", p."birth_name"),
                p."first_name", a."starts_at", a."minutes", a."place", l."name", a."motive",
                {_STATUS}, a."visibility",
                (SELECT f."id" FROM "follow_up" f WHERE f."appointment" = a."id"
                    AND f."professional" = ? LIMIT 1),
                EXISTS (SELECT 1 FROM "draft" d WHERE d."person" IN {_DOSSIERS}
                    AND d."content" LIKE '%' || a."id" || '%'),
                (SELECT count(*) FROM "follow_up" f WHERE f."person" IN {_DOSSIERS}
                    AND f."professional" = ? AND f."starts_at" < a."starts_at"),
                (SELECT max(f."starts_at") FROM "follow_up" f WHERE f."person" IN {_DOSSIERS}
                    AND f."professional" = ? AND f."starts_at" < a."starts_at"),
                (SELECT count(*) FROM "appointment" b WHERE b."person" IN {_DOSSIERS}
                    AND +b."professional" = ? AND b."status" = 'noshow'
                    AND b."starts_at" < a."starts_at" AND b."starts_at" > coalesce(
                        (SELECT max(c."starts_at") FROM "appointment" c
                         WHERE c."person" IN {_DOSSIERS} AND +c."professional" = ?
                         AND c."status" = 'attended'), ''))
                FROM "appointment" a JOIN "person" p ON p."id" = a."person"
                LEFT JOIN "place" l ON l."id" = a."place"
                WHERE {where} ORDER BY a."starts_at", a."id" """,  # noqa: S608  # written above
            (json.dumps(twins), me, me, me, me, me, *parameters),
        )
        names = self._workplace.names
        return [self._as_kept(_line(row, names), together) for row in rows]

    def _as_kept(self, line: AppointmentLine, together: OnePerson) -> AppointmentLine:
        """Whichever of her dossiers it is in, an appointment is with the person who is shown."""
        kept = PersonId(together.kept_of(line.person))
        if kept == line.person:
            return line
        return replace(line, person=kept, name=shown_name(self._workplace, kept))


_MOTIVES = {
    Job.PSYCHOLOGIST: Motive.PSY_CONSULTATION,
    Job.NURSE: Motive.CARE_TRIP,
    Job.MOBILITY_ADVISOR: Motive.MOBILITY_DIAGNOSIS,
    Job.ASPIR_REFERENT: Motive.ASPIR,
}


def _line(row: tuple[object, ...], names: ShownNames) -> AppointmentLine:
    return AppointmentLine(
        id=AppointmentId(str(row[0])),
        person=PersonId(str(row[1])),
        name=names.of(str(row[3]), str(row[2])),
        starts_at=instant_from_wire(str(row[4])),
        minutes=int(str(row[5] or USUAL_MINUTES)),
        place=PlaceId(str(row[6])) if row[6] else None,
        place_name=str(row[7] or ""),
        motive=Motive(str(row[8] or Motive.FOLLOW_UP)),
        status=AppointmentStatus(str(row[9])),
        visibility=Visibility(str(row[10] or Visibility.NORMAL)),
        follow_up=FollowUpId(str(row[11])) if row[11] else None,
        has_draft=bool(row[12]),
        rank=int(str(row[13])) + 1,
        previous=instant_from_wire(str(row[14])) if row[14] else None,
        absences=int(str(row[15])),
    )
