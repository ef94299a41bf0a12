"""Programmes: started, given another rhythm, renewed, ended; their series of appointments.

Each act answers with what is needed to take it back: the programme as it was, or what was made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from desktop.domain.rhythm import RENEWAL_NOTICE, Standing, period_end, renewed_end
from desktop.services.appointments import MINUTES, Appointments, Plan
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import Dossiers
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.persons import shown_name
from desktop.services.rhythms import Pace, Rhythms
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import AppointmentId, PersonId, PlaceId, ProgrammeId, RecordId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive
from protocol.kinds.people import Job
from protocol.kinds.programmes import Cadence, Programme, ProgrammeExit, ProgrammeKind
from protocol.values import clean_text, instant_to_wire

BILAN_LIMIT = 4_000
PROPOSED_AT_ONCE = 5
"""Late persons for whom a slot is looked for when the day is read."""
_MOTIVES = {
    ProgrammeKind.ASPIR: Motive.ASPIR,
    ProgrammeKind.PSY: Motive.PSY_CONSULTATION,
    ProgrammeKind.NURSE: Motive.CARE_TRIP,
    ProgrammeKind.MOBILITY: Motive.MOBILITY_DIAGNOSIS,
}
_USUAL_OF_JOB = {
    Job.PSYCHOLOGIST: ProgrammeKind.PSY,
    Job.NURSE: ProgrammeKind.NURSE,
    Job.MOBILITY_ADVISOR: ProgrammeKind.MOBILITY,
    Job.ASPIR_REFERENT: ProgrammeKind.ASPIR,
}
_CHANGED_HERE = (
    *("professional", "planned_end", "renewals", "cadence", "place", "minutes"),
    *("ended_on", "exit", "exit_reason"),
)
_SOON_YEARS = 2
"""A start further from today than that, in years, is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class NewProgramme:
    """A programme to be started."""

    person: PersonId
    programme: ProgrammeKind
    cadence: Cadence
    started_on: date
    minutes: int
    place: PlaceId | None


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in a dossier."""

    record: Programme
    colleague: Colleague
    mine: bool
    place_name: str
    last: datetime | None
    """The last meeting held, local time."""
    planned: datetime | None
    """The next one planned."""
    standing: Standing
    renewable_on: date | None
    """From when it can be renewed, or nothing when it has no planned end."""
    series: tuple[datetime, ...]
    """The meetings that remain to be planned, the next one first; mine only."""

    @property
    def id(self) -> ProgrammeId:
        return ProgrammeId(self.record.id)


@dataclass(frozen=True, slots=True)
class LateLine:
    """Somebody whose rhythm is overdue, with no appointment to come."""

    programme: ProgrammeId
    person: PersonId
    name: str
    kind: ProgrammeKind
    standing: Standing
    proposed: datetime | None
    """The next free slot at the right lieu, local time."""
    place_name: str


@dataclass(frozen=True, slots=True)
class EndingLine:
    """A programme whose planned end is near or gone by: renewed or ended."""

    programme: ProgrammeId
    person: PersonId
    name: str
    kind: ProgrammeKind
    planned_end: date


@dataclass(frozen=True, slots=True)
class Watch:
    """What my programmes ask of me today."""

    late: tuple[LateLine, ...] = ()
    """At risk of rupture first, then the latest."""
    ending: tuple[EndingLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """A programme that was ended, and what takes that back."""

    before: Programme
    cancelled: tuple[Appointment, ...]
    """Its appointments to come, as they were."""


class Programmes:
    """Reads and writes programmes."""

    def __init__(
        self, workplace: Workplace, directory: Directory, appointments: Appointments
    ) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._appointments = appointments
        self._rhythms = Rhythms(workplace)
        self._dossiers = Dossiers(workplace)

    # -- reading ------------------------------------------------------------------------------

    def of_person(self, person: PersonId) -> list[ProgrammeLine]:
        """Return the programmes of somebody, those that go on first."""
        colleagues = self._directory.colleagues()
        places = self._place_names()
        return [
            self._line(pace, colleagues, places.get(pace.programme.place or "", ""))
            for pace in self._rhythms.of_person(person)
        ]

    def watch(self) -> Watch:
        """Return who is late and what comes to its end, among the programmes I lead."""
        today = self._rhythms.today()
        paces = [(pace, pace.standing(today)) for pace in self._rhythms.mine()]
        late = [(pace, stands) for pace, stands in paces if stands.drift_days and not pace.planned]
        late.sort(key=lambda item: (not item[1].is_at_risk, -item[1].drift_days, item[0].id))
        ending = [pace.programme for pace, _ in paces if _is_ending(pace.programme, today)]
        together = self._dossiers.together()  # once: dozens may come to their end in a month
        return Watch(
            late=self._late(late),
            ending=tuple(
                EndingLine(
                    ProgrammeId(known.id),
                    PersonId(kept := together.kept_of(known.person)),
                    shown_name(self._workplace, kept),
                    known.programme,
                    known.planned_end,
                )
                for known in sorted(ending, key=lambda known: (str(known.planned_end), known.id))
                if known.planned_end is not None
            ),
        )

    def usual_kind(self) -> ProgrammeKind:
        """Return the programme that my job usually leads."""
        return _USUAL_OF_JOB.get(self._directory.me().job, ProgrammeKind.SOCIAL)

    # -- writing ------------------------------------------------------------------------------

    def start(self, new: NewProgramme) -> Done[ProgrammeId]:
        """Start a programme that I lead; raise ``InvalidInput``."""
        if new.minutes not in MINUTES:
            raise InvalidInput("minutes", "not_a_duration")
        if abs(new.started_on.year - self._rhythms.today().year) > _SOON_YEARS:
            raise InvalidInput("started_on", "unlikely_date")
        rid = RecordId(self._workplace.new_id())
        is_aspir = new.programme is ProgrammeKind.ASPIR
        with self._workplace.work() as work:
            work.save(
                Programme(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=self._dossiers.kept(new.person),
                    programme=new.programme,
                    professional=self._workplace.me,
                    started_on=new.started_on,
                    planned_end=period_end(new.started_on) if is_aspir else None,
                    cadence=new.cadence,
                    place=new.place,
                    minutes=new.minutes,
                )
            )
        return Done(ProgrammeId(rid), work.touched)

    def take_back_start(self, programme: ProgrammeId) -> Done[None]:
        """Remove a programme that was just started, with what was planned for it."""
        planned = [AppointmentId(item.id) for item in self._planned(programme)]
        with self._workplace.work() as work:
            for appointment in planned:
                work.delete(Appointment, appointment)
            work.delete(Programme, programme)
        return Done(None, work.touched)

    def change_cadence(
        self, programme: ProgrammeId, cadence: Cadence, minutes: int, place: PlaceId | None
    ) -> Done[Programme]:
        """Give a programme another rhythm, length or lieu; return it as it was."""
        if minutes not in MINUTES:
            raise InvalidInput("minutes", "not_a_duration")
        return self._change(
            self._mine(programme),
            lambda known: replace(known, cadence=cadence, minutes=minutes, place=place),
        )

    def take_over(self, programme: ProgrammeId) -> Done[Programme]:
        """Lead a programme from now on, in a colleague's place; return it as it was."""
        return self._change(
            self._going_on(programme), lambda known: replace(known, professional=self._workplace.me)
        )

    def renew(self, programme: ProgrammeId) -> Done[Programme]:
        """Put the planned end off by three months; return the programme as it was."""

        def renewed(known: Programme) -> Programme:
            if known.planned_end is None:
                raise InvalidInput("planned_end", "missing")
            end = renewed_end(known.started_on, known.planned_end, known.renewals)
            return replace(known, planned_end=end, renewals=known.renewals + 1)

        return self._change(self._mine(programme), renewed)

    def end(
        self, programme: ProgrammeId, on: date, issue: ProgrammeExit, bilan: str
    ) -> Done[Ended]:
        """End a programme: its appointments to come are cancelled; raise ``InvalidInput``."""
        known = self._mine(programme)
        if on < known.started_on:
            raise InvalidInput("ended_on", "before_start")
        if on > self._rhythms.today():
            raise InvalidInput("ended_on", "future_date")
        words = clean_text(bilan).strip()
        if len(words) > BILAN_LIMIT:
            raise InvalidInput("exit_reason", "too_long")
        planned = self._planned(programme)
        with self._workplace.work() as work:
            work.save(replace(known, ended_on=on, exit=issue, exit_reason=words or None))
            for item in planned:
                work.save(replace(item, status=AppointmentStatus.CANCELLED_BY_SERVICE))
        return Done(Ended(known, tuple(planned)), work.touched)

    def take_back_end(self, ended: Ended) -> Done[None]:
        """Go on with a programme as it was before its end, its appointments included."""
        with self._workplace.work() as work:
            self._restore(work, ended.before)
            for item in ended.cancelled:
                if self._records.get(Appointment, item.id) is not None:
                    work.save(item)
        return Done(None, work.touched)

    def take_back(self, before: Programme) -> Done[None]:
        """Bring a programme back as it was before a change of rhythm, a renewal, a new leader."""
        with self._workplace.work() as work:
            self._restore(work, before)
        return Done(None, work.touched)

    def create_series(
        self, programme: ProgrammeId, moments: Sequence[datetime]
    ) -> Done[tuple[AppointmentId, ...]]:
        """Plan all these meetings of a programme, or none of them."""
        known = self._mine(programme)
        with self._workplace.work() as work:
            made = tuple(
                self._appointments.add(work, self._plan(known, moment)) for moment in moments
            )
        return Done(made, work.touched)

    def take_back_series(self, made: Sequence[AppointmentId]) -> Done[None]:
        """Remove appointments just planned, but for those that something became of."""
        with self._workplace.work() as work:
            for appointment in made:
                known = self._records.get(Appointment, appointment)
                if known is not None and known.status is AppointmentStatus.PLANNED:
                    work.delete(Appointment, appointment)
        return Done(None, work.touched)

    # -- inside -------------------------------------------------------------------------------

    def _change(
        self, known: Programme, change: Callable[[Programme], Programme]
    ) -> Done[Programme]:
        with self._workplace.work() as work:
            work.save(change(known))
        return Done(known, work.touched)

    def _restore(self, work: UnitOfWork, before: Programme) -> None:
        """What a colleague changed meanwhile of the rest is kept."""
        known = self._records.get(Programme, before.id)
        if known is None:
            raise NotFound
        work.save(replace(known, **{name: getattr(before, name) for name in _CHANGED_HERE}))

    def _going_on(self, programme: ProgrammeId) -> Programme:
        known = self._records.get(Programme, programme)
        if known is None or known.ended_on is not None:
            raise NotFound
        return known

    def _mine(self, programme: ProgrammeId) -> Programme:
        known = self._going_on(programme)
        if known.professional != self._workplace.me:
            raise NotAllowed("a programme is led by one professional")
        return known

    def _late(self, late: Sequence[tuple[Pace, Standing]]) -> tuple[LateLine, ...]:
        places = self._place_names()
        calendar = self._rhythms.calendar() if late else None
        lines = []
        for at, (pace, stands) in enumerate(late):
            known = pace.programme
            kept = self._dossiers.kept(known.person) if at < PROPOSED_AT_ONCE else known.person
            named = shown_name(self._workplace, kept) if at < PROPOSED_AT_ONCE else ""
            proposed = self._rhythms.next_slot(pace, calendar) if at < PROPOSED_AT_ONCE else None
            place = places.get(known.place or "", "")
            lines.append(LateLine(pace.id, kept, named, known.programme, stands, proposed, place))
        return tuple(lines)

    def _line(self, pace: Pace, colleagues: dict[str, Colleague], place_name: str) -> ProgrammeLine:
        known = pace.programme
        mine = known.professional == self._workplace.me
        goes_on = known.ended_on is None
        unknown = Colleague("", "", Job.REFERENT, active=False)
        end = known.planned_end
        return ProgrammeLine(
            record=known,
            colleague=colleagues.get(known.professional, unknown),
            mine=mine,
            place_name=place_name,
            last=pace.last,
            planned=pace.planned,
            standing=pace.standing(self._rhythms.today()),
            renewable_on=end - RENEWAL_NOTICE if end is not None and goes_on else None,
            series=self._rhythms.series(pace) if mine and goes_on else (),
        )

    def _plan(self, known: Programme, moment: datetime) -> Plan:
        return Plan(
            person=known.person,
            starts_at=moment,
            minutes=known.minutes,
            place=known.place,
            motive=_MOTIVES.get(known.programme, Motive.FOLLOW_UP),
            programme=ProgrammeId(known.id),
        )

    def _planned(self, programme: ProgrammeId) -> list[Appointment]:
        return self._records.select(
            Appointment,
            '"programme" = ? AND "professional" = ? AND "starts_at" > ?'
            " AND coalesce(\"status\", 'planned') = 'planned'",
            (programme, self._workplace.me, instant_to_wire(self._workplace.clock.now())),
        )

    def _place_names(self) -> dict[str, str]:
        return {place.id: place.name for place in self._directory.places()}


def _is_ending(known: Programme, today: date) -> bool:
    return known.planned_end is not None and known.planned_end - RENEWAL_NOTICE <= today
