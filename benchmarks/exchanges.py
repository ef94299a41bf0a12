"""Two laptops and the office: a first upload and download, fifty changes, a day's work, nothing.

Fifty changes are measured twice: of texts, which are sealed and do not compress, and of times,
which the office reads. Those that come right after an upload are told apart: both sides and
PostgreSQL meet each page and each statement for the first time, as once in a laptop's life.

The real engine over TLS on loopback to the real server, its PostgreSQL waiting for the disk as an
office's does; each figure beside the same rows by the barest correct path (``floor``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from benchmarks.caseload import START, Caseload
from benchmarks.fleet import Cost, Laptop, enrolled_laptop
from benchmarks.floor import Line, RawLaptop, RawOffice, Row, rows_of, served
from benchmarks.ground import new_office, premises_of_a_run
from benchmarks.measure import Goal, Measure, at_most, measure, median, report, times_floor
from benchmarks.quiet import Quiet, watch_quiet
from benchmarks.size import Size
from protocol import compression
from protocol.ids import ProfessionalId
from protocol.kinds import FollowUp, Person
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from tests.support.office import Premises

CHANGES = 50
DAY = 10
"""Follow-ups of a day."""
_UNIT = 500
Text = tuple[str, str]
"""Whose it is, and the text as it is sealed."""
_LONG = ("upload", "download")
_SHORT = ("push", "pull", "push times", "pull times", "both", "day", "nothing")
Costs = dict[str, Cost]


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/exchanges.json``."""
    with premises_of_a_run() as premises:
        report("exchanges", measures(premises, folder, size))


def measures(premises: Premises, folder: Path, size: Size) -> list[Measure]:
    """Return what exchanges cost."""
    costs = {name: Cost() for name in (*_LONG, *_SHORT)}
    first = {name: Cost() for name in _SHORT}
    quiet = [
        _one_office(premises, folder / str(number), costs, first, size)
        for number in range(size.long_runs)
    ]
    return [*_measures(costs, first, size), *_of_silence(quiet)]


def _one_office(premises: Premises, folder: Path, costs: Costs, first: Costs, size: Size) -> Quiet:
    with new_office(premises) as office:
        colleague = office.hire("Mehdi Rahmani", Job.REFERENT)
        claire = enrolled_laptop(office, folder / "claire", "Claire Morin", Job.PSYCHOLOGIST)
        mehdi = enrolled_laptop(office, folder / "mehdi", "Mehdi Rahmani", Job.REFERENT)
        for laptop in (claire, mehdi, claire):
            laptop.synchronise()  # each knows the other's keys before anybody writes
        follow_ups = _fill(claire, colleague, size)
        costs["upload"].run(claire)
        received = costs["download"].run(mehdi)
        rows = rows_of(claire.session.workplace.store.database)
        assert received.received == len(rows) == _records(size)
        assert rows == rows_of(mehdi.session.workplace.store.database)
        with _floor(premises, folder, rows) as floor:
            floor.upload(costs["upload"])
            floor.download(costs["download"])
            for number in range(size.short_runs):
                of_these = costs if number else first
                _short_ones(of_these, claire, mehdi, floor, follow_ups)
        quiet = watch_quiet(claire, office)
        claire.close()
        mehdi.close()
    return quiet


def _short_ones(
    costs: Costs,
    claire: Laptop,
    mehdi: Laptop,
    floor: "_Floor",
    follow_ups: list[FollowUp],
) -> None:
    _change(claire, follow_ups)
    changed = _sealed(claire, follow_ups)
    costs["push"].run(claire)
    costs["pull"].run(mehdi)
    costs["nothing"].run(claire)
    floor.push(costs["push"], changed)
    floor.pull(costs["pull"], changed)
    floor.nothing(costs["nothing"])
    _retime(claire, follow_ups)
    costs["push times"].run(claire)
    costs["pull times"].run(mehdi)
    _ask_again(mehdi, follow_ups)
    mehdi.engine.run()
    _change(claire, follow_ups)
    costs["both"].run(claire)
    mehdi.engine.run()
    _work_a_day(mehdi, follow_ups)
    mehdi.engine.run()
    _work_a_day(claire, follow_ups)
    costs["day"].run(claire)
    mehdi.engine.run()


def _fill(laptop: Laptop, colleague: ProfessionalId, size: Size) -> list[FollowUp]:
    """Record a caseload as the services do, shared with a colleague; nothing is sent yet."""
    me = laptop.session.workplace.me
    caseload = Caseload(me)
    persons = caseload.persons(size.persons)
    follow_ups = [
        caseload.follow_up(persons[i % size.persons], START + timedelta(hours=i % 9, days=i // 40))
        for i in range(size.follow_ups)
    ]
    circles = [caseload.circle(person, who) for person in persons for who in (me, colleague)]
    everything: list[Record] = [*persons, *circles, *follow_ups]
    for start in range(0, len(everything), _UNIT):
        with laptop.session.workplace.work() as work:
            for record in everything[start : start + _UNIT]:
                work.save(record)
    return follow_ups


def _change(laptop: Laptop, follow_ups: list[FollowUp]) -> None:
    """Rewrite one text of some follow-ups, as a long day would."""
    caseload = Caseload(laptop.session.workplace.me, seed=len(follow_ups) + laptop.office.requests)
    with laptop.session.workplace.work() as work:
        for item in _some(follow_ups):
            work.save(replace(item, summary=caseload.text(7)))


def _retime(laptop: Laptop, follow_ups: list[FollowUp]) -> None:
    """Correct how long some follow-ups lasted; each keeps the text it has here."""
    workplace = laptop.session.workplace
    minutes = 1 + laptop.office.requests % 200
    with workplace.work() as work:
        for item in _some(follow_ups):
            known = workplace.store.records.get(FollowUp, item.id)
            assert known is not None
            work.save(replace(known, minutes=minutes))


def _some(follow_ups: list[FollowUp]) -> list[FollowUp]:
    return follow_ups[:: len(follow_ups) // CHANGES][:CHANGES]


def _sealed(laptop: Laptop, follow_ups: list[FollowUp]) -> list[Text]:
    """Return the texts that were rewritten, as they are kept and carried."""
    marks = ", ".join("?" * CHANGES)
    rows = laptop.session.workplace.store.database.rows(
        f'SELECT "id", "summary" FROM "follow_up" WHERE "id" IN ({marks})',
        [item.id for item in _some(follow_ups)],
    )
    return [(str(rid), str(text)) for rid, text in rows]


def _ask_again(laptop: Laptop, follow_ups: list[FollowUp]) -> None:
    """Rewrite what fifty people ask for, which anybody of their circle may."""
    workplace = laptop.session.workplace
    caseload = Caseload(workplace.me, seed=len(follow_ups) + laptop.office.requests)
    subjects = list(dict.fromkeys(item.person for item in follow_ups))[:CHANGES]
    with workplace.work() as work:
        for subject in subjects:
            person = workplace.store.records.get(Person, subject)
            assert person is not None
            work.save(replace(person, request=caseload.text(7)))


def _work_a_day(laptop: Laptop, follow_ups: list[FollowUp]) -> None:
    """Write ten follow-ups, one at a time, as people come."""
    workplace = laptop.session.workplace
    caseload = Caseload(workplace.me, seed=3 * len(follow_ups) + laptop.office.requests)
    for known in follow_ups[:DAY]:
        made = caseload.follow_up(known.person, workplace.clock.now())
        with workplace.work() as work:
            work.save(made)


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

    def push(self, cost: Cost, changed: list[Text]) -> None:
        """Read the fields, send them, have them stored, note it."""

        def work() -> int:
            fields = self.full.read_some([rid for rid, _ in changed])
            body = compression.compress(msgspec.json.encode(fields))
            self.line.ask("/change", body)
            self.full.acknowledge()
            return len(body)

        self.full.change([(rid, f"0{text}") for rid, text in changed])
        cost.beside(work)

    def pull(self, cost: Cost, changed: list[Text]) -> None:
        """Have the fields sent, write them."""

        def work() -> int:
            reply = self.line.ask("/some", msgspec.json.encode([rid for rid, _ in changed]))
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


def _measures(costs: Costs, first: Costs, size: Size) -> list[Measure]:
    return [
        *_long("upload", costs["upload"], "up", size),
        *_long("first download, proof checked,", costs["download"], "down", size),
        *_short(f"push of {CHANGES} changed texts", costs["push"], 20, up=9, down=0.5),
        _first(first["push"]),
        *_short(f"push of {CHANGES} changed times", costs["push times"], 20, up=9, down=0.5),
        _first(first["push times"]),
        *_short(f"pull of {CHANGES} changed texts", costs["pull"], 15),
        _first(first["pull"]),
        *_short(f"pull of {CHANGES} changed times", costs["pull times"], 15),
        _first(first["pull times"]),
        *_short(f"push of {CHANGES} with pull of {CHANGES}", costs["both"]),
        *_day(costs["day"]),
        *_short("nothing new", costs["nothing"], 5),
        _first(first["nothing"]),
    ]


def _long(name: str, cost: Cost, direction: str, size: Size) -> list[Measure]:
    runs, n = len(cost.times), _records(size)
    carried = cost.up if direction == "up" else cost.down
    back = cost.down if direction == "up" else cost.up
    return [
        measure(f"{name} of {n} records", median(cost.times), "s", floor=median(cost.floors),
                n=n, runs=runs, goal=times_floor(2.0)),
        measure("… records a second", n / median(cost.times), "rec/s",
                floor=n / median(cost.floors), n=n, runs=runs),
        measure(f"… bytes {direction}", median(carried) / 1e6, "MB",
                floor=median(cost.floor_bytes) / 1e6, n=n, runs=runs, goal=times_floor(1.15)),
        measure("… bytes the other way", median(back) / 1e3, "kB", n=n, runs=runs),
        measure("… requests", median(cost.requests), "", n=n, runs=runs),
        measure("… longest hold of the store’s lane", max(cost.holds) * 1e3, "ms",
                n=n, runs=runs),
    ]  # fmt: skip


def _short(
    name: str,
    cost: Cost,
    most_ms: float | None = None,
    *,
    up: float | None = None,
    down: float | None = None,
) -> list[Measure]:
    runs = len(cost.times)
    floors = [seconds * 1e3 for seconds in cost.floors]
    floor_bytes = median(cost.floor_bytes) / 1e3 if cost.floor_bytes else None
    return [
        measure(name, median(cost.times) * 1e3, "ms", floor=median(floors) if floors else None,
                n=CHANGES, runs=runs, goal=_goal(most_ms)),
        measure("… bytes up", median(cost.up) / 1e3, "kB", n=CHANGES, runs=runs, goal=_goal(up)),
        measure("… bytes down", median(cost.down) / 1e3, "kB", n=CHANGES, runs=runs,
                goal=_goal(down)),
        measure("… bytes both ways, headers and all", _both_ways(cost) / 1e3, "kB",
                floor=floor_bytes, n=CHANGES, runs=runs,
                goal=at_most(0.9) if name == "nothing new" else None),
        measure("… requests", median(cost.requests), "", n=CHANGES, runs=runs, goal=at_most(1)),
    ]  # fmt: skip


def _first(cost: Cost) -> Measure:
    name, runs = "… right after an upload", len(cost.times)
    return measure(name, median(cost.times) * 1e3, "ms", n=CHANGES, runs=runs)


def _day(cost: Cost) -> list[Measure]:
    runs = len(cost.times)
    return [
        measure(f"a day’s {DAY} follow-ups, and a colleague’s", median(cost.times) * 1e3, "ms",
                n=DAY, runs=runs),
        measure("… bytes both ways", _both_ways(cost) / 1e3, "kB", n=DAY, runs=runs,
                goal=at_most(100)),
        measure("… requests", median(cost.requests), "", n=DAY, runs=runs, goal=at_most(2)),
    ]  # fmt: skip


def _of_silence(quiet: list[Quiet]) -> list[Measure]:
    runs = len(quiet)
    return [
        measure("nothing new: bytes of the laptop’s files that changed",
                max(one.laptop_bytes for one in quiet), "B", n=1, runs=runs, goal=at_most(0)),
        measure("… rows the server wrote, its count of requests apart",
                max(one.server_rows for one in quiet), "", n=1, runs=runs, goal=at_most(0)),
        measure("… waits for the server’s disk",
                max(one.server_waits for one in quiet), "", n=1, runs=runs, goal=at_most(0)),
    ]  # fmt: skip


def _records(size: Size) -> int:
    """A dossier comes with two places in its circle and the key of each."""
    return 5 * size.persons + size.follow_ups


def _both_ways(cost: Cost) -> float:
    return median([up + down for up, down in zip(cost.up, cost.down, strict=True)])


def _goal(most: float | None) -> Goal | None:
    return None if most is None else at_most(most)
