"""The same fifty changes beside a hundred times as many records: the cost should not follow.

The records come from a device of the protocol, so that the laptops only have to read them.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.caseload import START, Caseload
from benchmarks.fleet import Cost, Laptop, enrolled_laptop
from benchmarks.ground import new_office, premises_of_a_run
from benchmarks.measure import Measure, at_most, measure, median, report
from benchmarks.sealed import as_sent
from benchmarks.size import Size
from protocol.ids import ProfessionalId
from protocol.kinds import FollowUp
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from protocol.limits import MAX_OPS
from tests.support.office import Office, Premises
from tests.support.raw_device import RawDevice, enrol

CHANGES = 50
_PER_DOSSIER = 20
_IDENTITY = ("a1" * 32, "b2" * 32)


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/scale.json``."""
    with premises_of_a_run() as premises:
        report("scale", measures(premises, folder, size))


def measures(premises: Premises, folder: Path, size: Size) -> list[Measure]:
    """Return what fifty changes cost with few records and with many."""
    with new_office(premises) as few, new_office(premises) as many:
        small = _Town(few, folder / "small", size.small)
        large = _Town(many, folder / "large", size.large)
        # In turns, so that whatever else the machine does weighs on both alike.
        for number in range(size.short_runs):
            small.exchange(number)
            large.exchange(number)
        small.close()
        large.close()
    return [
        line
        for name in ("push", "pull", "nothing")
        for line in _compared(name, small.costs[name], large.costs[name], size)
    ]


class _Town:
    """Two laptops and an office that hold so many records."""

    def __init__(self, office: Office, folder: Path, records: int) -> None:
        self.costs = {name: Cost() for name in ("push", "pull", "nothing")}
        writer = enrol(office, "Autrice Première", identity=_IDENTITY)
        self._claire = enrolled_laptop(office, folder / "claire", "Claire Morin", Job.PSYCHOLOGIST)
        self._mehdi = enrolled_laptop(office, folder / "mehdi", "Mehdi Rahmani", Job.REFERENT)
        colleagues = [laptop.session.workplace.me for laptop in (self._claire, self._mehdi)]
        _write(writer, colleagues, records)
        for laptop in (self._claire, self._mehdi):
            laptop.engine.run()
        self._follow_ups = _own(self._claire)
        self._mehdi.engine.run()

    def exchange(self, number: int) -> None:
        """Change fifty texts on one laptop, read them on the other, and then nothing."""
        caseload = Caseload(self._claire.session.workplace.me, seed=number)
        with self._claire.session.workplace.work() as work:
            for item in self._follow_ups:
                work.save(replace(item, summary=caseload.text(7)))
        self.costs["push"].run(self._claire)
        self.costs["pull"].run(self._mehdi)
        self.costs["nothing"].run(self._claire)

    def close(self) -> None:
        """Hang up."""
        self._claire.close()
        self._mehdi.close()


def _write(writer: RawDevice, colleagues: list[ProfessionalId], records: int) -> None:
    """Send dossiers open to the colleagues, and their follow-ups."""
    caseload = Caseload(ProfessionalId(writer.professional))
    made = caseload.persons(max(1, records // _PER_DOSSIER))
    circles = [caseload.circle(person, who) for person in made for who in colleagues]
    met = (caseload.follow_up(made[n % len(made)], START) for n in range(records))
    _send(writer, [*made, *circles])
    while batch := list(islice(met, MAX_OPS // 2)):
        _send(writer, batch)


def _send(writer: RawDevice, records: Sequence[Record]) -> None:
    for start in range(0, len(records), MAX_OPS // 2):
        writer.push(*map(as_sent, records[start : start + MAX_OPS // 2]))


def _own(laptop: Laptop) -> list[FollowUp]:
    """Write fifty follow-ups in dossiers that are there, and send them."""
    workplace = laptop.session.workplace
    caseload = Caseload(workplace.me, seed=1)
    subjects = workplace.store.database.rows(f'SELECT "id" FROM "person" LIMIT {CHANGES}')
    made = [
        caseload.follow_up(subjects[n % len(subjects)][0], workplace.clock.now())
        for n in range(CHANGES)
    ]
    with workplace.work() as work:
        for item in made:
            work.save(item)
    laptop.engine.run()
    return made


def _compared(name: str, small: Cost, large: Cost, size: Size) -> list[Measure]:
    runs = len(large.times)
    told = {"push": "push of 50", "pull": "pull of 50", "nothing": "nothing new"}[name]
    few, many = median(small.times) * 1e3, median(large.times) * 1e3
    bytes_few = median([sum(pair) for pair in zip(small.up, small.down, strict=True)])
    bytes_many = median([sum(pair) for pair in zip(large.up, large.down, strict=True)])
    return [
        measure(f"{told} among {size.small} records", few, "ms", n=size.small, runs=runs),
        measure(f"{told} among {size.large} records", many, "ms", n=size.large, runs=runs),
        measure("… times as long", many / few, "×", n=size.large, runs=runs, goal=at_most(1.3)),
        measure("… times the bytes", bytes_many / bytes_few, "×", n=size.large, runs=runs,
                goal=at_most(1.3)),
    ]  # fmt: skip
