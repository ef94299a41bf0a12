"""Keys of dossiers as synchronisation brings them, and those that colleagues still wait for."""

from collections.abc import Callable, Iterable
from functools import partial

from desktop.config.clock import unix_ms
from desktop.domain.touched import Touched
from desktop.store.circle_keys import CircleKeys
from desktop.sync.in_store import InStore

_AT_ONCE = 32
"""Dossiers settled in one go: few enough for who types, many enough not to queue for each."""
_KEY, _PLACE, _PROFESSIONAL = "circle_key", "circle_member", "professional"


class Circles:
    """Follows what arrives about circles; for the network's lane, but for ``take``."""

    def __init__(self, keys: Callable[[], CircleKeys], in_store: InStore) -> None:
        """``keys`` makes those of one transaction: what it made goes with it when it is undone."""
        self._keys = keys
        self._in_store = in_store
        self._concerned: set[str] | None = None
        """Dossiers to look at once all has arrived; ``None``: all of them, after an unlock."""

    def take(self, touched: Iterable[Touched]) -> set[Touched]:
        """Take the keys of a page, in its transaction; return the records that they open."""
        keys = self._keys()
        concerned: set[str] = set()
        for one in touched:
            if one.kind == _PROFESSIONAL:
                concerned.update(keys.dossiers_of(one.id))
            elif one.kind in (_KEY, _PLACE) and one.dossier is not None:
                concerned.add(one.dossier)
        if not concerned:
            return set()
        keys.look_up_once()
        opened = [dossier for dossier in concerned if keys.learn(dossier)]
        if self._concerned is not None:
            self._concerned |= concerned
        return set(keys.store.texts.opened(opened))

    def settle(self) -> set[Touched]:
        """All has arrived: give each member the keys she lacks, some dossiers at a time.

        Return the records that keys of an earlier page open.
        """
        opened: set[Touched] = set()
        if self._concerned is None:
            self._concerned = set(self._in_store(lambda: self._keys().dossiers()))
        while some := sorted(self._concerned)[:_AT_ONCE]:
            opened |= self._in_store(partial(self._settle, some))
            self._concerned.difference_update(some)
        return opened

    def _settle(self, dossiers: list[str]) -> set[Touched]:
        keys = self._keys()
        opened: list[str] = []
        with keys.store.database.transaction():
            keys.look_up_once()
            for dossier in dossiers:
                if keys.learn(dossier):
                    opened.append(dossier)
                keys.note_departures(dossier)
                keys.complete(dossier)
            if keys.has_made:
                keys.flush(keys.store.state.tick(unix_ms(keys.clock.now())))
            return set(keys.store.texts.opened(opened))
