"""What the office holds of the records that have pending changes: the base of every merge."""

from collections.abc import Iterable

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.records import Data
from protocol.kinds.declare import KindSpec, Rule


class Mirror:
    """The ``mirror`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def get(self, kind: str, rid: str) -> Data | None:
        """Return the record as the office last showed it, or nothing if it never did."""
        row = self._database.row(
            'SELECT "data" FROM "mirror" WHERE "kind" = ? AND "rid" = ?', (kind, rid)
        )
        return None if row is None else read_json(row[0])

    def told(self, spec: KindSpec, rid: str, shown: Data) -> Data:
        """Return what a record shows that the office has told or taken: nothing typed since.

        A change of a set says only what it adds: what it adds to is told whole.
        """
        known = self.get(spec.name, rid)
        if known is None:
            return shown
        return {
            name: value
            for name, value in known.items()
            if value == shown.get(name) or _is_added_to(spec, name)
        }

    def set(self, kind: str, rid: str, data: Data | None) -> None:
        """Remember, or forget, the record as the office shows it."""
        if data is None:
            self.forget(kind, [rid])
            return
        self._database.execute(
            'INSERT OR REPLACE INTO "mirror" VALUES (?, ?, ?)',
            (kind, rid, write_json(data)),
        )

    def forget(self, kind: str, rids: Iterable[str]) -> None:
        """Forget what the office showed of records: only what was typed here stays."""
        self._database.execute_many(
            'DELETE FROM "mirror" WHERE "kind" = ? AND "rid" = ?', [(kind, rid) for rid in rids]
        )


def _is_added_to(spec: KindSpec, name: str) -> bool:
    item = spec.by_name.get(name)
    return item is not None and item.rule in (Rule.SET, Rule.APPEND_ONLY)
