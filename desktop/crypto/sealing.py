"""Seals a text for one person, bound to the place it was written in.

Anybody who knows the recipient's public key can seal; only the recipient can open, and only in the
same place and at the same revision. It says nothing about who sealed, unless somebody sealed for
herself: her private key goes into that seal (version 2), which nobody else can make. A fresh key
pair per seal means that two seals never share a key.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from desktop.crypto.errors import SealBroken, UnsupportedSeal, UnusableKey
from desktop.crypto.keys import EncryptionKey
from desktop.crypto.packing import pack_fields
from desktop.crypto.padding import MAX_PLAINTEXT, bucket, pad, unpad
from desktop.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    Purpose,
    decrypt,
    derive,
    digest,
    encrypt,
)
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

SEAL_VERSION, OWN_VERSION = 1, 2
_CONTEXT = "coffre.seal.1"
_HEAD = struct.Struct(">BQ32s32s24s")  # version, revision, ephemeral key, commitment, nonce
_MAX_SEALED = _HEAD.size + bucket(MAX_PLAINTEXT + 4) + TAG_BYTES
MAX_REVISION = 2**64 - 1


@dataclass(frozen=True)
class Place:
    """Where a sealed text belongs; elsewhere it does not open."""

    department: str
    kind: str
    record: str
    field: str
    author: str


def seal(
    plaintext: bytes, recipient: bytes, place: Place, *, revision: int, random: Random
) -> bytes:
    """Seal for the owner of this X25519 public key; raise ``UnusableKey`` if it is not one."""
    return _sealed(plaintext, recipient, b"", place, revision, random)


def seal_own(
    plaintext: bytes, me: EncryptionKey, place: Place, *, revision: int, random: Random
) -> bytes:
    """Seal for oneself: whoever opens it knows that nobody else made it."""
    return _sealed(plaintext, me.public, _own(me), place, revision, random)


def unseal(sealed: bytes, key: EncryptionKey, place: Place, *, revision: int) -> bytes:
    """Open what was sealed for this key, in this place, at this revision; raise ``SealBroken``."""
    if revision_of(sealed) != revision:
        raise SealBroken
    version, _, ephemeral, commitment, nonce = _HEAD.unpack_from(sealed)
    try:
        shared = key.shared_with(ephemeral)
    except UnusableKey:
        raise SealBroken from None
    own = _own(key) if version == OWN_VERSION else b""
    opening, expected = _keys(shared, ephemeral, key.public, own)
    if not hmac.compare_digest(expected, commitment):
        raise SealBroken
    head, ciphertext = sealed[: _HEAD.size], sealed[_HEAD.size :]
    padded = decrypt(opening, ciphertext, _binding(head, place), nonce)
    plaintext = None if padded is None else unpad(padded)
    if plaintext is None:
        raise SealBroken
    return plaintext


def revision_of(sealed: bytes) -> int:
    """Return the revision written on the envelope: readable by all, vouched for by ``unseal``."""
    if not sealed:
        raise SealBroken
    if sealed[0] not in (SEAL_VERSION, OWN_VERSION):
        raise UnsupportedSeal(sealed[0])
    if not _HEAD.size + TAG_BYTES <= len(sealed) <= _MAX_SEALED:
        raise SealBroken
    return int.from_bytes(sealed[1:9], "big")


def is_own(sealed: bytes) -> bool:
    """Whether an envelope says that whoever opens it made it; ``unseal`` vouches for that."""
    return sealed[:1] == bytes((OWN_VERSION,))


def _sealed(
    plaintext: bytes, recipient: bytes, own: bytes, place: Place, revision: int, random: Random
) -> bytes:
    ephemeral = EncryptionKey.generate(random)
    shared = ephemeral.shared_with(recipient)
    key, commitment = _keys(shared, ephemeral.public, recipient, own)
    nonce = random.bytes(NONCE_BYTES)
    version = OWN_VERSION if own else SEAL_VERSION
    head = _HEAD.pack(version, revision, ephemeral.public, commitment, nonce)
    return head + encrypt(key, pad(plaintext), _binding(head, place), nonce)


def _own(me: EncryptionKey) -> bytes:
    return derive(me.private(), Purpose.SEAL_OWN).reveal()


def _keys(shared: Secret, ephemeral: bytes, recipient: bytes, own: bytes) -> tuple[Secret, bytes]:
    # The second half commits the envelope to its key: XChaCha20-Poly1305 alone can be made to
    # open differently under two keys.
    derived = digest(Purpose.SEAL, shared.reveal() + ephemeral + recipient + own, size=64)
    return Secret(derived[:KEY_BYTES]), derived[KEY_BYTES:]


def _binding(head: bytes, place: Place) -> bytes:
    fields = (place.department, place.kind, place.record, place.field, place.author)
    return pack_fields(_CONTEXT, head, *fields)
