"""What can still be read of a damaged database, row by row, into a fresh one beside it.

After one damaged page the connection answers nothing any more: it is opened again for each. Rows
are read from both ends of a table up to the damage; those in between stand on pages that are whole
but that no way leads to, so each page of the file is then tried as if the table were that page
alone, and its rows are told from other tables' by the table's own index. Nothing is written in
the damaged file: all of it happens on a copy (docs/decisions/0012-the-store-kept.md).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.store.database import KEY_FORM, EncryptedDatabase, Row, translated
from desktop.store.driver import dbapi
from desktop.store.errors import DamagedStore, StoreError
from desktop.store.pages import PAGE_BYTES
from desktop.store.row_looks import WORDS, Looks, named
from desktop.store.table_map import TableMap, lay_tables
from protocol.kinds import KINDS

Progress = Callable[[int, int], None]
"""How much is done, of how much."""

_SPARE_BYTES = 64 * 2**20
"""A file that was cut is made longer than it can have been: what it lacks then reads as damage."""
_BATCH = 500
_DERIVED = frozenset(
    {
        "bucket_proof",
        "root_proof",
        "name_word",
        "name_variant",
        "person_order",
        "person_word",
        "person_to_compare",
        "person_block",
        "likely_pair",
    }
)
"""Computed again from the rest."""
_ENGINE = ("sync_state", "keyring", "outbox", "op_fields")
"""First: who this laptop is, and what nobody else has."""


@dataclass
class Salvaged:
    """How many rows of each table were read, and how many are known to be missing."""

    kept: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    is_exact: bool = True
    """False when a table could not be counted: at least so many are missing."""
    by_list: bool = False
    """Whether the database's own list did not read, and one from elsewhere led to the rest."""
    had_former_tables: bool = False
    """Whether the list of tables kept beside the database was a former one, put back."""
    changes: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By number, the kind and record of each change to send that could not be read."""


def salvage(
    source: Path,
    work: Path,
    key_hex: str,
    target: EncryptedDatabase,
    progress: Progress,
    tables: TableMap | None = None,
) -> Salvaged:
    """Read all that can be of ``source`` into the fresh ``target``; raise ``DamagedStore`` if not
    even its list of tables can be read, and none is known from elsewhere (``tables``).

    Works on a copy, ``work``, removed at the end; ``check_room`` first.
    """
    remove_database(work)
    try:
        _copy_padded(source, work, bytes.fromhex(key_hex[64:]))
        reader = _Reader(work, key_hex)
        if not reader.lists_tables():
            if tables is None:
                raise DamagedStore
            remove_database(work)
            reader = _Reader(work, key_hex, lay_tables(source, work, key_hex, tables))
        return _Salvage(reader, target, progress).run()
    finally:
        remove_database(work)


def remove_database(path: Path) -> None:
    """Remove a database and what stands beside it, if they are there."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy_padded(source: Path, work: Path, salt: bytes) -> None:
    with translated():
        shutil.copyfile(source, work)
        side = source.with_name(source.name + "-wal")
        if side.exists():
            shutil.copyfile(side, work.with_name(work.name + "-wal"))
        with work.open("r+b") as file:
            file.write(salt)
            size = file.seek(0, 2)
            file.truncate((size // PAGE_BYTES + 1) * PAGE_BYTES + _SPARE_BYTES)


class _Reader:
    """A connection to the copy, opened again after each page that does not verify."""

    def __init__(self, path: Path, key_hex: str, laid: int | None = None) -> None:
        """``laid``: how many pages lie under a list of tables that is not the file's own."""
        if not KEY_FORM.fullmatch(key_hex):
            raise ValueError("a database key is 96 lowercase hexadecimal digits")
        self._path = path
        self._key_hex = key_hex
        self.is_laid = laid is not None
        self.pages = laid or (path.stat().st_size - _SPARE_BYTES) // PAGE_BYTES
        self._connection: Any = None  # sqlcipher3 has no stubs

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[Row]:
        """Return rows one by one, up to the damage; raise ``DamagedStore`` there."""
        try:
            with translated():
                yield from self._opened().execute(sql, parameters)
        except StoreError:
            self.go_on()
            raise DamagedStore from None

    def lists_tables(self) -> bool:
        """Whether the list of tables reads."""
        try:
            return bool(list(self.rows(_TABLES)))
        except DamagedStore:
            return False

    @contextmanager
    def rooted(self, table: str) -> Iterator[Callable[[int], None]]:
        """Have a table begin at any page; taken back at the end, and never written."""

        def begin_at(page: int) -> None:
            connection = self._opened()
            if not connection.in_transaction:
                connection.execute("PRAGMA writable_schema = ON")
                connection.execute("BEGIN")
                # The schema is read again for each page: this table's alone is soon read.
                connection.execute("DELETE FROM sqlite_master WHERE tbl_name <> ?", (table,))
            connection.execute(
                "UPDATE sqlite_master SET rootpage = ? WHERE type = 'table' AND name = ?",
                (page, table),
            )
            connection.execute("PRAGMA writable_schema = RESET")
            connection.execute("PRAGMA writable_schema = ON")

        try:
            yield begin_at
        finally:
            self.close()

    def go_on(self) -> None:
        """Serve again after a refusal: a page of another kind costs a tenth of a damaged one."""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
            is_well = self._connection.execute("PRAGMA cipher_status").fetchone() == ("1",)
        except dbapi.Error:
            is_well = False
        if not is_well:  # it met a page that does not verify, and answers nothing any more
            self.close()

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        if self._connection is not None:
            with suppress(dbapi.Error):
                self._connection.rollback()
            self._connection.close()
            self._connection = None

    def _opened(self) -> Any:  # sqlcipher3 has no stubs
        if self._connection is None:
            self._connection = dbapi.connect(
                str(self._path), isolation_level=None, cached_statements=0
            )
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            self._connection.execute(f"PRAGMA key = \"x'{self._key_hex}'\"")
            self._connection.execute("PRAGMA temp_store = 2")
            self._connection.execute("PRAGMA trusted_schema = 0")
        return self._connection


class _Salvage:
    """One salvage, from one reader into one fresh database."""

    def __init__(self, reader: _Reader, target: EncryptedDatabase, progress: Progress) -> None:
        self._reader = reader
        self._target = target
        self._progress = progress
        self._found = Salvaged()

    def run(self) -> Salvaged:
        tables = self._tables()
        for number, table in enumerate(tables):
            self._progress(number, len(tables))
            self._copy(table)
        self._progress(len(tables), len(tables))
        self._reader.close()
        self._found.by_list = self._reader.is_laid
        return self._found

    def _tables(self) -> list[str]:
        there = {str(row[0]) for row in self._reader.rows(_TABLES)}
        ours = {str(row[0]) for row in self._target.rows(_TABLES)}
        names = (there & ours) - _DERIVED
        first = {name: number for number, name in enumerate(_ENGINE)}
        return sorted(names, key=lambda name: (first.get(name, len(first)), name))

    def _copy(self, table: str) -> None:
        columns = self._columns(table)
        if self._is_without_rowid(table):
            self._copy_ordered(table, columns)
            return
        expected, is_exact = self._expected(table)
        rows = self._both_ends(table, columns)
        is_whole = rows.is_whole
        if not is_whole and (table == "op_fields" or expected.keys() - rows.found.keys()):
            self._from_loose_pages(table, columns, expected, rows.found)
        with self._target.transaction():
            marks = ", ".join("?" * len(columns))
            names = ", ".join(f'"{name}"' for name in columns)
            statement = f'INSERT OR REPLACE INTO "{table}" (rowid, {names}) VALUES (?, {marks})'  # noqa: S608  # our tables
            kept = list(rows.found.items())
            for start in range(0, len(kept), _BATCH):
                batch = kept[start : start + _BATCH]
                self._target.execute_many(statement, [(rid, *row) for rid, row in batch])
        self._found.kept[table] = len(rows.found)
        missing = expected.keys() - rows.found.keys()
        if missing:
            self._found.missing[table] = len(missing)
        if table == "outbox":
            held = {rid: dict(zip(*named(expected[rid]), strict=True)) for rid in missing}
            self._found.changes = {
                rid: (str(it["kind"]), str(it["rid"])) for rid, it in held.items() if "rid" in it
            }
        if not is_whole and not is_exact and table in KINDS:
            self._found.is_exact = False

    def _copy_ordered(self, table: str, columns: list[str]) -> None:
        """A table whose rows stand in the order of their key: read from both ends."""
        names = ", ".join(f'"{name}"' for name in columns)
        keys = [str(row[1]) for row in self._target.rows(f'PRAGMA table_info("{table}")') if row[5]]
        found: set[Row] = set()
        for order in ("ASC", "DESC"):
            by = ", ".join(f'"{name}" {order}' for name in keys)
            try:
                for row in self._reader.rows(f'SELECT {names} FROM "{table}" ORDER BY {by}'):  # noqa: S608
                    found.add(row)
                break
            except DamagedStore:
                self._found.is_exact = self._found.is_exact and order == "ASC"
        with self._target.transaction():
            marks = ", ".join("?" * len(columns))
            self._target.execute_many(
                f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608
                sorted(found, key=repr),
            )
        self._found.kept[table] = len(found)

    def _is_without_rowid(self, table: str) -> bool:
        row = self._target.row("SELECT wr FROM pragma_table_list WHERE name = ?", (table,))
        return bool(row and row[0])

    def _columns(self, table: str) -> list[str]:
        there = [str(row[1]) for row in self._reader.rows(f'PRAGMA table_info("{table}")')]
        ours = {str(row[1]) for row in self._target.rows(f'PRAGMA table_info("{table}")')}
        return [name for name in there if name in ours]

    def _expected(self, table: str) -> tuple[dict[int, Row], bool]:
        """Return what the indexes say is in a table: by rowid, the columns of the first of them;
        and whether one of them could be read to its end.
        """
        if table == "op_fields":
            return self._expected_fields(), True
        expected: dict[int, Row] = {}
        is_exact = False
        for index, columns in self._indexes(table):
            names = ", ".join(f'"{name}"' for name in columns)
            sql = f'SELECT rowid, {names} FROM "{table}" INDEXED BY "{index}"'  # noqa: S608
            try:
                for rid, *values in self._reader.rows(sql):
                    expected.setdefault(rid, (tuple(columns), *values))
                is_exact = True
                break
            except DamagedStore:
                continue
        return expected, is_exact

    def _expected_fields(self) -> dict[int, Row]:
        kinds = {op_id: kind for op_id, (kind, _) in self._found.changes.items()}
        kinds |= {row[0]: row[1] for row in self._target.rows('SELECT "id", "kind" FROM "outbox"')}
        with suppress(DamagedStore):
            kinds |= dict(self._reader.rows('SELECT "id", "kind" FROM "outbox_archive"'))
        return {int(op_id): (WORDS, kind) for op_id, kind in kinds.items()}

    def _indexes(self, table: str) -> list[tuple[str, list[str]]]:
        found = []
        for row in list(self._reader.rows(f'PRAGMA index_list("{table}")')):
            if row[4]:
                continue  # partial: it does not know every row
            columns = [str(it[2]) for it in self._reader.rows(f'PRAGMA index_info("{row[1]}")')]
            found.append((str(row[1]), columns))
        # Of a change to send, what it is about is worth knowing; of the rest, which row it is.
        first = "outbox_by_record" if table == "outbox" else "sqlite_autoindex"
        return sorted(found, key=lambda it: not it[0].startswith(first))

    def _both_ends(self, table: str, columns: list[str]) -> "_Rows":
        rows, looks = _Rows(), Looks.of(table, self._target)
        for order in ("ASC", "DESC"):
            names = ", ".join(f'"{name}"' for name in columns)
            sql = f'SELECT rowid, {names} FROM "{table}" NOT INDEXED ORDER BY rowid {order}'  # noqa: S608
            try:
                for rid, *values in self._reader.rows(sql):
                    held = dict(zip(columns, values, strict=True))
                    if not self._reader.is_laid or looks.are_plausible(held):
                        rows.found[rid] = tuple(values)
            except DamagedStore:
                continue
            rows.is_whole = True
            break
        return rows

    def _from_loose_pages(
        self, table: str, columns: list[str], expected: dict[int, Row], found: dict[int, Row]
    ) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        sql = f'SELECT rowid, {names} FROM "{table}" NOT INDEXED'  # noqa: S608
        looks = Looks.of(table, self._target)
        with self._reader.rooted(table) as begin_at:
            for page in range(2, self._reader.pages + 1):
                try:
                    with translated():
                        begin_at(page)
                    for rid, *values in self._reader.rows(sql):
                        if rid not in found and looks.fits(columns, values, expected.get(rid)):
                            found[rid] = tuple(values)
                except StoreError:
                    self._reader.go_on()
                if not expected.keys() - found.keys():
                    return


@dataclass
class _Rows:
    found: dict[int, Row] = field(default_factory=dict)
    is_whole: bool = False


_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND name NOT LIKE '_sqlite_%'"
)
