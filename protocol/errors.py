"""What can be wrong with something another machine sent.

::

    ProtocolError
    ├── UnknownKind        a kind of record this version has never heard of
    ├── FieldRefused       one field of one record breaks its declaration (type, limit, code)
    ├── MalformedMessage   the message itself cannot be read
    └── EscrowFileRefused  a file is not the one that a ceremony reads

They carry names of kinds and fields, never values: a value may be somebody's story.
"""


class ProtocolError(Exception):
    """Something on the wire does not follow the protocol."""


class UnknownKind(ProtocolError):
    """A kind of record this version does not declare."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"unknown kind {kind[:40]!r}")
        self.kind = kind


class FieldRefused(ProtocolError):
    """One field breaks its declaration; ``reason`` is a stable code (protocol.md, "Refusals")."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"field {field[:40]!r}: {reason}")
        self.field = field
        self.reason = reason


class MalformedMessage(ProtocolError):
    """A message that cannot be decoded; nothing of it was used."""


class EscrowFileRefused(ProtocolError):
    """A file is not what goes to the ceremony of the Département's key, or comes back from it."""
