"""Laptops for tests: a real encrypted store in a temporary folder, and the services on it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random as Seeded

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.crypto.identity import Identity
from desktop.domain.territory import Territory, read_territory
from desktop.services.appointments import Appointments, Plan
from desktop.services.clinical_notes import ClinicalNotes
from desktop.services.directory import Directory
from desktop.services.follow_ups import FollowUps
from desktop.services.persons import NewPerson, Persons
from desktop.services.sync_report import SyncReports
from desktop.services.today import TodayService
from desktop.services.workplace import Workplace
from desktop.store.store import Store
from protocol.ids import PersonId, ProfessionalId, RecordId, uuid7
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job, Professional
from protocol.kinds.places import Network, Place
from protocol.values import to_wire
from protocol.kinds.declare import Record, spec_of

TUESDAY = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
"""A Tuesday in November, 9:40 in Melle."""


@dataclass
class TurnedClock:
    """A clock turned by hand."""

    moment: datetime = TUESDAY

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class SeededRandom:
    """Reproducible bytes: never outside tests."""

    seed: int = 1
    _source: Seeded = field(init=False)

    def __post_init__(self) -> None:
        self._source = Seeded(self.seed)

    def bytes(self, n: int) -> bytes:
        return self._source.randbytes(n)


@dataclass
class Desk:
    """All the services of one laptop, as the app builds them."""

    workplace: Workplace
    territory: Territory
    clock: TurnedClock
    directory: Directory = field(init=False)
    persons: Persons = field(init=False)
    appointments: Appointments = field(init=False)
    notes: ClinicalNotes = field(init=False)
    follow_ups: FollowUps = field(init=False)
    today: TodayService = field(init=False)
    sync_reports: SyncReports = field(init=False)

    def __post_init__(self) -> None:
        place = self.workplace
        self.directory = Directory(place, self.territory)
        self.persons = Persons(place, self.directory)
        self.appointments = Appointments(place, self.directory)
        self.notes = ClinicalNotes(place)
        self.follow_ups = FollowUps(place, self.directory, self.appointments, self.notes)
        self.today = TodayService(place, self.persons, self.appointments, self.follow_ups)
        self.sync_reports = SyncReports(place)

    @property
    def store(self) -> Store:
        return self.workplace.store


def read_packaged_territory() -> Territory:
    """Return the real Deux-Sèvres."""
    return read_territory(deux_sevres_text(), territories_text())


def make_workplace(
    folder: Path,
    *,
    name: str = "Claire Martin",
    job: Job = Job.PSYCHOLOGIST,
    clock: TurnedClock | None = None,
    seed: int = 1,
    key_hex: str = "5a" * 48,
) -> Workplace:
    """Return an unlocked laptop that knows its own user, as after a first synchronisation."""
    random = SeededRandom(seed)
    clock = clock or TurnedClock()
    folder.mkdir(parents=True, exist_ok=True)
    me = ProfessionalId(uuid7(int(clock.moment.timestamp() * 1000), random.bytes(10)))
    store = Store.create(folder / "coffre.db", key_hex)
    workplace = Workplace(
        store=store,
        clock=clock,
        random=random,
        me=me,
        department="79",
        identity=Identity.generate(random),
    )
    bring(workplace, professional(workplace, me, name, job))
    return workplace


def make_desk(folder: Path, **options: object) -> Desk:
    """Return a laptop with its services."""
    clock = TurnedClock()
    workplace = make_workplace(folder, clock=clock, **options)  # type: ignore[arg-type]  # same options
    return Desk(workplace, read_packaged_territory(), clock)


def bring(workplace: Workplace, *records: Record) -> None:
    """Put records on a laptop as if the office had sent them."""
    with workplace.store.database.transaction():
        for record in records:
            workplace.store.records.put(spec_of(type(record)), [(record.id, to_wire(record))])


def professional(
    workplace: Workplace, rid: str, name: str, job: Job = Job.REFERENT
) -> Professional:
    """Return a colleague."""
    return Professional(
        id=RecordId(rid),
        created_at=workplace.clock.now(),
        created_by=workplace.me,
        name=name,
        job=job,
    )


def place(workplace: Workplace, name: str, commune: str, network: Network) -> Place:
    """Return a lieu."""
    return Place(
        id=RecordId(workplace.new_id()),
        created_at=workplace.clock.now(),
        created_by=workplace.me,
        name=name,
        commune=commune,
        network=network,
    )


MELLE, CHEF_BOUTONNE, NIORT = "79174", "79083", "79191"


def seed_small(desk: Desk) -> list[PersonId]:
    """Give a laptop a morning: two lieux, a référente, seven persons, today's round."""
    workplace = desk.workplace
    melle = place(workplace, "Melle", MELLE, Network.WEAK)
    chef_boutonne = place(workplace, "Chef-Boutonne", CHEF_BOUTONNE, Network.NONE)
    roy = professional(workplace, workplace.new_id(), "Catherine Roy", Job.REFERENT)
    bring(workplace, melle, chef_boutonne, roy)
    names = [
        ("Benali", "Nadia"),
        ("Morisset", "Yves"),
        ("Guérin", "Élodie"),
        ("Audebert", "Jean-Luc"),
        ("Diallo", "Fatou"),
        ("Pelletier", "Sandrine"),
        ("N’Guyen", "Thi Lan"),
    ]
    start = desk.clock.moment.replace(hour=8, minute=0)
    persons = []
    for index, (last, first) in enumerate(names):
        made = desk.persons.create(
            NewPerson(
                birth_name=last,
                first_name=first,
                commune=MELLE,
                phone1=f"06123456{index:02d}",
                request="Orienté par sa référente : troubles du sommeil." if index == 1 else None,
            )
        ).value
        desk.appointments.plan(
            Plan(
                person=made,
                starts_at=start + timedelta(minutes=45 * index),
                minutes=45,
                place=melle.id if index < 4 else chef_boutonne.id,  # type: ignore[arg-type]
                motive=Motive.PSY_CONSULTATION,
            )
        )
        persons.append(made)
    return persons
