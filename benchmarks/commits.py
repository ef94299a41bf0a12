"""One commit in each way of keeping a journal, and what counting and marking it cost.

The same save, of a follow-up of usual length, under each journal mode with ``synchronous=FULL``.
The floor is the one synced write that any of them needs: the same bytes at the end of a file, then
``fsync``. Modes take turns, so that a busy machine is as busy for each.
"""

import os
from pathlib import Path

from benchmarks.measure import Measure, measure, percentile, report, seconds
from benchmarks.size import QUICK, Size
from desktop.store.commit_mark import MARK_FILE
from desktop.store.database import EncryptedDatabase, create_database

KEY = "5a" * 48
_TEXT = "Accepte un suivi mensuel à Melle. " * 20
_ROUNDS, _QUICK_ROUNDS = 40, 4
_SAVES = 25


class _Saver:
    """One database in one mode."""

    def __init__(self, path: Path, mode: str, mark: Path | None = None, *, waits: bool = False):
        self.database = create_database(path, KEY)
        self.database.execute(f"PRAGMA journal_mode = {mode}")
        self.database.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, body TEXT)")
        self.times: list[float] = []
        if mark is not None:
            self._mark(self.database, mark, waits=waits)

    def save(self) -> None:
        """One save, timed."""
        self.times.append(seconds(self._save))

    def _save(self) -> None:
        with self.database.transaction():
            self.database.execute("INSERT INTO saved (body) VALUES (?)", (_TEXT,))

    @staticmethod
    def _mark(database: EncryptedDatabase, mark: Path, *, waits: bool) -> None:
        mark.write_bytes(bytes(1024))
        descriptor = os.open(mark, os.O_RDWR)

        def note(commits: int) -> None:
            os.lseek(descriptor, commits % 2 * 512, os.SEEK_SET)
            os.write(descriptor, bytes(512))
            if waits:
                os.fsync(descriptor)

        database.count_commits(note)


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/commits.json``."""
    savers = {
        "WAL": _Saver(folder / "wal.db", "wal"),
        "WAL, counted and marked": _Saver(folder / "marked.db", "wal", folder / MARK_FILE),
        "WAL, and the mark waited for": _Saver(
            folder / "waited.db", "wal", folder / "waited.mark", waits=True
        ),
        "TRUNCATE": _Saver(folder / "truncate.db", "truncate"),
        "DELETE": _Saver(folder / "delete.db", "delete"),
    }
    bare: list[float] = []
    with (folder / "bare").open("wb", buffering=0) as file:
        for _ in range(_QUICK_ROUNDS if size is QUICK else _ROUNDS):
            for _ in range(_SAVES):
                bare.append(seconds(lambda: _synced_write(file.fileno())))
            for saver in savers.values():
                for _ in range(_SAVES):
                    saver.save()
    report("commits", _measures(savers, bare))
    for saver in savers.values():
        saver.database.close()


def _synced_write(descriptor: int) -> None:
    os.write(descriptor, _TEXT.encode())
    os.fsync(descriptor)


def _measures(savers: dict[str, _Saver], bare: list[float]) -> list[Measure]:
    found = []
    for name, saver in savers.items():
        for part in (0.5, 0.95):
            found.append(
                measure(
                    f"one commit, {name}, p{part * 100:.0f}",
                    percentile(saver.times, part) * 1000,
                    "ms",
                    floor=percentile(bare, part) * 1000,
                    n=1,
                    runs=len(saver.times),
                )
            )
    return found
