"""Shamir's secret sharing, as SLIP-0039 defines it: any two of three shares make the secret.

Over GF(256) with the polynomial of AES, one line for each byte, through the secret at 255 and a
digest of it at 254: two shares that do not belong together are found out. One share alone says
nothing of the secret. The shares are held against vectors that others published
(``tests/crypto/test_shamir.py``).

The field's tables are read at places that depend on the secret: somebody who measured the cache of
this very machine while a key is split could learn from it. Whoever can do that reads the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import cache

from desktop.crypto.errors import ShareProblem, WrongShare
from desktop.crypto.randomness import Random

THRESHOLD = 2
SHARES = 3
SECRET_BYTES = 32
_SECRET_AT, _DIGEST_AT = 255, 254
_DIGEST_BYTES = 4
_POLYNOMIAL = 0x11B


def split_secret(secret: bytes, random: Random, shares: int = SHARES) -> tuple[bytes, ...]:
    """Return shares of a secret, for the places 0, 1, 2…; any two of them make it again."""
    assert len(secret) == SECRET_BYTES  # noqa: S101  anything else is a bug of ours
    filling = random.bytes(len(secret) - _DIGEST_BYTES)
    known = {_DIGEST_AT: _digest(filling, secret) + filling, _SECRET_AT: secret}
    return tuple(_interpolate(known, place) for place in range(shares))


def combine_shares(shares: Mapping[int, bytes]) -> bytes:
    """Return the secret of shares by place; raise ``WrongShare``."""
    if len(shares) != THRESHOLD or any(len(it) != SECRET_BYTES for it in shares.values()):
        raise WrongShare(ShareProblem.NOT_A_KEY)
    secret = _interpolate(shares, _SECRET_AT)
    told = _interpolate(shares, _DIGEST_AT)
    expected = _digest(told[_DIGEST_BYTES:], secret)
    if not hmac.compare_digest(told[:_DIGEST_BYTES], expected):
        raise WrongShare(ShareProblem.NOT_A_KEY)
    return secret


def _digest(filling: bytes, secret: bytes) -> bytes:
    return hmac.new(filling, secret, hashlib.sha256).digest()[:_DIGEST_BYTES]


def _interpolate(known: Mapping[int, bytes], at: int) -> bytes:
    """Return the value at one place of the polynomials that go through the known ones."""
    if at in known:
        return known[at]
    found = bytearray(SECRET_BYTES)
    for place, values in known.items():
        weight = 1
        for other in known:
            if other != place:
                weight = _times(weight, _over(at ^ other, place ^ other))
        for index, value in enumerate(values):
            found[index] ^= _times(weight, value)
    return bytes(found)


def _times(one: int, other: int) -> int:
    if not one or not other:
        return 0
    powers, logarithms = _tables()
    return powers[(logarithms[one] + logarithms[other]) % 255]


def _over(one: int, other: int) -> int:
    """Return ``one`` divided by ``other``, which is never zero: places differ."""
    if not one:
        return 0
    powers, logarithms = _tables()
    return powers[(logarithms[one] - logarithms[other]) % 255]


@cache
def _tables() -> tuple[bytes, bytes]:
    """Return the powers of 3, which generates the field, and the logarithm of each element."""
    powers, logarithms = bytearray(255), bytearray(256)
    element = 1
    for exponent in range(255):
        powers[exponent], logarithms[element] = element, exponent
        element ^= element << 1
        if element & 0x100:
            element ^= _POLYNOMIAL
    return bytes(powers), bytes(logarithms)
