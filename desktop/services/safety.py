"""What the vault knows of its own safety: its clock, its last copy, the office's last word."""

from datetime import datetime, timedelta

from desktop.config.clock import Clock, unix_ms
from desktop.config.safety import Control, Finding, Standing
from desktop.store.store import Store
from protocol.clock import millis

_GOOD_DAYS = 7
"""Since the office was heard, or a copy was made."""
_STEP = timedelta(minutes=5)


def look_at_vault(store: Store, clock: Clock) -> tuple[Finding, ...]:
    """Return what can be told of an open vault; on the store's lane."""
    now, contact = clock.now(), store.state.last_contact()
    copies = [copy.made_at for copy in store.snapshots.all()]
    return (
        Finding(Control.CLOCK, _clock(store, now, contact)),
        _age(Control.BACKUP, now, max(copies, default=None)),
        _age(Control.CONTACT, now, contact),
    )


def _clock(store: Store, now: datetime, contact: datetime | None) -> Standing:
    """Whatever the office and this laptop have said so far, a right clock is not behind it."""
    behind = millis(store.state.hlc()) - unix_ms(now) > _STEP / timedelta(milliseconds=1)
    if behind or (contact is not None and contact - now > _STEP):
        return Standing.LOOK
    return Standing.GOOD if contact is not None else Standing.UNKNOWN


def _age(control: Control, now: datetime, at: datetime | None) -> Finding:
    if at is None:
        return Finding(control, Standing.UNKNOWN)
    days = max((now - at).days, 0)
    return Finding(control, Standing.GOOD if days < _GOOD_DAYS else Standing.LOOK, days)
