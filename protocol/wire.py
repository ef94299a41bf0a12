"""Messages between a laptop and the office (docs/protocol.md).

JSON in positional arrays with dictionaries of kinds and fields per message, compressed with zstd.
Fields of a change are flat: ``[f, value, f, value, …]`` where ``f`` indexes ``fields``.
"""

from typing import Any, TypeVar

import msgspec

from protocol.errors import MalformedMessage

PROTOCOL_VERSION = 2
"""What this version speaks; 2 brought proofs, erasures and late contributions."""
OLDEST_PROTOCOL = 1
"""The oldest that is still given pages; a laptop older than that may always send its work."""

PUT = 0
"""Verb: create the record or change the fields named."""
DELETE = 1
"""Verb: delete the record; an edit that crosses it wins."""

M = TypeVar("M", bound=msgspec.Struct)

FlatFields = list[Any]  # alternating index and wire value; validated by protocol.values


class Operation(msgspec.Struct, array_like=True, frozen=True):
    """One pending change. ``n`` is implied: the request's ``first_op`` plus its position."""

    verb: int
    kind: int
    """Index into ``kinds``."""
    rid: str
    base: int
    """Last complete cursor the device had when the edit was made."""
    hlc: int
    """Hybrid logical clock, minus the request's ``hlc``."""
    fields: FlatFields


class Position(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended: the next one starts strictly after."""

    seq: int
    kind: int
    """The kind's code."""
    rid: str


class Root(msgspec.Struct, array_like=True, frozen=True):
    """What one side holds of all that a professional reads, in one digest (``digests``)."""

    buckets: int
    """Buckets that hold something."""
    records: int
    digest: str
    """32 hexadecimal digits."""


class SyncRequest(msgspec.Struct, omit_defaults=True, frozen=True):
    """What a laptop sends: its pending changes, and what it has already received."""

    protocol: int = msgspec.field(name="p")
    schema: int = msgspec.field(name="s")
    epoch: str | None = msgspec.field(name="e", default=None)
    """Data set the cursor belongs to; ``None`` at the first contact."""
    hlc: int = msgspec.field(name="h", default=0)
    first_op: int = msgspec.field(name="n0", default=1)
    """Number of the first operation; numbers are gap-free per device, from 1."""
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    fields: list[str] = msgspec.field(name="f", default_factory=list)
    ops: list[Operation] = msgspec.field(default_factory=list)
    cursor: int = msgspec.field(name="c", default=0)
    """Last complete cursor."""
    after: Position | None = msgspec.field(name="a", default=None)
    """Where the previous page ended, while paging."""
    pull: bool = msgspec.field(name="q", default=True)
    """False to only push: a laptop with more batches to send reads at the end."""
    verify: bool = msgspec.field(name="v", default=False)
    """True to be given the root even when nothing is new."""
    anew: bool = msgspec.field(name="w", default=False)
    """True to be given one's own work too: the office was restored, and all is read anew."""
    erased: list[int] = msgspec.field(name="x", default_factory=list)
    """Numbers of the erasures this laptop has carried out since it last said so."""
    erased_notes: list[str] = msgspec.field(name="y", default_factory=list)
    """Clinical notes of its own that went with a meeting of somebody erased, and no page named."""


class Change(msgspec.Struct, array_like=True, frozen=True):
    """One record of a page."""

    kind: int
    """Index into ``kinds``."""
    bucket: str
    rid: str
    seq: int
    whole: bool
    """True: the fields given are all the record holds. False: only those that changed."""
    fields: FlatFields


class Removal(msgspec.Struct, array_like=True, frozen=True):
    """A record to remove from the laptop."""

    kind: int
    rid: str
    seq: int
    cause: str
    """``deleted``, or ``erased``: nothing may remain of it, nor of the dossier it founded."""


class Result(msgspec.Struct, array_like=True, frozen=True):
    """What became of an operation that was not simply accepted."""

    index: int
    """Position in ``ops``."""
    outcome: str
    """``conflict`` (a losing value went to a conflict record), ``stale`` (sealed text to merge on
    the laptop and send again), ``late`` (kept for those who now hold the dossier), ``refused``."""
    detail: list[str]
    """Field names, or the reason of a refusal."""


class SyncReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """What the office answers: an acknowledgement, then one page of what is new."""

    epoch: str = msgspec.field(name="e")
    ack: int
    """Number of the last operation of this device that is durably stored."""
    hlc: int = msgspec.field(name="h")
    """The server's clock, to show times rightly."""
    results: list[Result] = msgspec.field(name="res", default_factory=list)
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    fields: list[str] = msgspec.field(name="f", default_factory=list)
    dropped: list[str] = msgspec.field(name="drop", default_factory=list)
    """Buckets this professional no longer reads; sent with the first page."""
    changes: list[Change] = msgspec.field(name="ch", default_factory=list)
    removals: list[Removal] = msgspec.field(name="del", default_factory=list)
    cursor: int = msgspec.field(name="c", default=0)
    """The new complete cursor; meaningful when ``more`` is absent."""
    more: Position | None = msgspec.field(name="more", default=None)
    """Present when another page follows: send it back as ``after`` with the *old* cursor."""
    pulled: bool = msgspec.field(name="q", default=True)
    root: Root | None = msgspec.field(name="root", default=None)
    """What the office holds for this professional once this page is applied: with the last page,
    when something was new or when it was asked for."""


class BucketDigest(msgspec.Struct, array_like=True, frozen=True):
    """What one side holds of one bucket."""

    bucket: str
    records: int
    digest: str


class RecordDigest(msgspec.Struct, array_like=True, frozen=True):
    """What one side holds of one record."""

    kind: int
    """Index into ``kinds``."""
    rid: str
    digest: str


class DigestsRequest(msgspec.Struct, omit_defaults=True, frozen=True):
    """``POST /v1/digests``: what the office holds, to find where a laptop differs."""

    bucket: str | None = msgspec.field(name="b", default=None)
    """``None``: one line for each bucket. Else: one line for each record of this bucket."""


class DigestsReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """Digests of one moment, that of ``cursor``."""

    epoch: str = msgspec.field(name="e")
    cursor: int = msgspec.field(name="c")
    buckets: list[BucketDigest] = msgspec.field(name="b", default_factory=list)
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    records: list[RecordDigest] = msgspec.field(name="r", default_factory=list)


class RereadRequest(msgspec.Struct, frozen=True):
    """``POST /v1/reread``: give me these records of this bucket again, whole."""

    bucket: str = msgspec.field(name="b")
    kinds: list[str] = msgspec.field(name="t")
    records: list[tuple[int, str]] = msgspec.field(name="r")
    """Index into ``kinds`` and identifier; at most ``limits.PAGE_ROWS``."""


class RereadReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """The records asked for: whole, or removed. One in neither list is unknown to the office."""

    epoch: str = msgspec.field(name="e")
    cursor: int = msgspec.field(name="c")
    kinds: list[str] = msgspec.field(name="t", default_factory=list)
    fields: list[str] = msgspec.field(name="f", default_factory=list)
    changes: list[Change] = msgspec.field(name="ch", default_factory=list)
    removals: list[Removal] = msgspec.field(name="del", default_factory=list)


class PiecesRequest(msgspec.Struct, frozen=True):
    """``POST /v1/pieces/missing``: which pieces of these documents does the office lack?"""

    documents: list[str] = msgspec.field(name="d")
    """At most ``limits.MAX_DOCUMENTS``."""


class MissingPiece(msgspec.Struct, array_like=True, frozen=True):
    """A piece the office lacks."""

    document: int
    """Index into ``documents``."""
    number: int
    """From 0."""


class PiecesReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """One that is closed to who asks, and one that is not known, are not in it."""

    documents: list[str] = msgspec.field(name="d", default_factory=list)
    missing: list[MissingPiece] = msgspec.field(name="m", default_factory=list)


class GiveRequest(msgspec.Struct, frozen=True):
    """``POST /v1/pieces/give``: here is one piece."""

    document: str = msgspec.field(name="d")
    number: int = msgspec.field(name="n")
    body: bytes = msgspec.field(name="b")
    """Encrypted; base64."""


class GiveReply(msgspec.Struct, frozen=True):
    """The piece is on the office's disk."""

    is_new: bool = msgspec.field(name="k")
    """Otherwise the same one was there already."""


class TakeRequest(msgspec.Struct, frozen=True):
    """``POST /v1/pieces/take``: give me one piece."""

    document: str = msgspec.field(name="d")
    number: int = msgspec.field(name="n")


class TakeReply(msgspec.Struct, omit_defaults=True, frozen=True):
    """The piece as it was given; nothing when the office lacks it."""

    body: bytes | None = msgspec.field(name="b", default=None)


class RenewRequest(msgspec.Struct, frozen=True):
    """``POST /v1/devices/renew``: a copied or restored laptop goes on as a new device.

    Signed, like a sync, by the device it was.
    """

    device: str
    device_key: str
    """Ed25519 public key of the new device, hexadecimal."""
    certificate: str
    """The new device's certificate signed by the identity key, base64."""
    proof: str
    """Signature by the new device key over ``signing.renewal_message``, hexadecimal."""


class RenewReply(msgspec.Struct, frozen=True):
    """The new device is known; its operations are numbered from 1."""

    device: str
    epoch: str


class Hello(msgspec.Struct, frozen=True):
    """``GET /v1/hello``: public, tells nothing about anybody."""

    coffre: str
    """Always ``coffre-server``: tells this server from a captive portal."""
    server: str
    """Identifier of this server, bound into signatures."""
    protocol: int
    oldest_protocol: int
    schema: int
    time: str
    """UTC, for information."""


class EnrolRequest(msgspec.Struct, frozen=True):
    """``POST /v1/devices``: an invitation and the public keys of a new laptop."""

    invitation: str
    device: str
    """UUID chosen by the laptop."""
    device_key: str
    """Ed25519 public key, hexadecimal."""
    identity_key: str
    encryption_key: str
    certificate: str
    """The device's certificate signed by the identity key, base64 (docs/vault-format.md)."""
    account_bundle: str
    """The identity's secret keys wrapped with the paper recovery key, base64; the server cannot
    open it."""
    proof: str
    """Signature by the device key over ``signing.enrolment_message``, hexadecimal."""


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


def encode(message: msgspec.Struct) -> bytes:
    """Return the JSON bytes of a message, not yet compressed."""
    return msgspec.json.encode(message)


def decode(body: bytes, message: type[M]) -> M:
    """Return the message of that type in ``body``; raise ``MalformedMessage``."""
    try:
        return msgspec.json.decode(body, type=message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        raise MalformedMessage(type(failure).__name__) from None
