"""A key cut in three, of which any two open a person's identity: one on paper, two with colleagues.

What is split is a fresh key that wraps the identity like a paper key does (``account_bundle``); the
office keeps what it wraps. So a new split makes the former shares worthless, and no share ever says
anything of the identity itself.

A share is written in 26 words of the recovery list: number of the split (20 bits), place (2 bits),
the share (256 bits), a checksum (8 bits).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from desktop.crypto.errors import ShareProblem, WrongShare
from desktop.crypto.paper_words import read_words, spell
from desktop.crypto.primitives import KEY_BYTES
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret
from desktop.crypto.shamir import SECRET_BYTES, SHARES, combine_shares, split_secret

WORD_COUNT = 26
SPLIT_DIGITS = 5
"""Hexadecimal digits of a split's number."""
_SHARE_BITS = 8 * SECRET_BYTES
_BODY_BYTES = 35


@dataclass(frozen=True)
class KeyShare:
    """One of the three."""

    split: str
    """Number of the split, five hexadecimal digits: shares of two splits do not go together."""
    place: int
    """0 on paper, 1 and 2 with colleagues."""
    value: bytes = field(repr=False)

    def words(self) -> tuple[str, ...]:
        """Return the 26 words, to print or to read out."""
        return spell(self._body() << 8 | _checksum(self._body()), WORD_COUNT)

    @classmethod
    def from_words(cls, typed: str) -> KeyShare:
        """Read a share as somebody typed it; raise ``WrongShare``."""
        packed = read_words(typed, WORD_COUNT, _unread)
        body = packed >> 8
        if packed & 0xFF != _checksum(body):
            raise WrongShare(ShareProblem.CHECKSUM)
        return cls._of_body(body)

    def to_bytes(self) -> bytes:
        """Return the form that is sealed for a colleague."""
        return self._body().to_bytes(_BODY_BYTES, "big")

    @classmethod
    def from_bytes(cls, content: bytes) -> KeyShare:
        """Read what ``to_bytes`` wrote; raise ``WrongShare``."""
        body = int.from_bytes(content, "big")
        if len(content) != _BODY_BYTES or body >> _SHARE_BITS + 22:
            raise WrongShare(ShareProblem.CHECKSUM)
        return cls._of_body(body)

    @classmethod
    def _of_body(cls, body: int) -> KeyShare:
        place = body >> _SHARE_BITS & 3
        if place >= SHARES:
            raise WrongShare(ShareProblem.CHECKSUM)
        value = (body & ((1 << _SHARE_BITS) - 1)).to_bytes(SECRET_BYTES, "big")
        return cls(f"{body >> _SHARE_BITS + 2:05x}", place, value)

    def _body(self) -> int:
        head = int(self.split, 16) << 2 | self.place
        return head << _SHARE_BITS | int.from_bytes(self.value, "big")


def split_new_key(random: Random) -> tuple[RecoveryKey, tuple[KeyShare, ...]]:
    """Draw a key and cut it in three."""
    secret = Secret(random.bytes(KEY_BYTES))
    return RecoveryKey(secret), cut_key(secret, random)


def cut_key(secret: Secret, random: Random) -> tuple[KeyShare, ...]:
    """Cut a key in three."""
    split = f"{int.from_bytes(random.bytes(3), 'big') >> 4:0{SPLIT_DIGITS}x}"
    shares = split_secret(secret.reveal(), random)
    return tuple(KeyShare(split, place, value) for place, value in enumerate(shares))


def join_shares(one: KeyShare, other: KeyShare) -> RecoveryKey:
    """Return the key of somebody that two shares make; raise ``WrongShare``."""
    return RecoveryKey(joined_key(one, other))


def joined_key(one: KeyShare, other: KeyShare) -> Secret:
    """Return what two shares make; raise ``WrongShare``."""
    if one.split != other.split:
        raise WrongShare(ShareProblem.OTHER_SPLIT)
    if one.place == other.place:
        raise WrongShare(ShareProblem.SAME_SHARE)
    return Secret(combine_shares({one.place: one.value, other.place: other.value}))


def _unread(position: int | None) -> WrongShare:
    if position is None:
        return WrongShare(ShareProblem.WORD_COUNT)
    return WrongShare(ShareProblem.UNKNOWN_WORD, position)


def _checksum(body: int) -> int:
    return hashlib.sha256(body.to_bytes(_BODY_BYTES, "big")).digest()[0]
