"""What encrypting the store costs: the same rows in the same tables, by the same library, in clear.

The floor is plain SQLite: SQLCipher without a key, with every other setting of a store
(``desktop/store/database.py``). Both take turns, so that a busy machine is as busy for each.
Memory security, which wipes and locks what SQLite allocates, is part of what is measured.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Self

from sqlcipher3 import dbapi2 as dbapi

from benchmarks.caseload import START, Caseload
from benchmarks.measure import Measure, measure, median, percentile, report, seconds
from benchmarks.size import Size
from desktop.store.database import EncryptedDatabase, create_database, set_pragma
from desktop.store.records import Data, Records
from desktop.store.schema import first_schema
from desktop.store.sealed_texts import SealedTexts
from protocol.ids import ProfessionalId
from protocol.kinds import FollowUp, spec_of
from protocol.values import to_wire

KEY = "5a" * 48
_SETTINGS = (
    *("journal_mode", "synchronous", "fullfsync", "checkpoint_fullfsync", "wal_autocheckpoint"),
    *("foreign_keys", "temp_store", "secure_delete", "trusted_schema", "cell_size_check"),
)
_UNIT = 500
"""Records of one transaction."""
_SAVED, _READ = 20, 1_000
"""Saves, and records read by their identifier, of one turn."""
_SPEC = spec_of(FollowUp)
Row = tuple[str, Data]


@dataclass(slots=True)
class _Kept:
    """One store, and how long each thing took in it."""

    database: EncryptedDatabase
    times: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def in_cipher(cls, path: Path) -> Self:
        """Return a store as laptops have one."""
        return cls._with_tables(create_database(path, KEY))

    @classmethod
    def in_clear(cls, path: Path) -> Self:
        """Return the same without a key."""
        connection: Any = dbapi.connect(str(path), isolation_level=None, cached_statements=5)
        for name in _SETTINGS:
            set_pragma(connection, name)
        return cls._with_tables(EncryptedDatabase(connection))

    @classmethod
    def _with_tables(cls, database: EncryptedDatabase) -> Self:
        with database.transaction():
            for statement in first_schema():
                database.execute(statement)
        return cls(database)

    def take(self, name: str, work: Callable[["_Kept"], object]) -> None:
        """Do something, timed."""
        self.times.setdefault(name, []).append(seconds(lambda: work(self)))

    def write(self, rows: list[Row]) -> None:
        """Write rows, some hundreds in a transaction."""
        records = Records(self.database, SealedTexts(self.database))
        for start in range(0, len(rows), _UNIT):
            with self.database.transaction():
                records.put(_SPEC, rows[start : start + _UNIT])

    def read(self, rids: list[str]) -> None:
        """Read records one by one."""
        records = Records(self.database, SealedTexts(self.database))
        for rid in rids:
            records.data(_SPEC, rid)

    def look_through(self) -> None:
        """Read every row once."""
        self.database.row(f'SELECT max(length("summary")) FROM "{_SPEC.name}"')


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/encryption.json``."""
    stores = (_Kept.in_cipher(folder / "cipher.db"), _Kept.in_clear(folder / "clear.db"))
    rows, chance = _rows(size), Random(79)
    for number in range(size.long_runs):
        turns = stores if number % 2 else stores[::-1]
        if number:
            for store in turns:
                with store.database.transaction():
                    store.database.execute(f'DELETE FROM "{_SPEC.name}"')
        for store in turns:
            store.take("write", lambda kept: kept.write(rows))
        some = [rid for rid, _ in chance.sample(rows, _READ)]
        for store in turns:
            store.take("read", lambda kept: kept.read(some))  # noqa: B023  called at once
            store.take("through", _Kept.look_through)
        for row in chance.sample(rows, _SAVED):
            for store in turns:
                store.take("save", lambda kept: kept.write([row]))  # noqa: B023  called at once
    report("encryption", _measures(stores, len(rows)))
    for store in stores:
        store.database.close()


def _rows(size: Size) -> list[Row]:
    caseload = Caseload(ProfessionalId("0" * 26))
    persons = caseload.persons(size.persons)
    made = (caseload.follow_up(persons[i % size.persons], START) for i in range(size.follow_ups))
    return [(record.id, to_wire(record)) for record in made]


def _measures(stores: tuple[_Kept, _Kept], n: int) -> list[Measure]:
    cipher, clear = (store.times for store in stores)

    def told(
        name: str, sort: str, n: int, unit: str, of: Callable[[list[float]], float]
    ) -> Measure:
        factor = 1 if unit == "s" else 1000
        value, floor = of(cipher[sort]) * factor, of(clear[sort]) * factor
        return measure(name, value, unit, floor=floor, n=n, runs=len(cipher[sort]))

    return [
        told(f"{n} follow-ups written, {_UNIT} at a time", "write", n, "s", median),
        told(f"{_READ} follow-ups read one by one", "read", _READ, "ms", median),
        told("every follow-up looked through", "through", n, "ms", median),
        told("one follow-up saved, p50", "save", 1, "ms", lambda all: percentile(all, 0.5)),
        told("one follow-up saved, p95", "save", 1, "ms", lambda all: percentile(all, 0.95)),
    ]
