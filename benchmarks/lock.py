"""From the gesture of the lock to a blank screen, then to the lock of a process that knows nothing.

The real program under Xvfb, its hands held (``tests/support/puppet.py``), a follow-up being typed;
this one looks at the screen. The floor of the lock is a window of PySide6 with nothing in it,
started in the same run: what ending a process and starting another costs at the least. The floor of
the unlock is the derivation of its key alone.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from benchmarks.measure import Measure, at_most, measure, median, percentile, report, seconds
from benchmarks.size import QUICK, Size
from benchmarks.window import display, resident_mb, start_of_nothing
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import DEFAULT, stretch
from desktop.crypto.passphrase import passphrase_bytes
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import VaultAccess, VaultPlace
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import TurnedClock, seed_small
from tests.support.office import Office, Premises
from tests.support.real_program import Process, RealProgram

LOCKS, QUICK_LOCKS = 40, 5
_PATIENCE_S = 30.0
_TYPING_S = 2.0
"""A passphrase of seven words takes longer to type; Coffre reads its heavy modules meanwhile."""
_TEXT = "Il dort mieux depuis la semaine derniere"
_SIDE, _MIDDLE = QRect(0, 0, 260, 768), QRect(480, 200, 400, 360)
"""Of a screen of 1366 by 768: where pages have words and the lock has none; where its card is."""


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/lock.json``."""
    if sys.platform != "linux" or shutil.which("Xvfb") is None:
        sys.exit("benchmark lock: needs Linux with Xvfb (apt-get install xvfb)")
    home = folder.resolve() / "home"
    person = _laptop(folder.resolve() / "office", home)
    with display() as shown:
        here = {"DISPLAY": shown, "QT_QPA_PLATFORM": "xcb"}
        os.environ.update(here)
        eye = QGuiApplication(["benchmark"])
        report("lock", _measures(home, person, QUICK_LOCKS if size is QUICK else LOCKS))
        eye.quit()


def _laptop(folder: Path, home: Path) -> str:
    """Enrol a laptop and put it out of its office's reach; return one of its persons."""
    vault = home / "vault"
    vault.mkdir(parents=True)
    folder.mkdir()
    premises = Premises.start(folder)
    try:
        office = Office(premises, premises.new_department(), premises.open_road())
        clock = TurnedClock(datetime.now(UTC))
        laptop = enrolled(office, vault, "Claire Martin", Job.PSYCHOLOGIST, clock)
        person = seed_small(laptop.desk)[1]
        # As costly as in life; the fleet of the tests takes the fastest that is allowed.
        place = VaultPlace(FolderFiles(vault), vault / "coffre.db", vault / "coffre.lock")
        access = VaultAccess(place, SystemRandom(), DEFAULT)
        access.change_passphrase(laptop.session.unlocked, PASSPHRASE, PASSPHRASE)
        laptop.close()
        return str(person)
    finally:
        premises.close()


@dataclass
class _Times:
    """Milliseconds, one of each for a lock."""

    blank: list[float]
    in_sight: list[float]
    ended: list[float]
    unlocked: list[float]
    waiting_mb: list[float]


def _measures(home: Path, person: str, locks: int) -> list[Measure]:
    times = _Times([], [], [], [], [])
    program = RealProgram(home, environment={"QT_QPA_PLATFORM": "xcb"})
    try:
        here = program.next_process()
        _until(_is_lock)
        for _ in range(locks):
            here = _one_lock(program, here, person, times)
    finally:
        program.close()
    starts = [start_of_nothing(dict(os.environ)) * 1000 for _ in range(7)]
    derivations = [
        seconds(lambda: stretch(passphrase_bytes(PASSPHRASE), b"s" * 16, DEFAULT)) * 1000
        for _ in range(7)
    ]
    bare, derived = percentile(starts, 0.5), percentile(derivations, 0.5)

    def line(name: str, values: list[float], floor: float, goal: float | None = None) -> Measure:
        kept = None if goal is None else at_most(goal)
        value = percentile(values, 0.95)
        return measure(name, value, "ms", floor=floor, n=1, runs=len(values), goal=kept)

    return [
        line("lock to a blank screen, p95", times.blank, bare, 300),
        line("lock to the new process’s lock in sight, p95", times.in_sight, bare, 300),
        line("lock to the end of the process that knew, p95", times.ended, bare),
        line("passphrase to the workspace in sight, p95", times.unlocked, derived, 2000),
        measure(
            "resident memory of the process that waits",
            median(times.waiting_mb),
            "MB",
            n=1,
            runs=len(times.waiting_mb),
        ),
    ]


def _one_lock(program: RealProgram, here: Process, person: str, times: _Times) -> Process:
    here.ask("passphrase", passphrase=PASSPHRASE)
    time.sleep(_TYPING_S)
    begun = time.perf_counter()
    here.tell("open")
    _until(lambda: not _is_even(_SIDE), every_s=0.05)
    times.unlocked.append((time.perf_counter() - begun) * 1000)
    here.hear()
    here.ask("meet", person=person)
    here.until(lambda _: bool(here.ask("can_type")))
    here.ask("type", text=_TEXT)
    following = program.next_process()  # it calls once it is all but ready
    here.until(lambda seen: bool(seen["relief"]))
    time.sleep(0.5)
    times.waiting_mb.append(resident_mb(following.pid))
    begun = time.perf_counter()
    here.tell("lock")
    _until(lambda: _is_even(_SIDE))
    times.blank.append((time.perf_counter() - begun) * 1000)
    _until(_is_lock)
    times.in_sight.append((time.perf_counter() - begun) * 1000)
    _until(lambda: not here.is_alive())
    times.ended.append((time.perf_counter() - begun) * 1000)
    return following


def _until(condition: Callable[[], bool], *, every_s: float = 0.002) -> None:
    """Look often, but for what lasts a second: looking takes a processor."""
    end = time.perf_counter() + _PATIENCE_S
    while not condition():
        if time.perf_counter() > end:
            sys.exit("benchmark lock: the screen did not change")
        time.sleep(every_s)


def _is_lock() -> bool:
    return _is_even(_SIDE) and not _is_even(_MIDDLE) and not _is_black()


def _is_even(place: QRect) -> bool:
    """Whether a part of the screen is of one colour."""
    seen = _seen(place)
    return seen == seen[:4] * (len(seen) // 4)


def _is_black() -> bool:
    """Whether there is no window at all."""
    return not any(_seen(QRect(2, 2, 4, 4))[:3])


def _seen(place: QRect) -> bytes:
    screen = QGuiApplication.primaryScreen()
    picture = screen.grabWindow(0, place.x(), place.y(), place.width(), place.height())
    return bytes(picture.toImage().constBits())
