"""The slot of the quick unlock: a short code *and* 32 bytes that the system's keyring keeps.

It stands in a file of its own, ``coffre.quick``, and not in the header: copies of the header leave
the laptop in exported vaults, and this slot is worth nothing elsewhere. Bytes in, bytes out, as for
the header (``docs/vault-format.md``). Hours and parameters are bound to the wrapped key; the count
of tries is signed under the keyring's secret, and kept in the keyring as well.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass, replace
from enum import IntEnum

from desktop.crypto import kdf
from desktop.crypto.errors import UnsafeKdfParameters
from desktop.crypto.kdf import KdfParams
from desktop.crypto.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Purpose, mac, unwrap, wrap
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from desktop.crypto.vault import OpenVault

FILE_NAME = "coffre.quick"
MOST_TRIES = 5
LONGEST_HOURS = 12
_HOUR_MS = 3_600_000
BACK_MS = 60_000
"""How far a clock may go back: computers correct their own by seconds."""

_MAGIC, _VERSION = b"COFFREQ\n", 1
_MARKER = 0xFFFF
_ARGON2ID_13, _LANES = 1, 1
_WRAPPED = NONCE_BYTES + KEY_BYTES + TAG_BYTES
_MAC = 32
_BOUND = struct.Struct(">8sH16sQQBBII16s")
_COUNT = struct.Struct(">QB")
_MARK = struct.Struct(">8sH16sBB")
_ENTRY = struct.Struct(">B32sQB")
SIZE = _BOUND.size + _WRAPPED + _COUNT.size + _MAC


@dataclass(frozen=True, slots=True)
class Count:
    """What each try adds to: kept in the file and in the keyring, the worse of the two counts."""

    seen_ms: int
    """The latest hour that the clock ever told while this slot stood."""
    used: int = 0

    def worse(self, other: Count) -> Count:
        """Return the count that allows least."""
        return Count(max(self.seen_ms, other.seen_ms), max(self.used, other.used))


@dataclass(frozen=True, slots=True)
class QuickSlot:
    """The vault key wrapped under both secrets, for some hours and some tries."""

    vault_id: bytes
    begun_ms: int
    until_ms: int
    params: KdfParams
    salt: bytes
    wrapped: bytes
    count: Count

    def is_current(self, now_ms: int, seen_ms: int) -> bool:
        """Whether its hours run. A clock that goes back ends them, as one that goes on does."""
        bounded = 0 < self.until_ms - self.begun_ms <= LONGEST_HOURS * _HOUR_MS
        latest = max(self.begun_ms, self.count.seen_ms, seen_ms)
        return bounded and now_ms < self.until_ms and now_ms >= latest - BACK_MS

    def counted(self, count: Count) -> QuickSlot:
        """Return the same slot with another count."""
        return replace(self, count=count)


class Reason(IntEnum):
    """Why there is no slot any more."""

    OFF = 0
    """It was turned off, or the keys changed: nothing brings it back but a choice."""
    OVER = 1
    """Its hours are over: the next passphrase begins new ones."""
    SPENT = 2
    """Too many wrong codes: nothing brings it back but a choice."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in the slot's place once it is gone; it holds no secret."""

    vault_id: bytes
    reason: Reason
    is_tidy: bool = False
    """Whether the keyring has let go of its half."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the keyring keeps."""

    secret: Secret
    count: Count

    def text(self) -> str:
        """Return it as keyrings want it: text, well below the 1,280 signs of Windows."""
        packed = _ENTRY.pack(_VERSION, self.secret.reveal(), self.count.seen_ms, self.count.used)
        return base64.b64encode(packed).decode("ascii")

    @classmethod
    def read(cls, text: str) -> Entry | None:
        """Return what was kept, ``None`` if it is anything else."""
        try:
            version, secret, seen, used = _ENTRY.unpack(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error, struct.error):
            return None
        return cls(Secret(secret), Count(seen, used)) if version == _VERSION else None


def make_slot(
    vault: OpenVault,
    stretched: Secret,
    secret: Secret,
    hours: tuple[int, int],
    cost: tuple[KdfParams, bytes],
    random: Random,
) -> QuickSlot:
    """Wrap the key of an open vault; ``hours`` are its first and last millisecond.

    ``stretched`` is the code through Argon2id with that ``cost``; ``secret`` is the keyring's.
    """
    begun, until = hours
    draft = QuickSlot(vault.vault_id, begun, until, *cost, wrapped=b"", count=Count(begun))
    key = _kek(stretched, secret)
    return replace(draft, wrapped=wrap(key, vault._vault_key, _bound(draft), random))


def open_slot(slot: QuickSlot, stretched: Secret, secret: Secret) -> Secret | None:
    """Return the vault key, ``None`` if the code is another one."""
    return unwrap(_kek(stretched, secret), slot.wrapped, _bound(slot))


def encode_slot(slot: QuickSlot, secret: Secret) -> bytes:
    """Return the bytes of the file."""
    content = _bound(slot) + slot.wrapped + _COUNT.pack(slot.count.seen_ms, slot.count.used)
    return content + mac(secret, Purpose.QUICK_MAC, content)


def is_vouched(content: bytes, secret: Secret) -> bool:
    """Whether the keyring's secret vouches for every byte of the file."""
    expected = mac(secret, Purpose.QUICK_MAC, content[:-_MAC])
    return hmac.compare_digest(expected, content[-_MAC:])


def encode_marker(marker: Marker) -> bytes:
    """Return the bytes of the file once the slot is gone."""
    return _MARK.pack(_MAGIC, _MARKER, marker.vault_id, marker.reason, marker.is_tidy)


def decode(content: bytes) -> QuickSlot | Marker | None:
    """Read the file; ``None`` for bytes that are neither. Whether it is vouched for comes after."""
    try:
        if len(content) == _MARK.size:
            return _decode_marker(content)
        if len(content) == SIZE:
            return _decode_slot(content)
    except (struct.error, ValueError, UnsafeKdfParameters):
        return None
    return None


def _decode_marker(content: bytes) -> Marker | None:
    magic, version, vault_id, reason, is_tidy = _MARK.unpack(content)
    known = (magic, version) == (_MAGIC, _MARKER)
    return Marker(vault_id, Reason(reason), bool(is_tidy)) if known else None


def _decode_slot(content: bytes) -> QuickSlot | None:
    bound = _BOUND.unpack_from(content)
    magic, version, vault_id, begun, until, algorithm, lanes, memory_kib, passes, salt = bound
    if (magic, version, algorithm, lanes) != (_MAGIC, _VERSION, _ARGON2ID_13, _LANES):
        return None
    wrapped = content[_BOUND.size : _BOUND.size + _WRAPPED]
    count = Count(*_COUNT.unpack_from(content, _BOUND.size + _WRAPPED))
    params = KdfParams(memory_kib, passes)
    return QuickSlot(vault_id, begun, until, params, salt, wrapped, count)


def _bound(slot: QuickSlot) -> bytes:
    hours = (slot.begun_ms, slot.until_ms)
    cost = (_ARGON2ID_13, _LANES, slot.params.memory_kib, slot.params.passes, slot.salt)
    return _BOUND.pack(_MAGIC, _VERSION, slot.vault_id, *hours, *cost)


def _kek(stretched: Secret, secret: Secret) -> Secret:
    """Neither is worth anything without the other: 32 random bytes key what the code became."""
    return Secret(mac(secret, Purpose.QUICK, stretched.reveal()))


def draw_salt(random: Random) -> bytes:
    """Return the salt of a new code."""
    return random.bytes(kdf.SALT_BYTES)
