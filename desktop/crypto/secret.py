"""A few bytes that must not be printed, pickled or compared carelessly."""

from __future__ import annotations

import hmac
from typing import NoReturn

from desktop.crypto.errors import KeysForgotten

MASK = "•••"


class Secret:
    """Key material: prints as •••, compares in constant time, can be forgotten.

    Forgetting overwrites our own copy. Python and libsodium may have made others, which is why a
    locked Coffre is a dead process; this only shortens the time a key is around.
    """

    __slots__ = ("_buffer",)

    def __init__(self, value: bytes) -> None:
        self._buffer: bytearray | None = bytearray(value)

    def reveal(self) -> bytes:
        """Return the bytes, for the one call that needs them; raise ``KeysForgotten``."""
        if self._buffer is None:
            raise KeysForgotten
        return bytes(self._buffer)

    def forget(self) -> None:
        """Overwrite the bytes; safe to call twice."""
        if self._buffer is not None:
            self._buffer[:] = bytes(len(self._buffer))
            self._buffer = None

    @property
    def is_forgotten(self) -> bool:
        """Whether the bytes are gone."""
        return self._buffer is None

    def __len__(self) -> int:
        return 0 if self._buffer is None else len(self._buffer)

    def __bool__(self) -> bool:
        return self._buffer is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.reveal(), other.reveal())

    __hash__ = None  # type: ignore[assignment]  # a hash of a key is a trace of it

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, format_spec: str) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied")
