"""Identifiers, made on the device that creates the record (UUIDv7, RFC 9562 §5.7).

A UUIDv7 sorts by creation time, so that new records land together in an index, and needs no
server to be unique. Identifiers travel and rest as the canonical 36-character text.
"""

import re
import uuid
from typing import NewType

RecordId = NewType("RecordId", str)
PersonId = NewType("PersonId", str)
ProfessionalId = NewType("ProfessionalId", str)
StructureId = NewType("StructureId", str)
PlaceId = NewType("PlaceId", str)
AppointmentId = NewType("AppointmentId", str)
FollowUpId = NewType("FollowUpId", str)
ProgrammeId = NewType("ProgrammeId", str)
SessionId = NewType("SessionId", str)
DeviceId = NewType("DeviceId", str)

REFERENCE_BUCKET = "00000000-0000-7000-8000-000000000001"
"""The bucket that every enrolled device reads: professionals, structures, places."""

_VERSION = 7
CANONICAL_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def uuid7(unix_ms: int, entropy: bytes) -> str:
    """Return a UUIDv7 for ``unix_ms`` (milliseconds since 1970) and at least 10 random bytes."""
    high = (unix_ms & 0xFFFF_FFFF_FFFF) << 80
    low = int.from_bytes(entropy[:10], "big")
    value = high | low
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def made_at(rid: str) -> int:
    """Return when an identifier was made, in milliseconds since 1970.

    Raise ``ValueError`` unless it is a UUIDv7 in canonical form.
    """
    if not is_id(rid) or uuid.UUID(rid).version != _VERSION:
        raise ValueError("not a UUIDv7")
    return uuid.UUID(rid).int >> 80


def is_id(value: object) -> bool:
    """Tell whether ``value`` is an identifier in canonical form."""
    return isinstance(value, str) and CANONICAL_ID.fullmatch(value) is not None
