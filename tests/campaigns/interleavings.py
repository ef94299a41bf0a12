"""Eight laptops write at once, commits come late, others read meanwhile: nobody misses a row.

The office is the real one from ``Sync`` down to PostgreSQL; each laptop has connections of its own
and each commit waits a moment once the number of its changes is taken. Readers keep a cursor as a
laptop does. With the same seed laptops do the same work and wait as long; who is first is chance.
"""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from protocol import limits, wire
from protocol.kinds.people import Job
from server.config.ports import system_random, today_in_france
from server.services.sync import Sync
from server.store import devices
from server.store.database import Connection, Database, Mode
from server.store.errors import DatabaseUnavailable
from tests.campaigns.faulty import Numbering, numbers_from
from tests.campaigns.tally import Effort, Tally
from tests.server.samples import edit, follow_up, member, person
from tests.support.office import Office, Premises
from tests.support.raw_device import Op, RawDevice, enrol

WRITERS, READERS = 8, 3
CHANGES = {Effort.SHORT: 1_500, Effort.NORMAL: 30_000, Effort.LONG: 1_000_000}
_CONTROL_CHANGES = 400
_CONTROL_ROUNDS = 4
_SMALL_PAGE = 60
"""Rows in a page, so that readers are always in the middle of several."""
_EDITS = 0.4
_INTERRUPTED = 0.1
"""How often a reader gives up between two pages and goes on later, as a laptop that is shut."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How laptops write: operations in one push, and the longest wait before a commit."""

    most_ops: int
    longest_s: float


PACES = {
    Effort.SHORT: Pace(12, 0.004),
    Effort.NORMAL: Pace(40, 0.004),
    Effort.LONG: Pace(400, 0.004),
}


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Let everybody write and read; then see that a naive order of numbers is seen."""
    tally = Tally("interleavings", seed)
    changes = cases or CHANGES[effort]
    began = time.monotonic()
    crowd = Crowd.gather(premises, seed)
    crowd.work(changes, PACES[effort])
    tally.cases = len(crowd.truth) + crowd.edits
    tally.failures += [*crowd.faults, *crowd.missed()]
    tally.notes.append(
        f"{tally.cases} changes by {WRITERS} laptops in {crowd.pushes} pushes,"
        f" {crowd.pages} pages read, {time.monotonic() - began:.0f} s"
    )
    crowd.close()
    for numbering in Numbering:
        tally.controls[numbering.value] = _is_seen(premises, numbering, seed)
    return tally


def _is_seen(premises: Premises, numbering: Numbering, seed: int) -> bool:
    for turn in range(_CONTROL_ROUNDS):
        crowd = Crowd.gather(premises, seed + turn, apart=True)
        with numbers_from(numbering, crowd.office):
            crowd.work(_CONTROL_CHANGES, Pace(6, 0.02))
        missed = crowd.missed()
        crowd.close()
        if missed:
            return True
    return False


class LateCommits(Database):
    """An office's database whose commits come a moment after the work is done."""

    chance: random.Random
    longest_s: float = 0.0

    @contextmanager
    def transaction(self, schema: str, mode: Mode = Mode.WRITE) -> Iterator[Connection]:
        with super().transaction(schema, mode) as connection:
            yield connection
            if mode is Mode.WRITE:
                time.sleep(self.chance.uniform(0, self.longest_s))


@dataclass
class _NearDevice(RawDevice):
    """A device that speaks to the office's services, without HTTP in between."""

    database: LateCommits = field(kw_only=True)

    def ask(self, request: wire.SyncRequest) -> wire.SyncReply:
        clock = self.office.clock
        schema = self.office.department.schema
        with self.database.transaction(schema, Mode.SNAPSHOT) as connection:
            caller = devices.find_caller(connection, self.device, today_in_france(clock))
        assert caller is not None
        return Sync(self.database, clock, system_random).run(schema, caller, request).reply


@dataclass
class _Writer:
    """Creates meetings and corrects its own, each time with a higher number of minutes."""

    device: _NearDevice
    chance: random.Random
    dossiers: list[str]
    written: dict[str, int] = field(default_factory=dict)
    """What the office has acknowledged: minutes by meeting."""
    edits: int = 0
    pushes: int = 0
    given_up: int = 0
    _meetings: list[Op] = field(default_factory=list)

    def write(self, changes: int, most_ops: int) -> None:
        while changes > 0:
            batch = self._batch(min(changes, self.chance.randint(1, most_ops)))
            try:
                reply = self.device.push(*batch)
            except DatabaseUnavailable:  # a deadlock: never with the product's order
                self.given_up += 1
                continue
            assert reply.results == [], reply.results
            self._note(batch)
            changes -= len(batch)

    def _batch(self, count: int) -> list[Op]:
        batch: dict[str, Op] = {}
        for _ in range(count):
            old = self.chance.choice(self._meetings) if self._meetings else None
            if old is not None and old.rid not in batch and self.chance.random() < _EDITS:
                batch[old.rid] = edit(old, 0, minutes=self.written[old.rid] + 1)
            else:
                made = follow_up(self.device, self.chance.choice(self.dossiers), minutes=1)
                batch[made.rid] = made
        return list(batch.values())

    def _note(self, batch: list[Op]) -> None:
        self.pushes += 1
        for op in batch:
            self.written[op.rid] = op.fields["minutes"]
            self.edits += "person" not in op.fields
            if "person" in op.fields:
                self._meetings.append(op)


@dataclass
class _Reader:
    """Keeps a complete cursor and the place in the pages, as a laptop does."""

    device: _NearDevice
    chance: random.Random
    held: dict[str, int] = field(default_factory=dict)
    orphans: set[str] = field(default_factory=set)
    """Meetings of which a change came before the meeting itself."""
    pages: int = 0
    _after: wire.Position | None = None

    def read_until(self, done: threading.Event, late_s: float) -> None:
        time.sleep(late_s)
        while not done.is_set():
            self.read(may_stop=True)
            time.sleep(self.chance.uniform(0, 0.01))
        self.read(may_stop=False)
        self.read(may_stop=False)

    def read(self, *, may_stop: bool) -> None:
        """Read pages up to the last, or stop in between and go on from there next time."""
        while True:
            page = self.device.ask(self.device.request(after=self._after))
            self.pages += 1
            for change in page.changes:
                self._take(page, change)
            self._after = page.more
            if page.more is None:
                self.device.cursor = page.cursor
                return
            if may_stop and self.chance.random() < _INTERRUPTED:
                return

    def _take(self, page: wire.SyncReply, change: wire.Change) -> None:
        if page.kinds[change.kind] != "follow_up":
            return
        pairs = zip(change.fields[::2], change.fields[1::2], strict=True)
        given = {page.fields[number]: value for number, value in pairs}
        if not change.whole and change.rid not in self.held:
            self.orphans.add(change.rid)
        if "minutes" in given:
            self.held[change.rid] = given["minutes"]


@dataclass
class Crowd:
    """A département, those who write and those who read."""

    office: Office
    writers: list[_Writer]
    readers: list[_Reader]
    databases: list[LateCommits]
    faults: list[str] = field(default_factory=list)

    @classmethod
    def gather(cls, premises: Premises, seed: int, *, apart: bool = False) -> "Crowd":
        """Return a new département where everybody is in every circle.

        ``apart``: each writes in a dossier of her own. Without one lock for all, two pushes to the
        same dossiers would wait for each other instead of passing each other.
        """
        office = Office(premises, premises.new_department(), premises.open_road())
        chance = random.Random(seed)
        databases: list[LateCommits] = []

        def near(name: str) -> _NearDevice:
            database = LateCommits.open(premises.url, connections=2)
            database.chance = random.Random(chance.random())
            databases.append(database)
            made = enrol(office, name, Job.PSYCHOLOGIST)
            return _NearDevice(office, made.device, made.key, made.reply, database=database)

        writers = [near(f"Autrice {number}") for number in range(WRITERS)]
        readers = [near(f"Lectrice {number}") for number in range(READERS)]
        made = [person(writers[0]) for _ in writers]
        writers[0].push(*made)
        everybody = {device.professional for device in (*writers, *readers)}
        for one in made:
            writers[0].push(*(member(writers[0], one.rid, who) for who in sorted(everybody)))
        dossiers = [one.rid for one in made]
        written = [[rid] if apart else dossiers for rid in dossiers]
        return cls(
            office,
            [
                _Writer(device, random.Random(chance.random()), where)
                for device, where in zip(writers, written, strict=True)
            ],
            [_Reader(device, random.Random(chance.random())) for device in readers],
            databases,
        )

    def work(self, changes: int, pace: Pace) -> None:
        """Let everybody write and read at once, then read what is left."""
        for database in self.databases:
            database.longest_s = pace.longest_s
        done = threading.Event()
        with ExitStack() as stack:
            stack.enter_context(patch.object(limits, "PAGE_ROWS", _SMALL_PAGE))
            pool = stack.enter_context(ThreadPoolExecutor(WRITERS + READERS))
            reading = [
                pool.submit(reader.read_until, done, number * 0.3)
                for number, reader in enumerate(self.readers)
            ]
            share = -(-changes // WRITERS)
            writing = [pool.submit(w.write, share, pace.most_ops) for w in self.writers]
            try:
                for work in writing:
                    work.result()
            finally:
                done.set()
            for work in reading:
                work.result()
        given_up = sum(writer.given_up for writer in self.writers)
        if given_up:
            self.faults.append(f"{given_up} pushes were given up by the database")

    @property
    def truth(self) -> dict[str, int]:
        """What was acknowledged."""
        return {rid: at for writer in self.writers for rid, at in writer.written.items()}

    @property
    def edits(self) -> int:
        """How many corrections were acknowledged."""
        return sum(writer.edits for writer in self.writers)

    @property
    def pushes(self) -> int:
        """How many pushes were acknowledged."""
        return sum(writer.pushes for writer in self.writers)

    @property
    def pages(self) -> int:
        """How many pages were read."""
        return sum(reader.pages for reader in self.readers)

    def missed(self) -> list[str]:
        """Return what each reader lacks, or holds at an old version."""
        found = []
        truth = self.truth
        for number, reader in enumerate(self.readers):
            lacking = truth.keys() - (reader.held.keys() - reader.orphans)
            old = sum(reader.held[rid] != at for rid, at in truth.items() if rid in reader.held)
            if lacking or old or reader.held.keys() - truth.keys():
                found.append(f"reader {number}: {len(lacking)} missed, {old} at an old version")
        return found

    def close(self) -> None:
        """Close everything."""
        for database in self.databases:
            database.close()
        self.office.close()
