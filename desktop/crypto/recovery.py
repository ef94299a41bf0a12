"""The paper recovery key: 32 random bytes that somebody can copy by hand and read back.

24 French words carry 256 bits and a checksum of 8 (the layout of BIP-39, without its seed
derivation). Reading forgives what paper does: capitals, accents, numbering, line breaks, and words
cut after their fourth letter. It never guesses: a word that is not in the list is pointed at.
"""

from __future__ import annotations

import hashlib
import re

from desktop.crypto.errors import RecoveryProblem, WrongRecoveryKey
from desktop.crypto.primitives import KEY_BYTES, Purpose, derive
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from desktop.crypto.wordlists import fold, recovery_words

WORD_COUNT = 24
PREFIX_LETTERS = 4
MAX_TYPED = 4096
_BITS_PER_WORD = 11
_CHECKSUM_BITS = 8
# A word, without the number that may stand before it; a lone number is not a word.
_TYPED_WORD = re.compile(r"(?<![^\W_])\d*([^\W\d_][^\W_]*)")


class RecoveryKey:
    """The key on the paper; opens the vault and the account bundle, each by its own derivation."""

    def __init__(self, secret: Secret) -> None:
        assert len(secret) == KEY_BYTES  # noqa: S101  anything else is a bug of ours
        self._secret = secret

    @classmethod
    def generate(cls, random: Random) -> RecoveryKey:
        """Draw a new key."""
        return cls(Secret(random.bytes(KEY_BYTES)))

    @classmethod
    def from_words(cls, typed: str) -> RecoveryKey:
        """Read the words as somebody typed them; raise ``WrongRecoveryKey``."""
        packed = 0
        for index in _indices(typed):
            packed = packed << _BITS_PER_WORD | index
        secret = (packed >> _CHECKSUM_BITS).to_bytes(KEY_BYTES, "big")
        if packed & 0xFF != _checksum(secret):
            raise WrongRecoveryKey(RecoveryProblem.CHECKSUM)
        return cls(Secret(secret))

    def words(self) -> tuple[str, ...]:
        """Return the 24 words to print: the only way the key leaves memory."""
        secret = self._secret.reveal()
        packed = int.from_bytes(secret, "big") << _CHECKSUM_BITS | _checksum(secret)
        shifts = range((WORD_COUNT - 1) * _BITS_PER_WORD, -1, -_BITS_PER_WORD)
        words = recovery_words()
        return tuple(words[packed >> shift & 0x7FF] for shift in shifts)

    def vault_kek(self) -> Secret:
        """Return the key that wraps the vault key."""
        return derive(self._secret, Purpose.RECOVERY)

    def account_kek(self) -> Secret:
        """Return the key that wraps the identity kept by the server."""
        return derive(self._secret, Purpose.ACCOUNT)

    def forget(self) -> None:
        """Overwrite the key, once the paper is printed and re-typed."""
        self._secret.forget()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecoveryKey) and self._secret == other._secret

    __hash__ = None  # type: ignore[assignment]  # a hash of a key is a trace of it

    def __repr__(self) -> str:
        return f"RecoveryKey({self._secret})"


def _indices(typed: str) -> list[int]:
    if len(typed) > MAX_TYPED:
        raise WrongRecoveryKey(RecoveryProblem.WORD_COUNT)
    words = recovery_words()
    by_prefix = {word[:PREFIX_LETTERS]: index for index, word in enumerate(words)}
    indices = []
    for position, token in enumerate(_TYPED_WORD.findall(fold(typed)), start=1):
        index = by_prefix.get(token[:PREFIX_LETTERS])
        if index is None or not words[index].startswith(token):
            raise WrongRecoveryKey(RecoveryProblem.UNKNOWN_WORD, position)
        indices.append(index)
    if len(indices) != WORD_COUNT:
        raise WrongRecoveryKey(RecoveryProblem.WORD_COUNT)
    return indices


def _checksum(secret: bytes) -> int:
    return hashlib.sha256(secret).digest()[0]
