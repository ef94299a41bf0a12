"""What one request costs the machines of the office: the figures of docs/scaling.md.

Requests of one sort, one after another, from devices of the protocol that connect once; processor
time is read from the system before and after, and does not depend on what else the machine does as
much as durations do.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from benchmarks.caseload import START, Caseload
from benchmarks.ground import premises_of_a_run
from benchmarks.measure import Measure, measure, report
from benchmarks.sealed import as_sent, sealed
from benchmarks.size import Size
from benchmarks.spent import Spent, postmaster_of
from desktop.crypto.circle_texts import TextPlace
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import FollowUp
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from tests.support.office import Premises
from tests.support.raw_device import Op, RawDevice, enrol
from tests.support.servers import ManyDoors, ServerProcess, office_at, running

_SOME = 50
_BATCH = 500
_COLLEAGUE = ("c3" * 32, "d4" * 32)


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/unit.json``."""
    del folder
    with premises_of_a_run() as premises:
        report("unit", measures(premises, size))


def measures(premises: Premises, size: Size) -> list[Measure]:
    """Return what requests cost, and what records weigh."""
    server = ServerProcess(premises)
    with running(server):
        office = office_at(premises, server.port)
        town = _Town(office, premises, server.pid)
        times = max(20, size.follow_ups // 100)
        lines = [
            *town.cost("nothing new", times, town.ask_nothing),
            *town.cost("a new connection, nothing new", times, town.connect),
            *town.cost("push of one follow-up", times, town.push_one),
            *town.cost(f"push of {_SOME} changed texts", times // 4, town.push_some),
            *town.cost(f"pull of {_SOME} changed texts", times // 4, town.pull_some),
        ]
        lines += town.weigh(size.follow_ups)
        premises.forget(office.department)
    return lines


class _Town:
    """Two people who share a dossier, and a server whose processor is watched."""

    def __init__(self, office: ManyDoors, premises: Premises, server: int) -> None:
        self._office = office
        self._premises = premises
        self._processes = server, postmaster_of(premises)
        self._claire = enrol(office, "Claire Morin")
        self._mehdi = enrol(office, "Mehdi Rahmani", Job.REFERENT, identity=_COLLEAGUE)
        self._caseload = Caseload(ProfessionalId(self._claire.professional))
        self._person = self._caseload.persons(1)[0]
        subjects = [ProfessionalId(one.professional) for one in (self._claire, self._mehdi)]
        circle = [self._caseload.circle(self._person, who) for who in subjects]
        self._known = [self._caseload.follow_up(self._person, START) for _ in range(_SOME)]
        self._send(self._claire, [self._person, *circle, *self._known])
        for device in (self._claire, self._mehdi):
            device.pull()
        self._last: int | None = None

    @property
    def _before_last(self) -> int:
        """Return the number of the push before the last; each push has one."""
        if self._last is None:
            reply = self._mehdi.ask(self._mehdi.request())
            while reply.more is not None:
                reply = self._mehdi.ask(self._mehdi.request(after=reply.more))
            self._last = reply.cursor
        return self._last - 1

    def cost(self, name: str, times: int, work: Callable[[], None]) -> list[Measure]:
        """Return the processor time of a request of that sort."""
        work()
        before = Spent.of(*self._processes)
        for _ in range(times):
            work()
        after = Spent.of(*self._processes)
        server, postgresql = after.server - before.server, after.postgresql - before.postgresql
        return [
            measure(
                f"{name}: processor of the server", server * 1e3 / times, "ms", n=1, runs=times
            ),
            measure("… processor of PostgreSQL", postgresql * 1e3 / times, "ms", n=1, runs=times),
        ]

    def ask_nothing(self) -> None:
        """Synchronise with nothing to give or take."""
        self._claire.ask(self._claire.request())

    def connect(self) -> None:
        """The same, by a connection opened for it."""
        self._claire.session.close()
        self.ask_nothing()

    def push_one(self) -> None:
        """Give one follow-up."""
        self._send(self._claire, [self._caseload.follow_up(self._person, START)])

    def push_some(self) -> None:
        """Give new texts of follow-ups that are known."""
        cursor = self._claire.cursor
        self._claire.push(
            *(
                Op("follow_up", item.id, {"summary": self._rewritten(item)}, base=cursor)
                for item in self._known
            )
        )

    def _rewritten(self, item: FollowUp) -> str:
        place = TextPlace(item.person, "follow_up", item.id, "summary")
        return sealed(place, self._caseload.text(7))

    def pull_some(self) -> None:
        """Take what the last push changed, as a laptop that has all that came before it."""
        reply = self._mehdi.ask(self._mehdi.request(cursor=self._before_last))
        assert len(reply.changes) == _SOME, len(reply.changes)

    def weigh(self, count: int) -> list[Measure]:
        """Return what so many follow-ups weigh in PostgreSQL, indexes and all."""
        before = self._weight()
        persons = self._caseload.persons(max(1, count // 20))
        me = ProfessionalId(self._claire.professional)
        circles = [self._caseload.circle(person, me) for person in persons]
        self._send(self._claire, [*persons, *circles])
        subjects = [PersonId(person.id) for person in persons]
        base = self._weight()
        for start in range(0, count, _BATCH):
            made = range(start, min(count, start + _BATCH))
            self._send(
                self._claire,
                [self._caseload.follow_up(subjects[n % len(subjects)], START) for n in made],
            )
        whole = self._weight()
        opened = len(persons)
        return [
            measure("one follow-up on the disk, indexes included", (whole - base) / count / 1e3,
                    "kB", n=count, runs=1),
            measure("one dossier opened: person and place in its circle",
                    (base - before) / opened / 1e3, "kB", n=opened, runs=1),
        ]  # fmt: skip

    def _weight(self) -> int:
        schema = self._office.department.schema
        with psycopg.connect(self._premises.url, autocommit=True) as watch:
            watch.execute("CHECKPOINT")
            row = watch.execute(
                "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
                (schema,),
            ).fetchone()
        assert row is not None
        return int(row[0])

    @staticmethod
    def _send(device: RawDevice, records: Sequence[Record]) -> None:
        for start in range(0, len(records), _BATCH):
            batch = records[start : start + _BATCH]
            device.push(*map(as_sent, batch))
