"""What stands beside an open vault and keeps it: the mark, the reserve, the check of its pages.

Opened and closed with the store, on its lane. Whoever replaces the database by an older one
knowingly (a restored snapshot, a vault brought from a file) gives the new one the count of nothing,
``EncryptedDatabase.recount(0)``: it is then not told as put back.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.config.clock import Clock, unix_ms
from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import VaultFiles
from desktop.crypto.mark import NO_PRINT
from desktop.crypto.vault import OpenVault
from desktop.services.vault_repair import forget_damaged
from desktop.store.after_salvage import SALVAGED, Missing, keep_list_twice, keep_self_twice
from desktop.store.commit_mark import MARK_FILE, CommitMark, Standing, standing_of
from desktop.store.copying import reading
from desktop.store.database import from_system
from desktop.store.errors import StoreError
from desktop.store.pages import damaged_pages, file_print
from desktop.store.put_back import PutBack, PutBacks, Witness
from desktop.store.reserve import RESERVE_FILE, Reserve
from desktop.store.snapshot_folder import SnapshotFolder
from desktop.store.store import Store
from desktop.store.table_map import LIST, MapFile, TableMap, listed_in, tables_of

__all__ = ["PutBack", "VaultKeeping", "VaultNews", "Witness", "altered_while_closed"]


@dataclass(frozen=True, slots=True)
class VaultNews:
    """What has to be told of the vault, until somebody has read it."""

    put_back: PutBack | None = None
    missing: Missing | None = None
    """What a repair could not bring back."""


class VaultKeeping:
    """Watches over one open vault."""

    def __init__(
        self, files: VaultFiles, database: Path, vault: OpenVault, store: Store, clock: Clock
    ) -> None:
        """The store has just been opened: ``look_before`` came before."""
        self._path = database
        self._vault = vault
        self._store = store
        self._clock = clock
        self._map = MapFile(files, vault.tables_key(), vault.vault_id)
        self._reserve = Reserve(database.parent / RESERVE_FILE)
        self._mark = CommitMark(
            files,
            database.parent / MARK_FILE,
            vault.mark_key(),
            vault.vault_id,
            lambda: unix_ms(clock.now()),
        )

    def begin(self, *, is_altered: bool = False) -> PutBack | None:
        """Compare the database with its mark, then follow its commits; return what it turned out
        to have lost. A disk too full to note that tells it again at the next opening.

        ``is_altered``: what ``altered_while_closed`` said before the store was opened.
        """
        database = self._store.database
        database.relieve_with(self._reserve.release)
        try:
            mark = self._mark.read()
        except VaultUnreachable:
            return None  # not counted this time: the next opening compares
        found = None
        standing = standing_of(mark, database.commits)
        if standing is not Standing.GOOD or (is_altered and database.commits):
            now = self._clock.now()
            until = None if mark is None else _moment(mark.at_ms)
            witness = _WITNESSES.get(standing, Witness.FILE)
            try:
                with database.transaction():
                    found = PutBacks(self._store).note(witness, now, until)
                    database.recount(1 + (database.commits if mark is None else mark.commits))
            except StoreError:
                return PutBack(witness, now, None, until)
        if self._mark.begin(database.commits):
            database.count_commits(self._mark.note)
        with suppress(StoreError):
            keep_self_twice(self._store)
        self._keep_tables()
        database.when_tables_move(self._forget_tables, self._keep_tables)
        return found

    def settle(self) -> bool:
        """After a burst of saves: empty the side file, have the disk keep the mark, and make the
        reserve again. False when a reader held the side file: it is for later.
        """
        done = False
        with suppress(StoreError):  # a full disk keeps the side file
            done = self._store.database.checkpoint()
        self._mark.sync()
        self._reserve.make()
        return done

    def news(self) -> VaultNews:
        """Return what nobody has read yet."""
        told = self._store.state.get(SALVAGED)
        missing = None if told is None else Missing.from_json(told)
        return VaultNews(PutBacks(self._store).current(), missing)

    def forget_news(self) -> None:
        """Somebody has read it."""
        with self._store.database.transaction():
            self._store.state.set(SALVAGED, None)
        PutBacks(self._store).forget()

    def heard(self) -> VaultNews:
        """The office was heard: let go of the damaged file once both sides hold the same; return
        what nobody has read yet.
        """
        repaired = self._store.journal.last_of(SALVAGED)
        verified = self._store.state.verified_at()
        if repaired is not None and verified is not None and verified > repaired:
            forget_damaged(self._path)
        return self.news()

    def damaged_pages(self) -> Iterator[list[int]]:
        """Check every page that is in the file, some milliseconds at each step.

        Only once the side file is empty: a page that a power cut left half written stands whole
        there. While a copy of the store is being read, that waits.
        """
        while not self._store.database.checkpoint():
            yield []
        key = self._vault.database_key()
        try:
            yield from damaged_pages(self._path, key.hexadecimal())
        finally:
            key.forget()

    def _keep_tables(self) -> None:
        with suppress(StoreError, VaultUnreachable):  # a full disk: at the next opening
            tables = tables_of(self._store.database)
            keep_list_twice(self._store, tables)  # first: a list that is there is vouched for
            self._map.keep(tables, _newest(self._store.snapshots))

    def _forget_tables(self) -> None:
        try:
            self._map.forget()
        except VaultUnreachable as refusal:
            raise from_system(OSError(refusal.errno or 0, "")) from None

    def close(self) -> None:
        """Have the disk keep the mark and what the file looks like; once the store is closed."""
        closed = None
        with suppress(OSError):
            if not _has_side_file(self._path):
                closed = file_print(self._path)
        self._mark.close(closed)
        self._map.close()


@dataclass(frozen=True, slots=True)
class KnownTables:
    """What is known beside a database of where its tables begin."""

    lists: tuple[TableMap, ...] = ()
    """To be tried in this order."""
    has_former: bool = False
    """Whether the list beside it is a former one, put back: what the newest copy lists goes before
    it.
    """


def known_tables(files: VaultFiles, vault: OpenVault, copies: SnapshotFolder) -> KnownTables:
    """Return the list kept beside the database, or what to believe before it."""
    file = MapFile(files, vault.tables_key(), vault.vault_id)
    try:
        kept = file.read()
    except VaultUnreachable:
        return KnownTables()
    finally:
        file.close()
    if kept is None:
        return KnownTables()
    listed = _listed_by_newest(copies, vault)
    if kept.is_of_now(_newest(copies), listed):
        return KnownTables((kept.tables,))
    return KnownTables((kept.tables,) if listed is None else (listed, kept.tables), has_former=True)


def _newest(copies: SnapshotFolder) -> int:
    return next((one.number for one in copies.all()), 0)


def _listed_by_newest(copies: SnapshotFolder, vault: OpenVault) -> TableMap | None:
    """Return where tables began when the newest copy was made: it holds the pages as they were."""
    newest = next(iter(copies.all()), None)
    if newest is None:
        return None
    key = vault.snapshot_database_key()
    try:
        with reading(copies.path_of(newest), key.hexadecimal()) as connection:
            return listed_in(connection.execute(LIST).fetchall())
    except StoreError:
        return None
    finally:
        key.forget()


def altered_while_closed(files: VaultFiles, database: Path, vault: OpenVault) -> bool:
    """Whether the file is another than the one that was closed; before it is opened.

    A page put back as it was last week is signed, and whole: nothing else tells it. After a kill
    nobody knows what the file looked like, and the mark alone speaks.
    """
    mark_file = CommitMark(
        files, database.parent / MARK_FILE, vault.mark_key(), vault.vault_id, lambda: 0
    )
    try:
        mark = mark_file.read()
        if mark is None or mark.file_print == NO_PRINT or _has_side_file(database):
            return False
        if file_print(database) != mark.file_print:
            return True
        mark_file.clear_print()
    except (OSError, VaultUnreachable):
        return False
    finally:
        mark_file.close()
    return False


def _has_side_file(database: Path) -> bool:
    side = database.with_name(f"{database.name}-wal")
    return side.exists() and side.stat().st_size > 0


_WITNESSES = {Standing.BEHIND: Witness.MARK, Standing.UNVOUCHED: Witness.NOBODY}


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)
