"""Copies of the vault kept on this laptop: made when something changed, once a day, verified.

``due`` and ``note_made`` are for the store's lane; ``make`` for the lane that copies: it reads the
store through a connection of its own, and keeps nobody who writes waiting.
"""

from collections.abc import Callable
from pathlib import Path

from desktop.config.clock import Clock, paris
from desktop.crypto.vault import OpenVault
from desktop.store.after_salvage import TO_COPY
from desktop.store.copying import Readers, check_room, copy_store, reading, verify_copy
from desktop.store.errors import CopyStopped
from desktop.store.snapshot_folder import DAYS_KEPT, WEEKS_KEPT, Snapshot
from desktop.store.state import COMPACTION
from desktop.store.store import Store

__all__ = ["DAYS_KEPT", "WEEKS_KEPT", "CopyStopped", "Snapshot", "Snapshots"]

_MARK = "snapshot_mark"


class Snapshots:
    """The copies of one open vault."""

    def __init__(self, store: Store, vault: OpenVault, clock: Clock) -> None:
        self._store = store
        self._folder = store.snapshots
        self._vault = vault
        self._clock = clock
        self.readers = Readers()

    def all(self) -> list[Snapshot]:
        """Return the copies, newest first."""
        return self._folder.all()

    def due(self) -> str | None:
        """Return what a copy would be of, when one is to be made; ``None`` when none is.

        At most one a day, only when something changed, and never of a store that still has to be
        written anew for somebody who was erased. After a repair, at once.
        """
        if self._store.state.is_compaction_due():
            return None
        newest = next(iter(self._folder.all()), None)
        mark = self._mark()
        if newest is None or self._store.state.get(TO_COPY) is not None:
            return mark
        is_todays = newest.day == paris(self._clock.now()).date()
        return None if is_todays or self._store.state.get(_MARK) == mark else mark

    def make(self, stop: Callable[[], bool] = lambda: False) -> Snapshot | None:
        """Copy the store as it stands; ``None`` when somebody is being erased from it.

        Raises ``NoRoomForCopy``, ``BrokenSnapshot``, ``CopyStopped``, ``DiskFull``… An older copy
        goes only once the new one has been read from end to end.
        """
        path = self._store.path
        check_room(path, path.parent)
        begun = self._folder.begin()
        key, own = self._vault.database_key(), self._vault.snapshot_database_key()
        try:
            counts = copy_store(
                path, key.hexadecimal(), begun.path, own.hexadecimal(), stop, self.readers
            )
            verify_copy(begun.path, own.hexadecimal(), counts)
            if _holds_erased(begun.path, own.hexadecimal()):
                self._folder.abandon()
                return None
            made = self._folder.publish(begun, self._clock.now())
        except BaseException:
            self._folder.abandon()
            raise
        finally:
            key.forget()
            own.forget()
        if made is not None:
            self._folder.thin()
        return made

    def note_made(self, mark: str) -> None:
        """A copy of this was made."""
        with self._store.database.transaction():
            self._store.state.set(_MARK, mark)
            self._store.state.set(TO_COPY, None)

    def close(self) -> None:
        """End what reads the store for a copy, at once: the vault is about to be closed."""
        self.readers.close()

    def _mark(self) -> str:
        """What changes whenever somebody writes, or the office brings something."""
        row = self._store.database.row(_LAST_WRITTEN)
        return " ".join(str(value) for value in row or ())


def _holds_erased(path: Path, key_hex: str) -> bool:
    """Whether bytes of what was erased may be in a copy: the store was still to be written anew."""
    with reading(path, key_hex) as copy:
        due = copy.execute('SELECT 1 FROM "sync_state" WHERE "key" = ?', (COMPACTION,)).fetchone()
    return due is not None


# Logical clock and cursor move with each edit and each page; drafts are this laptop's alone.
_LAST_WRITTEN = (
    'SELECT (SELECT "value" FROM "sync_state" WHERE "key" = \'hlc\'),'
    ' (SELECT "value" FROM "sync_state" WHERE "key" = \'cursor\'),'
    ' (SELECT "seq" FROM sqlite_sequence WHERE "name" = \'outbox\'),'
    ' (SELECT max("updated_at") FROM "draft"), (SELECT count(*) FROM "draft")'
)
