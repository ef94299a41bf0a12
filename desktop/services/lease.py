"""How long a laptop may go on writing without the office: thirty days, then it only reads.

A laptop that nobody has seen for a month may be lost, and what it writes may never arrive. It says
so from the twenty-first day. One contact makes everything as before; nothing is ever destroyed, and
drafts are always kept.

The clock of a laptop may be wrong, or turned on purpose. What counts is how much it has moved
forward since the last contact: turned back, it gains nothing, and a leap ahead is mended by one
contact, whatever the clock says then.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.config.clock import Clock, paris
from desktop.store.store import Store

LEASE_WARNS_DAYS = 21
"""Days without the office after which a laptop says when it will stop writing."""
LEASE_ENDS_DAYS = 30
"""Days after which it only reads, until one contact."""
_KEY = "absence"
_STEP = timedelta(hours=1)
"""Written that often: a laptop that only reads must not write all day."""


@dataclass(frozen=True, slots=True)
class LeaseState:
    """Where this laptop stands."""

    days: int
    """Whole days without the office."""
    ends_on: date
    """The first day on which it will only read."""
    is_near: bool
    """It is time to say so."""
    is_over: bool
    """It only reads."""


@dataclass(frozen=True, slots=True)
class _Absence:
    """Time without the office, as last counted."""

    contact: datetime | None
    """Since which contact."""
    seen: datetime
    """The highest that this laptop's clock has said since, or what it was turned back to."""
    spent: timedelta = timedelta()
    """All that the clock has moved forward since that contact."""

    def counted(self, now: datetime) -> "_Absence":
        forward = max(now - self.seen, timedelta())
        return _Absence(self.contact, now, self.spent + forward)


class Lease:
    """Counts the days without the office."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def look(self) -> LeaseState:
        """Count up to now, and return where this laptop stands."""
        absence = self._count(self._clock.now())
        length = timedelta(days=LEASE_ENDS_DAYS)
        ends = paris(absence.seen + max(length - absence.spent, timedelta()))
        return LeaseState(
            days=absence.spent.days,
            ends_on=ends.date(),
            is_near=absence.spent >= timedelta(days=LEASE_WARNS_DAYS),
            is_over=absence.spent >= length,
        )

    def renew(self) -> LeaseState:
        """The office has just been heard."""
        now = self._clock.now()
        if self._count(now).spent >= _STEP:
            self._keep(_Absence(self._store.state.last_contact(), now))
        return self.look()

    def _count(self, now: datetime) -> _Absence:
        known, contact = self._known(), self._store.state.last_contact()
        if known is None or known.contact != contact:
            # Heard since, at that time by this laptop's clock; or never counted: it begins now.
            counted = _Absence(contact, contact or now).counted(now)
        else:
            counted = known.counted(now)
            if known.seen <= now < known.seen + _STEP:
                return counted
        self._keep(counted)
        return counted

    def _known(self) -> _Absence | None:
        text = self._store.state.get(_KEY)
        if text is None:
            return None
        contact, seen, spent_s = json.loads(text)
        return _Absence(
            None if contact is None else datetime.fromisoformat(contact),
            datetime.fromisoformat(seen),
            timedelta(seconds=spent_s),
        )

    def _keep(self, absence: _Absence) -> None:
        contact = None if absence.contact is None else absence.contact.isoformat()
        counted = [contact, absence.seen.isoformat(), absence.spent.total_seconds()]
        with self._store.database.transaction():
            self._store.state.set(_KEY, json.dumps(counted))
