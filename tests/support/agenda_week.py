"""A week of permanences: lieux, appointments, free slots, who waits, a colleague's day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from desktop.config.clock import PARIS
from desktop.services.agenda_days import Details
from desktop.services.agenda_ics import Imported
from desktop.services.calendar_file import read_events
from desktop.services.done import Done
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.waiting import Wait
from protocol.ids import AppointmentId, PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import HalfDay, Motive, OpeningSlot, Visibility, Weekday
from protocol.kinds.people import Job
from protocol.kinds.places import Network, Place
from tests.support.laptop import Desk, bring, place, professional

MONDAY = date(2026, 11, 23)
_LIEUX = (
    ("Niort", "79191"),
    ("Melle", "79174"),
    ("Parthenay", "79202"),
    ("Thouars", "79329"),
    ("Bressuire", "79049"),
    ("Chef-Boutonne", "79083"),
    ("Airvault", "79005"),
)
_PEOPLE = (
    ("Morisset", "Yves"),
    ("Texier", "Marc"),
    ("Guérin", "Élodie"),
    ("Diallo", "Fatou"),
    ("Fradin", "Lucie"),
    ("Benali", "Nadia"),
    ("Sow", "Karim"),
    ("Audebert", "Jean-Luc"),
    ("Pelletier", "Sandrine"),
    ("Bonnin", "Aline"),
)
_HALVES = (
    (0, "Niort", 9, "1111"),
    (0, "Niort", 14, "1110"),
    (1, "Melle", 9, "1101"),
    (1, "Chef-Boutonne", 14, "101"),
    (2, "Parthenay", 9, "1011"),
    (2, "Parthenay", 14, "011"),
    (3, "Thouars", 9, "1111"),
    (3, "Airvault", 14, "011"),
    (4, "Bressuire", 9, "1101"),
    (4, "Niort", 14, "110"),
)


@dataclass(frozen=True)
class Week:
    """What was planned, by name."""

    lieux: dict[str, PlaceId]
    persons: dict[str, PersonId]
    appointments: tuple[AppointmentId, ...]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment on the wall of Paris."""
    return datetime.combine(day, time(hour, minute), PARIS)


def plan_a_week(desk: Desk) -> Week:
    """Fill the week of 23 November; it is Tuesday, 9:40."""
    lieux = bring_lieux(desk)
    persons = {
        last: desk.persons.create(NewPerson(last, first, commune="79174")).value
        for last, first in _PEOPLE
    }
    made: list[AppointmentId] = []
    names = list(persons.values())
    for days, lieu, hour, taken in _HALVES:
        day = MONDAY + timedelta(days=days)
        minutes = 45 * len(taken)
        closes = (datetime.combine(day, time(hour)) + timedelta(minutes=minutes)).time()
        desk.permanences.open(OpeningForm(lieux[lieu], day, time(hour), closes, 45, Repeat.WEEKLY))
        for slot, mark in enumerate(taken):
            if mark == "1":
                moment = at(day, hour) + timedelta(minutes=45 * slot)
                discreet = Visibility.DISCREET if len(made) == 4 else Visibility.NORMAL
                details = Details(moment, 45, lieux[lieu], Motive.PSY_CONSULTATION, discreet)
                made.append(desk.agenda.book(names[len(made) % len(names)], details).value)
    _make_wait(desk, lieux, persons)
    return Week(lieux, persons, tuple(made))


def take_in(desk: Desk, content: bytes) -> Done[Imported]:
    """Bring another calendar, all of it at once."""
    return desk.agenda_files.take_in(read_events(content))


def bring_lieux(desk: Desk) -> dict[str, PlaceId]:
    """Put the lieux on a laptop."""
    places: list[Place] = [
        place(desk.workplace, name, commune, Network.WEAK) for name, commune in _LIEUX
    ]
    bring(desk.workplace, *places)
    return {one.name: PlaceId(one.id) for one in places}


def bring_colleague(desk: Desk, lieu: PlaceId, starts_at: datetime) -> ProfessionalId:
    """Give Catherine Roy, référente, a weekly permanence at a lieu."""
    who = ProfessionalId(desk.workplace.new_id())
    theirs = OpeningSlot(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=who,
        professional=who,
        place=lieu,
        starts_at=starts_at.astimezone(UTC),
        minutes=180,
        rule="FREQ=WEEKLY",
    )
    bring(desk.workplace, professional(desk.workplace, who, "Catherine Roy", Job.REFERENT), theirs)
    return who


def _make_wait(desk: Desk, lieux: dict[str, PlaceId], persons: dict[str, PersonId]) -> None:
    today = date(2026, 11, 24)
    waits = (
        ("Texier", "Melle", 41, frozenset[Weekday](), frozenset[HalfDay](), ""),
        ("Bonnin", "Thouars", 33, frozenset({Weekday.THURSDAY}), frozenset[HalfDay](), ""),
        ("Sow", "Niort", 28, frozenset[Weekday](), frozenset[HalfDay](), "français débutant"),
        ("Fradin", "Bressuire", 19, frozenset[Weekday](), frozenset({HalfDay.MORNING}), ""),
        ("Pelletier", None, 12, frozenset[Weekday](), frozenset[HalfDay](), ""),
    )
    for last, lieu, days, weekdays, halves, comment in waits:
        desk.waiting.add(
            Wait(
                person=persons[last],
                place=lieux[lieu] if lieu else None,
                motive=Motive.PSY_CONSULTATION,
                days=weekdays,
                halves=halves,
                comment=comment,
                since=today - timedelta(days=days),
            )
        )
