"""The vault header: a few hundred bytes that hold the vault key, wrapped once per way in.

Bytes in, bytes out: this module knows the layout (``docs/vault-format.md``) and touches neither
disk nor passphrase. A checksum without a key tells damage from a wrong passphrase before anybody
types one; a MAC under a key of the vault shows, once open, that nobody rewrote the rest.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass, replace

from desktop.crypto import kdf
from desktop.crypto.errors import DamagedHeader, UnsafeKdfParameters, UnsupportedHeader
from desktop.crypto.kdf import KdfParams
from desktop.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    Purpose,
    derive,
    digest,
    mac,
)
from desktop.crypto.secret import Secret

MAGIC = b"COFFREH\n"
VERSION = 1
PASSPHRASE_SLOT, RECOVERY_SLOT = 1, 2
MAX_SLOTS = 16
MAX_SLOT_BODY = 1024
RECOVERY_CONFIRMED = 0x0001

_FIXED = struct.Struct(">8sHQ16s16sHH")
_SLOT_HEAD = struct.Struct(">HH")
_PASSPHRASE_PARAMS = struct.Struct(">BBII16s")
_ARGON2ID_13, _LANES = 1, 1
_WRAPPED = NONCE_BYTES + KEY_BYTES + TAG_BYTES
_MAC, _CHECKSUM = 32, 32
_MIN_SIZE = _FIXED.size + _MAC + _CHECKSUM
MAX_SIZE = _MIN_SIZE + MAX_SLOTS * (_SLOT_HEAD.size + MAX_SLOT_BODY)
MAX_GENERATION = 2**64 - 1


@dataclass(frozen=True)
class PassphraseSlot:
    """The vault key wrapped under a stretched passphrase, with what stretching needs."""

    params: KdfParams
    salt: bytes
    wrapped: bytes


@dataclass(frozen=True)
class RecoverySlot:
    """The vault key wrapped under the paper recovery key."""

    wrapped: bytes


@dataclass(frozen=True)
class UnknownSlot:
    """A way in that a later Coffre may know: kept as it is."""

    kind: int
    body: bytes


Slot = PassphraseSlot | RecoverySlot | UnknownSlot


@dataclass(frozen=True)
class Header:
    """One generation of the header. ``mac`` is empty until ``signed`` under the vault key."""

    generation: int
    vault_id: bytes
    database_salt: bytes
    flags: int
    slots: tuple[Slot, ...]
    mac: bytes = b""

    @property
    def passphrase(self) -> PassphraseSlot:
        """The one slot that a passphrase opens."""
        return next(slot for slot in self.slots if isinstance(slot, PassphraseSlot))

    @property
    def recovery(self) -> RecoverySlot | None:
        """The slot that the paper key opens, if there is one."""
        return next((slot for slot in self.slots if isinstance(slot, RecoverySlot)), None)

    @property
    def is_recovery_confirmed(self) -> bool:
        """Whether the person has re-typed the recovery key that is in the slot."""
        return bool(self.flags & RECOVERY_CONFIRMED)

    def with_slot(self, new: PassphraseSlot | RecoverySlot) -> Header:
        """Return a header whose slot of the same kind is ``new``; the others are untouched."""
        others = tuple(slot for slot in self.slots if type(slot) is not type(new))
        return replace(self, slots=(new, *others))

    def signed(self, vault_key: Secret, generation: int) -> Header:
        """Return this header as that generation, with its MAC."""
        draft = replace(self, generation=generation, mac=b"")
        return replace(draft, mac=_mac_of(draft, vault_key))

    def is_signed_by(self, vault_key: Secret) -> bool:
        """Whether the vault key vouches for every byte of this header."""
        return hmac.compare_digest(self.mac, _mac_of(self, vault_key))


def passphrase_binding(header: Header, params: KdfParams, salt: bytes) -> bytes:
    """Return what a passphrase slot is bound to: this vault, this kind, these parameters."""
    return _binding(header, PASSPHRASE_SLOT) + _pack_params(params, salt)


def recovery_binding(header: Header) -> bytes:
    """Return what a recovery slot is bound to: this vault and this kind."""
    return _binding(header, RECOVERY_SLOT)


def encode(header: Header) -> bytes:
    """Return the bytes of a signed header."""
    authenticated = _authenticated_part(header) + header.mac
    return authenticated + digest(Purpose.HEADER_CHECKSUM, authenticated)


def decode(content: bytes) -> Header:
    """Read a header; raise ``DamagedHeader`` or ``UnsupportedHeader``, and nothing else."""
    version = _checked_version(content)
    if version != VERSION:
        raise UnsupportedHeader(version)
    try:
        return _decode_v1(content)
    except (struct.error, UnsafeKdfParameters):
        raise DamagedHeader from None


def _checked_version(content: bytes) -> int:
    # What every version shares: magic and version first, checksum of all before it last.
    if not _MIN_SIZE <= len(content) <= MAX_SIZE or not content.startswith(MAGIC):
        raise DamagedHeader
    expected = digest(Purpose.HEADER_CHECKSUM, content[:-_CHECKSUM])
    if not hmac.compare_digest(expected, content[-_CHECKSUM:]):
        raise DamagedHeader
    return int.from_bytes(content[8:10], "big")


def _decode_v1(content: bytes) -> Header:
    _, _, generation, vault_id, salt, flags, count = _FIXED.unpack_from(content)
    body = content[_FIXED.size : -(_MAC + _CHECKSUM)]
    slots = _read_slots(body, count)
    return Header(
        generation=generation,
        vault_id=vault_id,
        database_salt=salt,
        flags=flags,
        slots=slots,
        mac=content[-(_MAC + _CHECKSUM) : -_CHECKSUM],
    )


def _read_slots(body: bytes, count: int) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    offset = 0
    for _ in range(min(count, MAX_SLOTS + 1)):
        kind, length = _SLOT_HEAD.unpack_from(body, offset)
        offset += _SLOT_HEAD.size
        if length > MAX_SLOT_BODY or offset + length > len(body):
            raise DamagedHeader
        slots.append(_read_slot(kind, body[offset : offset + length]))
        offset += length
    # One passphrase slot: a header full of them would mean as many costly derivations.
    kinds = [_kind_of(slot) for slot in slots]
    if offset != len(body) or count > MAX_SLOTS:
        raise DamagedHeader
    if kinds.count(PASSPHRASE_SLOT) != 1 or kinds.count(RECOVERY_SLOT) > 1:
        raise DamagedHeader
    return tuple(slots)


def _read_slot(kind: int, body: bytes) -> Slot:
    if kind == PASSPHRASE_SLOT:
        algorithm, lanes, memory_kib, passes, salt = _PASSPHRASE_PARAMS.unpack_from(body)
        wrapped = body[_PASSPHRASE_PARAMS.size :]
        if (algorithm, lanes, len(wrapped)) != (_ARGON2ID_13, _LANES, _WRAPPED):
            raise DamagedHeader
        return PassphraseSlot(KdfParams(memory_kib, passes), salt, wrapped)
    if kind == RECOVERY_SLOT:
        if len(body) != _WRAPPED:
            raise DamagedHeader
        return RecoverySlot(body)
    return UnknownSlot(kind, body)


def _kind_of(slot: Slot) -> int:
    match slot:
        case PassphraseSlot():
            return PASSPHRASE_SLOT
        case RecoverySlot():
            return RECOVERY_SLOT
        case UnknownSlot():
            return slot.kind


def _body_of(slot: Slot) -> bytes:
    match slot:
        case PassphraseSlot():
            return _pack_params(slot.params, slot.salt) + slot.wrapped
        case RecoverySlot():
            return slot.wrapped
        case UnknownSlot():
            return slot.body


def _pack_params(params: KdfParams, salt: bytes) -> bytes:
    assert len(salt) == kdf.SALT_BYTES  # noqa: S101  a shorter salt would be padded in silence
    return _PASSPHRASE_PARAMS.pack(_ARGON2ID_13, _LANES, params.memory_kib, params.passes, salt)


def _binding(header: Header, kind: int) -> bytes:
    # Neither generation nor flags: a slot outlives the rewriting of its neighbours.
    return struct.pack(">8sH16s16sH", MAGIC, VERSION, header.vault_id, header.database_salt, kind)


def _authenticated_part(header: Header) -> bytes:
    fixed = _FIXED.pack(
        MAGIC,
        VERSION,
        header.generation,
        header.vault_id,
        header.database_salt,
        header.flags,
        len(header.slots),
    )
    slots = (
        _SLOT_HEAD.pack(_kind_of(slot), len(_body_of(slot))) + _body_of(slot)
        for slot in header.slots
    )
    return fixed + b"".join(slots)


def _mac_of(header: Header, vault_key: Secret) -> bytes:
    key = derive(vault_key, Purpose.HEADER)
    return mac(key, Purpose.HEADER_MAC, _authenticated_part(header))
