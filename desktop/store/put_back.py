"""What is told when the vault turns out to be older than it had been: since when, and who says so.

Kept in the store until somebody has read it, and in the journal after that.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desktop.store.journal import JournalEntry
from desktop.store.store import Store
from protocol import clock as clocks
from protocol.values import instant_from_wire, instant_to_wire

EXPECTED = "renewal_expected"
"""Set by a repair that starts numbering again."""
PUT_BACK = "put_back"
"""Key of what is told, and outcome in the journal."""


class Witness(StrEnum):
    """Who knows that something is missing."""

    MARK = "mark"
    """The mark beside the database had seen more commits."""
    FILE = "file"
    """The file is not as it was when Coffre closed it."""
    NOBODY = "nobody"
    """The mark is gone: perhaps nothing is missing, and nobody can say so."""
    OFFICE = "office"
    """The office has taken changes that this laptop does not know it sent."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """One time the vault was found older than it had been."""

    witness: Witness
    found_at: datetime
    since: datetime | None
    """The last thing that is still here; ``None`` when there is nothing to date it by."""
    until: datetime | None
    """The last moment at which more is known to have been here."""


class PutBacks:
    """Notes it, tells it, forgets it once read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self) -> PutBack | None:
        """Return what nobody has read yet."""
        text = self._store.state.get(PUT_BACK)
        if text is None:
            return None
        witness, *moments = json.loads(text)
        found, since, until = (it and instant_from_wire(it) for it in moments)
        return PutBack(Witness(witness), found, since, until)

    def note(self, witness: Witness, now: datetime, until: datetime | None) -> PutBack:
        """Note it, in the caller's transaction: told once, whoever finds out first.

        The next synchronisation compares everything with the office, and reads again what differs.
        """
        found = self.current() or PutBack(witness, now, self._last_seen(until), until)
        moments = [found.found_at, found.since, found.until]
        told = [found.witness.value, *(it and instant_to_wire(it) for it in moments)]
        self._store.state.set(PUT_BACK, json.dumps(told))
        self._store.state.ask_scrub()
        self._store.journal.add(JournalEntry(now, now, PUT_BACK, 0, 0, 0, 0, 0))
        return found

    def note_from_office(self, now: datetime) -> None:
        """The office has taken more of this laptop than it remembers, in the caller's transaction.

        After a repair that is expected: what had been sent could not all be read.
        """
        if self._store.state.get(EXPECTED) is not None:
            self._store.state.set(EXPECTED, None)
        else:
            self.note(Witness.OFFICE, now, None)

    def forget(self) -> None:
        """Somebody has read it."""
        with self._store.database.transaction():
            self._store.state.set(PUT_BACK, None)

    def _last_seen(self, until: datetime | None) -> datetime | None:
        """Return when the last thing that is here was written, as far as anything says."""
        known = [self._store.journal.last_success(), self._store.state.last_contact()]
        if hlc := self._store.state.hlc():
            known.append(
                datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=clocks.millis(hlc))
            )
        row = self._store.database.row('SELECT max("updated_at") FROM "draft"')
        if row is not None and row[0]:
            known.append(instant_from_wire(row[0]))
        dated = [it for it in known if it is not None and (until is None or it <= until)]
        return max(dated, default=None)
