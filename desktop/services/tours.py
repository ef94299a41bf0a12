"""A day's round: its stops and roads, what to bring, and what to have in mind before each door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.config.clock import paris
from desktop.config.referentials import contours_text
from desktop.domain.agenda import Point, SlotState, point_of
from desktop.domain.contours import Contours, read_contours
from desktop.domain.rhythm import RENEWAL_NOTICE
from desktop.domain.shown_names import initials
from desktop.domain.territory import Territory
from desktop.domain.tour import Round, Stop, StopKind, Visit, plan_round
from desktop.services.agenda import Agenda
from desktop.services.agenda_days import AgendaDays
from desktop.services.appointments import AppointmentLine, Appointments
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.follow_ups import FollowUps
from desktop.services.steps import GOING_ON
from desktop.services.timeline import TimelineLine
from desktop.services.workplace import Workplace
from protocol.ids import PersonId
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.people import Professional, Structure
from protocol.kinds.persons import Person
from protocol.kinds.places import Network, Place
from protocol.kinds.programmes import Programme, ProgrammeKind, Step

_LATEST = 6
"""How many follow-ups back the last shared summary is looked for."""


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A lieu on the map."""

    id: str
    name: str
    commune_name: str
    point: Point


@dataclass(frozen=True, slots=True)
class TourMap:
    """What the map of the Département is made of."""

    contours: Contours
    epci: Mapping[str, str]
    """Code of the EPCI of each commune, by INSEE code."""
    commune_names: Mapping[str, str]
    epci_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TourStop:
    """One stop, with what its lieu asks for."""

    kind: StopKind
    name: str
    commune_name: str
    at: datetime | None
    appointments: int = 0
    workshops: int = 0
    free_slots: int = 0
    """Of my permanences there, that day."""
    room: str = ""
    keys_note: str = ""
    network: Network | None = None
    has_printer: bool = False
    kilometres: int | None = None
    road_minutes: int | None = None
    is_tight: bool = False
    point: Point | None = None
    place: str = ""
    """Which lieu; nothing for the office."""


class Errand(StrEnum):
    """Something to take along, or to do before leaving."""

    CER = "cer"
    RENEWAL = "renewal"
    PRINT = "print"
    KEYS = "keys"
    NO_NETWORK = "no_network"


@dataclass(frozen=True, slots=True)
class Bring:
    """One errand: how many, or at which lieu."""

    what: Errand
    count: int = 0
    place: str = ""
    note: str = ""
    programme: ProgrammeKind | None = None


@dataclass(frozen=True, slots=True)
class OverdueStep:
    """What was agreed and is late."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """One appointment, and what to have in mind before it."""

    line: AppointmentLine
    initials: str
    """All that a printed sheet shows of her."""
    last: TimelineLine | None
    """The latest follow-up with a shared summary."""
    overdue: tuple[OverdueStep, ...]


@dataclass(frozen=True, slots=True)
class Tour:
    """A day on the road."""

    day: date
    stops: tuple[TourStop, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    bring: tuple[Bring, ...] = ()
    kilometres: int = 0
    road_minutes: int = 0
    lieux: int = 0
    nowhere: int = 0
    """Appointments without a lieu: nobody drives to them."""


class Tours:
    """Reads the round of a day."""

    def __init__(
        self,
        workplace: Workplace,
        territory: Territory,
        appointments: Appointments,
        follow_ups: FollowUps,
        agenda: Agenda,
    ) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._territory = territory
        self._appointments = appointments
        self._follow_ups = follow_ups
        self._agenda = agenda
        self._dossiers = Dossiers(workplace)

    def read(self, day: date | None = None) -> Tour:
        """Return the round of a day (today by default, in the Département's time)."""
        day = day or paris(self._workplace.clock.now()).date()
        lines = [
            line
            for line in self._appointments.of_day(day)
            if line.status is not AppointmentStatus.EXCUSED
        ]
        days = self._agenda.read(day, day + timedelta(days=1))
        planned, stops = self._round(lines, days)
        meetings = tuple(self._meeting(line, day) for line in lines)
        return Tour(
            day=day,
            stops=stops,
            meetings=meetings,
            bring=(*self._to_sign(lines, day, stops), *_at_the_lieux(stops)),
            kilometres=planned.kilometres,
            road_minutes=planned.road_minutes,
            lieux=len(planned.lieux),
            nowhere=sum(line.place is None for line in lines),
        )

    def map_places(self) -> list[MapPlace]:
        """Return the lieux in use that stand on the map, by name."""
        places = self._records.select(Place, '"active" IS NOT 0', order='"name"')
        points = self._points(places)
        return [
            MapPlace(place.id, place.name, self._commune_name(place), points[place.id])
            for place in places
            if place.id in points
        ]

    def outlines(self) -> TourMap:
        """Return the communes, to be drawn: packaged with Coffre, the same all day."""
        communes = self._territory.communes
        return TourMap(
            contours=read_contours(contours_text()),
            epci={commune.code: commune.epci for commune in communes},
            commune_names={commune.code: commune.name for commune in communes},
            epci_names={epci.code: epci.name for epci in self._territory.epci},
        )

    # -- where ----------------------------------------------------------------------------------

    def _office(self) -> tuple[str, Point | None]:
        """Return the commune of my structure, and where it is."""
        me = self._records.get(Professional, self._workplace.me)
        structure = (
            self._records.get(Structure, me.structure) if me is not None and me.structure else None
        )
        commune = (
            self._territory.commune(structure.commune) if structure and structure.commune else None
        )
        if commune is None:
            return "", None
        return commune.name, Point(commune.latitude, commune.longitude)

    def _points(self, places: Iterable[Place]) -> dict[str, Point]:
        found = ((place.id, point_of(place, self._territory)) for place in places)
        return {place: point for place, point in found if point is not None}

    def _commune_name(self, place: Place) -> str:
        commune = self._territory.commune(place.commune)
        return commune.name if commune else ""

    def _round(
        self, lines: Iterable[AppointmentLine], days: AgendaDays
    ) -> tuple[Round, tuple[TourStop, ...]]:
        places: dict[str, Place] = {place.id: place for place in self._records.select(Place)}
        points = self._points(places.values())
        commune, office = self._office()
        workshops = _workshops(days)
        led = {visit.id for visit in workshops}
        planned = plan_round([*_visits(lines), *workshops], points, office)
        free = _free_slots(days)
        found = []
        for stop in planned.stops:
            place = places.get(stop.place or "")
            if place is None:
                found.append(_at_the_office(stop, commune, office))
            else:
                of_workshops = sum(visit.id in led for visit in stop.visits)
                shown = self._at_a_lieu(stop, place, points.get(place.id))
                found.append(
                    replace(
                        shown,
                        appointments=len(stop.visits) - of_workshops,
                        workshops=of_workshops,
                        free_slots=free.pop(place.id, 0) if stop.kind is StopKind.LIEU else 0,
                    )
                )
        return planned, tuple(found)

    def _at_a_lieu(self, stop: Stop, place: Place, point: Point | None) -> TourStop:
        return TourStop(
            kind=stop.kind,
            name=place.name,
            commune_name=self._commune_name(place),
            at=stop.at,
            room=place.room or "",
            keys_note=place.keys_note or "",
            network=place.network,
            has_printer=place.has_printer,
            kilometres=stop.kilometres,
            road_minutes=stop.road_minutes,
            is_tight=stop.is_tight,
            point=point,
            place=place.id,
        )

    # -- with whom ------------------------------------------------------------------------------

    def _meeting(self, line: AppointmentLine, day: date) -> Meeting:
        person = self._records.get(Person, line.person)
        recent = self._follow_ups.timeline(line.person, limit=_LATEST)
        return Meeting(
            line=line,
            initials=_initials(person) if person else "",
            last=next((said for said in recent if said.summary), None),
            overdue=tuple(self._overdue(line.person, day)),
        )

    def _overdue(self, person: PersonId, day: date) -> list[OverdueStep]:
        marks = ", ".join("?" * len(GOING_ON))
        steps = self._records.select(
            Step,
            f'{OF_THESE} AND "due_on" < ? AND coalesce("state", \'planned\') IN ({marks})',
            (self._all_of(person), day.isoformat(), *(state.value for state in GOING_ON)),
            order='"due_on"',
        )
        return [OverdueStep(step.text, step.due_on) for step in steps if step.due_on is not None]

    def _to_sign(
        self, lines: Sequence[AppointmentLine], day: date, stops: Sequence[TourStop]
    ) -> list[Bring]:
        found: list[Bring] = []
        signed_at: set[str] = set()
        cers = [line for line in lines if line.motive is Motive.CER_SIGNATURE]
        if cers:
            found.append(Bring(Errand.CER, len(cers)))
            signed_at.update(line.place for line in cers if line.place)
        renewals: dict[ProgrammeKind, set[PersonId]] = {}
        for line in lines:
            for programme in self._ending(line.person, day):
                renewals.setdefault(programme.programme, set()).add(line.person)
                signed_at.update(filter(None, (line.place,)))
        found.extend(
            Bring(Errand.RENEWAL, len(persons), programme=kind)
            for kind, persons in renewals.items()
        )
        without = {stop.name: None for stop in stops if _cannot_print(stop, signed_at)}
        return [*found, *(Bring(Errand.PRINT, place=name) for name in without)]

    def _ending(self, person: PersonId, day: date) -> list[Programme]:
        return self._records.select(
            Programme,
            f'{OF_THESE} AND "professional" = ? AND "ended_on" IS NULL AND "planned_end" <= ?',
            (
                self._all_of(person),
                self._workplace.me,
                (day + RENEWAL_NOTICE).isoformat(),
            ),
        )

    def _all_of(self, person: PersonId) -> str:
        return these(self._dossiers.all_of(person))


def _visits(lines: Iterable[AppointmentLine]) -> list[Visit]:
    return [
        Visit(line.id, line.place, line.starts_at, line.minutes)
        for line in lines
        if line.place is not None
    ]


def _workshops(days: AgendaDays) -> list[Visit]:
    return [
        Visit(held.id, held.place, held.span.starts_at, held.span.minutes)
        for held in days.workshops
        if held.mine and held.place is not None
    ]


def _free_slots(days: AgendaDays) -> dict[str, int]:
    """Count what is still free of my permanences, by lieu."""
    free: dict[str, int] = {}
    for held in days.permanences:
        count = sum(slot.state is SlotState.FREE for slot in held.slots)
        free[held.place] = free.get(held.place, 0) + count
    return free


def _at_the_office(stop: Stop, commune: str, office: Point | None) -> TourStop:
    return TourStop(
        kind=stop.kind,
        name=commune,
        commune_name=commune,
        at=stop.at,
        kilometres=stop.kilometres,
        road_minutes=stop.road_minutes,
        point=office,
    )


def _cannot_print(stop: TourStop, signed_at: set[str]) -> bool:
    return stop.kind is StopKind.LIEU and stop.place in signed_at and not stop.has_printer


def _at_the_lieux(stops: Iterable[TourStop]) -> list[Bring]:
    lieux = list({s.place: s for s in stops if s.kind is StopKind.LIEU}.values())
    keys = [Bring(Errand.KEYS, place=s.name, note=s.keys_note) for s in lieux if s.keys_note]
    mute = [Bring(Errand.NO_NETWORK, place=s.name) for s in lieux if s.network is Network.NONE]
    return [*keys, *mute]


def _initials(person: Person) -> str:
    return initials(person.first_name, person.usual_name or person.birth_name)
