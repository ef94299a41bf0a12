"""The brake: an office that would take much away from many dossiers does not do so unasked.

A dossier counts when it leaves, and when words of it go: meetings, notes, or what was typed and is
said to be of somebody erased. Counted over a week, whether they go in one page or a few every day.
"""

from datetime import date, datetime, timedelta

from desktop.store.replica import Page
from desktop.store.store import Store
from desktop.sync.errors import MassRemoval

_FEW = 20
_SHARE = 0.3
_LATELY = timedelta(days=7)
ALLOWED = "removal_allowed"
"""Key under which the worker's consent is kept: how many dossiers may go."""
_REMOVED = "removed_lately"
"""Key under which is kept since when dossiers are counted, and how many have gone."""


class Brake:
    """Counts the dossiers that lose something; called in the transaction that removes it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def check(self, page: Page, now: datetime) -> None:
        """Note what a page removes; raise ``MassRemoval`` when that is too much to be usual."""
        losing = self._losing(page)
        if not losing:
            return
        state = self._store.state
        began, earlier = self._lately(now.date())
        removed = len(losing) + earlier
        before = self._store.records.count("person") + earlier
        allowed = int(state.get(ALLOWED) or 0)
        if removed > _FEW and removed > _SHARE * before and removed > allowed:
            raise MassRemoval(removed, before)
        state.set(_REMOVED, f"{began.isoformat()} {removed}")

    def allow(self, dossiers: int) -> None:
        """Somebody agreed that so many dossiers go, at the next synchronisation."""
        with self._store.database.transaction():
            self._store.state.set(ALLOWED, str(dossiers))

    def begin_again(self) -> None:
        """Forget a consent that has served, and what it was given for: counting begins again."""
        if self._store.state.get(ALLOWED) is not None:
            with self._store.database.transaction():
                self._store.state.set(ALLOWED, None)
                self._store.state.set(_REMOVED, None)

    def _lately(self, today: date) -> tuple[date, int]:
        """Return since when dossiers are counted, and how many have gone since."""
        day, _, known = (self._store.state.get(_REMOVED) or "").partition(" ")
        began = date.fromisoformat(day) if day else today
        return (began, int(known or 0)) if abs(today - began) < _LATELY else (today, 0)

    def _losing(self, page: Page) -> set[str]:
        erased = [
            op
            for op in page.sent
            if (verdict := page.verdicts.get(op.n or 0)) and verdict.refused == "erased"
        ]
        leaving = {*page.dropped, *(op.bucket for op in erased)}
        leaving |= {gone.rid for gone in page.gone if gone.kind == "person"}
        found = {rid for rid in leaving if self._store.records.holds("person", rid)}
        named = [(gone.kind, gone.rid) for gone in page.gone]
        named += [(op.kind, op.rid) for op in erased]
        return found | self._store.departures.losing(named)
