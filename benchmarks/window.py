"""From the start of the program to its lock screen in sight, under Xvfb.

Warm, then with Coffre, its libraries and Python's own put out of the system's file cache. The floor
is a window of PySide6 with nothing in it, started in turns with Coffre.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Measure, measure, median, report
from benchmarks.size import Size
from desktop.config.folders import HOME_VARIABLE, folders
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import VaultAccess, VaultPlace

WARM_RUNS, COLD_RUNS = 7, 3
_ROOT = Path(__file__).parents[1]
_COFFRE = (sys.executable, "-m", "desktop")
_FLOOR = (
    sys.executable,
    "-c",
    "from PySide6.QtWidgets import QApplication, QWidget\n"
    "app = QApplication([])\n"
    "window = QWidget()\n"
    "window.resize(900, 600)\n"
    "window.show()\n"
    "app.exec()\n",
)
_POLL_S = 0.005
_PATIENCE_S = 60.0
_TOOLS = ("Xvfb", "xdotool")


def run(folder: Path, _size: Size) -> None:
    """Measure, print and write ``build/bench/window.json``; stop if a tool is missing."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if sys.platform != "linux" or missing:
        sys.exit(
            "benchmark window: needs Linux with Xvfb and xdotool"
            f" (missing here: {', '.join(missing) or 'Linux'})."
            " On Debian or Ubuntu: apt-get install xvfb xdotool"
        )
    home = folder.resolve() / "home"
    _make_vault(home)
    with display() as shown:
        environment = {
            **os.environ,
            HOME_VARIABLE: str(home),
            "DISPLAY": shown,
            "QT_QPA_PLATFORM": "xcb",
        }
        report("window", _measures(environment))


def _measures(environment: dict[str, str]) -> list[Measure]:
    for command in (_COFFRE, _FLOOR):
        _start(command, environment)  # the first run writes bytecode
    warm = [(_start(_COFFRE, environment), _start(_FLOOR, environment)) for _ in range(WARM_RUNS)]
    cold = []
    for _ in range(COLD_RUNS):
        _forget_files()
        ours = _start(_COFFRE, environment)
        _forget_files()
        cold.append((ours, _start(_FLOOR, environment)))
    return [
        _line("lock screen in sight, warm", warm),
        _line("lock screen in sight, cold", cold),
        measure(
            "… resident memory then",
            median([ours[1] for ours, _ in warm]),
            "MB",
            floor=median([floor[1] for _, floor in warm]),
            n=1,
            runs=len(warm),
        ),
    ]


def start_of_nothing(environment: dict[str, str]) -> float:
    """Return the seconds that the floor takes."""
    return _start(_FLOOR, environment)[0]


Start = tuple[float, float]
"""Seconds until the window is in sight, and megabytes resident at that moment."""


def _line(name: str, starts: Sequence[tuple[Start, Start]]) -> Measure:
    ours = median([coffre[0] for coffre, _ in starts])
    floor = median([bare[0] for _, bare in starts])
    return measure(name, ours, "s", floor=floor, n=1, runs=len(starts))


def _make_vault(home: Path) -> None:
    places = folders(home)
    places.make()
    place = VaultPlace(FolderFiles(places.vault), places.database, places.lock)
    access = VaultAccess(place, SystemRandom(), FLOOR)
    unlocked, recovery = access.create("sept mots que personne ne devine jamais ici")
    access.confirm_recovery_key(unlocked, " ".join(recovery.words()))
    unlocked.close()


@contextmanager
def display() -> Iterator[str]:
    """A screen of our own; its name."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            "1366x768x24",
            "-noreset",
            "-nolisten",
            "tcp",
        ],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            sys.exit("benchmark window: Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def _start(command: Sequence[str], environment: dict[str, str]) -> Start:
    """Start a program, wait for its window, stop it."""
    begun = time.perf_counter()
    program = subprocess.Popen(command, cwd=_ROOT, env=environment)
    try:
        while not _is_in_sight(program.pid, environment):
            if program.poll() is not None:
                sys.exit(f"benchmark window: the program stopped ({program.returncode})")
            if time.perf_counter() - begun > _PATIENCE_S:
                sys.exit("benchmark window: no window came")
            time.sleep(_POLL_S)
        return time.perf_counter() - begun, resident_mb(program.pid)
    finally:
        program.kill()
        program.wait()


def _is_in_sight(pid: int, environment: dict[str, str]) -> bool:
    asked = ["xdotool", "search", "--onlyvisible", "--pid", str(pid)]
    seen = subprocess.run(asked, env=environment, capture_output=True, check=False)
    return bool(seen.stdout.strip())


def resident_mb(pid: int) -> float:
    """Return the megabytes of a process that are in memory, shared ones included."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def _forget_files() -> None:
    """Put what both programs read out of the file cache; what others still run stays in it."""
    places = {sysconfig.get_path(name) for name in ("stdlib", "platlib", "purelib")}
    for place in (*places, str(_ROOT / "desktop"), str(_ROOT / "protocol"), sys.base_prefix):
        for path in Path(place).rglob("*"):
            if path.is_file():
                _forget_file(path)


def _forget_file(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
