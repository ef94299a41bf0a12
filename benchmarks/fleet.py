"""Enrolled laptops of a benchmark, and what their synchronisations cost."""

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from desktop.app.session import Session, office_of, open_session, synchroniser
from desktop.crypto.randomness import SystemRandom
from desktop.sync.engine import Synchroniser
from desktop.sync.tally import Receipt
from desktop.sync.transport import Cancellation, Exchange, HttpOffice
from protocol import wire
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, access, enroller
from tests.support.laptop import TurnedClock
from tests.support.office import Office

T = TypeVar("T")

_TURN_S = 0.001
"""How long a thread keeps the interpreter while another one waits for it: as the application."""


@dataclass
class CountingOffice:
    """The real office, its exchanges counted."""

    office: HttpOffice
    requests: int = 0

    def hello(self) -> wire.Hello:
        """Ask who the office is."""
        return self.office.hello()

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        """Present an invitation."""
        return self.office.enrol(request)

    def sync(
        self,
        request: wire.SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        """Exchange once."""
        self.requests += 1
        return self.office.sync(request, cancelled, body)

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        """Ask what the office holds."""
        self.requests += 1
        return self.office.digests(request, cancelled)

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        """Ask for some records again."""
        self.requests += 1
        return self.office.reread(request, cancelled)

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        """Go on as a new device."""
        self.requests += 1
        return self.office.renew(request)

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        """Speak as another device from now on."""
        self.office.become(device, signer)


class Lane:
    """The store's lane, the thread that made it: how long a piece of work ever held it.

    As in life the network has a thread of its own; this one writes an answer while the next one
    is on its way.
    """

    def __init__(self) -> None:
        sys.setswitchinterval(_TURN_S)
        self.longest_s = 0.0
        self._thread = threading.get_ident()
        self._asked: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def __call__(self, work: Callable[[], T]) -> T:
        """Do the work, and wait for it."""
        return self.begin(work)()

    def begin(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have the work done; what is returned waits for it."""
        done: Future[T] = Future()
        step = partial(self._do, work, done)
        if threading.get_ident() == self._thread:
            step()
        else:
            self._asked.put(step)
        return done.result

    def serve(self, network: Callable[[], T]) -> T:
        """Return what a thread of the network comes to, doing here what it asks of the store."""
        done: Future[T] = Future()

        def run() -> None:
            _attempt(network, done)
            self._asked.put(lambda: None)

        thread = threading.Thread(target=run, name="network", daemon=True)
        thread.start()
        while not done.done():
            self._asked.get()()
        thread.join()
        return done.result()

    def _do(self, work: Callable[[], T], done: Future[T]) -> None:
        start = time.perf_counter()
        _attempt(work, done)
        self.longest_s = max(self.longest_s, time.perf_counter() - start)


def _attempt(work: Callable[[], T], done: Future[T]) -> None:
    try:
        done.set_result(work())
    except BaseException as failure:  # noqa: BLE001 - raised again where it is waited for
        done.set_exception(failure)


@dataclass
class Laptop:
    """An enrolled laptop whose connection to the office stays open between synchronisations."""

    session: Session
    office: CountingOffice
    engine: Synchroniser
    lane: Lane
    folder: Path

    def synchronise(self) -> Receipt:
        """Synchronise, the network in a thread of its own."""
        return self.lane.serve(self.engine.run)

    def close(self) -> None:
        """Hang up and lock."""
        self.office.office.close()
        self.session.close()


@dataclass(slots=True)
class Cost:
    """What synchronisations of one sort cost, run after run."""

    times: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    floor_bytes: list[int] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)

    def run(self, laptop: Laptop) -> Receipt:
        """Synchronise and note what it took."""
        before = laptop.office.requests
        laptop.lane.longest_s = 0.0
        start = time.perf_counter()
        receipt = laptop.synchronise()
        self.times.append(time.perf_counter() - start)
        self.requests.append(laptop.office.requests - before)
        self.up.append(receipt.traffic.sent)
        self.down.append(receipt.traffic.received)
        self.holds.append(laptop.lane.longest_s)
        return receipt

    def beside(self, work: Callable[[], int]) -> None:
        """Note what the floor took, and the bytes it carried."""
        start = time.perf_counter()
        self.floor_bytes.append(work())
        self.floors.append(time.perf_counter() - start)


def enrolled_laptop(office: Office, folder: Path, name: str, job: Job) -> Laptop:
    """Return a new laptop of somebody, enrolled, that has not synchronised yet."""
    folder.mkdir(parents=True)
    clock = TurnedClock(datetime.now(UTC))
    unlocked, recovery = access(folder).create(PASSPHRASE)
    access(folder).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    contact = enroller(office, clock)
    contact.prepare(unlocked.store, recovery)
    found = contact.find_office(office.url)
    contact.enrol(unlocked.store, found, office.invite(name, job), lambda work: work())
    session = open_session(unlocked, clock, SystemRandom())
    counting = CountingOffice(office_of(session.enrolment, session.workplace.identity, clock))
    lane = Lane()
    engine = synchroniser(session, counting, clock, lane, lane.begin)
    return Laptop(session, counting, engine, lane, folder)
