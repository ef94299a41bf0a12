"""Brings a store to a newer version without ever touching it: on a copy, verified, then swapped.

Stopped anywhere, the next opening finds the old store or the new one, whole; what else lies there
is put away. The old one is kept until the new one has been opened again and read from end to end.

The copy is of the closed file, byte for byte: unlike ``sqlcipher_export``, which forgets
``user_version``, ``application_id`` and the journal mode, it forgets nothing.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import FolderFiles, VaultFiles
from desktop.store.copying import Counts, check_room, counted, reading
from desktop.store.database import EncryptedDatabase, from_system, open_database, translated
from desktop.store.driver import dbapi
from desktop.store.errors import BrokenSnapshot, DamagedStore, NewerStore, StoreBusy, StoreError
from desktop.store.migrations import HISTORY, History, migrate
from desktop.store.table_map import forget_map

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""

NEXT, BEFORE = ".next", ".before"
"""Beside the store: the copy that becomes it, and what it was before."""

_ROOM_FACTOR = 2.2
_SIDES = ("-wal", "-shm", "-journal")
_AT_ONCE = 2**20
_OF_THE_DRIVER = "_sqlite_migrations"


def _silent(_: object) -> None:
    """Nobody listens."""


def prepare(
    path: Path,
    key_hex: str,
    history: History = HISTORY,
    *,
    files: VaultFiles | None = None,
    on_progress: Progress = _silent,
    on_step: Callable[[str], None] = _silent,
) -> bool:
    """Make sure the store at ``path`` is of this version; return whether it was brought to it.

    Raises ``NewerStore`` with not a byte of the folder changed, ``NoRoomForCopy`` before anything
    is written, ``DamagedStore`` when the new store does not hold what the old one did. ``on_step``
    is told each step before it is taken: campaigns die there.
    """
    version = _version(path, key_hex)
    if version is None or not version:
        return False  # damaged, or being created: whoever opens it says so
    if version > len(history):
        raise NewerStore
    if version == len(history):
        return False
    with _refusals():
        upgrade = _Upgrade(path, key_hex, history, files or FolderFiles(path.parent), on_step)
        upgrade.run(version, on_progress)
    return True


def settle(path: Path, key_hex: str, database: EncryptedDatabase) -> bool:
    """Remove what the store was before its last upgrade, once it has been read from end to end.

    For an opening after the one that upgraded it. Returns whether there was something to remove;
    a store that cannot be read whole keeps what it was beside it, and what the disk refuses waits
    for the next opening: nobody is kept out for it.
    """
    files = FolderFiles(path.parent)
    try:
        with _refusals():
            is_there = path.name + BEFORE in files.names()
        if is_there:
            database.checkpoint()
            _check(path, key_hex)
            forget_former(path)
    except (BrokenSnapshot, StoreError):
        return False
    return is_there


def forget_former(path: Path) -> None:
    """Remove what the store was before its last upgrade, and what an upgrade left unfinished."""
    files = FolderFiles(path.parent)
    with _refusals():
        left = [name for name in files.names() if _is_left_over(name, path.name)]
        for name in left:
            files.remove(name)
        if left:
            files.sync_folder()


class _Upgrade:
    """One upgrade, step by step."""

    def __init__(
        self,
        path: Path,
        key_hex: str,
        history: History,
        files: VaultFiles,
        on_step: Callable[[str], None],
    ) -> None:
        self._path = path
        self._key = key_hex
        self._history = history
        self._files = files
        self._step = on_step
        self._next = path.with_name(path.name + NEXT)

    def run(self, version: int, on_progress: Progress) -> None:
        """Copy, apply, verify, keep the old, swap."""
        counts = self._close_cleanly()
        check_room(self._path, self._path.parent, _ROOM_FACTOR)
        on_progress(0.0)
        self._step("clear")
        self._remove_next()
        self._step("copy")
        self._copy(on_progress)
        try:
            self._step("apply")
            self._apply()
            on_progress(0.7)
            self._step("verify")
            self._verify(version, counts)
        except (BrokenSnapshot, DamagedStore):
            self._remove_next()
            raise DamagedStore("the upgraded store is not what it was") from None
        on_progress(0.9)
        self._step("sync")
        self._files.sync(self._next.name)
        self._step("keep")
        self._keep_old()
        forget_map(self._files)
        self._step("swap")
        self._files.rename(self._next.name, self._path.name)
        self._step("sync folder")
        self._files.sync_folder()
        on_progress(1.0)

    def _close_cleanly(self) -> Counts:
        """Empty the side file into the store: the file alone is then all of it."""
        database = open_database(self._path, self._key)
        try:
            if not database.checkpoint():
                raise StoreBusy
        finally:
            database.close()
        for side in _SIDES:
            beside = self._path.with_name(self._path.name + side)
            if beside.exists() and beside.stat().st_size and side != "-shm":
                raise StoreBusy  # it would be replayed over the new store
        with reading(self._path, self._key) as before:
            return counted(before)

    def _copy(self, on_progress: Progress) -> None:
        size, done = max(self._path.stat().st_size, 1), 0
        descriptor = os.open(self._next, _CREATE, 0o600)
        with self._path.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            while part := source.read(_AT_ONCE):
                target.write(part)
                done += len(part)
                on_progress(0.5 * done / size)

    def _apply(self) -> None:
        database = open_database(self._next, self._key)
        try:
            migrate(database, self._history)
        finally:
            database.close()

    def _verify(self, version: int, counts: Counts) -> None:
        now = _check(self._next, self._key)
        shrunk = {name for step in self._history[version:] for name in step.fewer_rows}
        for name, count in counts.items():
            if name in shrunk or name == _OF_THE_DRIVER:
                continue
            if now.get(name, 0) < count:
                raise BrokenSnapshot
        if _version(self._next, self._key) != len(self._history):
            raise BrokenSnapshot

    def _keep_old(self) -> None:
        before = self._path.with_name(self._path.name + BEFORE)
        self._files.remove(before.name)
        try:
            os.link(self._path, before)
        except OSError:  # a disk without links: one more copy
            _copy_durably(self._path, before, self._files)
        self._files.sync_folder()

    def _remove_next(self) -> None:
        for side in ("", *_SIDES):
            self._files.remove(self._next.name + side)


def _check(path: Path, key_hex: str) -> Counts:
    """Read a store from end to end; raise ``BrokenSnapshot`` unless it is whole."""
    with reading(path, key_hex) as reader:
        if reader.execute("PRAGMA cipher_integrity_check").fetchall():
            raise BrokenSnapshot
        if reader.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise BrokenSnapshot
        if reader.execute("PRAGMA foreign_key_check").fetchall():
            raise BrokenSnapshot
        return counted(reader)


def _version(path: Path, key_hex: str) -> int | None:
    """Return the version that the file tells, opening nothing else; ``None`` if it tells none.

    ``immutable``: neither a lock, nor a side file, nor a byte. Only an upgrade changes the version,
    and its file has no side yet: what the file says is what is.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with translated():
        connection = dbapi.connect(address, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key_hex}'\"")
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except dbapi.Error:
        return None
    finally:
        connection.close()


def _copy_durably(source: Path, target: Path, files: VaultFiles) -> None:
    draft = target.with_name(target.name + ".tmp")
    files.remove(draft.name)
    descriptor = os.open(draft, _CREATE, 0o600)
    with source.open("rb") as content, os.fdopen(descriptor, "wb") as copy:
        while part := content.read(_AT_ONCE):
            copy.write(part)
    files.sync(draft.name)
    files.rename(draft.name, target.name)


def _is_left_over(name: str, store: str) -> bool:
    return name.startswith((store + NEXT, store + BEFORE))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the disk refuses, as the store says it."""
    with translated():
        try:
            yield
        except VaultUnreachable as failure:
            raise from_system(OSError(failure.errno or 0, "")) from None


_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
