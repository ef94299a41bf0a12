"""Seals what a circle shares under the key of its dossier, bound to the place it was written in.

The nonce is a keyed digest of the place and the text: the same text at the same place makes the
same envelope. What is sent again is what was sent, and all the office sees is that a text came back
to what it was. Opening computes it again: an envelope opens under the key that made it and under no
other (docs/vault-format.md, "Texts of a circle").
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from desktop.crypto.errors import SealBroken, UnsupportedSeal
from desktop.crypto.packing import pack_fields
from desktop.crypto.padding import MAX_PLAINTEXT, bucket, pad, unpad
from desktop.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    Purpose,
    decrypt,
    derive,
    encrypt,
    mac,
)
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

ENVELOPE_VERSION = 1
NAME_BYTES = 16
_CONTEXT = "coffre.circle.text.1"
_HEAD = struct.Struct(f">B{NAME_BYTES}s{NONCE_BYTES}s")  # version, name of the key, nonce
_LONGEST = _HEAD.size + bucket(MAX_PLAINTEXT + 4) + TAG_BYTES


@dataclass(frozen=True)
class TextPlace:
    """Where a text of a dossier belongs; elsewhere it does not open."""

    dossier: str
    kind: str
    record: str
    field: str


class CircleSecret:
    """The key of one epoch of a dossier, and what follows from it."""

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self.name = mac(secret, Purpose.CIRCLE_NAME, b"")[:NAME_BYTES]
        """Tells keys apart and tells nothing of them; made from the key, it commits to it."""
        self._sealing = derive(secret, Purpose.CIRCLE_TEXT)
        self._naming = derive(secret, Purpose.CIRCLE_NONCE)

    @classmethod
    def generate(cls, random: Random) -> CircleSecret:
        """Draw the key of a new epoch."""
        return cls(Secret(random.bytes(KEY_BYTES)))

    def seal(self, text: bytes, place: TextPlace) -> bytes:
        """Return the envelope of a text: the same each time."""
        padded, where = pad(text), self._binding(place)
        nonce = self._nonce(padded, where)
        head = _HEAD.pack(ENVELOPE_VERSION, self.name, nonce)
        return head + encrypt(self._sealing, padded, where, nonce)

    def open(self, envelope: bytes, place: TextPlace) -> bytes:
        """Return the text sealed under this key in this place; raise ``SealBroken``."""
        if name_of(envelope) != self.name:
            raise SealBroken
        nonce, where = envelope[_HEAD.size - NONCE_BYTES : _HEAD.size], self._binding(place)
        padded = decrypt(self._sealing, envelope[_HEAD.size :], where, nonce)
        if padded is None or not hmac.compare_digest(nonce, self._nonce(padded, where)):
            raise SealBroken
        text = unpad(padded)
        if text is None:
            raise SealBroken
        return text

    def _binding(self, place: TextPlace) -> bytes:
        version = bytes([ENVELOPE_VERSION])
        where = (place.dossier, place.kind, place.record, place.field)
        return pack_fields(_CONTEXT, version, self.name, *where)

    def _nonce(self, padded: bytes, where: bytes) -> bytes:
        return mac(self._naming, Purpose.CIRCLE_NONCE, where + padded)[:NONCE_BYTES]

    def __repr__(self) -> str:
        return f"CircleSecret({self.name.hex()})"


def name_of(envelope: bytes) -> bytes:
    """Return the name of the key an envelope says it is under; raise ``SealBroken``."""
    if not envelope:
        raise SealBroken
    if envelope[0] != ENVELOPE_VERSION:
        raise UnsupportedSeal(envelope[0])
    if not _HEAD.size + TAG_BYTES <= len(envelope) <= _LONGEST:
        raise SealBroken
    return envelope[1 : 1 + NAME_BYTES]
