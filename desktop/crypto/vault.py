"""The vault: one random key that opens the database, reached by a passphrase or by the paper key.

A passphrase never opens the database itself. It unwraps the vault key from a slot of the header, so
changing it rewrites a slot and not a gigabyte. Writing the first header is the one moment a vault
comes into being: before it there is nothing, after it there is a vault that opens.

Each function that derives a key from a passphrase takes about half a second and a quarter of a
gibibyte: never on the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from desktop.crypto import kdf
from desktop.crypto.database_key import DatabaseKey
from desktop.crypto.errors import (
    DamagedHeader,
    RecoveryProblem,
    UnsupportedHeader,
    UnusablePassphrase,
    VaultAlreadyExists,
    VaultNotFound,
    WrongPassphrase,
    WrongRecoveryKey,
)
from desktop.crypto.files import VaultFiles
from desktop.crypto.header import (
    MAX_GENERATION,
    RECOVERY_CONFIRMED,
    Header,
    PassphraseSlot,
    RecoverySlot,
    passphrase_binding,
    recovery_binding,
)
from desktop.crypto.header_copies import (
    Copies,
    read_copies,
    remove_copies,
    repair,
    write_copies,
)
from desktop.crypto.kdf import DEFAULT, KdfParams, stretch
from desktop.crypto.passphrase import check_new_passphrase, passphrase_bytes
from desktop.crypto.primitives import KEY_BYTES, Purpose, derive, unwrap, wrap
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret

_ID_BYTES = 16
_SALT_BYTES = 16


class VaultState(Enum):
    """What stands in the vault's folder, as far as can be told without a passphrase."""

    ABSENT = "absent"
    BEING_CREATED = "being created"
    READY = "ready"
    DAMAGED = "damaged"
    NEWER = "newer"


class OpenVault:
    """The keys of an unlocked vault, until ``forget``."""

    def __init__(self, vault_key: Secret, header: Header, *, both_copies: bool) -> None:
        self._vault_key = vault_key
        self._header = header
        self._both_copies = both_copies

    @property
    def vault_id(self) -> bytes:
        """The 16 random bytes that tell this vault from any other."""
        return self._header.vault_id

    @property
    def is_recovery_confirmed(self) -> bool:
        """Whether the recovery key in force has been re-typed by the person who holds it."""
        return self._header.is_recovery_confirmed

    @property
    def has_both_copies(self) -> bool:
        """Whether both copies of the header are good; else the disk refused to repair one."""
        return self._both_copies

    def database_key(self) -> DatabaseKey:
        """Return the raw key and the salt of the encrypted database."""
        return DatabaseKey(derive(self._vault_key, Purpose.DATABASE), self._header.database_salt)

    def snapshot_key(self) -> Secret:
        """Return the key of local snapshots."""
        return derive(self._vault_key, Purpose.SNAPSHOTS)

    def snapshot_database_key(self) -> DatabaseKey:
        """Return the raw key and the salt of the copies of the database kept on this laptop."""
        return DatabaseKey(self.snapshot_key(), self._header.database_salt)

    def blob_key(self) -> Secret:
        """Return the key of attachments."""
        return derive(self._vault_key, Purpose.BLOBS)

    def mark_key(self) -> Secret:
        """Return the key that signs how far the database had come."""
        return derive(self._vault_key, Purpose.MARK)

    def tables_key(self) -> Secret:
        """Return the key that signs where the tables of the database begin."""
        return derive(self._vault_key, Purpose.TABLES)

    def handover_key(self) -> Secret:
        """Return the key of what the locking process hands to the one that takes over."""
        return derive(self._vault_key, Purpose.HANDOVER)

    def forget(self) -> None:
        """Overwrite the vault key; keys derived before are their holders' to forget."""
        self._vault_key.forget()

    def __repr__(self) -> str:
        return f"OpenVault({self._vault_key})"


def vault_state(files: VaultFiles) -> VaultState:
    """Look without a passphrase: is this a first run, an unlock, or a repair?"""
    try:
        header = read_copies(files).newest
    except VaultNotFound:
        return VaultState.ABSENT
    except UnsupportedHeader:
        return VaultState.NEWER
    except DamagedHeader:
        return VaultState.DAMAGED
    return VaultState.READY if header.is_recovery_confirmed else VaultState.BEING_CREATED


def create_vault(
    files: VaultFiles, passphrase: str, random: Random, params: KdfParams = DEFAULT
) -> tuple[OpenVault, RecoveryKey]:
    """Make a new vault where there is none; print the recovery key and have it re-typed at once.

    Until ``confirm_recovery_key`` the vault says that it is ``BEING_CREATED``: after a crash in
    between, unlock it and ask for ``new_recovery_key``, or ``abandon_creation``.
    """
    if vault_state(files) is not VaultState.ABSENT:
        raise VaultAlreadyExists
    check_new_passphrase(passphrase)
    vault_key = Secret(random.bytes(KEY_BYTES))
    recovery_key = RecoveryKey.generate(random)
    empty = Header(
        generation=0,
        vault_id=random.bytes(_ID_BYTES),
        database_salt=random.bytes(_SALT_BYTES),
        flags=0,
        slots=(),
    )
    header = (
        empty.with_slot(_recovery_slot(empty, vault_key, recovery_key, random))
        .with_slot(_passphrase_slot(empty, vault_key, passphrase, random, params))
        .signed(vault_key, generation=1)
    )
    both_copies = write_copies(files, header)
    return OpenVault(vault_key, header, both_copies=both_copies), recovery_key


def abandon_creation(files: VaultFiles) -> None:
    """Remove a vault whose creation was interrupted, to start again with another passphrase.

    Raises ``VaultAlreadyExists`` once its recovery key was confirmed. Call it only where no
    database stands beside the header: without its header a database is lost.
    """
    if vault_state(files) is not VaultState.BEING_CREATED:
        raise VaultAlreadyExists
    remove_copies(files)


def open_vault(files: VaultFiles, passphrase: str) -> OpenVault:
    """Unlock with the passphrase, and repair a copy of the header that is damaged or behind.

    Raises ``VaultNotFound``, ``DamagedHeader``, ``UnsupportedHeader``, or ``WrongPassphrase`` when
    the header is intact.
    """
    copies = read_copies(files)
    header, slot = copies.newest, copies.newest.passphrase
    try:
        kek = stretch(passphrase_bytes(passphrase), slot.salt, slot.params)
    except UnusablePassphrase:
        raise WrongPassphrase from None  # no vault has ever been given such a passphrase
    vault_key = unwrap(kek, slot.wrapped, passphrase_binding(header, slot.params, slot.salt))
    if vault_key is None:
        raise WrongPassphrase
    return _opened(files, copies, vault_key)


def open_vault_with_key(files: VaultFiles, vault_key: Secret) -> OpenVault:
    """Unlock with the vault key itself, as a slot that is no part of the header gave it."""
    return _opened(files, read_copies(files), vault_key)


def open_vault_with_recovery(files: VaultFiles, words: str) -> OpenVault:
    """Unlock with the paper key, typed word by word; offer ``change_passphrase`` right after."""
    recovery_key = RecoveryKey.from_words(words)
    copies = read_copies(files)
    return _opened(files, copies, _unwrap_with_recovery(copies.newest, recovery_key))


def change_passphrase(
    files: VaultFiles,
    vault: OpenVault,
    new: str,
    random: Random,
    params: KdfParams = DEFAULT,
) -> None:
    """Replace the passphrase slot; the database is not touched.

    Whenever this is cut short, the old passphrase or the new one opens. Somebody who kept an older
    header *and* the old passphrase can still open that older copy: the vault key is the same.
    """
    check_new_passphrase(new)

    def replaced(header: Header) -> Header:
        slot = _passphrase_slot(header, vault._vault_key, new, random, params)
        return header.with_slot(slot)

    _rewrite(files, vault, replaced)


def reset_passphrase(
    files: VaultFiles, words: str, new: str, random: Random, params: KdfParams = DEFAULT
) -> OpenVault:
    """Open with the paper key and set a new passphrase: what a forgotten passphrase calls for."""
    check_new_passphrase(new)
    vault = open_vault_with_recovery(files, words)
    change_passphrase(files, vault, new, random, params)
    return vault


def new_recovery_key(files: VaultFiles, vault: OpenVault, random: Random) -> RecoveryKey:
    """Replace the recovery slot: the old paper no longer opens, the new one is to be confirmed."""
    recovery_key = RecoveryKey.generate(random)

    def replaced(header: Header) -> Header:
        slot = _recovery_slot(header, vault._vault_key, recovery_key, random)
        return replace(header.with_slot(slot), flags=header.flags & ~RECOVERY_CONFIRMED)

    _rewrite(files, vault, replaced)
    return recovery_key


def confirm_recovery_key(files: VaultFiles, vault: OpenVault, words: str) -> None:
    """Note that the paper was re-typed and opens this vault; raise ``WrongRecoveryKey``."""
    recovery_key = RecoveryKey.from_words(words)

    def confirmed(header: Header) -> Header:
        _unwrap_with_recovery(header, recovery_key)
        return replace(header, flags=header.flags | RECOVERY_CONFIRMED)

    _rewrite(files, vault, confirmed)


def _opened(files: VaultFiles, copies: Copies, vault_key: Secret) -> OpenVault:
    if not copies.newest.is_signed_by(vault_key):
        raise DamagedHeader
    return OpenVault(vault_key, copies.newest, both_copies=repair(files, copies))


def _rewrite(files: VaultFiles, vault: OpenVault, change: Callable[[Header], Header]) -> None:
    current, stale = _current(files, vault)
    if current.generation >= MAX_GENERATION:
        raise DamagedHeader
    header = change(current).signed(vault._vault_key, generation=current.generation + 1)
    vault._both_copies = write_copies(files, header, stale=stale)
    vault._header = header


def _current(files: VaultFiles, vault: OpenVault) -> tuple[Header, tuple[str, ...]]:
    # The disk may hold a newer generation than the one we opened, or nothing whole any more:
    # then what we hold in memory is the only good copy left, and this writes it back. A header
    # that is gone was removed by somebody: it stays gone.
    try:
        copies = read_copies(files)
    except DamagedHeader:
        return vault._header, ()
    if copies.newest.generation < vault._header.generation:
        return vault._header, ()
    if not copies.newest.is_signed_by(vault._vault_key):
        raise DamagedHeader
    return copies.newest, copies.stale


def _passphrase_slot(
    header: Header, vault_key: Secret, passphrase: str, random: Random, params: KdfParams
) -> PassphraseSlot:
    salt = random.bytes(kdf.SALT_BYTES)
    kek = stretch(passphrase_bytes(passphrase), salt, params)
    wrapped = wrap(kek, vault_key, passphrase_binding(header, params, salt), random)
    return PassphraseSlot(params=params, salt=salt, wrapped=wrapped)


def _recovery_slot(
    header: Header, vault_key: Secret, recovery_key: RecoveryKey, random: Random
) -> RecoverySlot:
    kek = recovery_key.vault_kek()
    return RecoverySlot(wrap(kek, vault_key, recovery_binding(header), random))


def _unwrap_with_recovery(header: Header, recovery_key: RecoveryKey) -> Secret:
    slot = header.recovery
    opened = slot and unwrap(recovery_key.vault_kek(), slot.wrapped, recovery_binding(header))
    if not opened:
        raise WrongRecoveryKey(RecoveryProblem.ANOTHER_KEY)
    return opened
