"""What a dossier shows, read in the store's lane in one go."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.domain.holidays import holiday_name
from desktop.services.agenda import Agenda
from desktop.services.appointments import Appointments
from desktop.services.directory import Colleague, Directory, PlaceLine
from desktop.services.duplicates import Duplicates, LikelyPair
from desktop.services.escrow import EscrowReports, OpeningLine
from desktop.services.follow_ups import FollowUps
from desktop.services.handouts import GivenLine, Handouts
from desktop.services.persons import Persons, PersonSheet
from desktop.services.same_person import SaidLine, SamePersons
from desktop.services.timeline import TimelineLine
from desktop.services.today import Engagements
from desktop.ui.dossier.engagement import EngagementReading, read_engagement
from protocol.ids import AppointmentId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job

STRETCH = 20
"""Follow-ups read at once."""
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Upcoming:
    """An appointment to come, with anybody of the circle."""

    id: AppointmentId
    starts_at: datetime
    minutes: int
    place_name: str
    motive: Motive
    colleague: Colleague
    mine: bool


@dataclass(frozen=True)
class PlanDefaults:
    """What a new appointment is proposed with."""

    at: datetime
    """On the wall of the office."""
    place: str
    minutes: int
    motive: Motive


@dataclass(frozen=True)
class CircleKeysReading:
    """Who has the keys of a dossier, beside those whom its members named."""

    unnamed: tuple[Colleague, ...]
    """Placed by the office, and by nobody else."""
    has_escrow: bool
    openings: tuple[OpeningLine, ...]


@dataclass(frozen=True)
class DossierReading:
    """One look at a dossier."""

    sheet: PersonSheet
    me: str
    upcoming: tuple[Upcoming, ...]
    to_write_up: AppointmentId | None
    """My appointment of the day with her, when its follow-up is not written yet."""
    places: tuple[PlaceLine, ...]
    colleagues: tuple[Colleague, ...]
    """Who may be welcomed in the circle."""
    defaults: PlanDefaults
    timeline: tuple[TimelineLine, ...]
    """The latest follow-ups; more are read when they are looked for."""
    follow_ups: int
    """How many there are in all."""
    alike: tuple[LikelyPair, ...]
    """Other dossiers that may be hers; she is the first of each pair."""
    said: tuple[SaidLine, ...]
    """What was answered of her dossier and others."""
    given: tuple[GivenLine, ...]
    """Sheets she was given, the latest first."""
    engagement: EngagementReading
    keys: CircleKeysReading


@dataclass(frozen=True)
class DossierServices:
    """What a dossier is read from and written through."""

    persons: Persons
    follow_ups: FollowUps
    appointments: Appointments
    directory: Directory
    duplicates: Duplicates
    same_persons: SamePersons
    engagements: Engagements
    handouts: Handouts
    agenda: Agenda
    escrow: EscrowReports


def read_dossier(
    services: DossierServices, person: PersonId, now: datetime, shown: int
) -> DossierReading:
    """Read the dossier with its ``shown`` latest follow-ups; raise ``NotFound``."""
    sheet = services.persons.sheet(person)
    person = PersonId(sheet.person.id)  # hers that is kept, when she has several
    directory = services.directory
    colleagues = directory.colleagues()
    me = directory.me()
    return DossierReading(
        sheet=sheet,
        me=me.id,
        upcoming=_upcoming(services, person, colleagues, me.id),
        to_write_up=_to_write_up(services.appointments, person, paris(now).date()),
        places=tuple(directory.places()),
        colleagues=tuple(c for c in colleagues.values() if c.active),
        defaults=_defaults(services, person, now),
        timeline=tuple(services.follow_ups.timeline(person, limit=max(shown, STRETCH))),
        follow_ups=services.follow_ups.count(person),
        alike=tuple(services.duplicates.of(person)),
        said=tuple(services.same_persons.said(person)),
        given=tuple(services.handouts.of(person)),
        engagement=read_engagement(services.engagements, person),
        keys=CircleKeysReading(
            unnamed=tuple(services.persons.unnamed(person)),
            has_escrow=services.escrow.fingerprint() is not None,
            openings=tuple(x for one in sheet.dossiers for x in services.escrow.of(one)),
        ),
    )


def _upcoming(
    services: DossierServices, person: PersonId, colleagues: dict[str, Colleague], me: str
) -> tuple[Upcoming, ...]:
    places = {place.id: place.name for place in services.directory.places()}
    unknown = Colleague("", "", Job.REFERENT, active=False)
    return tuple(
        Upcoming(
            id=AppointmentId(planned.id),
            starts_at=planned.starts_at,
            minutes=planned.minutes,
            place_name=places.get(planned.place or "", ""),
            motive=planned.motive,
            colleague=colleagues.get(planned.professional, unknown),
            mine=planned.professional == me,
        )
        for planned in services.appointments.upcoming(person)
    )


def _to_write_up(appointments: Appointments, person: PersonId, today: date) -> AppointmentId | None:
    lines = [line for line in appointments.of_day(today) if line.person == person]
    return next((line.id for line in lines if line.follow_up is None), None)


def _defaults(services: DossierServices, person: PersonId, now: datetime) -> PlanDefaults:
    """The rhythm proposes the day; the last meeting the place, the length and the motive."""
    past = [a for a in services.appointments.of_person(person) if a.starts_at <= now]
    last = past[0] if past else None
    met = last.starts_at if last else now.replace(minute=now.minute // 15 * 15)
    proposed = paris(services.appointments.propose_next(person, met, last.place if last else None))
    return PlanDefaults(
        at=_working_day(proposed, paris(now)),
        place=(last.place or "") if last else "",
        minutes=last.minutes if last else 45,
        motive=last.motive if last else services.appointments.default_motive(),
    )


def _working_day(proposed: datetime, now: datetime) -> datetime:
    """The same weekday in a week when the proposal is over already or falls on a holiday."""
    day = proposed
    while day <= now or holiday_name(day.date()):
        day += _A_WEEK
    return datetime.combine(day.date(), time(day.hour, day.minute), PARIS)
