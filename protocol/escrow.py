"""What goes to the ceremony of the Département's key and comes back, each in one file (JSON).

The office writes the first, asks nothing more, and places what the second holds: it can read
neither the keys it carries nor the words that they open. Base64 and hexadecimal as elsewhere.
Either may have been made by anybody.
"""

import os
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from protocol.errors import EscrowFileRefused
from protocol.ids import is_id

REQUEST, GRANT = "coffre.escrow.request.1", "coffre.escrow.grant.1"
MAX_FILE = 16 << 20
MAX_REASON = 300


class Giver(msgspec.Struct, frozen=True):
    """Somebody who gave a key, as the office tells her."""

    id: str
    name: str
    identity_key: str | None = None
    """Her signing key today, hexadecimal."""


class OpeningRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dossier to be opened to one professional."""

    format: str = REQUEST
    id: str
    department: str
    dossier: str
    successor: str
    successor_name: str
    identity_key: str
    encryption_key: str
    reason: str
    asked_by: str
    asked_on: str
    statements: list[str]
    """All that members stated about the dossier's keys, base64."""
    givers: list[Giver]

    def is_sound(self) -> bool:
        """Tell whether statements can be made of what it names."""
        return (
            self.format == REQUEST
            and all(map(is_id, (self.id, self.dossier, self.successor)))
            and len(self.reason) <= MAX_REASON
        )


class OpeningGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the ceremony answers."""

    format: str = GRANT
    id: str
    """That of the request."""
    department: str
    dossier: str
    successor: str
    opened_on: str
    statements: list[str]
    """One for each key, given by the Département's key to the successor, base64."""

    def is_sound(self) -> bool:
        """Tell whether it is an answer; whether anybody asked, the office says."""
        return (
            self.format == GRANT
            and all(map(is_id, (self.id, self.dossier, self.successor)))
            and _is_day(self.opened_on)
        )


F = TypeVar("F", OpeningRequest, OpeningGrant)


def read(path: Path, kind: type[F]) -> F:
    """Read one of the two files; raise ``OSError``, or ``EscrowFileRefused`` for another file."""
    with path.open("rb") as file:
        return decode(file.read(MAX_FILE + 1), kind)


def decode(content: bytes, kind: type[F]) -> F:
    """Read what one of the two files holds; raise ``EscrowFileRefused``."""
    if len(content) > MAX_FILE:
        raise EscrowFileRefused
    try:
        found = msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise EscrowFileRefused from None
    if not found.is_sound():
        raise EscrowFileRefused
    return found


def write(path: Path, content: bytes) -> None:
    """Write a file that was not there, for its owner alone; raise ``OSError``."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
