"""The identity, wrapped for the server to keep, so that the paper key opens it on another laptop.

Only the 256-bit paper key opens the bundle: nothing in it follows from the passphrase, so a stolen
server has nothing to guess at.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.crypto.errors import BundleBroken
from desktop.crypto.identity import Identity
from desktop.crypto.keys import EncryptionKey, SigningKey
from desktop.crypto.packing import pack_fields
from desktop.crypto.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, unwrap, wrap
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret

BUNDLE_VERSION = 1
BUNDLE_BYTES = 1 + NONCE_BYTES + 2 * KEY_BYTES + TAG_BYTES
_CONTEXT = "coffre.account.1"


@dataclass(frozen=True)
class AccountKeys:
    """What a new laptop needs to be the same person: the two identity keys."""

    signing: SigningKey
    encryption: EncryptionKey


def wrap_account(
    identity: Identity, recovery_key: RecoveryKey, *, user: str, random: Random
) -> bytes:
    """Return the bundle (105 bytes) for the server to keep under this user."""
    keys = identity.signing.seed().reveal() + identity.encryption.private().reveal()
    wrapped = wrap(recovery_key.account_kek(), Secret(keys), _binding(user), random)
    return bytes([BUNDLE_VERSION]) + wrapped


def unwrap_account(bundle: bytes, recovery_key: RecoveryKey, *, user: str) -> AccountKeys:
    """Return the identity keys; raise ``BundleBroken``."""
    if len(bundle) != BUNDLE_BYTES or bundle[0] != BUNDLE_VERSION:
        raise BundleBroken
    opened = unwrap(recovery_key.account_kek(), bundle[1:], _binding(user))
    if opened is None:
        raise BundleBroken
    keys = opened.reveal()
    return AccountKeys(
        SigningKey(Secret(keys[:KEY_BYTES])), EncryptionKey(Secret(keys[KEY_BYTES:]))
    )


def _binding(user: str) -> bytes:
    return pack_fields(_CONTEXT, user)
