"""Whether each page of the encrypted file is as it was written, some pages at a time.

SQLCipher signs each page and checks it when it reads it: a page that nobody reads may be damaged
for a year. ``PRAGMA cipher_integrity_check`` reads them all at once, half a second of waiting for
every 250 MB; this does the same in steps, between which what is typed passes, and it says which
pages (docs/decisions/0012-the-store-kept.md). Nothing is decrypted.
"""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

PAGE_BYTES = 4096
_SALT_BYTES, _SIGNATURE = 16, 64
_SALT_MASK, _ROUNDS = 0x3A, 2
PRINTED_BYTES = 256 * 2**20
PAGES_A_STEP = 2_000
"""Sixteen milliseconds on the machine where it was measured."""


def damaged_pages(path: Path, key_hex: str, step: int = PAGES_A_STEP) -> Iterator[list[int]]:
    """Return, step by step, the numbers (from 1) of pages that are not what was written.

    Only what is in the file itself: checkpoint first. Between two steps the file may grow and
    pages may change; within one it must not, so that each is done on the store's lane.
    """
    signer = _signer(key_hex)
    with path.open("rb") as file:
        number = 0
        while content := file.read(step * PAGE_BYTES):
            bad = []
            for start in range(0, len(content), PAGE_BYTES):
                number += 1
                if not _is_whole(content[start : start + PAGE_BYTES], number, signer):
                    bad.append(number)
            yield bad


def file_print(path: Path) -> bytes | None:
    """Return what tells this file from itself with any page changed, put back, or moved.

    The signature of each page depends on all its bytes and on its place: these are enough.
    ``None`` for a file so large that people would wait for it.
    """
    if path.stat().st_size > PRINTED_BYTES:
        return None
    told = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        while content := file.read(PAGES_A_STEP * PAGE_BYTES):
            for end in range(PAGE_BYTES, len(content) + 1, PAGE_BYTES):
                told.update(content[end - _SIGNATURE : end])
            told.update(len(content).to_bytes(8, "big"))
    return told.digest()


def _signer(key_hex: str) -> "hmac.HMAC":
    key, salt = bytes.fromhex(key_hex[:64]), bytes.fromhex(key_hex[64:])
    masked = bytes(byte ^ _SALT_MASK for byte in salt)
    derived = hashlib.pbkdf2_hmac("sha512", key, masked, _ROUNDS, dklen=len(key))
    return hmac.new(derived, digestmod=hashlib.sha512)


def _is_whole(page: bytes, number: int, signer: "hmac.HMAC") -> bool:
    if len(page) != PAGE_BYTES:
        return False
    signed = signer.copy()
    # The salt, first in the file, is not signed; the header holds it as well.
    signed.update(page[_SALT_BYTES if number == 1 else 0 : PAGE_BYTES - _SIGNATURE])
    signed.update(number.to_bytes(4, "little"))
    return hmac.compare_digest(signed.digest(), page[PAGE_BYTES - _SIGNATURE :])
