"""Many laptops of one Département: a hundred at half past eight, a thousand every quarter of hour.

The server in processes of its own, its PostgreSQL waiting for the disk; the laptops are devices of
the protocol, each with its own TLS connection, opened for each synchronisation as a laptop that
woke up does. Server, PostgreSQL and laptops share this machine's cores. A time is counted from the
moment the laptop meant to begin: waiting for its turn is part of it.
"""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import requests
from nacl.signing import SigningKey

from benchmarks.caseload import START, Caseload
from benchmarks.ground import premises_of_a_run
from benchmarks.measure import Measure, at_most, measure, percentile, report
from benchmarks.sealed import as_sent
from benchmarks.size import Size
from benchmarks.spent import Spent, postmaster_of
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import Professional
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from server.config.ports import system_random
from server.services.attempts import Attempts
from server.services.enrolment import Enrolment
from server.services.opening import server_of
from tests.support.office import Premises
from tests.support.raw_device import Op, RawDevice, Refused, enrolment
from tests.support.servers import ManyDoors, ServerProcess, office_at, running

WORKERS = 2
OWN, WAITING = 10, 30
"""Follow-ups each brings at half past eight, and records that wait for it."""
CIRCLE = 10
"""People who work together on the same dossiers."""
_HANDS = 64
_WRITES = 0.3
"""Of ten follow-ups a day over eight hours, so many in a quarter of an hour."""


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/crowd.json``."""
    with premises_of_a_run() as premises:
        report("crowd", measures(premises, folder, size))


def measures(premises: Premises, folder: Path, size: Size) -> list[Measure]:
    """Return how long laptops wait when they are many."""
    del folder
    server = ServerProcess(premises, workers=WORKERS)
    with running(server):
        office = office_at(premises, server.port)
        crowd = _crowd(office, size.devices)
        lines = _morning(crowd, size.morning)
        postmaster = postmaster_of(premises)
        before = Spent.of(server.pid, postmaster)
        started = time.perf_counter()
        lines += _quarter(crowd, size)
        spent = Spent.of(server.pid, postmaster)
        lines += _spent(before, spent, time.perf_counter() - started, size)
        premises.forget(office.department)
    return lines


@dataclass(frozen=True, slots=True)
class _Crowd:
    devices: list[RawDevice]
    caseloads: list[Caseload]
    dossiers: list[list[PersonId]]
    """Of each device: those of its circle."""


def _crowd(office: ManyDoors, count: int) -> _Crowd:
    """Return devices enrolled by the office's own services, ten to a circle, with its dossiers."""
    names = [{"name": f"Agente {n:04}", "job": Job.PSYCHOLOGIST} for n in range(count)]
    rids = office.administration.add(office.department, Professional, names)
    devices = _enrolled(office, rids)
    caseloads = [Caseload(ProfessionalId(rid), seed=n) for n, rid in enumerate(rids)]
    dossiers: list[list[PersonId]] = []
    for start in range(0, count, CIRCLE):
        together = rids[start : start + CIRCLE]
        persons = caseloads[start].persons(OWN)
        circles = [caseloads[start].circle(p, ProfessionalId(r)) for p in persons for r in together]
        _push(devices[start], [*persons, *circles])
        dossiers += [[PersonId(person.id) for person in persons]] * len(together)
    crowd = _Crowd(devices, caseloads, dossiers)
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda device: device.pull(), devices))
    return crowd


def _enrolled(office: ManyDoors, professionals: Sequence[str]) -> list[RawDevice]:
    premises = office.premises
    server = server_of(premises.database)
    attempts = Attempts(premises.database, server, premises.clock)
    desk = Enrolment(premises.database, server, attempts, premises.clock, system_random)
    # Asked who it is by another door: a thousand strangers at once are not what is measured.
    inside = office_at(premises, premises.port, department=office.department)
    devices = []
    for professional in professionals:
        key = SigningKey.generate()
        invitation = premises.administration.invite(office.department, professional)
        request = enrolment(inside, invitation, key)
        devices.append(RawDevice(office, request.device, key, desk.enrol(request, "here", None)))
    return devices


def _morning(crowd: _Crowd, count: int) -> list[Measure]:
    """A hundred laptops at the same moment, each with work to give and work to take."""
    for author in range(0, count, CIRCLE):  # what a colleague wrote last evening
        _push(crowd.devices[author], _written(crowd, author, WAITING))
    ready = threading.Barrier(count)

    def arrive(number: int) -> float | None:
        work = _written(crowd, number, OWN)
        ready.wait()
        return _timed(time.perf_counter(), lambda: _synchronise(crowd.devices[number], work))

    with ThreadPoolExecutor(count) as hands:
        times = list(hands.map(arrive, range(count)))
    name = f"{count} laptops at half past eight, each {OWN} follow-ups to give, {WAITING} to take"
    return _distribution(name, times, count, longest_s=60)


def _quarter(crowd: _Crowd, size: Size) -> list[Measure]:
    """Each laptop once in the window, at a moment of its own; some bring a follow-up."""
    chance = Random(15)
    moments = sorted((chance.random() * size.window_s, n) for n in range(len(crowd.devices)))
    works = {n: _written(crowd, n, int(chance.random() < _WRITES)) for _moment, n in moments}
    started = time.perf_counter() + 0.5

    def arrive(moment: float, number: int) -> float | None:
        meant = started + moment
        time.sleep(max(0.0, meant - time.perf_counter()))
        return _timed(meant, lambda: _synchronise(crowd.devices[number], works[number]))

    with ThreadPoolExecutor(_HANDS) as hands:
        times = list(hands.map(lambda one: arrive(*one), moments))
    rate = 900 / size.window_s
    name = (
        f"{len(crowd.devices)} laptops, a quarter of hour in {size.window_s:.0f} s ({rate:.1f} ×)"
    )
    return _distribution(name, times, len(crowd.devices), p99_ms=300)


def _synchronise(device: RawDevice, work: Sequence[Op]) -> None:
    """Do as a laptop that wakes up: connect, give, take until nothing is left."""
    device.session.close()
    device.session = requests.Session()
    reply = device.ask(device.request(work))
    device.next_op = reply.ack + 1
    device.note(reply)
    while reply.more is not None:
        reply = device.ask(device.request(after=reply.more))
        device.note(reply)
    device.cursor = reply.cursor


def _timed(since: float, work: Callable[[], None]) -> float | None:
    """Return how long it took, or nothing when it failed."""
    try:
        work()
    except (requests.RequestException, Refused):
        return None
    return time.perf_counter() - since


def _written(crowd: _Crowd, number: int, count: int) -> list[Op]:
    caseload, dossiers = crowd.caseloads[number], crowd.dossiers[number]
    made = (caseload.follow_up(dossiers[n % len(dossiers)], START) for n in range(count))
    return [as_sent(record) for record in made]


def _push(device: RawDevice, records: "Sequence[Record | Op]") -> None:
    device.push(*(one if isinstance(one, Op) else as_sent(one) for one in records))


def _distribution(
    name: str,
    times: Sequence[float | None],
    count: int,
    *,
    longest_s: float | None = None,
    p99_ms: float | None = None,
) -> list[Measure]:
    well = [one * 1e3 for one in times if one is not None]
    goals = (
        (None if p99_ms is None else at_most(p99_ms)),
        (None if longest_s is None else at_most(longest_s * 1e3)),
    )
    return [
        measure(f"{name}: median", statistics.median(well), "ms", n=count, runs=1),
        measure("… 95th percentile", percentile(well, 0.95), "ms", n=count, runs=1),
        measure("… 99th percentile", percentile(well, 0.99), "ms", n=count, runs=1, goal=goals[0]),
        measure("… longest", max(well), "ms", n=count, runs=1, goal=goals[1]),
        measure("… not served", len(times) - len(well), "", n=count, runs=1, goal=at_most(0)),
    ]


def _spent(before: Spent, after: Spent, lasted_s: float, size: Size) -> list[Measure]:
    n = size.devices
    server, postgresql = after.server - before.server, after.postgresql - before.postgresql
    return [
        measure("… processor of the server, each synchronisation", server * 1e3 / n, "ms", n=n,
                runs=1),
        measure("… processor of PostgreSQL, each synchronisation", postgresql * 1e3 / n, "ms", n=n,
                runs=1),
        measure("… of one core, both together", (server + postgresql) / lasted_s * 100, "%", n=n,
                runs=1),
        measure("… resident memory of one server process", after.server_mb, "MB", n=n, runs=1),
    ]  # fmt: skip
