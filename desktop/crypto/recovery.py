"""The paper recovery key: 32 random bytes that somebody can copy by hand and read back.

24 French words carry 256 bits and a checksum of 8 (the layout of BIP-39, without its seed
derivation); ``paper_words`` reads them back.
"""

from __future__ import annotations

import hashlib

from desktop.crypto.errors import RecoveryProblem, WrongRecoveryKey
from desktop.crypto.paper_words import read_words, spell
from desktop.crypto.primitives import KEY_BYTES, Purpose, derive
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

WORD_COUNT = 24
_CHECKSUM_BITS = 8


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
        packed = read_words(typed, WORD_COUNT, _unread)
        secret = (packed >> _CHECKSUM_BITS).to_bytes(KEY_BYTES, "big")
        if packed & 0xFF != _checksum(secret):
            raise WrongRecoveryKey(RecoveryProblem.CHECKSUM)
        return cls(Secret(secret))

    def words(self) -> tuple[str, ...]:
        """Return the 24 words to print: the only way the key leaves memory."""
        secret = self._secret.reveal()
        packed = int.from_bytes(secret, "big") << _CHECKSUM_BITS | _checksum(secret)
        return spell(packed, WORD_COUNT)

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


def _unread(position: int | None) -> WrongRecoveryKey:
    if position is None:
        return WrongRecoveryKey(RecoveryProblem.WORD_COUNT)
    return WrongRecoveryKey(RecoveryProblem.UNKNOWN_WORD, position)


def _checksum(secret: bytes) -> int:
    return hashlib.sha256(secret).digest()[0]
