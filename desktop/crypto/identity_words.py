"""The words of an identity: what two colleagues read to one another to make sure of their keys.

Eight words of the recovery list, 88 bits of the digest of a fingerprint: whoever wanted other keys
of the same words would have to try 2^88. Part of the vault format (docs/vault-format.md).
"""

from functools import cache

from desktop.crypto.identity import PublicIdentity
from desktop.crypto.primitives import Purpose, digest
from desktop.crypto.wordlists import recovery_words

WORDS = 8
BITS_PER_WORD = 11


def identity_words(public: PublicIdentity) -> tuple[str, ...]:
    """Return the eight words of these keys."""
    return words_of(digest(Purpose.FINGERPRINT, public.signing + public.encryption, size=64), WORDS)


def words_of(hashed: bytes, count: int) -> tuple[str, ...]:
    """Return the first bits of a digest as words, highest first."""
    bits = int.from_bytes(hashed, "big") >> (8 * len(hashed) - BITS_PER_WORD * count)
    shifts = range((count - 1) * BITS_PER_WORD, -1, -BITS_PER_WORD)
    listed = _listed()
    return tuple(listed[bits >> shift & 0x7FF] for shift in shifts)


@cache
def _listed() -> tuple[str, ...]:
    # A directory of two hundred colleagues asks for it as many times.
    return recovery_words()
