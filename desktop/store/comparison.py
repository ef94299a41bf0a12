"""What differs between the store as it is and one of its copies, without changing either.

Both are read through one connection that cannot write, each under its own key. Only kinds that are
shared with the office are compared, and what was being typed: the rest follows from them, or is
this laptop's own business.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.store.copying import Readers, reading
from desktop.store.errors import BrokenSnapshot
from desktop.store.json_text import write_json
from desktop.store.records import Data, row_data
from desktop.store.schema import columns
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec, spec_of
from protocol.kinds.follow_ups import Draft

MOST_LISTED = 5_000
"""Differences told one by one; the rest is counted. A caseload of years differs by less."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that is not the same in a copy and in the store."""

    spec: KindSpec
    rid: str
    was: Data
    now: Data | None
    """``None``: it is in the copy and not in the store."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a copy holds that the store does not, or not any more."""

    differences: tuple[Difference, ...]
    unlisted: int
    """Differences beyond those."""
    added: int
    """Records that came since the copy: nothing takes them away."""
    drafts: tuple[Difference, ...] = ()
    """What was being typed, latest first, but for what became a record since."""


class ComparedStore:
    """The store and one copy, open side by side until the ``with`` ends."""

    def __init__(self, connection: Any) -> None:  # sqlcipher3 has no stubs
        self._connection = connection

    def compare(self) -> Comparison:
        """Return what differs."""
        found: list[Difference] = []
        total = added = 0
        for spec in SYNCED.values():
            common = self._common(spec)
            if not common:
                continue
            added += self._one(_ADDED.format(kind=spec.name))
            rids = self._rids(spec, common)
            total += len(rids)
            found += self._read(spec, rids[: MOST_LISTED - len(found)])
        return Comparison(tuple(found), total - len(found), added, self._drafts())

    def pieces(self, document: str) -> Iterator[tuple[int, str, bytes]]:
        """Yield the pieces of a document that the copy holds: number, dossier, body."""
        cursor = self._connection.execute(
            'SELECT "n", "bucket", "body" FROM snapshot."piece" WHERE "document" = ? ORDER BY "n"',
            (document,),
        )
        for number, bucket, body in cursor:
            yield int(number), str(bucket), bytes(body)

    def _drafts(self) -> tuple[Difference, ...]:
        spec = spec_of(Draft)
        rids = self._rids(spec, self._common(spec))
        found = [it for it in self._read(spec, rids) if not self._became(str(it.was["target"]))]
        return tuple(sorted(found, key=lambda it: str(it.was["updated_at"]), reverse=True))

    def _became(self, rid: str) -> bool:
        """Whether a record of this name is here, and was not when the copy was made."""
        for spec in SYNCED.values():
            if self._one(f'SELECT count(*) FROM main."{spec.name}" WHERE "id" = ?', rid):  # noqa: S608
                there = self._common(spec) and self._one(
                    f'SELECT count(*) FROM snapshot."{spec.name}" WHERE "id" = ?',  # noqa: S608
                    rid,
                )
                return not there
        return False

    def _common(self, spec: KindSpec) -> list[str]:
        """The columns that both know: a copy may be older than a migration."""
        was, now = self._columns("snapshot", spec), self._columns("main", spec)
        return [name for name in columns(spec) if name in was and name in now]

    def _columns(self, schema: str, spec: KindSpec) -> set[str]:
        rows = self._connection.execute(f'PRAGMA {schema}.table_info("{spec.name}")').fetchall()
        return {row[1] for row in rows}

    def _rids(self, spec: KindSpec, common: Iterable[str]) -> list[str]:
        differs = " OR ".join(f's."{name}" IS NOT m."{name}"' for name in common)
        sql = (
            f'SELECT s."id" FROM snapshot."{spec.name}" s'  # noqa: S608  # names of declarations
            f' LEFT JOIN main."{spec.name}" m ON m."id" = s."id"'
            f' WHERE m."id" IS NULL OR {differs} ORDER BY s."id" DESC'
        )
        return [str(row[0]) for row in self._connection.execute(sql)]

    def _read(self, spec: KindSpec, rids: list[str]) -> list[Difference]:
        if not rids:
            return []
        was = self._data("snapshot", spec, rids)
        now = self._data("main", spec, rids)
        return [Difference(spec, rid, was[rid], now.get(rid)) for rid in rids]

    def _data(self, schema: str, spec: KindSpec, rids: list[str]) -> Mapping[str, Data]:
        there = self._columns(schema, spec)
        names = ", ".join(
            f'"{name}"' if name in there else f'NULL AS "{name}"' for name in columns(spec)
        )
        rows = self._connection.execute(
            f'SELECT {names} FROM {schema}."{spec.name}"'  # noqa: S608  # names of declarations
            ' WHERE "id" IN (SELECT "value" FROM json_each(?))',
            (write_json(rids),),
        )
        return {str(row[0]): row_data(spec, row) for row in rows}

    def _one(self, sql: str, *values: str) -> int:
        return int(self._connection.execute(sql, values).fetchone()[0])


@contextmanager
def compared(
    store: Path,
    key_hex: str,
    snapshot: Path,
    snapshot_key_hex: str,
    readers: Readers | None = None,
) -> Iterator[ComparedStore]:
    """Open the store and a copy side by side; raise ``BrokenSnapshot`` when the copy is not one."""
    with reading(store, key_hex, readers) as connection:
        if not snapshot.exists() or not snapshot.stat().st_size:
            raise BrokenSnapshot  # SQLite would make an empty one
        connection.execute(
            "ATTACH DATABASE ? AS snapshot KEY ?", (str(snapshot), f"x'{snapshot_key_hex}'")
        )
        connection.execute("SELECT count(*) FROM snapshot.sqlite_master").fetchone()
        yield ComparedStore(connection)


_ADDED = (
    'SELECT count(*) FROM main."{kind}" m'
    ' WHERE NOT EXISTS (SELECT 1 FROM snapshot."{kind}" s WHERE s."id" = m."id")'
)
