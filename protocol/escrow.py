"""What goes to the ceremony of the Département's key and comes back, each in one file (JSON).

The office writes the first, asks nothing more, and places what the second holds: it can read
neither the keys it carries nor the words that they open. Base64 and hexadecimal as elsewhere.
"""

import msgspec

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
