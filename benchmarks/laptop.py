"""A full laptop: 25,000 persons and 200,000 follow-ups. Unlock, find, open, save."""

import resource
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import today
from benchmarks.caseload import Caseload, incoming
from benchmarks.measure import Measure, measure, median, p95_ms, report, seconds
from benchmarks.size import Size
from desktop.app.session import build_services, read_packaged
from desktop.config.clock import SystemClock
from desktop.crypto.files import FolderFiles
from desktop.crypto.identity import Identity
from desktop.crypto.kdf import DEFAULT, stretch
from desktop.crypto.passphrase import passphrase_bytes
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import Unlocked, VaultAccess, VaultPlace
from desktop.services.workplace import Workplace
from desktop.store.driver import dbapi
from desktop.store.replica import Page
from desktop.store.state import Progress
from protocol.ids import PersonId, ProfessionalId, uuid7
from protocol.kinds import Person

PERSONS, FOLLOW_UPS = 25_000, 200_000
PASSPHRASE = "sept mots que personne ne devine jamais ici"
_MINE = 200
"""Programmes that one professional leads."""
_PAGE = 500


def run(folder: Path, _size: Size) -> None:
    """Measure, print and write ``build/bench/laptop.json``."""
    place = VaultPlace(FolderFiles(folder), folder / "coffre.db", folder / "coffre.lock")
    access = VaultAccess(place, SystemRandom())
    unlocked, recovery = access.create(PASSPHRASE)
    access.confirm_recovery_key(unlocked, " ".join(recovery.words()))
    me = ProfessionalId(uuid7(1, b"m" * 10))
    persons = _fill(unlocked, me)
    key = unlocked.vault.database_key().literal()
    unlocked.close()
    measures = [_unlock(access, me, place.database, key)]
    unlocked = access.open(PASSPHRASE)
    workplace = _workplace(unlocked, me)
    raw = _raw(place.database, key)
    measures += [_search(workplace, persons, raw), _dossier(workplace, persons, raw)]
    raw.close()
    measures += [_save(workplace, persons, folder, key), _day(workplace)]
    measures += today.opens(workplace, persons)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    name = "peak resident memory, 256 MB of it for the KDF"
    measures.append(measure(name, peak, "MB", n=PERSONS, runs=1))
    unlocked.close()
    report("laptop", measures)


def _fill(unlocked: Unlocked, me: ProfessionalId) -> list[Person]:
    caseload = Caseload(me)
    persons = caseload.persons(PERSONS)
    records = chain(
        (incoming(person, person.id) for person in persons),
        (
            incoming(record, str(getattr(record, "person", "")))
            for record in caseload.meetings(persons, FOLLOW_UPS)
        ),
        (
            incoming(record, str(getattr(record, "person", "")))
            for record in chain(
                caseload.engagements(persons, _MINE, SystemClock().now()),
                caseload.waits(persons, SystemClock().now()),
            )
        ),
    )
    store = unlocked.store
    cursor = 0
    while some := tuple(islice(records, _PAGE)):
        cursor += 1
        page = Page((), 0, {}, (), some, (), Progress("epoch", cursor, None))
        with store.database.transaction():
            store.replica.apply(page, SystemClock().now())
    return persons


def _workplace(unlocked: Unlocked, me: ProfessionalId) -> Workplace:
    random = SystemRandom()
    return Workplace(
        store=unlocked.store,
        clock=SystemClock(),
        random=random,
        me=me,
        department="79",
        identity=Identity.generate(random),
    )


def _unlock(access: VaultAccess, me: ProfessionalId, path: Path, key: str) -> Measure:
    def open_and_read() -> None:
        unlocked = access.open(PASSPHRASE)
        services = build_services(_workplace(unlocked, me), read_packaged())
        services.today.read()
        services.persons.caseload(limit=50)
        unlocked.close()

    def floor() -> None:
        stretch(passphrase_bytes(PASSPHRASE), b"s" * 16, DEFAULT)
        connection = _raw(path, key)
        connection.execute("SELECT id FROM person LIMIT 50").fetchall()
        connection.close()

    values = [seconds(open_and_read) for _ in range(5)]
    floors = [seconds(floor) for _ in range(5)]
    name = "unlock to usable, KDF included"
    return measure(name, median(values), "s", floor=median(floors), n=PERSONS, runs=5)


def _search(workplace: Workplace, persons: list[Person], raw: Any) -> Measure:
    services = build_services(workplace, read_packaged())
    random = Random(7)  # reproducible questions
    typed = [_typed(random.choice(persons), random) for _ in range(300)]
    works = [partial(services.persons.search, text) for text in typed]
    sql = "SELECT id FROM person WHERE birth_name >= ? AND birth_name < ? LIMIT 50"

    def floor(text: str) -> None:
        start = text[:4].capitalize()
        raw.execute(sql, (start, start + "z")).fetchall()

    floors = [partial(floor, text) for text in typed]
    name = "search, keystroke to result, p95"
    return measure(name, p95_ms(works), "ms", floor=p95_ms(floors), n=PERSONS, runs=len(works))


def _typed(person: Person, random: Random) -> str:
    """Return what somebody in a hurry types: a beginning, a slip, a first name."""
    name = person.birth_name.lower()
    slip = random.randrange(1, len(name))
    forms = (
        name[:3],
        name[: 2 + len(name) // 2],
        name[:slip] + name[slip + 1 :],
        f"{person.first_name} {name[:4]}",
        f"{name} {person.first_name[:2]}",
        person.birth_date.strftime("%d/%m/%Y") if person.birth_date else name,
    )
    return random.choice(forms)


def _dossier(workplace: Workplace, persons: list[Person], raw: Any) -> Measure:
    services = build_services(workplace, read_packaged())
    chosen = Random(8).sample(persons, 200)

    def open_one(person: PersonId) -> None:
        services.persons.sheet(person)
        services.follow_ups.timeline(person, limit=50)
        services.appointments.upcoming(person)

    def floor(person: str) -> None:
        for table, column in (("person", "id"), ("follow_up", "person"), ("appointment", "person")):
            sql = f"SELECT * FROM {table} WHERE {column} = ?"
            raw.execute(sql, (person,)).fetchall()

    works = [partial(open_one, PersonId(person.id)) for person in chosen]
    floors = [partial(floor, person.id) for person in chosen]
    return measure(
        "dossier open, p95", p95_ms(works), "ms", floor=p95_ms(floors), n=FOLLOW_UPS, runs=200
    )


def _save(workplace: Workplace, persons: list[Person], folder: Path, key: str) -> Measure:
    services = build_services(workplace, read_packaged())
    chosen = Random(9).sample(persons, 100)
    text = "Le sommeil revient peu à peu, les démarches avec la CAF sont faites. " * 15
    forms = [
        replace(services.follow_ups.begin(PersonId(p.id)), summary=text, clinical=text)
        for p in chosen
    ]
    works = [partial(services.follow_ups.finish, form) for form in forms]
    path = folder / "floor.db"
    raw = _raw(path, key)
    raw.execute("CREATE TABLE t (id TEXT PRIMARY KEY, body TEXT)")

    def floor(index: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO t VALUES (?, ?)", (str(index), text + text))
        raw.execute("COMMIT")

    floors = [partial(floor, index) for index in range(100)]
    made = measure(
        "save a follow-up with its note, fsync, p95",
        p95_ms(works),
        "ms",
        floor=p95_ms(floors),
        n=FOLLOW_UPS,
        runs=100,
    )
    raw.close()
    return made


def _day(workplace: Workplace) -> Measure:
    services = build_services(workplace, read_packaged())
    value = p95_ms([services.today.read] * 30)
    return measure("read « Aujourd’hui », p95", value, "ms", n=PERSONS, runs=30)


def _raw(path: Path, key: str) -> Any:  # the driver has no stubs
    connection = dbapi.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{key}"')
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
