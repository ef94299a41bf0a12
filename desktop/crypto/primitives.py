"""The three libsodium calls the rest is made of, and every context string in one place.

A context string ("person" in BLAKE2b) makes two keys derived from one secret unrelated. Two uses
never share one; that is easy to see as long as all of them stand here.
"""

from enum import Enum

from nacl import bindings, exceptions

from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

KEY_BYTES = 32
NONCE_BYTES = 24
TAG_BYTES = 16


class Purpose(Enum):
    """What a derived key or digest is for: at most 16 bytes, zero-padded by libsodium."""

    DATABASE = b"coffre.db"
    HEADER = b"coffre.hdr"
    SNAPSHOTS = b"coffre.snap"
    BLOBS = b"coffre.blob"
    EXPORT = b"coffre.export"
    MARK = b"coffre.mark"
    HEADER_MAC = b"coffre.hdr.mac"
    MARK_MAC = b"coffre.mark.mac"
    TABLES = b"coffre.tables"
    TABLES_MAC = b"coffre.tabl.mac"
    HEADER_CHECKSUM = b"coffre.hdr.sum"
    RECOVERY = b"coffre.recov"
    ACCOUNT = b"coffre.account"
    HANDOVER = b"coffre.handover"
    QUICK = b"coffre.quick"
    QUICK_MAC = b"coffre.quick.mac"
    SEAL = b"coffre.seal.1"
    SEAL_OWN = b"coffre.seal.own"
    CIRCLE_NAME = b"coffre.circ.name"
    CIRCLE_TEXT = b"coffre.circ.text"
    CIRCLE_NONCE = b"coffre.circ.nonc"
    CIRCLE_GIFT = b"coffre.circ.gift"
    ESCROW_SIGNING = b"coffre.escr.sign"
    ESCROW_ENCRYPTION = b"coffre.escr.encr"
    FINGERPRINT = b"coffre.fprint"
    PAIRING_PROMISE = b"coffre.pair.com"
    PAIRING_KEY = b"coffre.pair.key"
    PAIRING_WORDS = b"coffre.pair.sas"


def digest(purpose: Purpose, data: bytes, size: int = KEY_BYTES) -> bytes:
    """Return the BLAKE2b digest of ``data`` for this purpose, without a key."""
    return bindings.crypto_generichash_blake2b_salt_personal(
        data, digest_size=size, person=purpose.value
    )


def derive(key: Secret, purpose: Purpose) -> Secret:
    """Return a 32-byte key of its own for this purpose."""
    return Secret(mac(key, purpose, b""))


def mac(key: Secret, purpose: Purpose, data: bytes) -> bytes:
    """Return the 32-byte keyed BLAKE2b of ``data``."""
    return bindings.crypto_generichash_blake2b_salt_personal(
        data, digest_size=KEY_BYTES, key=key.reveal(), person=purpose.value
    )


def encrypt(key: Secret, plaintext: bytes, associated: bytes, nonce: bytes) -> bytes:
    """XChaCha20-Poly1305: return ciphertext and tag."""
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, associated, nonce, key.reveal()
    )


def decrypt(key: Secret, ciphertext: bytes, associated: bytes, nonce: bytes) -> bytes | None:
    """Return the plaintext, or ``None`` if anything does not fit."""
    if len(ciphertext) < TAG_BYTES or len(nonce) != NONCE_BYTES:
        return None
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, associated, nonce, key.reveal()
        )
    except exceptions.CryptoError:
        return None


def wrap(key: Secret, secret: Secret, associated: bytes, random: Random) -> bytes:
    """Encrypt a key under another: nonce (24 bytes), ciphertext, tag (16 bytes)."""
    nonce = random.bytes(NONCE_BYTES)
    return nonce + encrypt(key, secret.reveal(), associated, nonce)


def unwrap(key: Secret, wrapped: bytes, associated: bytes) -> Secret | None:
    """Return the wrapped key, or ``None`` if this is not the key that wrapped it, or not here."""
    opened = decrypt(key, wrapped[NONCE_BYTES:], associated, wrapped[:NONCE_BYTES])
    return None if opened is None else Secret(opened)
