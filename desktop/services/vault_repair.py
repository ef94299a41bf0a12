"""A damaged vault made whole: a fresh database beside it, which takes its place once complete.

The damaged file is kept as it was until the office and this laptop have been seen to agree. Cut
anywhere, the next opening finds the damaged one, or the fresh one complete (``coffre.repaired``),
which it then puts in its place: never both, never an empty one.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from desktop.config.clock import Clock
from desktop.crypto.files import VaultFiles, write_atomic
from desktop.store.after_salvage import Missing, settle
from desktop.store.copying import check_room
from desktop.store.database import translated
from desktop.store.errors import DamagedStore, DatabaseMissing
from desktop.store.salvage import Progress, remove_database, salvage
from desktop.store.store import Store

ASKED = "coffre.repair"
"""Somebody asked that the vault be repaired at the next opening."""
FRESH, COMPLETE, KEPT = "coffre.fresh", "coffre.repaired", "coffre.damaged"
_ROOM = 2.5
"""Times its size: the copy that is read, the fresh one, and what both need beside."""


def ask_repair(files: VaultFiles) -> None:
    """Have the next opening offer the repair, though the database opens."""
    write_atomic(files, ASKED, b"")


def is_repair_asked(files: VaultFiles) -> bool:
    """Whether somebody asked for it."""
    return ASKED in files.names()


def repair(
    files: VaultFiles, database: Path, key_hex: str, clock: Clock, progress: Progress
) -> Missing:
    """Bring what can be read into a fresh database and put it in place; say what is missing.

    Raises ``DamagedStore`` when nothing can be read, ``NoRoomForCopy``, ``DatabaseMissing``: then
    nothing has changed.
    """
    files.remove(ASKED)
    if not database.exists() or database.stat().st_size == 0:
        raise DatabaseMissing
    check_room(database, database.parent, _ROOM)
    fresh = database.with_name(FRESH)
    remove_database(fresh)
    try:
        missing = _made(database, key_hex, fresh, clock, progress)
    except BaseException:
        remove_database(fresh)
        raise
    fresh.replace(database.with_name(COMPLETE))
    files.sync_folder()
    finish_repair(files, database)
    return missing


def _made(database: Path, key_hex: str, fresh: Path, clock: Clock, progress: Progress) -> Missing:
    store = Store.create(fresh, key_hex)
    try:
        salvaged = salvage(database, key_hex, store.database, progress)
        if not any(salvaged.kept.values()):
            raise DamagedStore
        missing = settle(store, salvaged, clock.now())
    finally:
        store.close()
    if fresh.with_name(f"{fresh.name}-wal").exists():
        raise DamagedStore  # its side file should be empty and gone: never half a database
    return missing


def finish_repair(files: VaultFiles, database: Path) -> None:
    """Put a fresh database that is complete in the place of the damaged one; nothing to do if none.

    Each step may be done already. The side file goes first: beside another database, it would be
    taken for its own.
    """
    complete = database.with_name(COMPLETE)
    if not complete.exists():
        return
    kept = database.with_name(KEPT)
    with translated():
        if database.exists() and not kept.exists():
            _keep(database, kept)
        side = database.with_name(f"{database.name}-wal")
        if side.exists():
            side.replace(kept.with_name(f"{kept.name}-wal"))
        database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
        files.sync_folder()
        complete.replace(database)
        files.sync_folder()


def _keep(database: Path, kept: Path) -> None:
    """Give the damaged file a second name; a disk that knows no second names gets a copy."""
    with suppress(OSError):
        os.link(database, kept)
        return
    partial = kept.with_name(f"{kept.name}.tmp")
    shutil.copyfile(database, partial)
    partial.replace(kept)


def forget_damaged(database: Path) -> None:
    """Remove the damaged file: all that the office has is back, and both sides agree."""
    for suffix in ("", "-wal", ".tmp"):
        with suppress(OSError):
            database.with_name(f"{KEPT}{suffix}").unlink(missing_ok=True)
