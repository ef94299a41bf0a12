"""Whether a row found where nothing vouches for it is of the table it was read as.

Pages of one table read as if they were of another: rows of many tables begin with the same
identifiers, and hold the same kinds of values further on.
"""

import json
from dataclasses import dataclass
from typing import Any

from desktop.store.database import EncryptedDatabase, Row
from protocol.errors import FieldRefused
from protocol.ids import is_id
from protocol.kinds import KINDS
from protocol.kinds.declare import KindSpec
from protocol.values import check_kind, from_column

WORDS = ""
"""Instead of columns: of words, nothing is known but the kind of record they are about."""
_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "BLOB": (bytes,)}


@dataclass(frozen=True, slots=True)
class Looks:
    """What rows of a table look like."""

    table: str
    columns: dict[str, tuple[str, bool]]
    """By name, the type of a column, and whether it always holds something."""

    @classmethod
    def of(cls, table: str, database: EncryptedDatabase) -> "Looks":
        """Return those of a table of ours."""
        rows = database.rows(f'PRAGMA table_info("{table}")')
        return cls(table, {str(row[1]): (str(row[2]), bool(row[3])) for row in rows})

    def fits(self, columns: list[str], values: list[Any], expected: Row | None) -> bool:
        """Whether a row found on a loose page is the one that the index knows."""
        if expected is None:
            return False
        if expected[0] == WORDS:
            return _are_words(values[-1], expected[1])
        held = dict(zip(columns, values, strict=True))
        names, known = named(expected)
        is_the_row = all(held.get(name) == value for name, value in zip(names, known, strict=True))
        # An index that knows nothing of a row but its number tells it from no other table's.
        tells_it_apart = any(value is not None for value in known)
        return is_the_row and tells_it_apart and self.are_plausible(held)

    def are_plausible(self, held: dict[str, Any]) -> bool:  # as columns hold
        """Whether a row could be of this table."""
        if self.table in KINDS:
            return is_id(held["id"]) and _is_record(KINDS[self.table], held)
        if "data" in held and not str(held["data"]).startswith("{"):
            return False
        return all(self._may_hold(name, value) for name, value in held.items())

    def _may_hold(self, name: str, value: object) -> bool:
        type_, is_always_there = self.columns[name]
        if value is None:
            return not is_always_there
        return isinstance(value, _TYPES.get(type_, (object,)))


def named(expected: Row) -> tuple[Row, Row]:
    """Return the columns of an index, and what it holds in them."""
    return expected[0], expected[1:]


def _is_record(spec: KindSpec, held: dict[str, Any]) -> bool:  # as columns hold
    try:
        data = {item.name: from_column(item, held.get(item.name)) for item in spec.fields}
        check_kind(spec, data, strict_codes=False)
    except (FieldRefused, ValueError, TypeError):
        return False
    extra = held.get("_extra")
    return extra is None or str(extra).startswith("{")


def _are_words(text: object, kind: str) -> bool:
    """Whether a text is what a change of this kind of record says: other tables keep JSON too."""
    if kind not in KINDS or not isinstance(text, str):
        return False
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict) and bool(said) and said.keys() <= KINDS[kind].by_name.keys()
