"""Small facts the laptop must not forget: who it is to the office, and how far it has read."""

import json
from dataclasses import dataclass

from desktop.store.database import EncryptedDatabase
from protocol.wire import Position


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What enrolment taught this laptop; fixed for its life."""

    server_address: str
    server: str
    department: str
    department_name: str
    device: str
    professional: str
    ca_file: str | None
    proxy: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far this laptop has read from the office."""

    epoch: str | None
    cursor: int
    """Last complete cursor: everything up to there has arrived."""
    after: Position | None
    """Where a reading that was cut will go on."""


class State:
    """The ``sync_state`` table, typed."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def enrolment(self) -> Enrolment | None:
        """Return who this laptop is to the office, or nothing before enrolment."""
        text = self._get("enrolment")
        return None if text is None else Enrolment(**json.loads(text))

    def set_enrolment(self, enrolment: Enrolment) -> None:
        """Remember who this laptop is to the office."""
        names = Enrolment.__slots__
        self.set("enrolment", json.dumps({name: getattr(enrolment, name) for name in names}))

    def progress(self) -> Progress:
        """Return how far this laptop has read."""
        after = self._get("after")
        return Progress(
            epoch=self._get("epoch"),
            cursor=self.cursor(),
            after=Position(*json.loads(after)) if after else None,
        )

    def set_progress(self, progress: Progress) -> None:
        """Remember it; called in the same transaction as the page it speaks of."""
        after = progress.after
        self.set("epoch", progress.epoch)
        self.set("cursor", str(progress.cursor))
        self.set("after", json.dumps([after.seq, after.kind, after.rid]) if after else None)

    def cursor(self) -> int:
        """Return the last complete cursor."""
        return int(self._get("cursor") or 0)

    def last_op(self) -> int:
        """Return the number of the last operation that was ever frozen for sending."""
        return int(self._get("last_op") or 0)

    def get(self, key: str) -> str | None:
        """Return a fact, or nothing."""
        return self._get(key)

    def set(self, key: str, value: str | None) -> None:
        """Remember a fact, or forget it."""
        if value is None:
            self._database.execute('DELETE FROM "sync_state" WHERE "key" = ?', (key,))
        else:
            self._database.execute(
                'INSERT OR REPLACE INTO "sync_state" VALUES (?, ?)', (key, value)
            )

    def _get(self, key: str) -> str | None:
        row = self._database.row('SELECT "value" FROM "sync_state" WHERE "key" = ?', (key,))
        return None if row is None else str(row[0])
