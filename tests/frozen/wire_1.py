"""What a laptop of protocol 1 understood, copied as it was then; never edited.

Today's office may say more: such a laptop leaves out what it does not know. It does not survive an
outcome it has never heard of (``OUTCOMES``): it would not read the reply at all.
"""

from typing import Any

import msgspec

OUTCOMES = frozenset({"conflict", "stale", "refused"})
"""All that may be said of an operation; anything else made the whole reply unreadable."""

FlatFields = list[Any]  # alternating index and wire value


class Operation(msgspec.Struct, array_like=True, frozen=True):
    """One pending change."""

    verb: int
    kind: int
    rid: str
    base: int
    hlc: int
    fields: FlatFields


class Position(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended."""

    seq: int
    kind: int
    rid: str


class SyncRequest(msgspec.Struct, omit_defaults=True, frozen=True):
    """What a laptop sends."""

    protocol: int = msgspec.field(name="p")
    schema: int = msgspec.field(name="s")
    epoch: str | None = msgspec.field(name="e", default=None)
    hlc: int = msgspec.field(name="h", default=0)
    first_op: int = msgspec.field(name="n0", default=1)
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    fields: list[str] = msgspec.field(name="f", default_factory=list)
    ops: list[Operation] = msgspec.field(default_factory=list)
    cursor: int = msgspec.field(name="c", default=0)
    after: Position | None = msgspec.field(name="a", default=None)
    pull: bool = msgspec.field(name="q", default=True)


class Change(msgspec.Struct, array_like=True, frozen=True):
    """One record of a page."""

    kind: int
    bucket: str
    rid: str
    seq: int
    whole: bool
    fields: FlatFields


class Removal(msgspec.Struct, array_like=True, frozen=True):
    """A record to remove."""

    kind: int
    rid: str
    seq: int
    cause: str


class Result(msgspec.Struct, array_like=True, frozen=True):
    """What became of an operation that was not simply accepted."""

    index: int
    outcome: str
    detail: list[str]


class SyncReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """What the office answers."""

    epoch: str = msgspec.field(name="e")
    ack: int
    hlc: int = msgspec.field(name="h")
    results: list[Result] = msgspec.field(name="res", default_factory=list)
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    fields: list[str] = msgspec.field(name="f", default_factory=list)
    dropped: list[str] = msgspec.field(name="drop", default_factory=list)
    changes: list[Change] = msgspec.field(name="ch", default_factory=list)
    removals: list[Removal] = msgspec.field(name="del", default_factory=list)
    cursor: int = msgspec.field(name="c", default=0)
    more: Position | None = msgspec.field(name="more", default=None)
    pulled: bool = msgspec.field(name="q", default=True)


class Hello(msgspec.Struct, frozen=True):
    """``GET /v1/hello``."""

    coffre: str
    server: str
    protocol: int
    oldest_protocol: int
    schema: int
    time: str


class EnrolRequest(msgspec.Struct, frozen=True):
    """``POST /v1/devices``."""

    invitation: str
    device: str
    device_key: str
    identity_key: str
    encryption_key: str
    certificate: str
    account_bundle: str
    proof: str


class EnrolReply(msgspec.Struct, frozen=True):
    """What a new laptop learns."""

    department: str
    department_name: str
    professional: str
    name: str
    job: str
    epoch: str
    server: str


class Problem(msgspec.Struct, frozen=True):
    """The body of every refusal."""

    code: str
    detail: dict[str, Any] = msgspec.field(default_factory=dict)  # scalar facts about the refusal
