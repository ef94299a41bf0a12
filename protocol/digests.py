"""Digests by which a laptop and the office prove that they hold the same (protocol.md, "Proof").

Each side computes them from its own rows and never adopts the other's: a copied digest would make
an unnoticed hole permanent. A bucket's digest is a sum, so that one change costs one addition
whatever the bucket holds; so is the root's.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from protocol.values import Wire
from protocol.wire import Root

MODULUS = 1 << 128
"""Digests are integers below it."""


def in_order(data: Mapping[str, Wire]) -> bytes:
    """Return the fields of a record as JSON, in the order of their names."""
    return msgspec.json.encode(data, order="deterministic")


def record_digest(
    kind: str, rid: str, data: Mapping[str, Wire], ordered: bytes | None = None
) -> int:
    """Return the digest of one record: BLAKE2b-128 of ``[kind, rid, {field: value, …}]``.

    Fields in the order of their names, without what is empty, those unknown to this version
    included; numbers without a fraction as integers (as RFC 8785 writes them). ``ordered``:
    ``in_order(data)``, where it is at hand.
    """
    values = data.values()
    if ordered is None or [] in values or not _REWRITTEN.isdisjoint(map(type, values)):
        fields = {
            name: _plain(value) if type(value) is float else value
            for name, value in data.items()
            if value or (value is not None and value != [])
        }
        ordered = in_order(fields)
    canonical = b"%b,%b]" % (msgspec.json.encode((kind, rid))[:-1], ordered)
    return int.from_bytes(hashlib.blake2b(canonical, digest_size=16).digest(), "big")


_REWRITTEN = frozenset({float, type(None)})
"""Types whose values are not digested as they stand."""


def bucket_mark(bucket: str, records: int, digest: int) -> int:
    """Return what a bucket adds to the root; an empty one adds nothing."""
    if not records:
        return 0
    said = f"{bucket} {records} {to_hex(digest)}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=16).digest(), "big")


def root_of(buckets: Iterable[tuple[str, int, int]]) -> Root:
    """Return the root of these buckets: identifier, number of records, digest."""
    held = [item for item in buckets if item[1]]
    total = sum(bucket_mark(*item) for item in held) % MODULUS
    return Root(len(held), sum(records for _, records, _ in held), to_hex(total))


def to_hex(digest: int) -> str:
    """Return the 32 digits a digest travels as."""
    return f"{digest:032x}"


def _plain(value: float) -> Wire:
    return int(value) if value.is_integer() else value
