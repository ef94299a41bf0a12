"""The file ``coffre.tables``: which tables the database has and where each begins, beside it.

A database lists its tables on its first page and a few others: when one of those is damaged,
nothing leads to the rest any more, though all of it is there. This copy of the list then does
(``desktop.store.salvage``). Tables begin elsewhere once the file is written anew, which an erasure
does: the copy is removed before and made after, as it is before another database takes the place
of this one. So one that is there is true (docs/decisions/0012-the-store-kept.md), unless somebody
put a former one back: it says which copy of the vault was the newest when it was written, and what
that copy, or a newer one, lists tells a former one (``is_of_now``). Where copies were put back with
it, a digest of the list tells (``digest_of``), which stands among the rows that are then read.
"""

import hashlib
import hmac
import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from desktop.crypto.files import VaultFiles, write_atomic
from desktop.crypto.primitives import Purpose, mac
from desktop.crypto.secret import Secret
from desktop.store.copying import check_room
from desktop.store.database import KEY_FORM, EncryptedDatabase, translated
from desktop.store.driver import dbapi
from desktop.store.errors import DamagedStore
from desktop.store.pages import PAGE_BYTES

MAP_FILE = "coffre.tables"
_MAGIC = b"COFFRET\n\x00\x02"
LIST = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY rowid"
_MAC = 32
_MOST_BYTES = 2**20
_BLANK_BYTES = 64 * 2**20
"""Of one value of the blank: the longest there can be is 954 MiB."""


class Entry(NamedTuple):
    """One line of the database's own list."""

    type: str
    name: str
    table: str
    page: int
    sql: str | None


TableMap = tuple[Entry, ...]


class KeptMap(NamedTuple):
    """A list as it was kept beside a database."""

    tables: TableMap
    after: int
    """Number of the newest copy of the vault when it was written; 0 when there was none."""

    def is_of_now(self, newest: int, listed: TableMap | None) -> bool:
        """Tell it from a former list, by the ``newest`` copy and what that one lists.

        What was written before that copy was made lists what it lists. The newest copy takes
        another number before tables move for an erasure: a list that knows of one that is not
        there is from before, unless somebody removed the copies. ``None``: there is no copy, or it
        does not read.
        """
        if listed is None:
            return self.after <= newest
        return self.after == newest or self.tables == listed


def tables_of(database: EncryptedDatabase) -> TableMap:
    """Return the list as it is in a database."""
    return listed_in(database.rows(LIST))


def listed_in(rows: Iterable[Sequence[Any]]) -> TableMap:
    """Return the list that ``LIST`` answered."""
    return tuple(Entry(*row) for row in rows)


def digest_of(tables: TableMap) -> str:
    """Return what a database keeps of its own list, to tell whether another one was its."""
    return hashlib.blake2b(json.dumps(tables).encode(), digest_size=16).hexdigest()


class MapFile:
    """The copy of one vault's list, signed by a key of the vault: its words are run as SQL."""

    def __init__(self, files: VaultFiles, key: Secret, vault_id: bytes) -> None:
        self._files = files
        self._key = key
        self._start = _MAGIC + vault_id

    def read(self) -> KeptMap | None:
        """Return the list; ``None`` when there is none, or none that the vault vouches for."""
        content = self._files.read(MAP_FILE, _MOST_BYTES) or b""
        told, signature = content[:-_MAC], content[-_MAC:]
        if not told.startswith(self._start):
            return None
        if not hmac.compare_digest(signature, mac(self._key, Purpose.TABLES_MAC, told)):
            return None
        after, lines = json.loads(told[len(self._start) :])
        return KeptMap(tuple(Entry(*line) for line in lines), after)

    def keep(self, tables: TableMap, after: int) -> None:
        """Keep this list, unless it is there and of now; raise ``VaultUnreachable``."""
        kept = self.read()
        if kept is None or kept.tables != tables or kept.after > after:
            told = self._start + json.dumps([after, tables], separators=(",", ":")).encode()
            signature = mac(self._key, Purpose.TABLES_MAC, told)
            write_atomic(self._files, MAP_FILE, told + signature)

    def forget(self) -> None:
        """The tables are about to begin elsewhere; raise ``VaultUnreachable``."""
        forget_map(self._files)

    def close(self) -> None:
        """Let go of the key; safe to call twice."""
        self._key.forget()


def forget_map(files: VaultFiles) -> None:
    """Remove the list, durably: another database is about to take the place of this one."""
    if MAP_FILE in files.names():
        files.remove(MAP_FILE)
        files.sync_folder()


def lay_tables(source: Path, work: Path, key_hex: str, tables: TableMap) -> int:
    """Make of ``work`` the database ``source`` with this list of tables; return its pages.

    The list of a blank database of the same key is written after as many pages as ``source`` has;
    those of ``source`` then take the place of the blank ones, as they are: SQLCipher encrypts and
    signs each page by itself. Raises ``DamagedStore``, ``NoRoomForCopy``.
    """
    merged = work.with_name(f"{work.name}-merged")
    side = source.with_name(f"{source.name}-wal")
    try:
        if side.exists() and side.stat().st_size:
            source = _merged(source, side, merged, key_hex)
        # Of a file that was cut, tables begin after its end: those read as damaged.
        pages = max(-(-source.stat().st_size // PAGE_BYTES), *(entry.page for entry in tables))
        _make_blank(work, key_hex, pages, tables)
        with translated(), source.open("rb") as content, work.open("r+b") as laid:
            content.seek(PAGE_BYTES)
            laid.seek(PAGE_BYTES)
            shutil.copyfileobj(content, laid)
    finally:
        for suffix in ("", "-wal", "-shm"):
            merged.with_name(merged.name + suffix).unlink(missing_ok=True)
    return pages


def _merged(source: Path, side: Path, merged: Path, key_hex: str) -> Path:
    """Copy a database and have SQLite empty its side file into the copy, as it does at a close."""
    check_room(source, source.parent, 1.2)
    with translated():
        shutil.copyfile(source, merged)
        shutil.copyfile(side, merged.with_name(f"{merged.name}-wal"))
        with merged.open("r+b") as file:
            file.write(bytes.fromhex(key_hex[64:]))
    connection = _connected(merged, key_hex)
    try:
        with suppress(dbapi.Error):  # the list of tables does not read: that is why we are here
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()
    if merged.with_name(f"{merged.name}-wal").exists():
        raise DamagedStore
    return merged


def _make_blank(work: Path, key_hex: str, pages: int, tables: TableMap) -> None:
    with translated():
        connection = _connected(work, key_hex)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE blank (content)")
            for start in range(0, pages * PAGE_BYTES, _BLANK_BYTES):
                size = min(_BLANK_BYTES, pages * PAGE_BYTES - start)
                connection.execute("INSERT INTO blank VALUES (zeroblob(?))", (size,))
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", tables)
            connection.execute("DELETE FROM sqlite_master WHERE name = 'blank'")
            connection.execute("COMMIT")
        finally:
            connection.close()


def _connected(path: Path, key_hex: str) -> dbapi.Connection:
    if not KEY_FORM.fullmatch(key_hex):
        raise ValueError("a database key is 96 lowercase hexadecimal digits")
    connection = dbapi.connect(str(path), isolation_level=None, cached_statements=0)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key_hex}'\"")
    connection.execute("PRAGMA temp_store = 2")
    connection.execute("PRAGMA trusted_schema = 0")
    return connection
