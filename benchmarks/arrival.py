"""Records arrive while somebody types: how long the window's thread is ever kept from its events.

The real program, off-screen, unlocked, on the page of a follow-up; a key every 60 ms. Meanwhile its
own synchronisation brings thousands of records from the real server, a process beside it. The floor
is the same typing with nothing arriving.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from benchmarks.caseload import START, Caseload
from benchmarks.ground import premises_of_a_run
from benchmarks.measure import Measure, at_most, measure, median, percentile, report
from benchmarks.sealed import as_sent
from benchmarks.size import Size
from desktop.app.application import Application
from desktop.app.writing_pages import FOLLOW_UP
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.ui.lock import LockView
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import CircleMember
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import TurnedClock, seed_small
from tests.support.office import Premises
from tests.support.raw_device import RawDevice, enrol
from tests.support.servers import ServerProcess, office_at, running

_KEY_MS = 60
_PROBE_MS = 1
_BATCH = 500
_PER_DOSSIER = 40
_IDENTITY = ("c3" * 32, "d4" * 32)
_PATIENCE_S = 300.0
_TEXT = "Il dort mieux depuis peu, et marche chaque matin au bord du canal. "  # keys of QTest


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/arrival.json``."""
    with premises_of_a_run() as premises:
        report("arrival", measures(premises, folder, size))


def measures(premises: Premises, folder: Path, size: Size) -> list[Measure]:
    """Return how long the window ever waited."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    server = ServerProcess(premises)
    with running(server):
        runs = [
            _one(premises, server.port, folder / str(number), app, size)
            for number in range(size.arrivals)
        ]
    n, count = size.arriving, len(runs)
    longest = [max(one.during.gaps) * 1e3 for one in runs]
    quiet = [max(one.before.gaps) * 1e3 for one in runs]
    return [
        measure("window’s thread kept from its events, longest of all runs", max(longest), "ms",
                floor=max(quiet), n=n, runs=count, goal=at_most(50)),
        measure("… longest, median of the runs", median(longest), "ms", floor=median(quiet),
                n=n, runs=count, goal=at_most(50)),
        measure("… 99.9th percentile", median([one.during.p999_ms for one in runs]), "ms",
                floor=median([one.before.p999_ms for one in runs]), n=n, runs=count),
        measure("… a key typed to its letter shown, longest",
                max(max(one.during.keys) for one in runs) * 1e3, "ms",
                floor=max(max(one.before.keys) for one in runs) * 1e3, n=n, runs=count),
        measure("… the records arrived in", median([one.lasted_s for one in runs]), "s",
                n=n, runs=count),
    ]  # fmt: skip


@dataclass
class _Probe:
    """How long the thread went without coming back to its events, and how long keys took."""

    gaps: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)

    @property
    def p999_ms(self) -> float:
        """Return what nearly all the waits stay under, in milliseconds."""
        return percentile(self.gaps, 0.999) * 1e3


@dataclass(frozen=True, slots=True)
class _Run:
    before: _Probe
    during: _Probe
    lasted_s: float


def _one(premises: Premises, port: int, folder: Path, app: QApplication, size: Size) -> _Run:
    office = office_at(premises, port)
    folders = Folders(folder / "vault", folder / "settings")
    folders.make()
    clock = TurnedClock(datetime.now(UTC).replace(hour=8, minute=40))
    laptop = enrolled(office, folders.vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
    persons = seed_small(laptop.desk)
    laptop.sync()
    me = laptop.session.workplace.me
    laptop.close()
    with _opened(app, folders, clock) as application:
        typist = _Typist(app, _field(app, application, persons[1]))
        before = typist.type_for(3.0)
        _write(enrol(office, "Autrice Première", identity=_IDENTITY), me, size.arriving)
        desk = application.desk
        assert desk is not None
        wanted = desk.runner.progress.receipt
        started = time.perf_counter()
        desk.runner.sync_now()
        during = typist.type_until(
            lambda: not desk.runner.is_running and desk.runner.progress.receipt is not wanted
        )
        lasted = time.perf_counter() - started
        receipt = desk.runner.progress.receipt
        assert receipt is not None, desk.runner.progress
        assert receipt.received >= size.arriving, receipt
    premises.forget(office.department)
    return _Run(before, during, lasted)


@contextmanager
def _opened(app: QApplication, folders: Folders, clock: TurnedClock) -> Iterator[Application]:
    """Start the program and unlock it."""
    application = Application(app, folders, Policy(), clock, SystemRandom(), FLOOR)
    application.start()
    view = application.window
    assert isinstance(view, LockView)
    view.field.line.setText(PASSPHRASE)
    view.open_button.click()
    _wait(app, lambda: application.desk is not None)
    desk = application.desk
    assert desk is not None
    _wait(app, lambda: not desk.runner.is_running and desk.runner.progress.receipt is not None)
    try:
        yield application
    finally:
        application.close()


def _field(app: QApplication, application: Application, person: PersonId) -> QPlainTextEdit:
    """Open the page of a follow-up and return the field of its summary."""
    desk = application.desk
    assert desk is not None
    desk.workspace.open_meeting(person, "")
    page = desk.window.page(FOLLOW_UP)
    found = page.shared.summary.field  # type: ignore[attr-defined]  # the page's own names
    field = found if isinstance(found, QPlainTextEdit) else found.findChild(QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    _wait(app, field.isEnabled)
    return field


class _Typist:
    """Types into a field and watches how the thread breathes."""

    def __init__(self, app: QApplication, field: QPlainTextEdit) -> None:
        self._app = app
        self._field = field
        self._typed = 0

    def type_for(self, seconds: float) -> _Probe:
        """Type for so long."""
        until = time.perf_counter() + seconds
        return self.type_until(lambda: time.perf_counter() > until)

    def type_until(self, done: Callable[[], bool]) -> _Probe:
        """Type until something is so."""
        probe = _Probe()
        last = time.perf_counter()

        def breathe() -> None:
            nonlocal last
            now = time.perf_counter()
            probe.gaps.append(now - last)
            last = now

        def press() -> None:
            start = time.perf_counter()
            QTest.keyClicks(self._field, _TEXT[self._typed % len(_TEXT)])
            self._field.viewport().repaint()
            probe.keys.append(time.perf_counter() - start)
            self._typed += 1

        timers = [_timer(_PROBE_MS, breathe), _timer(_KEY_MS, press)]
        try:
            _wait(self._app, done)
        finally:
            for timer in timers:
                timer.stop()
        return probe


def _timer(every_ms: int, work: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(work)
    timer.start(every_ms)
    return timer


def _wait(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the program live until something is so."""
    give_up = time.perf_counter() + _PATIENCE_S
    while not done():
        assert time.perf_counter() < give_up
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def _write(writer: RawDevice, reader: ProfessionalId, count: int) -> None:
    """Send dossiers open to the reader, until so many records wait for her."""
    caseload = Caseload(ProfessionalId(writer.professional))
    persons = caseload.persons(max(1, count // _PER_DOSSIER))
    circles: list[CircleMember] = [caseload.circle(person, reader) for person in persons]
    met = [caseload.follow_up(persons[n % len(persons)], START) for n in range(count)]
    everything: Sequence[Record] = [*persons, *circles, *met]
    for start in range(0, len(everything), _BATCH):
        batch = everything[start : start + _BATCH]
        writer.push(*map(as_sent, batch))
