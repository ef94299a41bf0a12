"""One encrypted database file: created, opened, checked, and its transactions.

Every pragma that the safety of the data rests on is set *and read back* at each open (security
design, facts 1, 2, 4, 5, 18, 20). The key is a raw key with its salt: a malformed one would
silently become a passphrase, so its form is checked before SQLCipher sees it.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.store.driver import Database, dbapi
from desktop.store.errors import (
    CopyStopped,
    DamagedStore,
    DiskFull,
    InterruptedCreation,
    ReadOnlyStore,
    StoreBusy,
    StoreError,
)

Row = tuple[Any, ...]  # whatever the columns hold

KEY_FORM = re.compile(r"[0-9a-f]{64}[0-9a-f]{32}")
_PLAIN_HEADER = b"SQLite format 3\x00"
_PRAGMAS: Mapping[str, object] = {
    "cipher_memory_security": "1",
    "journal_mode": "wal",
    "synchronous": 2,
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "wal_autocheckpoint": 1000,
    "foreign_keys": 1,
    "temp_store": 2,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
}
_BUSY_MS = 5_000
_MOST_COMMITS = 2**31
"""A thousand commits a day count for five thousand years."""
_CACHED_STATEMENTS = 5
"""Prepared statements kept, and with them the values they were last given.

With memory security each allocation is locked in memory, then wiped, by the system: 30 times for
a record. SQLite gives small pieces from a reserve without asking, unless cached statements hold
all of it, as eight already do: writing is then three to five times slower
(docs/decisions/0005-store.md).
"""


def create_database(path: Path, key_hex: str) -> "EncryptedDatabase":
    """Create an empty encrypted database, readable by its owner only.

    ``key_hex`` is the raw key then the salt: 96 lowercase hexadecimal digits. The file must not
    exist, or be the empty one that an interrupted creation leaves.
    """
    with translated():
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    database = _connect(path, key_hex)
    with database.transaction():
        database.execute("PRAGMA user_version = 0")
        database.execute("CREATE TABLE creation (finished INTEGER)")
        database.execute("DROP TABLE creation")
    database.checkpoint()
    with path.open("rb") as file:
        if file.read(16) == _PLAIN_HEADER:
            database.close()
            path.unlink()
            raise DamagedStore("the new database was not encrypted")
    return database


def open_database(path: Path, key_hex: str) -> "EncryptedDatabase":
    """Open an existing encrypted database.

    Raises ``InterruptedCreation`` for an empty file, ``DamagedStore`` for one that this key (which
    the header has vouched for) cannot read, ``ReadOnlyStore`` when it cannot be written.
    """
    with translated():
        if path.stat().st_size == 0:
            raise InterruptedCreation
        with path.open("rb") as file:
            if file.read(16) == _PLAIN_HEADER:
                raise DamagedStore("the database is not encrypted")
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise ReadOnlyStore
    return _connect(path, key_hex)


class EncryptedDatabase:
    """A connection, used from one thread; ``transaction`` is the only way to write."""

    def __init__(self, connection: Any) -> None:  # sqlcipher3 has no stubs
        self._connection = connection
        self._depth = 0
        self._noted: Callable[[int], None] | None = None
        self._relieve: Callable[[], bool] | None = None
        self._before_moving: Callable[[], None] = lambda: None
        self._after_moving: Callable[[], None] = lambda: None
        self.tables = Database(connection, execute_plugins=False)
        """The sqlite-utils view of the same connection, for tables and migrations."""

    # Asked for thousands of times in a synchronisation: what is refused is translated here, without
    # the generator that ``translated`` is.

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Run one statement and return its cursor."""
        try:
            return self._connection.execute(sql, parameters)
        except dbapi.Error as failure:
            raise _translate(failure) from None

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run one statement for each row; return how many rows of the database it changed."""
        try:
            return int(self._connection.executemany(sql, rows).rowcount)
        except dbapi.Error as failure:
            raise _translate(failure) from None

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Return all rows of a question."""
        try:
            return self._connection.execute(sql, parameters).fetchall()  # type: ignore[no-any-return]  # no stubs
        except dbapi.Error as failure:
            raise _translate(failure) from None

    def row(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Row | None:
        """Return the first row of a question, or nothing."""
        try:
            return self._connection.execute(sql, parameters).fetchone()  # type: ignore[no-any-return]  # no stubs
        except dbapi.Error as failure:
            raise _translate(failure) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept, or nothing; an inner one joins the outer."""
        if self._depth:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        self._depth = 1
        before, counted = self.changes, None
        try:
            yield
            if self._noted is not None and self.changes != before:
                counted = self.commits + 1
                self._set_commits(counted)
            self.execute("COMMIT")
        except BaseException as failure:
            if self._connection.in_transaction:
                self._connection.rollback()
            if isinstance(failure, DiskFull) and self._relieve is not None:
                failure.is_relieved = self._relieve()
            raise
        finally:
            self._depth = 0
        if counted is not None and self._noted is not None:
            self._noted(counted)

    @property
    def commits(self) -> int:
        """How many commits were counted in this vault: part of each, so it cannot outlive one."""
        row = self.row("PRAGMA application_id")
        return int(row[0]) if row else 0

    def count_commits(self, noted: Callable[[int], None]) -> None:
        """From now on count each commit that writes, and call ``noted`` once it is durable."""
        self._noted = noted

    def recount(self, commits: int) -> None:
        """Go on counting from another number: what was lost has been told, or replaced."""
        with self.transaction():
            self._set_commits(commits)

    def relieve_with(self, relieve: Callable[[], bool]) -> None:
        """What to do when the disk is full: it returns whether there is some room now."""
        self._relieve = relieve

    def when_tables_move(self, before: Callable[[], None], after: Callable[[], None]) -> None:
        """What to do before the tables begin elsewhere in the file, and once they do."""
        self._before_moving, self._after_moving = before, after

    def _set_commits(self, commits: int) -> None:
        # In the file's own header: no table to add, and VACUUM keeps it.
        self.execute(f"PRAGMA application_id = {commits % _MOST_COMMITS:d}")

    @property
    def is_writing(self) -> bool:
        """Whether a transaction is under way: what is read now may never have been."""
        return self._depth > 0

    @property
    def changes(self) -> int:
        """Rows written since the connection was opened."""
        return int(self._connection.total_changes)

    def checkpoint(self) -> bool:
        """Move the side file into the database and empty it; False when a reader held it."""
        row = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        return row is not None and row[0] == 0

    def compact(self) -> None:
        """Write the whole file anew, without any freed page, and empty the side file."""
        self._before_moving()
        self.execute("VACUUM")
        self.checkpoint()
        self._after_moving()

    def close(self) -> None:
        """Checkpoint, then close; safe to call twice."""
        if self._connection is None:
            return
        try:
            self.checkpoint()
        except StoreError:
            pass  # a full disk keeps the side file, which the next opening reads
        finally:
            self._connection.close()
            self._connection = None


def _connect(path: Path, key_hex: str) -> EncryptedDatabase:
    if not KEY_FORM.fullmatch(key_hex):
        raise ValueError("a database key is 96 lowercase hexadecimal digits")
    with translated():
        connection = dbapi.connect(
            str(path),
            isolation_level=None,
            timeout=_BUSY_MS / 1000,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key_hex}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _set_pragmas(connection)
        except BaseException:
            connection.close()
            raise
    return EncryptedDatabase(connection)


def set_pragma(connection: Any, name: str) -> None:
    """Have a connection do as every connection of a store does."""
    connection.execute(f"PRAGMA {name} = {_PRAGMAS[name]}")


def _set_pragmas(connection: Any) -> None:
    for name in _PRAGMAS:
        set_pragma(connection, name)
    for name, value in _PRAGMAS.items():
        seen = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if seen != value:
            raise StoreError(f"the store refused {name}")
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if not options & {"TEMP_STORE=2", "TEMP_STORE=3"}:
        raise StoreError("temporary tables could reach the disk")
    connection.enable_load_extension(False)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver or the system refuses into an error of the store."""
    try:
        yield
    except dbapi.Error as failure:
        raise _translate(failure) from None
    except FileNotFoundError:
        raise InterruptedCreation from None
    except OSError as failure:
        raise from_system(failure) from None


def _translate(failure: Exception) -> StoreError:
    text = str(failure)
    if text == "interrupted":
        return CopyStopped()
    if "disk is full" in text:
        return DiskFull()
    if "readonly" in text or "unable to open" in text:
        return ReadOnlyStore()
    if "not a database" in text or "malformed" in text or "hmac" in text:
        return DamagedStore()
    if "locked" in text or "busy" in text:
        return StoreBusy()
    if "disk I/O error" in text:
        return DamagedStore()
    # A statement of ours is wrong: its text names tables and columns, never values.
    return StoreError(f"{type(failure).__name__}: {text}")


def from_system(failure: OSError) -> StoreError:
    """Return what a refusal of the operating system means for the laptop's memory."""
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    if failure.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return ReadOnlyStore()
    return StoreError(f"system refusal {failure.errno}")
