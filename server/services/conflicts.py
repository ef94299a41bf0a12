"""Conflicts as the office opens them: the value that lost, and whose value stands."""

from datetime import datetime
from typing import cast

import msgspec

from protocol.kinds import BY_CODE, Conflict, spec_of
from protocol.kinds.conflicts import ConflictState, value_mark
from protocol.merge import Version
from protocol.values import CLEAR_KEY, Wire, instant_to_wire
from server.store.records import LIVE, StoredRecord

CONFLICT = spec_of(Conflict)
STANDING = frozenset({"kept_by", "kept_hlc", "kept_mark"})
"""What a conflict says of the value that stands: the office knows, and no laptop says it."""


def standing(version: Version, value: Wire, professional: str | None) -> dict[str, Wire]:
    """Return what a conflict says of the value that stands."""
    told: dict[str, Wire] = {"kept_hlc": version.hlc, "kept_mark": value_mark(value)}
    return told if professional is None else told | {"kept_by": professional}


def new_conflict(
    subject: StoredRecord,
    field: str,
    lost: Wire,
    *,
    rid: str,
    seq: int,
    now: datetime,
    created_by: str,
    lost_by: str | None,
    lost_hlc: int,
    kept: dict[str, Wire],
) -> StoredRecord:
    """Return an open conflict about one field of a record; ``kept`` comes from ``standing``."""
    hlc = max(lost_hlc, cast(int, kept["kept_hlc"]))
    data: dict[str, Wire] = {
        "created_at": instant_to_wire(now),
        "created_by": created_by,
        "dossier": subject.bucket,
        "subject_kind": BY_CODE[subject.kind].name,
        "subject": subject.rid,
        "field": field,
        "lost": CLEAR_KEY + msgspec.json.encode(lost).decode(),
        "lost_hlc": lost_hlc,
        "state": str(ConflictState.OPEN),
        **kept,
    }
    if lost_by is not None:
        data["lost_by"] = lost_by
    return StoredRecord(
        kind=CONFLICT.code,
        rid=rid,
        bucket=subject.bucket,
        tier=str(CONFLICT.tier),
        seq=seq,
        created_seq=seq,
        # Nobody has it yet, the sender included.
        created_device=None,
        created_hlc=hlc,
        hlc=hlc,
        state=LIVE,
        fseq={},
        data=data,
    )
