"""The Département's key: two of its three holders together open what circles share.

For the day when nobody is left who can open a dossier. It is drawn and cut away from any network
(``desktop.escrow``); laptops know its public half from the policy that IT lays, never from the
office. Clinical notes are sealed for their author alone, and no statement ever gives their key.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from desktop.crypto.errors import UnusableKey
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.key_shares import KeyShare, cut_key, joined_key
from desktop.crypto.keys import EncryptionKey, SigningKey
from desktop.crypto.primitives import KEY_BYTES, Purpose, derive
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

ESCROW = "00000000-0000-7000-8000-0000000000e5"
"""Who the Département's key is in statements: nobody in the directory, nor in any circle."""


@dataclass(frozen=True, slots=True)
class Escrow:
    """What the policy of this computer says of the Département's key, now and before."""

    public: PublicIdentity | None = None
    """The key in force; ``None`` where there is none."""
    former: frozenset[bytes] = frozenset()
    """Digests of those that were in force on this laptop and are no more."""


NO_ESCROW = Escrow()


class EscrowKey:
    """The whole key, for the time of a ceremony."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self.signing = SigningKey(derive(secret, Purpose.ESCROW_SIGNING))
        self.encryption = EncryptionKey(derive(secret, Purpose.ESCROW_ENCRYPTION))

    @classmethod
    def generate(cls, random: Random) -> EscrowKey:
        """Draw a new key."""
        return cls(Secret(random.bytes(KEY_BYTES)))

    @classmethod
    def joined(cls, one: KeyShare, other: KeyShare) -> EscrowKey:
        """Return the key that two shares make; raise ``WrongShare``."""
        return cls(joined_key(one, other))

    def cut(self, random: Random) -> tuple[KeyShare, ...]:
        """Return three shares, of which any two make the key again."""
        return cut_key(self._secret, random)

    @property
    def public(self) -> PublicIdentity:
        """What laptops know of it."""
        return PublicIdentity(self.signing.public, self.encryption.public)

    def __repr__(self) -> str:
        return f"EscrowKey({self._secret})"


def policy_line(public: PublicIdentity) -> str:
    """Return the line of ``policy.toml`` that tells laptops of it."""
    return f'escrow = "{b64encode(public.signing + public.encryption).decode()}"'


def from_policy(told: bytes) -> PublicIdentity:
    """Read what the policy tells; raise ``UnusableKey``."""
    if len(told) != 2 * KEY_BYTES:
        raise UnusableKey
    return PublicIdentity(told[:KEY_BYTES], told[KEY_BYTES:])
