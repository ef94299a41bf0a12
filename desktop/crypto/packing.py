"""Text fields one after the other, each with its length, so that no two lists read the same."""

from __future__ import annotations

import struct

_LENGTH = struct.Struct(">H")
MAX_FIELD = 0xFFFF


def pack_fields(*fields: str | bytes) -> bytes:
    """Return each field as a 16-bit big-endian length and its bytes (UTF-8 for text)."""
    packed = []
    for field in fields:
        content = field.encode("utf-8") if isinstance(field, str) else field
        if len(content) > MAX_FIELD:
            raise ValueError("a packed field holds at most 65,535 bytes")
        packed.append(_LENGTH.pack(len(content)) + content)
    return b"".join(packed)


def unpack_fields(packed: bytes, count: int) -> tuple[bytes, ...] | None:
    """Return exactly ``count`` fields, or ``None`` if the bytes are anything else."""
    fields = []
    offset = 0
    for _ in range(count):
        start = offset + _LENGTH.size
        if start > len(packed):
            return None
        offset = start + _LENGTH.unpack_from(packed, offset)[0]
        if offset > len(packed):
            return None
        fields.append(packed[start:offset])
    return tuple(fields) if offset == len(packed) else None
