"""« I give the key of this epoch of the dossier to her »: signed, and sealed for her alone.

A statement names the dossier, the epoch and its key, the epoch before, who gives, who receives and
by which identity, and who is in the circle as far as the giver knows. Nobody becomes a member but
through a statement of one who is: the office, which carries them, can make none.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from desktop.crypto.circle_texts import NAME_BYTES, CircleSecret
from desktop.crypto.errors import CertificateRefused, SealBroken, UnusableKey
from desktop.crypto.escrow import ESCROW
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.keys import SIGNATURE_BYTES, EncryptionKey, SigningKey, verify
from desktop.crypto.packing import pack_fields, unpack_fields
from desktop.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    Purpose,
    decrypt,
    digest,
    encrypt,
)
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

_CONTEXT, _FIELDS = "coffre.circle.key.1", 11
_OPENING_CONTEXT, _OPENING_FIELDS = "coffre.circle.open.1", 13
_EPOCH = struct.Struct(">Q")
_ID_BYTES = 16
_GIFT_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES
MAX_EPOCH = 2**63 - 1
MAX_REASON = 300
"""Characters of why the Département opens a dossier."""


@dataclass(frozen=True)
class Statement:
    """One key given to one person, or a place promised to somebody who has no keys yet."""

    dossier: str
    epoch: int
    key: bytes
    """Name of the key (``CircleSecret.name``)."""
    previous: bytes
    """Name of the key of the epoch before; empty for a first one."""
    founds: bool
    """Whether it is the first word of whoever opened the dossier, on the laptop that opened it."""
    giver: str
    recipient: str
    identity: bytes
    """Digest of the keys that the recipient goes by; empty when she has none yet."""
    members: tuple[str, ...]
    """Who is in the circle as far as the giver knows, the recipient included; sorted."""
    reason: str = ""
    """Why, when the Département's key gives: never without one, and nobody else has any."""
    opened_on: str = ""
    """The day it did."""
    gift: bytes = b""
    """The key, sealed for the recipient; empty when she has no keys yet."""
    signature: bytes = b""

    def signed(self, key: SigningKey) -> Statement:
        """Return it signed."""
        return replace(self, signature=key.sign(self._content()))

    def is_signed_by(self, identity_signing_key: bytes) -> bool:
        """Whether the identity with this public signing key made this statement."""
        return verify(identity_signing_key, self._content(), self.signature)

    def giving(self, secret: CircleSecret, recipient: PublicIdentity, random: Random) -> Statement:
        """Return it with the key sealed for these keys; raise ``UnusableKey``."""
        named = replace(self, identity=identity_digest(recipient))
        ephemeral = EncryptionKey.generate(random)
        key, nonce = _gift_key(ephemeral.shared_with(recipient.encryption), ephemeral.public)
        sealed = encrypt(key, secret.secret.reveal(), named._binding(), nonce)
        return replace(named, gift=ephemeral.public + sealed)

    def taken(self, key: EncryptionKey) -> CircleSecret:
        """Return the key that was given; raise ``SealBroken`` if it is not the one it names."""
        if len(self.gift) != _GIFT_BYTES:
            raise SealBroken
        ephemeral, sealed = self.gift[:KEY_BYTES], self.gift[KEY_BYTES:]
        try:
            opening, nonce = _gift_key(key.shared_with(ephemeral), ephemeral)
        except UnusableKey:
            raise SealBroken from None
        opened = decrypt(opening, sealed, self._binding(), nonce)
        if opened is None:
            raise SealBroken
        secret = CircleSecret(Secret(opened))
        if secret.name != self.key:
            raise SealBroken
        return secret

    def to_bytes(self) -> bytes:
        """Return the form that travels: what is signed, then the signature."""
        return self._content() + self.signature

    @classmethod
    def from_bytes(cls, content: bytes) -> Statement:
        """Read a statement, *unverified*; raise ``CertificateRefused`` if it is malformed."""
        fields = _unpacked(content[:-SIGNATURE_BYTES])
        _, dossier, epoch, key, previous, founds, giver, recipient, identity, members = fields[:10]
        *why, gift = fields[10:]
        try:
            reason, opened_on = (part.decode() for part in why) if why else ("", "")
            read = cls(
                dossier=_id(dossier),
                epoch=int.from_bytes(epoch, "big"),
                key=key,
                previous=previous,
                founds=founds == b"\x01",
                giver=_id(giver),
                recipient=_id(recipient),
                identity=identity,
                members=_ids(members),
                reason=reason,
                opened_on=opened_on,
                gift=gift,
                signature=content[-SIGNATURE_BYTES:],
            )
            well_formed = read.to_bytes() == content and _is_sound(read)
        except (ValueError, struct.error):
            raise CertificateRefused from None
        if not well_formed:
            raise CertificateRefused
        return read

    def _content(self) -> bytes:
        return pack_fields(*self._heading(), self.gift)

    def _binding(self) -> bytes:
        return pack_fields(*self._heading())

    def _heading(self) -> tuple[str | bytes, ...]:
        why = (self.reason, self.opened_on) if self.reason else ()
        return (
            _OPENING_CONTEXT if why else _CONTEXT,
            _bytes(self.dossier),
            _EPOCH.pack(self.epoch),
            self.key,
            self.previous,
            b"\x01" if self.founds else b"\x00",
            _bytes(self.giver),
            _bytes(self.recipient),
            self.identity,
            b"".join(map(_bytes, self.members)),
            *why,
        )


def identity_digest(public: PublicIdentity) -> bytes:
    """Return what tells two identities apart."""
    return digest(Purpose.FINGERPRINT, public.signing + public.encryption)


def _gift_key(shared: Secret, ephemeral: bytes) -> tuple[Secret, bytes]:
    # A fresh key pair for each gift: its key serves once, and its nonce may follow from it.
    derived = digest(Purpose.CIRCLE_GIFT, shared.reveal() + ephemeral, size=64)
    return Secret(derived[:KEY_BYTES]), derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES]


def _unpacked(content: bytes) -> tuple[bytes, ...]:
    for context, count in ((_CONTEXT, _FIELDS), (_OPENING_CONTEXT, _OPENING_FIELDS)):
        fields = unpack_fields(content, count)
        if fields is not None and fields[0] == context.encode():
            return fields
    raise CertificateRefused


def _is_sound(read: Statement) -> bool:
    """Tell whether each part has its size: one statement has one form."""
    return _says_why(read) and (
        1 <= read.epoch <= MAX_EPOCH
        and len(read.key) == NAME_BYTES
        and len(read.previous) in (0, NAME_BYTES)
        and len(read.identity) in (0, KEY_BYTES)
        and len(read.gift) in (0, _GIFT_BYTES)
        and bool(read.identity) == bool(read.gift)
        and list(read.members) == sorted(set(read.members))
        and read.recipient in read.members
    )


def _says_why(read: Statement) -> bool:
    """Tell whether a reason is there if, and only if, the Département gives; and a day with it."""
    if read.giver != ESCROW:
        return not read.reason and not read.opened_on
    return (
        0 < len(read.reason) <= MAX_REASON
        and read.reason.isprintable()
        and date.fromisoformat(read.opened_on).isoformat() == read.opened_on
    )


def _bytes(rid: str) -> bytes:
    return UUID(rid).bytes


def _id(content: bytes) -> str:
    return str(UUID(bytes=content))


def _ids(content: bytes) -> tuple[str, ...]:
    return tuple(
        _id(content[start : start + _ID_BYTES]) for start in range(0, len(content), _ID_BYTES)
    )
