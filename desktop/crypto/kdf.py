"""Argon2id: what makes each guess of a passphrase slow and large.

The parameters are read from the local header only, never from a server: a server that could choose
them could choose them weak. The floor keeps a tampered header from making guesses cheap, the
ceiling keeps it from freezing the machine; both hold when writing and when reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from nacl import exceptions
from nacl.pwhash import argon2id

from desktop.crypto.errors import NotEnoughMemory, UnsafeKdfParameters
from desktop.crypto.primitives import KEY_BYTES
from desktop.crypto.secret import Secret

MIB = 1024
SALT_BYTES = 16
FLOOR_KIB, CEILING_KIB = 64 * MIB, 1024 * MIB
FLOOR_PASSES, CEILING_PASSES = 3, 10


@dataclass(frozen=True)
class KdfParams:
    """Memory (KiB) and passes of Argon2id v1.3, one lane; only safe values can exist."""

    memory_kib: int
    passes: int

    def __post_init__(self) -> None:
        if not FLOOR_KIB <= self.memory_kib <= CEILING_KIB:
            raise UnsafeKdfParameters
        if not FLOOR_PASSES <= self.passes <= CEILING_PASSES:
            raise UnsafeKdfParameters


# About 0.6 s and a quarter of a gibibyte on the laptops of the Département (decision 0004).
DEFAULT = KdfParams(memory_kib=256 * MIB, passes=3)
FLOOR = KdfParams(memory_kib=FLOOR_KIB, passes=FLOOR_PASSES)


def stretch(passphrase: Secret, salt: bytes, params: KdfParams) -> Secret:
    """Turn a passphrase into a key, slowly: never call this on the window's thread."""
    try:
        key = argon2id.kdf(
            KEY_BYTES,
            passphrase.reveal(),
            salt,
            opslimit=params.passes,
            memlimit=params.memory_kib * 1024,
        )
    except (exceptions.RuntimeError, MemoryError):
        raise NotEnoughMemory from None
    return Secret(key)
