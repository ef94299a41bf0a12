"""A document cut in pieces, each encrypted with the document's own key.

A piece opens in its place only: its document, its number and how many there are go into what is
authenticated, so that whoever keeps the pieces can neither swap, reorder nor leave one out.
"""

import hashlib
import string
from collections.abc import Iterable, Sequence

from desktop.crypto.errors import SealBroken
from desktop.crypto.packing import pack_fields
from desktop.crypto.primitives import KEY_BYTES, NONCE_BYTES, decrypt, encrypt
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from protocol.limits import MAX_PIECE, MAX_PIECES, PIECE

_CONTEXT = "coffre.piece.1"
_HEXADECIMAL = frozenset(string.hexdigits.lower())


def new_key(random: Random) -> Secret:
    """Return a key for one document, and for no other."""
    return Secret(random.bytes(KEY_BYTES))


def key_to_hex(key: Secret) -> str:
    """Return a key as a document's record holds it."""
    return key.reveal().hex()


def key_from_hex(text: str) -> Secret:
    """Return the key that a record holds; raise ``SealBroken`` if it is none."""
    if len(text) != 2 * KEY_BYTES or not set(text) <= _HEXADECIMAL:
        raise SealBroken
    return Secret(bytes.fromhex(text))


def pieces_of(size: int) -> int:
    """Return how many pieces so many bytes make."""
    return -(-size // PIECE)


def seal_pieces(key: Secret, document: str, content: bytes, random: Random) -> list[bytes]:
    """Cut a content and encrypt each piece: nonce (24 bytes), ciphertext, tag (16 bytes)."""
    count = pieces_of(len(content))
    sealed = []
    for number in range(count):
        clear = content[number * PIECE : (number + 1) * PIECE]
        nonce = random.bytes(NONCE_BYTES)
        binding = _binding(document, number, count)
        sealed.append(nonce + encrypt(key, clear, binding, nonce))
    return sealed


def open_piece(key: Secret, document: str, number: int, count: int, sealed: bytes) -> bytes:
    """Open one piece, in its place; raise ``SealBroken``."""
    if not 0 <= number < count <= MAX_PIECES or len(sealed) > MAX_PIECE:
        raise SealBroken
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    clear = decrypt(key, ciphertext, _binding(document, number, count), nonce)
    if clear is None or (number < count - 1 and len(clear) != PIECE):
        raise SealBroken
    return clear


def open_pieces(key: Secret, document: str, pieces: Sequence[bytes], digest: str) -> bytes:
    """Open all the pieces of a document, which must be those its record was signed for."""
    if digest_of(pieces) != digest:
        raise SealBroken
    return b"".join(
        open_piece(key, document, number, len(pieces), sealed)
        for number, sealed in enumerate(pieces)
    )


def digest_of(pieces: Iterable[bytes]) -> str:
    """Return BLAKE2b-256 of encrypted pieces, one after the other, hexadecimal."""
    total = hashlib.blake2b(digest_size=32)
    for piece in pieces:
        total.update(piece)
    return total.hexdigest()


def _binding(document: str, number: int, count: int) -> bytes:
    return pack_fields(_CONTEXT, document, str(number), str(count))
