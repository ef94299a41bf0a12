"""What is erased leaves each copy of the store as it leaves the store; the rest of a copy stays.

A copy is written anew beside itself, without what was erased nor any freed page, read from end to
end, and takes the place of the former one. What cannot be written anew (damaged, of a newer Coffre,
or without room for it) goes whole: nothing that was erased stays in any copy.
"""

from collections.abc import Callable, Sequence

from desktop.store.copying import check_room, verify_copy
from desktop.store.errors import StoreError
from desktop.store.proof import Key
from desktop.store.snapshot_folder import Snapshot, SnapshotFolder
from desktop.store.store import Store
from desktop.store.upgrade import forget_former

_ROOM_FACTOR = 2.2
"""The copy beside the former one, and what writing it anew takes meanwhile."""


class CopyErasure:
    """Writes copies anew; on a lane that keeps nobody waiting: it takes as long as they are."""

    def __init__(self, folder: SnapshotFolder, key_hex: Callable[[], str]) -> None:
        """``key_hex`` is the key of the copies, asked for when there is one to write."""
        self._folder = folder
        self._key_hex = key_hex

    def run(
        self,
        erased: Sequence[Key],
        after: int,
        done: Callable[[int], None],
        check: Callable[[], None],
    ) -> None:
        """Leave nothing of these records in any copy numbered beyond ``after``, oldest first.

        ``done`` is told each number; ``check`` is asked before each copy, and may raise. What was
        being copied is refused its name.
        """
        self._folder.outdate()
        there = self._folder.all()
        for copy in reversed(there):
            if copy.number > after:
                check()
                # The newest takes a new number: a list of tables that knows it is a former one.
                number = copy.number + (copy is there[0])
                self._write_anew(copy, number, erased)
                done(number)

    def _write_anew(self, copy: Snapshot, number: int, erased: Sequence[Key]) -> None:
        key = self._key_hex()
        try:
            check_room(self._folder.path_of(copy), self._folder.path, _ROOM_FACTOR)
            draft = self._folder.begin_anew(copy)
            store = Store.open(draft, key)  # one of an earlier version is brought to this one
            try:
                store.departures.erase_all(erased)
                with store.database.transaction():
                    store.state.forget_names()
                    store.state.note_given(store.state.closed())
                store.database.compact()
                store.database.execute("PRAGMA journal_mode = DELETE")  # one file, without a side
            finally:
                store.close()
            forget_former(draft)
            verify_copy(draft, key)
        except StoreError:
            self._folder.remove(copy)
        else:
            self._folder.put_anew(copy, number)
        finally:
            self._folder.end_anew()
