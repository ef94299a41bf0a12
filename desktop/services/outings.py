"""What left the vault in clear, and when: sheets printed, files saved where somebody chose.

Kept in the vault, for its owner: she is asked one day what there is of somebody on paper. What is
noted is the sort of sheet, never whom it is about; a year of it, or the last five hundred.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.config.clock import Clock
from desktop.store.store import Store
from protocol.values import instant_from_wire, instant_to_wire

_KEY = "outings"
KEPT_DAYS, MOST = 400, 500


class Way(StrEnum):
    """How it left."""

    SAVED = "saved"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class Outing:
    """One sheet or one file."""

    at: datetime
    way: Way
    page: str
    """The page it was asked from."""


class Outings:
    """Reads and writes them; on the store's lane."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(self, way: Way, page: str) -> None:
        """Write one down; the oldest go."""
        now = self._clock.now()
        kept = [one for one in self.latest() if one.at > now - timedelta(days=KEPT_DAYS)]
        told = [
            [instant_to_wire(one.at), one.way.value, one.page]
            for one in (Outing(now, way, page), *kept)
        ]
        with self._store.database.transaction():
            self._store.state.set(_KEY, json.dumps(told[:MOST]))

    def latest(self) -> list[Outing]:
        """Return them, newest first."""
        text = self._store.state.get(_KEY)
        found = json.loads(text) if text is not None else []
        return [Outing(instant_from_wire(at), Way(way), page) for at, way, page in found]
