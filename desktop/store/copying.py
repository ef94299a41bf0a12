"""A copy of the store made while people write, under a key of its own, and its verification.

The copy is read through a second connection that holds one moment of the store: in WAL mode a
reader keeps no writer waiting (docs/decisions/0013-copies-of-the-vault.md). Pages are decrypted
under the one key and encrypted under the other, a stretch at a time, so that it can stop at once.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Condition
from typing import Any

from desktop.store.database import KEY_FORM, EncryptedDatabase, set_pragma, translated
from desktop.store.driver import dbapi
from desktop.store.errors import BrokenSnapshot, CopyStopped, DamagedStore, NoRoomForCopy, StoreBusy


class Readers:
    """Connections that read the store beside its lane, so that a lock can end them at once."""

    def __init__(self) -> None:
        self._guard = Condition()
        self._open: list[Any] = []  # sqlcipher3 has no stubs
        self._is_closed = False

    @contextmanager
    def admitted(self, connection: Any) -> Iterator[None]:
        """Count a connection in while it reads; raise ``CopyStopped`` once all was ended."""
        with self._guard:
            if self._is_closed:
                raise CopyStopped
            self._open.append(connection)
        try:
            yield
        finally:
            with self._guard:
                self._open.remove(connection)
                connection.close()
                self._guard.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be read any more."""
        return self._is_closed

    def close(self, timeout_s: float = 2.0) -> bool:
        """End every reading; return whether all of them let go of the store in time."""
        with self._guard:
            self._is_closed = True
            for connection in self._open:
                connection.interrupt()
            return self._guard.wait_for(lambda: not self._open, timeout_s)


Counts = Mapping[str, int]
"""How many rows each table holds."""

_PAGES_A_STEP = 256
_ROOM_FACTOR = 1.2
_ROOM_LEFT = 64 * 2**20
"""Bytes left to the rest of the laptop once the copy is made."""
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def path_of(database: EncryptedDatabase) -> Path:
    """Return the file of an open store."""
    row = database.row("PRAGMA database_list")
    return Path(row[2] if row else "")


def check_room(source: Path, folder: Path, factor: float = _ROOM_FACTOR) -> None:
    """Make sure a copy of ``source`` fits in ``folder``; raise ``NoRoomForCopy``."""
    side = source.with_name(source.name + "-wal")
    size = source.stat().st_size + (side.stat().st_size if side.exists() else 0)
    needed = int(size * factor) + _ROOM_LEFT
    if shutil.disk_usage(folder).free < needed:
        raise NoRoomForCopy(needed)


def copy_store(
    source: Path,
    key_hex: str,
    target: Path,
    target_key_hex: str,
    stop: Callable[[], bool],
    readers: Readers | None = None,
) -> Counts:
    """Copy the store as it is now into the empty file ``target``; return what it then held.

    Raises ``CopyStopped`` within a stretch after ``stop`` says so; what was written is garbage.
    """

    def step(status: int, remaining: int, total: int) -> None:
        if stop() or (readers is not None and readers.is_closed):
            raise CopyStopped

    with reading(source, key_hex, readers) as reader:
        reader.execute("BEGIN")
        # From this first question on, the reader sees the store as it stands now.
        counts = counted(reader)
        with translated(), _keyed(target, target_key_hex) as writer:
            # Nothing to undo in a file that is thrown away unless it is whole; it is synced, once,
            # before it gets its name.
            writer.execute("PRAGMA journal_mode = OFF")
            writer.execute("PRAGMA synchronous = OFF")
            reader.backup(writer, pages=_PAGES_A_STEP, progress=step)
            # The copy says « wal », as its source; it is to be one file, without a side.
            writer.execute("PRAGMA journal_mode = DELETE")
    return counts


def verify_copy(path: Path, key_hex: str, counts: Counts | None = None) -> None:
    """Read a copy from end to end; raise ``BrokenSnapshot`` unless it is whole.

    Each page against its seal, then the tree of each table, then the rows against ``counts``.
    """
    try:
        with reading(path, key_hex) as reader:
            if reader.execute("PRAGMA cipher_integrity_check").fetchall():
                raise BrokenSnapshot
            if reader.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BrokenSnapshot
            if counts is not None and counted(reader) != counts:
                raise BrokenSnapshot
    except (DamagedStore, StoreBusy):
        raise BrokenSnapshot from None


@contextmanager
def reading(
    path: Path, key_hex: str, readers: Readers | None = None
) -> Iterator[Any]:  # sqlcipher3 has no stubs
    """A connection that reads and never writes; errors of the driver are ours outside."""
    readers = readers or Readers()
    with translated(), _keyed(path, key_hex) as connection, readers.admitted(connection):
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        connection.execute("PRAGMA cell_size_check = 1")
        yield connection


def counted(connection: Any) -> dict[str, int]:
    """Return how many rows each table holds."""
    names = [row[0] for row in connection.execute(_TABLES).fetchall()]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }


@contextmanager
def _keyed(path: Path, key_hex: str) -> Iterator[Any]:
    if not KEY_FORM.fullmatch(key_hex):
        raise ValueError("a database key is 96 lowercase hexadecimal digits")
    connection = dbapi.connect(str(path), isolation_level=None, timeout=5.0, cached_statements=5)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key_hex}'\"")
        set_pragma(connection, "cipher_memory_security")
        set_pragma(connection, "temp_store")
        yield connection
    finally:
        connection.close()
