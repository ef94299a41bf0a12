"""Two kinds of key pairs that never do each other's work: one signs, one receives."""

from __future__ import annotations

from nacl import bindings, exceptions

from desktop.crypto.errors import UnusableKey
from desktop.crypto.primitives import KEY_BYTES
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

SIGNATURE_BYTES = 64


class SigningKey:
    """Ed25519: says « this comes from me »."""

    def __init__(self, seed: Secret) -> None:
        if len(seed) != KEY_BYTES:
            raise UnusableKey
        self._seed = seed
        self.public, _ = bindings.crypto_sign_seed_keypair(seed.reveal())

    @classmethod
    def generate(cls, random: Random) -> SigningKey:
        """Draw a new key."""
        return cls(Secret(random.bytes(KEY_BYTES)))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte detached signature."""
        _, secret = bindings.crypto_sign_seed_keypair(self._seed.reveal())
        return bindings.crypto_sign(message, secret)[:SIGNATURE_BYTES]

    def seed(self) -> Secret:
        """Return the 32 bytes that the whole key follows from, to be stored encrypted."""
        return self._seed

    def __repr__(self) -> str:
        return f"SigningKey({self._seed})"


class EncryptionKey:
    """X25519: receives what was sealed for me."""

    def __init__(self, private: Secret) -> None:
        if len(private) != KEY_BYTES:
            raise UnusableKey
        self._private = private
        self.public = bindings.crypto_scalarmult_base(private.reveal())

    @classmethod
    def generate(cls, random: Random) -> EncryptionKey:
        """Draw a new key."""
        return cls(Secret(random.bytes(KEY_BYTES)))

    def shared_with(self, public: bytes) -> Secret:
        """Return the Diffie-Hellman secret; raise ``UnusableKey`` for a degenerate key."""
        if len(public) != KEY_BYTES:
            raise UnusableKey
        try:
            return Secret(bindings.crypto_scalarmult(self._private.reveal(), public))
        except exceptions.RuntimeError:  # libsodium refuses an all-zero result
            raise UnusableKey from None

    def private(self) -> Secret:
        """Return the private scalar, to be stored encrypted."""
        return self._private

    def __repr__(self) -> str:
        return f"EncryptionKey({self._private})"


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` on ``message`` was made by the owner of this Ed25519 key."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public)
    except exceptions.BadSignatureError:
        return False
    return True
