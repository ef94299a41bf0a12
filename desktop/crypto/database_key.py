"""The raw key of the encrypted database, in the one form SQLCipher does not misread.

SQLCipher silently takes a malformed raw key for a passphrase, and opens or creates another database
with it. So the form is checked here, at the last moment before it is handed over.
"""

from __future__ import annotations

import re

from desktop.crypto.errors import UnusableKey
from desktop.crypto.secret import MASK, Secret

_RAW_KEY_AND_SALT = re.compile(r"[0-9a-f]{64}[0-9a-f]{32}")


class DatabaseKey:
    """32 bytes of key and the 16 bytes of salt that the header keeps for the database."""

    def __init__(self, key: Secret, salt: bytes) -> None:
        self._key = key
        self._salt = salt

    def hexadecimal(self) -> str:
        """Return key then salt: 96 lowercase hexadecimal digits."""
        digits = (self._key.reveal() + self._salt).hex()
        if not _RAW_KEY_AND_SALT.fullmatch(digits):
            raise UnusableKey
        return digits

    def literal(self) -> str:
        """Return the value for ``PRAGMA key``, single quotes included: ``x'…'``."""
        return f"x'{self.hexadecimal()}'"

    def forget(self) -> None:
        """Overwrite the key, once the connection is keyed."""
        self._key.forget()

    def __repr__(self) -> str:
        return f"DatabaseKey({MASK})"
