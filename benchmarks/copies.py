"""A copy of a vault of 500 MB while somebody saves: how long it takes, and what a save waits.

Beside them, in the same run: a raw copy of the file, synced, and the same saves while nothing else
happens. Saves are of a follow-up of usual length, through the store's own transaction.
"""

import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.measure import Measure, measure, median, percentile, report, seconds
from benchmarks.size import QUICK, Size
from desktop.store.copying import copy_store, verify_copy
from desktop.store.driver import Database
from desktop.store.migrations import HISTORY, Migration
from desktop.store.snapshot_folder import SnapshotFolder
from desktop.store.store import Store
from desktop.store.upgrade import prepare

KEY, SNAPSHOT_KEY = "5a" * 48, "a1" * 48
_MEGABYTES, _QUICK_MEGABYTES = 500, 20
_PIECE = 256 * 1024
_TEXT = "Accepte un suivi mensuel à Melle. " * 20
_RUNS = 3
_SAVES = 300


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/copies.json``."""
    megabytes = _QUICK_MEGABYTES if size is QUICK else _MEGABYTES
    path = folder / "coffre.db"
    store = _filled(path, megabytes)
    snapshots = SnapshotFolder(folder / "snapshots")
    alone = [seconds(partial(_save, store, number)) for number in range(_SAVES)]
    raw, copied, verified, meanwhile = [], [], [], list[float]()
    for _ in range(_RUNS):
        raw.append(seconds(lambda: _raw_copy(path, folder / "raw")))
        taken, waits = _saving_during(store, lambda: _copy(path, snapshots))
        copied.append(taken[0])
        verified.append(taken[1])
        meanwhile += waits
    store.close()
    shutil.rmtree(snapshots.path)
    upgraded = seconds(lambda: prepare(path, KEY, _TOMORROW))
    floor = median(raw)
    report("copies", _told(megabytes, floor, copied, verified, alone, meanwhile, upgraded))


def _told(
    megabytes: int,
    floor: float,
    copied: list[float],
    verified: list[float],
    alone: list[float],
    meanwhile: list[float],
    upgraded: float,
) -> list[Measure]:
    n, during = megabytes, len(meanwhile)
    return [
        measure(f"copy of {n} MB", median(copied), "s", floor=floor, n=n, runs=_RUNS),
        measure("its verification", median(verified), "s", floor=floor, n=n, runs=_RUNS),
        measure(
            "a save meanwhile, p95",
            percentile(meanwhile, 0.95) * 1000,
            "ms",
            floor=percentile(alone, 0.95) * 1000,
            n=during,
            runs=1,
        ),
        measure(
            "the longest wait of a save meanwhile",
            max(meanwhile) * 1000,
            "ms",
            floor=max(alone) * 1000,
            n=during,
            runs=1,
        ),
        measure(f"an upgrade of {n} MB", upgraded, "s", floor=floor, n=n, runs=1),
    ]


def _filled(path: Path, megabytes: int) -> Store:
    store = Store.create(path, KEY)
    for number in range(megabytes * 4):
        with store.database.transaction():
            store.pieces.put("document", "dossier", {number: os.urandom(_PIECE)}, is_sent=True)
    store.database.checkpoint()
    return store


def _save(store: Store, number: int) -> None:
    with store.database.transaction():
        store.state.set(f"text {number % 50}", f"{number} {_TEXT}")


def _saving_during(
    store: Store, copy: Callable[[], tuple[float, float]]
) -> tuple[tuple[float, float], list[float]]:
    """Save as somebody who types, twenty times a second, until the copy is made."""
    answers: list[tuple[float, float]] = []
    done = threading.Event()

    def work() -> None:
        try:
            answers.append(copy())
        finally:
            done.set()

    lane = threading.Thread(target=work)
    lane.start()
    waits: list[float] = []
    while not done.wait(0.05):
        waits.append(seconds(lambda: _save(store, len(waits))))
    lane.join()
    return answers[0], waits


def _copy(path: Path, snapshots: SnapshotFolder) -> tuple[float, float]:
    begun = snapshots.begin()
    counts: dict[str, int] = {}

    def copy() -> None:
        counts.update(copy_store(path, KEY, begun.path, SNAPSHOT_KEY, lambda: False))

    copying = seconds(copy)
    checking = seconds(lambda: verify_copy(begun.path, SNAPSHOT_KEY, counts))
    copying += seconds(lambda: snapshots.publish(begun, datetime.now(UTC)))
    snapshots.thin()
    return copying, checking


def _raw_copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("r+b") as file:
        os.fsync(file.fileno())
    target.unlink()


def _add_a_table(database: Database) -> None:
    database.execute('CREATE TABLE "tomorrow" ("id" INTEGER PRIMARY KEY, "text" TEXT)')


_TOMORROW = (*HISTORY, Migration("m_tomorrow", _add_a_table))
