"""Hides the length of a text among a few sizes: a long note should not show as a long note."""

from __future__ import annotations

import struct

_LENGTH = struct.Struct(">I")
STEP = 256
LINEAR_UP_TO = 4096
MAX_PLAINTEXT = 16 * 1024 * 1024


def bucket(size: int) -> int:
    """Return the smallest allowed size: multiples of 256 up to 4,096, then each a quarter larger.

    Beyond 4,096, a size is the one before times 5/4, rounded up to a multiple of 256.
    """
    if size <= LINEAR_UP_TO:
        return max(STEP, _up_to_step(size))
    allowed = LINEAR_UP_TO
    while allowed < size:
        allowed = _up_to_step(-(-allowed * 5 // 4))
    return allowed


def pad(content: bytes) -> bytes:
    """Return the length (32 bits, big-endian), the content, and zeros up to the bucket."""
    if len(content) > MAX_PLAINTEXT:
        raise ValueError("too long to be sealed")
    framed = _LENGTH.pack(len(content)) + content
    return framed.ljust(bucket(len(framed)), b"\0")


def unpad(padded: bytes) -> bytes | None:
    """Return the content, or ``None`` if this is not exactly what ``pad`` makes."""
    if len(padded) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(padded)
    end = _LENGTH.size + length
    if len(padded) != bucket(end) or padded.count(0, end) != len(padded) - end:
        return None
    return padded[_LENGTH.size : end]


def _up_to_step(size: int) -> int:
    return -(-size // STEP) * STEP
