"""The quick unlock: a short code, for some hours and some tries, where the Département allows it.

The code alone is worth nothing: the slot that it opens wants 32 bytes of the system's keyring too.
Five wrong codes, the end of its hours, a clock that goes back, another passphrase or paper, a
withdrawal: the slot is overwritten, the keyring is asked to let go of its half, and the passphrase
is what opens. It always does. Why so: decision 0019.

The choice (what the code became, how many hours) is kept in the vault, so that each passphrase
begins new hours without choosing a code again; the slot is never in the vault nor in its header, so
that no copy carries it.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.config.clock import Clock, unix_ms
from desktop.config.system_keyring import KeyringSilent, SecretKeeper
from desktop.crypto import quick_slot as slots
from desktop.crypto import vault as vaults
from desktop.crypto.errors import (
    CodeNotAllowed,
    QuickUnlockOver,
    UnusableCode,
    VaultUnreachable,
    WrongCode,
)
from desktop.crypto.files import VaultFiles
from desktop.crypto.kdf import KdfParams, stretch
from desktop.crypto.left_in_keyring import forget_left, left_in_keyring, note_left
from desktop.crypto.primitives import KEY_BYTES
from desktop.crypto.quick_file import (
    cancel_slot,
    read_slot,
    wipe_slot,
    write_marker,
    write_slot,
)
from desktop.crypto.quick_slot import (
    LONGEST_HOURS,
    MOST_TRIES,
    Count,
    Entry,
    Marker,
    QuickSlot,
    Reason,
)
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from desktop.crypto.short_code import check_new_code, code_bytes
from desktop.crypto.vault import OpenVault
from desktop.crypto.withdrawal import is_withdrawn
from desktop.store.store import Store
from desktop.store.vault_lock import VaultLock

__all__ = [
    "LONGEST_HOURS",
    "MOST_TRIES",
    "Choice",
    "KeyringSilent",
    "QuickUnlock",
    "Sealed",
    "choice_in",
    "forget_choice",
]

_STATE = "quick_unlock"
_HOUR_MS = 3_600_000
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose, kept in the vault."""

    hours: int
    params: KdfParams
    salt: bytes
    stretched: bytes
    """What the code became: worth nothing without the keyring's secret, and never the code."""
    until_ms: int | None = None
    """When the hours that run end; ``None`` before they began."""

    @property
    def until(self) -> datetime | None:
        """Same, as a moment."""
        ms = self.until_ms
        return None if ms is None else _FIRST + timedelta(milliseconds=ms)


@dataclass(frozen=True, slots=True)
class Sealed:
    """New hours, sealed and not begun: to be put in the keyring and beside the vault."""

    choice: Choice
    slot: QuickSlot
    entry: Entry


class QuickUnlock:
    """Offers, opens, begins and ends the hours of a short code."""

    def __init__(
        self,
        files: VaultFiles,
        lock: Path,
        keyring: SecretKeeper,
        clock: Clock,
        random: Random,
        params: KdfParams,
        *,
        is_allowed: bool,
        slow: Callable[[Secret, bytes, KdfParams], Secret] = stretch,
    ) -> None:
        """``lock`` is the vault's: two programs do not count the same try.

        ``slow`` is what makes each guess of a code cost: Argon2id, but for long simulations.
        """
        self._files = files
        self._lock = lock
        self._keyring = keyring
        self._clock = clock
        self._random = random
        self._params = params
        self._slow = slow
        self.is_allowed = is_allowed

    # -- at the lock ---------------------------------------------------------------------------

    def is_offered(self) -> bool:
        """Whether a code may be tried; the keyring is not asked."""
        return self.hours() is not None

    def open(self, code: str) -> OpenVault:
        """Unlock with the short code; the try is counted, and kept, before it is made.

        Raises ``WrongCode``, ``QuickUnlockOver``, ``KeyringSilent``, ``VaultUnreachable``,
        ``StoreInUse``, and what a passphrase would meet behind it.
        """
        lock = VaultLock(self._lock)
        try:
            return self._open(code)
        finally:
            lock.release()

    def hours(self) -> int | None:
        """Return how many hours a code opens after the passphrase, ``None`` when none does."""
        slot = read_slot(self._files) if self.is_allowed else None
        if not isinstance(slot, QuickSlot) or not self._is_current(slot, slot.count):
            return None
        return (slot.until_ms - slot.begun_ms) // _HOUR_MS

    def tidy(self) -> None:
        """End hours that are over, and have the keyring let go of what nothing needs any more.

        Raises ``KeyringSilent``, ``VaultUnreachable``: for later.
        """
        for vault_id in left_in_keyring(self._files):
            self._let_go(vault_id)
        found = read_slot(self._files)
        if isinstance(found, QuickSlot):
            if self.is_allowed and self._is_current(found, found.count):
                return
            self._cancel(Reason.OVER if self.is_allowed else Reason.OFF)
            found = read_slot(self._files)
        if isinstance(found, Marker) and not found.is_tidy:
            self._keyring.delete(found.vault_id.hex())
            write_marker(self._files, replace(found, is_tidy=True))

    def forget_secret(self, vault_id: bytes) -> None:
        """Have the keyring let go of the half of a vault that is no more.

        Raises ``KeyringSilent``: for later, by ``tidy``, in whatever Coffre runs here then.
        """
        with suppress(VaultUnreachable):
            note_left(self._files, vault_id)
        self._let_go(vault_id)

    # -- inside --------------------------------------------------------------------------------

    def choose(self, vault: OpenVault, code: str, passphrase: str, hours: int) -> Sealed:
        """Return the first hours of a new code; ``passphrase`` was checked. For the store's lane.

        Raises ``UnusableCode``, ``CodeNotAllowed``.
        """
        self._check_allowed()
        check_new_code(code, passphrase)
        salt = slots.draw_salt(self._random)
        stretched = self._slow(code_bytes(code), salt, self._params)
        bounded = min(max(hours, 1), LONGEST_HOURS)
        choice = Choice(bounded, self._params, salt, stretched.reveal())
        return self._sealed(vault, choice)

    def renew(self, vault: OpenVault, store: Store) -> Sealed | None:
        """The passphrase was just typed: return the new hours of the code, if one was chosen.

        A code that was tried too often, or whose slot went away before its hours were over, is
        chosen no more: somebody else was there.
        """
        choice = choice_in(store)
        if choice is None:
            return None
        if not self.is_allowed or self._was_meddled_with(choice):
            self.turn_off(store)
            return None
        return self._sealed(vault, choice)

    def put(self, sealed: Sealed) -> None:
        """Begin those hours: the keyring first, then the slot. Not on the store's lane.

        Raises ``KeyringSilent``, ``VaultUnreachable``, ``CodeNotAllowed``; then no code opens.
        """
        self._check_allowed()
        self._cancel(Reason.OVER)
        vault = sealed.slot.vault_id.hex()
        self._keyring.write(vault, sealed.entry.text())
        try:
            write_slot(self._files, sealed.slot, sealed.entry.secret)
        except VaultUnreachable:
            with suppress(KeyringSilent):
                self._keyring.delete(vault)
            raise
        if is_withdrawn(self._files):  # while the keyring took its time
            wipe_slot(self._files, self._random)
            self.forget_secret(sealed.slot.vault_id)

    def confirm(self, sealed: Sealed, store: Store, *, is_new: bool) -> None:
        """Note in the vault that they have begun; unless it was turned off meanwhile."""
        former = choice_in(store)
        if not is_new and (former is None or former.stretched != sealed.choice.stretched):
            self._cancel(Reason.OFF)
            return
        begun = replace(sealed.choice, until_ms=sealed.slot.until_ms)
        with store.database.transaction():
            store.state.set(_STATE, _text(begun))

    def check_chosen(self, store: Store) -> None:
        """A code has opened this vault: make sure that it is chosen still.

        A keyring that takes its time may begin hours that nobody could stop: a lock came first.
        Raises ``QuickUnlockOver``; that slot opens nothing more.
        """
        found, choice = read_slot(self._files), choice_in(store)
        if isinstance(found, QuickSlot) and choice is not None and found.salt == choice.salt:
            return
        raise self._over(Reason.OFF)

    def turn_off(self, store: Store) -> None:
        """No code opens any more; ``tidy`` has the keyring know."""
        forget_choice(store)
        self._cancel(Reason.OFF)

    # -- how -----------------------------------------------------------------------------------

    def _let_go(self, vault_id: bytes) -> None:
        self._keyring.delete(vault_id.hex())
        forget_left(self._files, vault_id)

    def _open(self, code: str) -> OpenVault:
        slot = read_slot(self._files) if self.is_allowed else None
        if not isinstance(slot, QuickSlot):
            raise QuickUnlockOver
        text = self._keyring.read(slot.vault_id.hex())
        entry = None if text is None else Entry.read(text)
        vouched = None if entry is None else read_slot(self._files, entry.secret)
        if entry is None or not isinstance(vouched, QuickSlot):
            raise self._over(Reason.OFF)
        slot = vouched
        count = slot.count.worse(entry.count)
        if not self._is_current(slot, count):
            raise self._over(Reason.OVER)
        if count.used >= MOST_TRIES:
            raise self._over(Reason.SPENT)
        tried = Count(max(count.seen_ms, self._now()), count.used + 1)
        self._keep(slot, entry, tried)
        key = self._unwrapped(slot, entry, code)
        if key is None:
            left = MOST_TRIES - tried.used
            raise WrongCode(left) if left else self._over(Reason.SPENT)
        vault = vaults.open_vault_with_key(self._files, key)
        with suppress(KeyringSilent, VaultUnreachable):  # a count that stays is only stricter
            self._keep(slot, entry, replace(tried, used=0))
        return vault

    def _unwrapped(self, slot: QuickSlot, entry: Entry, code: str) -> Secret | None:
        try:
            stretched = self._slow(code_bytes(code), slot.salt, slot.params)
        except UnusableCode:
            return None
        return slots.open_slot(slot, stretched, entry.secret)

    def _keep(self, slot: QuickSlot, entry: Entry, count: Count) -> None:
        """In both places: who puts one of them back changes nothing."""
        self._keyring.write(slot.vault_id.hex(), replace(entry, count=count).text())
        write_slot(self._files, slot.counted(count), entry.secret)

    def _over(self, reason: Reason) -> QuickUnlockOver:
        with suppress(KeyringSilent, VaultUnreachable):
            self._cancel(reason)
            self.tidy()
        return QuickUnlockOver()

    def _is_current(self, slot: QuickSlot, count: Count) -> bool:
        return slot.is_current(self._now(), count.seen_ms)

    def _was_meddled_with(self, choice: Choice) -> bool:
        found = read_slot(self._files)
        if isinstance(found, Marker):
            return found.reason is not Reason.OVER
        if isinstance(found, QuickSlot):
            return found.count.used >= MOST_TRIES
        if choice.until_ms is None:
            return False
        begun = choice.until_ms - choice.hours * _HOUR_MS
        return begun <= self._now() < choice.until_ms

    def _sealed(self, vault: OpenVault, choice: Choice) -> Sealed:
        now = self._now()
        hours = (now, now + choice.hours * _HOUR_MS)
        secret, stretched = Secret(self._random.bytes(KEY_BYTES)), Secret(choice.stretched)
        cost = (choice.params, choice.salt)
        slot = slots.make_slot(vault, stretched, secret, hours, cost, self._random)
        stretched.forget()
        return Sealed(choice, slot, Entry(secret, slot.count))

    def _check_allowed(self) -> None:
        if not self.is_allowed:
            raise CodeNotAllowed

    def _cancel(self, reason: Reason) -> None:
        cancel_slot(self._files, reason, self._random)

    def _now(self) -> int:
        return unix_ms(self._clock.now())


def choice_in(store: Store) -> Choice | None:
    """Return what was chosen, ``None`` when it is off."""
    text = store.state.get(_STATE)
    if text is None:
        return None
    told = json.loads(text)
    return Choice(
        told["hours"],
        KdfParams(told["memory_kib"], told["passes"]),
        bytes.fromhex(told["salt"]),
        bytes.fromhex(told["stretched"]),
        told["until_ms"],
    )


def forget_choice(store: Store) -> None:
    """Choose no code any more: the keys of the vault changed hands, or somebody turned it off."""
    if choice_in(store) is not None:
        with store.database.transaction():
            store.state.set(_STATE, None)


def _text(choice: Choice) -> str:
    told = {
        "hours": choice.hours,
        "memory_kib": choice.params.memory_kib,
        "passes": choice.params.passes,
        "salt": choice.salt.hex(),
        "stretched": choice.stretched.hex(),
        "until_ms": choice.until_ms,
    }
    return json.dumps(told)
