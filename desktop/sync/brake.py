"""The brake: an office that would take many dossiers away at once does not do so unasked."""

from datetime import datetime

from desktop.store.replica import Page
from desktop.store.store import Store
from desktop.sync.errors import MassRemoval

_FEW = 20
_SHARE = 0.3
ALLOWED = "removal_allowed"
"""Key under which the worker's consent is kept: how many dossiers may go."""
_REMOVED = "removed_today"


class Brake:
    """Counts the dossiers that leave in a day; called in the transaction that removes them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def check(self, page: Page, now: datetime) -> None:
        """Note what a page removes; raise ``MassRemoval`` when that is too much to be usual."""
        leaving = set(page.dropped) | {gone.rid for gone in page.gone if gone.kind == "person"}
        held = [rid for rid in leaving if self._store.proof.holds_dossier(rid)]
        if not held:
            return
        state, today = self._store.state, now.date().isoformat()
        day, _, earlier = (state.get(_REMOVED) or "").partition(" ")
        removed = len(held) + (int(earlier) if day == today else 0)
        before = self._store.records.count("person") + removed - len(held)
        allowed = int(state.get(ALLOWED) or 0)
        if removed > _FEW and removed > _SHARE * before and removed > allowed:
            raise MassRemoval(removed, before)
        state.set(_REMOVED, f"{today} {removed}")
