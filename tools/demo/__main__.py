"""``make demo``: a morning of four professions, in windows, or off-screen without a display.

python -m tools.demo [--offscreen] [--fresh] [--keep] [--seed 79] [--date 2026-11-24]
"""

from desktop.sync.environment import scrub_environment

scrub_environment()  # before anything loads TLS or reads its variables

import argparse  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from contextlib import closing, contextmanager  # noqa: E402
from dataclasses import dataclass, replace  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from desktop.store.errors import StoreError  # noqa: E402
from desktop.store.vault_lock import VaultLock  # noqa: E402
from tools.demo.days import working_day  # noqa: E402
from tools.demo.laptops import PASSPHRASE  # noqa: E402
from tools.demo.office import OfficeFailed, OfficeProcess, free_port, stop_left_over  # noqa: E402
from tools.demo.road import Road, RoadTaken  # noqa: E402
from tools.demo.stage import ROOT, Stage, Stamp, wanted_stamp  # noqa: E402
from tools.demo.steps import NBSP, number, seconds  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 79
_PORTS = range(27_900, 27_940)
"""Outside the range from which systems lend ports to programs that ask for none in particular."""
_CANNOT = 2


@dataclass(frozen=True)
class Options:
    """What was asked on the command line."""

    seed: int
    day: date
    offscreen: bool
    fresh: bool
    keep: bool
    folder: Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when the demonstration held."""
    options = _options(arguments)
    # Like Ctrl+C: everything that was opened is closed on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stage = Stage(options.folder)
    stage.folder.mkdir(parents=True, exist_ok=True)
    try:
        with closing_lock(stage.lock):
            return _run(options, stage)
    except StoreError:
        print(f"Une démonstration est déjà ouverte dans {stage.folder}.", file=sys.stderr)
    except (OfficeFailed, RoadTaken) as failure:
        print(str(failure) or "L’adresse de la démonstration est prise.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nDémonstration fermée.")
        return 130
    return _CANNOT


@contextmanager
def closing_lock(path: Path) -> "Iterator[None]":
    """One demonstration at a time in a folder."""
    lock = VaultLock(path)
    try:
        yield
    finally:
        lock.release()


def _run(options: Options, stage: Stage) -> int:
    stamp = _prepared(options, stage)
    started = time.monotonic()
    with (
        OfficeProcess(stage.office, stage.certificates, stage.server_log) as office,
        closing(Road(stamp.port, office.port)) as road,
    ):
        road.open()
        print(
            f"Bureau ouvert en {seconds(time.monotonic() - started)} (TLS, PostgreSQL embarqué)."
            f" Phrase de passe des ordinateurs{NBSP}: {PASSPHRASE}",
            flush=True,
        )
        if options.offscreen:
            return _offscreen(options, stage, office, road)
        return _windows(options, stage, road)


def _prepared(options: Options, stage: Stage) -> Stamp:
    """Make the demonstration, or put the one at hand back as it was made."""
    stop_left_over(stage.office)
    wanted, made = wanted_stamp(options.seed, options.day), stage.stamp()
    usable = (
        not options.fresh
        and made is not None
        and made.made_from(wanted)
        and free_port(made.port) == made.port
    )
    if usable and made is not None:
        started = time.monotonic()
        if not options.keep:
            stage.restore()
        said = seconds(time.monotonic() - started)
        print(
            f"Démonstration du {options.day:%d/%m/%Y} reprise en {said} (--fresh la refait).",
            flush=True,
        )
        return made
    return _made(options, stage, wanted)


def _made(options: Options, stage: Stage, wanted: Stamp) -> Stamp:
    from desktop.app.session import read_packaged
    from tools.demo.invention import invent
    from tools.demo.making import Making

    started = time.monotonic()
    stage.clear()
    territory = read_packaged()
    story = invent(options.seed, options.day, territory)
    print(
        f"Fabrication d’un département inventé ({number(len(story.dossiers))} personnes, deux ans,"
        " par les services et la synchronisation)…",
        flush=True,
    )
    stamp = replace(wanted, port=free_port(*_PORTS))
    made = Making(stage, story, territory, lambda line: print(line, flush=True)).make(stamp.port)
    stage.keep(stamp)
    took = made.took
    print(
        f"Fait en {seconds(time.monotonic() - started)}{NBSP}: {number(made.acts)} actes"
        f" ({seconds(took.writing)}), {number(made.sent)} changements envoyés et"
        f" {number(made.received)} reçus ({seconds(took.syncing)}),"
        f" dix enrôlements ({seconds(took.enrolling)}).",
        flush=True,
    )
    return stamp


def _offscreen(options: Options, stage: Stage, office: OfficeProcess, road: Road) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from tools.demo.hands import qt_says
    from tools.demo.morning import Morning
    from tools.demo.player import Player
    from tools.demo.professions import Professions

    qInstallMessageHandler(qt_says)
    qt = QApplication(sys.argv[:1])
    started = time.monotonic()
    player = Player(qt, stage, office, road, options.day)
    held = player.play((*Morning(player).steps(), *Professions(player).steps()))
    took = seconds(time.monotonic() - started)
    pictures = len(stage.screenshots())
    if held:
        print(f"Tout a tenu en {took}. {pictures} images dans {stage.folder}.")
        return 0
    print(f"Arrêt après {took}. Images dans {stage.folder}, journal{NBSP}: {stage.server_log}.")
    return 1


def _windows(options: Options, stage: Stage, road: Road) -> int:
    from PySide6.QtWidgets import QApplication

    from tools.demo.show import Show

    print(
        "Deux fenêtres s’ouvrent. Fermez «\u00a0Démonstration\u00a0» (ou Ctrl+C) pour finir.",
        flush=True,
    )
    return Show(QApplication(sys.argv[:1]), stage, road, options.day).run()


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="make demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED, help="graine des personnes inventées")
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        default=None,
        help="jour joué (aujourd’hui, ou le prochain jour ouvré)",
    )
    parser.add_argument("--offscreen", action="store_true", help="jouer sans fenêtre")
    parser.add_argument("--fresh", action="store_true", help="tout refaire")
    parser.add_argument("--keep", action="store_true", help="reprendre où on en était resté")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "demo")
    given = parser.parse_args(arguments)
    today = given.date or date.today()  # noqa: DTZ011  # the day on the wall
    return Options(
        seed=given.seed,
        day=working_day(today),
        offscreen=given.offscreen or not _has_display(),
        fresh=given.fresh,
        keep=given.keep,
        folder=given.folder.resolve(),
    )


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
