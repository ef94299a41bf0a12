"""Laptops for tests: a real encrypted store in a temporary folder, and the services on it."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random as Seeded
from tempfile import TemporaryDirectory

from desktop.app.session import Services, build_services, read_packaged
from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.crypto.identity import Identity
from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from desktop.services.workplace import Workplace
from desktop.store.store import Store
from protocol.ids import PersonId, ProfessionalId, RecordId, uuid7
from protocol.kinds.agenda import Motive
from protocol.kinds.declare import Record, spec_of
from protocol.kinds.people import Job, Professional
from protocol.kinds.places import Network, Place
from protocol.values import to_wire

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


@dataclass(frozen=True, slots=True)
class Desk(Services):
    """All the services of one laptop, as the app builds them."""

    workplace: Workplace
    clock: TurnedClock

    @property
    def store(self) -> Store:
        return self.workplace.store


def make_workplace(
    folder: Path,
    *,
    name: str = "Claire Martin",
    job: Job = Job.PSYCHOLOGIST,
    clock: TurnedClock | None = None,
    seed: int = 1,
    key_hex: str = "5a" * 48,
    escrow: Escrow = NO_ESCROW,
) -> Workplace:
    """Return an unlocked laptop that knows its own user, as after a first synchronisation."""
    random = SeededRandom(seed)
    clock = clock or TurnedClock()
    folder.mkdir(parents=True, exist_ok=True)
    me = ProfessionalId(uuid7(int(clock.moment.timestamp() * 1000), random.bytes(10)))
    path = folder / "coffre.db"
    path.write_bytes(_new_store(key_hex))
    path.chmod(0o600)
    store = Store.open(path, key_hex)
    workplace = Workplace(
        store=store,
        clock=clock,
        random=random,
        me=me,
        department="79",
        identity=Identity.generate(random),
        escrow=escrow,
    )
    bring(workplace, professional(workplace, me, name, job))
    return workplace


@cache
def _new_store(key_hex: str) -> bytes:
    """Return the file of a store in which nobody wrote: made once, copied for each test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "coffre.db"
        Store.create(path, key_hex).close()
        return path.read_bytes()


def make_desk(folder: Path, **options: object) -> Desk:
    """Return a laptop with its services."""
    clock = TurnedClock()
    workplace = make_workplace(folder, clock=clock, **options)  # type: ignore[arg-type]  # same options
    return desk_of(workplace, clock)


def desk_of(workplace: Workplace, clock: TurnedClock) -> Desk:
    """Return the services of a workplace."""
    services = build_services(workplace, read_packaged())
    built = {item.name: getattr(services, item.name) for item in fields(Services)}
    return Desk(**built, workplace=workplace, clock=clock)


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
