"""What both sides write when a laptop synchronises and nothing is new."""

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.fleet import Laptop
from tests.support.office import Office

_COUNTED = "request_counter"
"""Each request bears a number that must not be seen again: one row, which waits for no disk."""
_TIMES = 10
_SETTLED_S = 1.2


@dataclass(frozen=True, slots=True)
class Quiet:
    """What ten synchronisations with nothing new wrote."""

    laptop_bytes: int
    """Bytes of the files that changed."""
    server_rows: int
    server_waits: int


def watch_quiet(laptop: Laptop, office: Office) -> Quiet:
    """Synchronise with nothing new, and look at what was written."""
    with psycopg.connect(office.premises.url, autocommit=True) as watch:
        _settle(laptop)
        rows, waits = _rows(watch, office), _waits(watch)
        before = _written(laptop.folder)
        for _ in range(_TIMES):
            laptop.engine.run()
        after = _written(laptop.folder)
        _settle(laptop)
        rows, waits = _rows(watch, office) - rows, _waits(watch) - waits
    changed = [name for name in after if after[name] != before.get(name)]
    return Quiet(sum(after[name][0] for name in changed), rows, waits)


def _settle(laptop: Laptop) -> None:
    """A connection tells PostgreSQL what it did at its next transaction, a second later or more."""
    for _ in range(3):
        time.sleep(_SETTLED_S)
        laptop.engine.run()
    time.sleep(_SETTLED_S)


def _written(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the length of each of the vault's files, and when it was last written."""
    return {
        path.name: (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith("-shm")  # memory that processes share
    }


def _rows(watch: psycopg.Connection[tuple[object, ...]], office: Office) -> int:
    row = watch.execute(
        "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint"
        " FROM pg_stat_user_tables WHERE schemaname = %s AND relname <> %s",
        (office.department.schema, _COUNTED),
    ).fetchone()
    assert row is not None
    return int(str(row[0]))


def _waits(watch: psycopg.Connection[tuple[object, ...]]) -> int:
    """Return how often a session of the server waited for the log to be on the disk."""
    row = watch.execute(
        "SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io"
        " WHERE backend_type = 'client backend' AND object = 'wal'"
    ).fetchone()
    assert row is not None
    return int(str(row[0]))
