"""Getting into the vault: created once, opened with a passphrase or the paper key, closed.

Creating or opening derives a key for about half a second: on the store's lane, never in the window.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.config.clock import Clock, SystemClock
from desktop.crypto import vault as vaults
from desktop.crypto import withdrawal as withdrawals
from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import VaultFiles
from desktop.crypto.kdf import DEFAULT, KdfParams
from desktop.crypto.left_in_keyring import note_left
from desktop.crypto.passphrase import propose_passphrase
from desktop.crypto.quick_file import cancel_slot
from desktop.crypto.quick_slot import Reason
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.vault import OpenVault, VaultState
from desktop.crypto.withdrawal import Withdrawal
from desktop.services.quick_unlock import QuickUnlock, forget_choice
from desktop.services.vault_keeping import VaultKeeping, altered_while_closed, known_tables
from desktop.services.vault_repair import (
    Source,
    ask_repair,
    finish_repair,
    forget_damaged,
    is_repair_asked,
    repair,
)
from desktop.store.after_salvage import Missing
from desktop.store.errors import DamagedStore, DatabaseMissing, InterruptedCreation, StoreError
from desktop.store.incoming import finish_import, forget_incoming
from desktop.store.salvage import Progress
from desktop.store.snapshot_folder import FOLDER, SnapshotFolder
from desktop.store.store import Store
from desktop.store.vault_lock import VaultLock

__all__ = ["Found", "Missing", "Unlocked", "VaultAccess", "VaultPlace", "Withdrawal"]


class Found(StrEnum):
    """What stands on this laptop, as far as can be told without a passphrase."""

    NOTHING = "nothing"
    """A first run."""
    UNFINISHED = "unfinished"
    """A first run that did not come to its end; unlocking resumes it."""
    READY = "ready"
    DAMAGED = "damaged"
    """Neither copy of the header can be trusted."""
    NEWER = "newer"
    """Written by a newer Coffre."""


@dataclass(frozen=True, slots=True)
class VaultPlace:
    """Where a vault lives."""

    files: VaultFiles
    database: Path
    lock: Path


class Unlocked:
    """An open vault: its keys and its memory, until ``close``."""

    def __init__(
        self,
        vault: OpenVault,
        store: Store,
        lock: VaultLock,
        keeping: VaultKeeping | None = None,
    ) -> None:
        self.vault = vault
        self.store = store
        self.keeping = keeping
        self.was_quick = False
        """Whether a short code opened it: the hours of that code go on as they were."""
        self._lock = lock

    @property
    def is_enrolled(self) -> bool:
        """Whether the office knows this laptop."""
        return self.store.state.enrolment() is not None

    def close(self) -> None:
        """Close the store, drop the keys, let another Coffre in; safe to call twice."""
        self.surrender().release()

    def surrender(self) -> VaultLock:
        """Close the store and drop the keys; return the lock, which still keeps others out."""
        self.store.close()
        if self.keeping is not None:
            self.keeping.close()
        self.vault.forget()
        return self._lock


class VaultAccess:
    """Creates and opens the vault of this laptop."""

    def __init__(
        self,
        place: VaultPlace,
        random: Random,
        params: KdfParams = DEFAULT,
        clock: Clock | None = None,
    ) -> None:
        self._place = place
        self._random = random
        self._params = params
        self._clock = clock or SystemClock()
        self.on_upgrade: Callable[[float], None] = lambda done: None
        """Told how far a vault of an earlier Coffre has been brought to this one, from 0 to 1."""

    def look(self) -> Found:
        """Tell what stands on this laptop; needs no passphrase and writes nothing."""
        return _FOUND[vaults.vault_state(self._place.files)]

    def propose(self) -> str:
        """Return a passphrase of seven words drawn at random (more than 80 bits)."""
        return propose_passphrase(self._random)

    def create(self, passphrase: str) -> tuple[Unlocked, RecoveryKey]:
        """Make the vault and its empty store; the recovery key is shown, printed, re-typed.

        Raises ``VaultAlreadyExists``, ``UnusablePassphrase``, ``DiskFull``, ``ReadOnlyStore``,
        ``StoreInUse``.
        """
        self.finish_withdrawal()
        if self.look() is Found.NOTHING:
            forget_incoming(self._place.database.parent)
        if self.look() is Found.UNFINISHED and not self._has_database():
            vaults.abandon_creation(self._place.files)
        vault, recovery = vaults.create_vault(
            self._place.files, passphrase, self._random, self._params
        )
        return self._with_store(vault), recovery

    def open(self, passphrase: str) -> Unlocked:
        """Open with the passphrase; raise ``WrongPassphrase``, ``DamagedHeader``,
        ``DamagedStore``, ``NewerStore``, ``StoreInUse``…
        """
        self.finish_withdrawal()
        return self._with_store(vaults.open_vault(self._place.files, passphrase))

    def open_with_code(self, quick: QuickUnlock, code: str) -> Unlocked:
        """Open with the short code; raise ``WrongCode``, ``QuickUnlockOver``, ``KeyringSilent``."""
        self.finish_withdrawal()
        unlocked = self._with_store(quick.open(code))
        try:
            quick.check_chosen(unlocked.store)
        except BaseException:
            unlocked.close()
            raise
        unlocked.was_quick = True
        return unlocked

    def repair(self, passphrase: str, progress: Progress) -> tuple[Unlocked, Missing]:
        """Make a damaged vault whole with what can be read of it, and open it; say what is missing.

        The damaged file is kept until the office and this laptop agree. What gives nothing at all
        goes on from its newest copy on this laptop, and that is said. When nothing can be read
        (``DamagedStore``), without room (``NoRoomForCopy``)…: nothing has changed.
        """
        self.finish_withdrawal()
        place, vault = self._place, vaults.open_vault(self._place.files, passphrase)
        lock = VaultLock(place.lock)
        try:
            sources = self._sources(vault)
            missing = repair(place.files, place.database, sources, self._clock, progress)
        except BaseException:
            vault.forget()
            raise
        finally:
            lock.release()
        return self._with_store(vault), missing

    def _sources(self, vault: OpenVault) -> list[Source]:
        """Return what a repair may read: the database, then its copies, the newest first."""
        files, database = self._place.files, self._place.database
        copies = SnapshotFolder(database.parent / FOLDER)
        known = known_tables(files, vault, copies)
        key, own = vault.database_key(), vault.snapshot_database_key()
        try:
            return [
                *(
                    Source(database, key.hexadecimal(), tables, has_former_tables=known.has_former)
                    for tables in known.lists or (None,)
                ),
                *(
                    Source(copies.path_of(one), own.hexadecimal(), copied_at=one.made_at)
                    for one in copies.all()
                ),
            ]
        finally:
            key.forget()
            own.forget()

    def ask_repair(self) -> None:
        """Have the next opening offer to repair the vault."""
        ask_repair(self._place.files)

    def forget_damaged(self) -> None:
        """Let go of the damaged file that a repair has replaced."""
        forget_damaged(self._place.database)

    def open_with_paper(self, words: str, new_passphrase: str) -> Unlocked:
        """Open with the paper key and set a new passphrase; raise ``WrongRecoveryKey``."""
        self.finish_withdrawal()
        vault = vaults.reset_passphrase(
            self._place.files, words, new_passphrase, self._random, self._params
        )
        self._end_code()
        unlocked = self._with_store(vault)
        forget_choice(unlocked.store)
        return unlocked

    def change_passphrase(self, unlocked: Unlocked, current: str, new: str) -> None:
        """Replace the passphrase; raise ``WrongPassphrase``, ``UnusablePassphrase``."""
        self.check(current)
        vaults.change_passphrase(self._place.files, unlocked.vault, new, self._random, self._params)
        self._end_code()
        forget_choice(unlocked.store)

    def check(self, passphrase: str) -> None:
        """Make sure that whoever asks knows the passphrase; raise ``WrongPassphrase``."""
        vaults.open_vault(self._place.files, passphrase).forget()

    def new_recovery_key(self, unlocked: Unlocked) -> RecoveryKey:
        """Replace the paper key; the former paper no longer opens."""
        recovery = vaults.new_recovery_key(self._place.files, unlocked.vault, self._random)
        self._end_code()
        forget_choice(unlocked.store)
        return recovery

    def confirm_recovery_key(self, unlocked: Unlocked, words: str) -> None:
        """Check the paper key as re-typed; raise ``WrongRecoveryKey``."""
        vaults.confirm_recovery_key(self._place.files, unlocked.vault, words)

    def withdraw(self, unlocked: Unlocked) -> Withdrawal:
        """Destroy this vault, at the order of the Département: its keys, then all the rest.

        Interrupted anywhere, it is ended by ``finish_withdrawal``. Raises ``VaultUnreachable`` when
        the disk refuses some of it; what it did not refuse is gone.
        """
        withdrawal = Withdrawal(
            unlocked.vault.vault_id,
            _unsent(unlocked.store),
            had_code=_had_code(self._place.files),
        )
        with suppress(VaultUnreachable):  # a full disk must not save the keys
            withdrawals.order_withdrawal(self._place.files, withdrawal)
        self._destroy(unlocked.surrender(), withdrawal)
        return withdrawal

    def finish_withdrawal(self) -> Withdrawal | None:
        """End the destruction that something interrupted; ``None`` when none was ordered.

        Raises ``VaultUnreachable``, ``StoreInUse``.
        """
        ordered = withdrawals.ordered_withdrawal(self._place.files)
        if ordered is not None:
            self._destroy(VaultLock(self._place.lock), ordered)
        elif withdrawals.MARKER in self._place.files.names():
            withdrawals.end_withdrawal(self._place.files)  # it was of another vault
        return ordered

    def _destroy(self, lock: VaultLock, withdrawal: Withdrawal) -> None:
        files, lock_name = self._place.files, self._place.lock.name
        try:
            withdrawals.destroy(files, self._random, spared=lock_name)
            # Its keys are gone: what stands in this folder opens for nobody any more.
            SnapshotFolder(self._place.database.parent / FOLDER).destroy()
        finally:
            lock.release()
        files.remove(lock_name)
        if withdrawal.had_code:
            with suppress(VaultUnreachable):  # asked for as long as this Coffre runs all the same
                note_left(files, withdrawal.vault_id)
        withdrawals.end_withdrawal(files)

    def _end_code(self) -> None:
        """Keys changed hands, perhaps for a reason: no short code opens until one is chosen."""
        with suppress(VaultUnreachable):
            cancel_slot(self._place.files, Reason.OFF, self._random)

    def _has_database(self) -> bool:
        path = self._place.database
        return path.exists() and path.stat().st_size > 0

    def _with_store(self, vault: OpenVault) -> Unlocked:
        lock = VaultLock(self._place.lock)
        key = vault.database_key()
        place = self._place
        try:
            finish_repair(place.files, place.database)
            finish_import(place.database)
            if is_repair_asked(place.files):
                raise DamagedStore
            is_altered = altered_while_closed(place.files, place.database, vault)
            store = self._store(key.hexadecimal(), vault)
            keeping = self._kept(vault, store, is_altered=is_altered)
        except BaseException:
            lock.release()
            vault.forget()
            raise
        finally:
            key.forget()
        return Unlocked(vault, store, lock, keeping)

    def _kept(self, vault: OpenVault, store: Store, *, is_altered: bool) -> VaultKeeping:
        place = self._place
        keeping = VaultKeeping(place.files, place.database, vault, store, self._clock)
        try:
            keeping.begin(is_altered=is_altered)
        except BaseException:
            store.close()
            raise
        return keeping

    def _store(self, key_hex: str, vault: OpenVault) -> Store:
        try:
            return Store.open(self._place.database, key_hex, on_progress=self.on_upgrade)
        except InterruptedCreation:
            # A vault whose paper key was confirmed had a database: it is missing, not unborn.
            if vault.is_recovery_confirmed:
                raise DatabaseMissing from None
            return Store.create(self._place.database, key_hex)


def _had_code(files: VaultFiles) -> bool:
    try:
        return withdrawals.holds_code(files)
    except VaultUnreachable:  # a folder that is not listed must not save the keys either
        return True


def _unsent(store: Store) -> int | None:
    try:
        # What the office refused is kept here alone: it is lost as well.
        return store.outbox.pending_count() + len(store.outbox.refused())
    except StoreError:  # a damaged store is destroyed like another
        return None


_FOUND = {
    VaultState.ABSENT: Found.NOTHING,
    VaultState.BEING_CREATED: Found.UNFINISHED,
    VaultState.READY: Found.READY,
    VaultState.DAMAGED: Found.DAMAGED,
    VaultState.NEWER: Found.NEWER,
}
