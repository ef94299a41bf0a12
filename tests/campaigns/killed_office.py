"""Kills the office at random instants while laptops come home: what it acknowledged, it has, once.

PostgreSQL waits for the disk as in life, and is killed with every process it has; or the server is.
A laptop and two bare devices go on sending and reading meanwhile, and try again as laptops do.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import requests

from desktop.services.persons import NewPerson
from desktop.sync.errors import SyncError
from protocol.ids import PersonId
from protocol.kinds import BY_CODE
from protocol.kinds.people import Job
from tests.campaigns.faulty_server import Variant
from tests.campaigns.house import House
from tests.campaigns.tally import Effort, Tally
from tests.properties.agreement import Rows, differences, laptop_rows
from tests.server.samples import edit, follow_up, member, person
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Premises
from tests.support.raw_device import Op, RawDevice, Refused, enrol

CASES = {Effort.SHORT: 3, Effort.NORMAL: 60, Effort.LONG: 200}
_CONTROL_CASES = 10
_LONGEST_S = 0.25
"""Until the kill."""
_PATIENCE_S = 20.0
_MOST_OPS = 6


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Kill and start again; then see that what is acknowledged too early is seen. ``premises`` wait
    for the disk."""
    chance = random.Random(seed)
    tally = Tally("office", seed)
    with closing(House(premises)) as house:
        town = _Town.build(house, folder / "town", chance)
        kills = (house.kill_postgresql, house.kill_server)
        for case in range(cases or CASES[effort]):
            kill = kills[case % 2]  # in turn: a few are enough to have both
            tally.add(f"{case}: {kill.__name__}", town.live_through(kill))
        tally.notes += town.told()
        town.claire.close()
    for variant in Variant:
        tally.controls[variant.value] = _is_seen(premises, variant, chance)
    return tally


def _is_seen(premises: Premises, variant: Variant, chance: random.Random) -> bool:
    with closing(House(premises, variant)) as house:
        crew = _Crew.gather(house, chance)
        for _ in range(_CONTROL_CASES):
            heard = crew.acknowledged
            with crew.at_work():
                _wait_until_more(crew, heard + _MOST_OPS)
                if variant is Variant.EARLY:
                    house.kill_server()
                else:
                    house.kill_postgresql()
            house.recover()
            time.sleep(0.5)  # what was given to the server before it died may still be under way
            if crew.faults(house):
                return True
    return False


@dataclass
class _Worker:
    """A bare device that sends, and sends again what was not answered."""

    device: RawDevice
    dossier: str
    chance: random.Random
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Minutes by meeting: what a reply said is stored."""
    operations: int = 0
    refusals: list[str] = field(default_factory=list)
    _meetings: list[Op] = field(default_factory=list)
    _batch: list[Op] = field(default_factory=list)

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self._batch = self._batch or self._planned()
            try:
                reply = self.device.push(*self._batch)
                if self.chance.random() < 0.3:
                    self._note()
                    self.device.pull()
            except requests.RequestException:
                stop.wait(0.02)
            except Refused as refused:
                # A gap is an operation that was acknowledged and is not there: seen in the end, by
                # its number.
                if refused.status != 503 and refused.code != "gap":
                    self.refusals.append(str(refused))
                    return
                stop.wait(0.02)
            else:
                if reply.results:
                    self.refusals.append(str(reply.results))
                self._note()

    def _note(self) -> None:
        for op in self._batch:
            self.acknowledged[op.rid] = op.fields["minutes"]
            if "person" in op.fields:
                self._meetings.append(op)
        self.operations += len(self._batch)
        self._batch = []

    def _planned(self) -> list[Op]:
        batch: dict[str, Op] = {}
        for _ in range(self.chance.randint(1, _MOST_OPS)):
            old = self.chance.choice(self._meetings) if self._meetings else None
            if old is not None and old.rid not in batch and self.chance.random() < 0.5:
                batch[old.rid] = edit(old, 0, minutes=self.acknowledged[old.rid] + 1)
            else:
                made = follow_up(self.device, self.dossier, minutes=1)
                batch[made.rid] = made
        return list(batch.values())

    def faults(self, held: dict[str, int], past: dict[str, list[int]], last_op: int) -> list[str]:
        """Return what the office lacks of what it acknowledged, and what it took twice."""
        found = list(self.refusals)
        if last_op < self.operations:
            found.append(f"{self.operations - last_op} operations forgotten")
        for rid, minutes in self.acknowledged.items():
            if held.get(rid, 0) < minutes:
                found.append(f"{rid} is at {held.get(rid)} and was acknowledged at {minutes}")
            elif past.get(rid, []) != list(range(1, held[rid])):
                found.append(f"{rid} is at {held[rid]} after {past.get(rid)}")
        sent = self.operations + len(self._batch)
        if last_op > sent:
            found.append(f"{last_op} operations were taken of {sent} sent")
        return found


class _Crew:
    """Two bare devices that never stop."""

    def __init__(self, workers: list[_Worker]) -> None:
        self._workers = workers
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @classmethod
    def gather(cls, house: House, chance: random.Random) -> "_Crew":
        """Return two colleagues' devices, in one circle."""
        one, other = (enrol(house.office, name, Job.NURSE) for name in ("Sofia", "Jeanne"))
        made = person(one)
        one.push(made, *(member(one, made.rid, device.professional) for device in (one, other)))
        first = one.next_op - 1
        workers = [
            _Worker(device, made.rid, random.Random(chance.random())) for device in (one, other)
        ]
        workers[0].operations = first
        return cls(workers)

    @property
    def acknowledged(self) -> int:
        """How many operations were acknowledged."""
        return sum(worker.operations for worker in self._workers)

    def at_work(self) -> "_Crew":
        """Return this; in a ``with``, they work."""
        return self

    def __enter__(self) -> None:
        self._stop.clear()
        self._threads = [
            threading.Thread(target=worker.work, args=(self._stop,)) for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def faults(self, house: House) -> list[str]:
        """Return what is wrong at the office, while nobody works."""
        held: dict[str, int] = {}
        past: dict[str, list[int]] = {}
        with house.connection() as connection:
            for rid, minutes in connection.execute(
                "SELECT rid::text, (data ->> 'minutes')::int FROM record WHERE data ? 'minutes'"
            ):
                held[str(rid)] = int(minutes)
            for rid, value in connection.execute(
                "SELECT rid::text, value::text::int FROM history WHERE field = 'minutes'"
                " ORDER BY seq"
            ):
                past.setdefault(str(rid), []).append(int(value))
            rows = connection.execute("SELECT id::text, last_op FROM device").fetchall()
            last: dict[str, int] = {str(device): int(number) for device, number in rows}
        return [
            fault
            for worker in self._workers
            for fault in worker.faults(held, past, last.get(worker.device.device, 0))
        ]


@dataclass
class _Town:
    """An office, a crew that never stops, and Claire's laptop."""

    house: House
    crew: _Crew
    claire: Laptop
    dossier: PersonId
    chance: random.Random
    kills: int = 0
    interrupted: int = 0
    slowest_s: float = 0.0

    @classmethod
    def build(cls, house: House, folder: Path, chance: random.Random) -> "_Town":
        """Return a town where all is well."""
        claire = enrolled(house.office, folder, "Claire Martin", Job.PSYCHOLOGIST)
        dossier = claire.desk.persons.create(NewPerson(birth_name="Bernard", first_name="S.")).value
        claire.sync()
        return cls(house, _Crew.gather(house, chance), claire, dossier, chance)

    def live_through(self, kill: Callable[[], None]) -> list[str]:
        """Work, be cut short, recover, come home; return what is wrong then."""
        with self.crew.at_work():
            self._work_until(kill)
            self.house.recover()
            began = time.monotonic()
            failure = self._come_home()
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            is_served = _wait_until_more(self.crew, self.crew.acknowledged)
        self.kills += 1
        found = [failure] if failure else []
        if not is_served:
            found.append("bare devices are not served any more")
        found += self.crew.faults(self.house)
        return [*found, *differences(laptop_rows(self.claire, self.dossier), self._office_rows())]

    def _work_until(self, kill: Callable[[], None]) -> None:
        """Work and come home again and again, until somebody kills the office meanwhile."""
        timer = threading.Timer(self.chance.uniform(0.02, _LONGEST_S), kill)
        timer.start()
        while timer.is_alive():
            self.claire.clock.advance(minutes=1)
            form = self.claire.desk.follow_ups.begin(self.dossier)
            self.claire.desk.follow_ups.finish(
                replace(form, summary=f"Vue à {self.claire.clock.moment}.", clinical="Note.")
            )
            try:
                self.claire.sync()
            except SyncError:
                self.interrupted += 1
                break
        timer.join()

    def _come_home(self) -> str | None:
        until = time.monotonic() + _PATIENCE_S
        last: SyncError | None = None
        while time.monotonic() < until:
            try:
                self.claire.sync()
            except SyncError as failure:
                last = failure
                time.sleep(0.02)
            else:
                pending = self.claire.desk.sync_reports.read().pending
                return f"{pending} changes are still waiting" if pending else None
        return f"it never succeeds again: {type(last).__name__}"

    def _office_rows(self) -> Rows:
        with self.house.connection() as connection:
            rows = connection.execute(
                "SELECT kind, rid::text, data FROM record WHERE bucket = %s AND state = 'live'",
                (self.dossier,),
            ).fetchall()
        return {(BY_CODE[kind].name, rid): data for kind, rid, data in rows}

    def told(self) -> list[str]:
        """Return what to say of it."""
        return [
            f"{self.kills} kills, {self.interrupted} in the middle of the laptop's exchange",
            f"{self.crew.acknowledged} operations acknowledged by bare devices",
            f"{self.slowest_s:.1f} s at most until the laptop's work was home again",
        ]


def _wait_until_more(crew: _Crew, heard: int) -> bool:
    until = time.monotonic() + _PATIENCE_S
    while crew.acknowledged <= heard:
        if time.monotonic() > until:
            return False
        time.sleep(0.002)
    return True
