"""Records of kinds that a newer office knows and this version does not: kept word for word."""

from collections.abc import Sequence
from typing import Protocol

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.records import Data


class Arrived(Protocol):
    """What is needed of an incoming record."""

    @property
    def kind(self) -> str: ...
    @property
    def rid(self) -> str: ...
    @property
    def bucket(self) -> str: ...
    @property
    def whole(self) -> bool: ...
    @property
    def data(self) -> Data: ...


class UnknownRecords:
    """The ``unknown_record`` table; an upgrade of Coffre moves its rows where they belong."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def keep(self, items: Sequence[Arrived]) -> None:
        """Keep records, joining partial ones with what is there."""
        for item in items:
            data = item.data if item.whole else self._data(item.kind, item.rid) | item.data
            self._database.execute(
                'INSERT OR REPLACE INTO "unknown_record" VALUES (?, ?, ?, ?)',
                (item.kind, item.rid, item.bucket, write_json(data)),
            )

    def forget(self, kind: str, rid: str) -> None:
        """Remove one record."""
        self._database.execute(
            'DELETE FROM "unknown_record" WHERE "kind" = ? AND "rid" = ?', (kind, rid)
        )

    def forget_bucket(self, bucket: str) -> None:
        """Remove the records of a dossier this laptop no longer holds."""
        self._database.execute('DELETE FROM "unknown_record" WHERE "bucket" = ?', (bucket,))

    def _data(self, kind: str, rid: str) -> Data:
        row = self._database.row(
            'SELECT "data" FROM "unknown_record" WHERE "kind" = ? AND "rid" = ?', (kind, rid)
        )
        return {} if row is None else read_json(row[0])
