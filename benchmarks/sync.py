"""Two laptops and the office: a first upload, a first download, fifty changes, nothing at all.

The real engine over TLS on loopback to the real server, its PostgreSQL waiting for the disk as an
office's does; each figure beside the same rows by the barest correct path (``floor``).
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from benchmarks.caseload import START, Caseload
from benchmarks.fleet import Cost, Laptop, enrolled_laptop
from benchmarks.floor import Line, RawLaptop, RawOffice, Row, rows_of, served
from benchmarks.measure import Measure, measure, median, report
from protocol import compression
from protocol.ids import ProfessionalId
from protocol.kinds import FollowUp
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from tests.support.office import Office, Premises
from tests.support.relay import Relay

PERSONS, FOLLOW_UPS, CHANGES = 1_000, 20_000, 50
RECORDS = 3 * PERSONS + FOLLOW_UPS
LONG_RUNS, SHORT_RUNS = 3, 7
_UNIT = 500


def run(folder: Path) -> None:
    """Measure, print and write ``build/bench/sync.json``."""
    # Not in the benchmark's own folder: started by root, PostgreSQL runs as another user.
    ground = Path(tempfile.mkdtemp(prefix="coffre-bench-"))
    premises = Premises.start(ground, durable=True)
    try:
        costs = {name: Cost() for name in ("upload", "download", "push", "pull", "nothing")}
        for number in range(LONG_RUNS):
            last = number == LONG_RUNS - 1
            _one_office(premises, folder / str(number), costs, SHORT_RUNS if last else 1)
    finally:
        premises.close()
        shutil.rmtree(ground, ignore_errors=True)
    report("sync", _measures(costs))


def _one_office(premises: Premises, folder: Path, costs: dict[str, Cost], short_runs: int) -> None:
    department = premises.new_department()
    # No road in between: laptops connect to the server itself.
    office = Office(premises, department, Relay(premises.port, port=premises.port))
    colleague = office.hire("Mehdi Rahmani", Job.REFERENT)
    claire = enrolled_laptop(office, folder / "claire", "Claire Morin", Job.PSYCHOLOGIST)
    mehdi = enrolled_laptop(office, folder / "mehdi", "Mehdi Rahmani", Job.REFERENT)
    follow_ups = _fill(claire, colleague)
    sent = costs["upload"].run(claire)
    received = costs["download"].run(mehdi)
    assert sent.sent == received.received - 2  # and the two colleagues
    rows = rows_of(claire.session.workplace.store.database)
    assert rows == rows_of(mehdi.session.workplace.store.database)
    with _floor(premises, folder, rows) as floor:
        floor.upload(costs["upload"])
        floor.download(costs["download"])
        for _ in range(short_runs):
            changed = _change(claire, follow_ups)
            costs["push"].run(claire)
            costs["pull"].run(mehdi)
            costs["nothing"].run(claire)
            floor.push(costs["push"], changed)
            floor.pull(costs["pull"], changed)
            floor.nothing(costs["nothing"])
    claire.close()
    mehdi.close()
    premises.forget(department)


def _fill(laptop: Laptop, colleague: ProfessionalId) -> list[FollowUp]:
    """Record a caseload as the services do, shared with a colleague; nothing is sent yet."""
    me = laptop.session.workplace.me
    caseload = Caseload(me)
    persons = caseload.persons(PERSONS)
    follow_ups = [
        caseload.follow_up(persons[i % PERSONS], START + timedelta(hours=i % 9, days=i // 40))
        for i in range(FOLLOW_UPS)
    ]
    circles = [caseload.circle(person, who) for person in persons for who in (me, colleague)]
    everything: list[Record] = [*persons, *circles, *follow_ups]
    for start in range(0, len(everything), _UNIT):
        with laptop.session.workplace.work() as work:
            for record in everything[start : start + _UNIT]:
                work.save(record)
    return follow_ups


def _change(laptop: Laptop, follow_ups: list[FollowUp]) -> list[FollowUp]:
    """Rewrite one text of some follow-ups, as a long day would."""
    caseload = Caseload(laptop.session.workplace.me, seed=len(follow_ups) + laptop.office.requests)
    step = len(follow_ups) // CHANGES
    changed = [replace(item, summary=caseload.text(7)) for item in follow_ups[::step][:CHANGES]]
    with laptop.session.workplace.work() as work:
        for item in changed:
            work.save(item)
    return changed


@dataclass(frozen=True, slots=True)
class _Floor:
    """Each sort of synchronisation by the barest path."""

    line: Line
    full: RawLaptop
    empty: RawLaptop

    def upload(self, cost: Cost) -> None:
        """Read the rows, send them at once, have them copied in, note it."""

        def work() -> int:
            body = compression.compress(msgspec.json.encode(self.full.read()))
            self.line.ask("/take", body)
            self.full.acknowledge()
            return len(body)

        cost.beside(work)

    def download(self, cost: Cost) -> None:
        """Have the rows read and sent at once, write them in one transaction."""

        def work() -> int:
            reply = self.line.ask("/give", b"[]")
            clear = compression.decompress(reply, limit=1 << 30)
            self.empty.put_arrays(msgspec.json.decode(clear))
            return len(reply)

        cost.beside(work)

    def push(self, cost: Cost, changed: list[FollowUp]) -> None:
        """Read the fields, send them, have them stored, note it."""

        def work() -> int:
            fields = self.full.read_some([item.id for item in changed])
            body = compression.compress(msgspec.json.encode(fields))
            self.line.ask("/change", body)
            self.full.acknowledge()
            return len(body)

        self.full.change([(item.id, f"0{item.summary}") for item in changed])
        cost.beside(work)

    def pull(self, cost: Cost, changed: list[FollowUp]) -> None:
        """Have the fields sent, write them."""

        def work() -> int:
            reply = self.line.ask("/some", msgspec.json.encode([item.id for item in changed]))
            self.empty.change(msgspec.json.decode(compression.decompress(reply)))
            return len(reply)

        cost.beside(work)

    def nothing(self, cost: Cost) -> None:
        """Ask and hear that nothing is new."""

        def work() -> int:
            return len(self.line.ask("/nothing", b"[]"))

        cost.beside(work)


@contextmanager
def _floor(premises: Premises, folder: Path, rows: list[Row]) -> Iterator[_Floor]:
    full, empty = RawLaptop(folder / "full.db"), RawLaptop(folder / "empty.db")
    full.put(rows)
    office = RawOffice(premises.url)
    try:
        with served(office, premises.folder, premises.authority) as line:
            yield _Floor(line, full, empty)
    finally:
        office.close()
        full.close()
        empty.close()


def _measures(costs: dict[str, Cost]) -> list[Measure]:
    return [
        *_long(f"upload of {RECORDS} records", costs["upload"], "up"),
        *_long(f"first download of {RECORDS} records", costs["download"], "down"),
        *_short(f"push of {CHANGES} changed texts", costs["push"]),
        *_short(f"pull of {CHANGES} changed texts", costs["pull"]),
        *_short("nothing new", costs["nothing"]),
    ]


def _long(name: str, cost: Cost, direction: str) -> list[Measure]:
    runs = len(cost.times)
    carried = cost.up if direction == "up" else cost.down
    back = cost.down if direction == "up" else cost.up
    return [
        measure(name, median(cost.times), "s", floor=median(cost.floors), n=RECORDS, runs=runs),
        measure("… records a second", RECORDS / median(cost.times), "rec/s",
                floor=RECORDS / median(cost.floors), n=RECORDS, runs=runs),
        measure(f"… bytes {direction}", median(carried) / 1e6, "MB",
                floor=median(cost.floor_bytes) / 1e6, n=RECORDS, runs=runs),
        measure("… bytes the other way", median(back) / 1e3, "kB", n=RECORDS, runs=runs),
        measure("… requests", median(cost.requests), "", n=RECORDS, runs=runs),
        measure("… longest hold of the store’s lane", max(cost.holds) * 1e3, "ms",
                n=RECORDS, runs=runs),
    ]  # fmt: skip


def _short(name: str, cost: Cost) -> list[Measure]:
    runs = len(cost.times)
    times = [seconds * 1e3 for seconds in cost.times]
    floors = [seconds * 1e3 for seconds in cost.floors]
    return [
        measure(name, median(times), "ms", floor=median(floors), n=CHANGES, runs=runs),
        measure("… bytes up", median(cost.up) / 1e3, "kB", n=CHANGES, runs=runs),
        measure("… bytes down", median(cost.down) / 1e3, "kB", n=CHANGES, runs=runs),
        measure("… bytes carried by the floor", median(cost.floor_bytes) / 1e3, "kB",
                n=CHANGES, runs=runs),
        measure("… requests", median(cost.requests), "", n=CHANGES, runs=runs),
    ]  # fmt: skip
