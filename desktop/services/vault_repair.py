"""A damaged vault made whole: a fresh database beside it, which takes its place once complete.

The damaged file is kept as it was until the office and this laptop have been seen to agree. Cut
anywhere, the next opening finds the damaged one, or the fresh one complete (``coffre.repaired``),
which it then puts in its place: never both, never an empty one.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.config.clock import Clock
from desktop.crypto.files import VaultFiles, write_atomic
from desktop.store.after_salvage import Missing, settle, vouches_for
from desktop.store.copying import check_room
from desktop.store.database import translated
from desktop.store.errors import DamagedStore, DatabaseMissing
from desktop.store.salvage import Progress, remove_database, salvage
from desktop.store.store import Store
from desktop.store.table_map import TableMap, forget_map
from protocol.kinds import KINDS

ASKED = "coffre.repair"
"""Somebody asked that the vault be repaired at the next opening."""
FRESH, COMPLETE, KEPT = "coffre.fresh", "coffre.repaired", "coffre.damaged"
WORK = "coffre.salvage"
_WORTH_KEEPING = ("keyring", "outbox", *KINDS)
"""Of a vault in which none of these reads, nothing of anybody's work does."""
_ROOM = 2.5
"""Times its size: the copy that is read, the fresh one, and what both need beside."""


def ask_repair(files: VaultFiles) -> None:
    """Have the next opening offer the repair, though the database opens."""
    write_atomic(files, ASKED, b"")


def is_repair_asked(files: VaultFiles) -> bool:
    """Whether somebody asked for it."""
    return ASKED in files.names()


@dataclass(frozen=True, slots=True)
class Source:
    """A database to read."""

    path: Path
    key_hex: str
    tables: TableMap | None = None
    """What is known beside it of where its tables begin."""
    copied_at: datetime | None = None
    """For a copy of the vault, when it was made."""
    has_former_tables: bool = False
    """Whether the list of tables that stands beside it is a former one."""


def repair(
    files: VaultFiles,
    database: Path,
    sources: Sequence[Source],
    clock: Clock,
    progress: Progress,
) -> Missing:
    """Bring what can be read into a fresh database and put it in place; say what is missing.

    ``sources``: the damaged database itself, then copies of it, of which the first that gives
    something is read when the database gives nothing. Raises ``DamagedStore`` when nothing can be
    read, ``NoRoomForCopy``, ``DatabaseMissing``: then nothing has changed.
    """
    files.remove(ASKED)
    if not database.exists() or database.stat().st_size == 0:
        raise DatabaseMissing
    check_room(database, database.parent, _ROOM)
    fresh = database.with_name(FRESH)
    remove_database(fresh)
    try:
        missing = _made(sources, fresh, clock, progress)
    except BaseException:
        remove_database(fresh)
        raise
    fresh.replace(database.with_name(COMPLETE))
    files.sync_folder()
    finish_repair(files, database)
    return missing


def _made(sources: Sequence[Source], fresh: Path, clock: Clock, progress: Progress) -> Missing:
    """Make the fresh database of the first source in which somebody's work is."""
    work, is_former = fresh.with_name(WORK), sources[0].has_former_tables
    for source in sources:
        store = Store.create(fresh, sources[0].key_hex)
        missing: Missing | None = None
        try:
            with suppress(DamagedStore):
                found = salvage(
                    source.path, work, source.key_hex, store.database, progress, source.tables
                )
                # Of a list that is not its own the rows say nothing, or that it was another's.
                is_former |= found.by_list and not vouches_for(store, source.tables or ())
                if any(found.kept.get(table) for table in _WORTH_KEEPING):
                    found.had_former_tables = is_former
                    missing = settle(store, found, clock.now(), source.copied_at)
        finally:
            store.close()
        if fresh.with_name(f"{fresh.name}-wal").exists():
            raise DamagedStore  # its side file should be empty and gone: never half a database
        if missing is not None:
            return missing
        remove_database(fresh)
    raise DamagedStore


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
        forget_map(files)
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
