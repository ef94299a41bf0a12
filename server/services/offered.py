"""What a laptop offers of a dossier that it leaves, in case a restored office has forgotten it.

Or of a record that somebody deleted there. Each value comes as a conflict of nobody's. One that
stands, stood before, or waits in another conflict is before somebody already: nothing is made of
it. That it stood before says nothing of one that waited to be settled (docs/protocol.md,
"Realignment").
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.ids import is_id
from protocol.kinds import KINDS
from protocol.values import Wire, value_to_wire
from protocol.wire import PUT
from server.services.conflicts import CONFLICT
from server.services.incoming import Incoming
from server.store import lost_words
from server.store.database import Connection
from server.store.records import DELETED, Key, StoredRecord

Place = tuple[str, str]
"""A record and one of its fields."""


@dataclass(slots=True)
class Kept:
    """Values that no longer stand, of the records that a batch offers or makes again."""

    stood: dict[Place, list[Wire]] = field(default_factory=dict)
    in_conflicts: dict[Place, list[Wire]] = field(default_factory=dict)
    """Of those that are settled as well."""

    def holds(self, rid: str, name: str, value: Wire) -> bool:
        """Tell whether a value stood in a field, or is in a conflict about it."""
        place = rid, name
        return value in self.stood.get(place, ()) or value in self.in_conflicts.get(place, ())

    def knows(self, offered: Mapping[str, Wire], row: StoredRecord | None) -> bool:
        """Tell whether nothing need be made of a conflict that offers a value.

        ``row``: the record it is about, if the office has it.
        """
        rid, name = str(offered["subject"]), str(offered["field"])
        is_read, value = _lost(offered)
        if not is_read:
            return False
        if value in self.in_conflicts.get((rid, name), ()):
            return True
        if not offered["lost_hlc"] and self.holds(rid, name, value):
            return True
        if row is not None:
            return bool(row.data.get(name) == value)
        spec = KINDS.get(str(offered["subject_kind"]))
        item = spec.by_name.get(name) if spec else None
        return item is not None and value == value_to_wire(item, item.default)

    def note(self, conflict: Mapping[str, Wire]) -> None:
        """Remember the value of one more conflict: the next operations may say it again."""
        is_read, value = _lost(conflict)
        if is_read:
            place = str(conflict["subject"]), str(conflict["field"])
            self.in_conflicts.setdefault(place, []).append(value)


def is_offer(given: Mapping[str, Any]) -> bool:  # straight from the wire
    """Tell whether a conflict holds what was typed by nobody knows whom.

    Nor when, unless it waited in a conflict that its laptop still had.
    """
    return given.get("lost_by") is None


def find_kept(
    connection: Connection,
    rows: Mapping[Key, StoredRecord],
    operations: Collection[Incoming],
    lost: Collection[str],
) -> Kept:
    """Return what no longer stands of what an author offers, or makes again.

    Of dossiers that she has lost, and of records that were deleted.
    """
    wanted: dict[int, set[str]] = {}
    buckets = set(lost)
    kept = Kept()
    for operation in operations:
        key = _offered(operation, rows, lost)
        if key is not None:
            wanted.setdefault(key[0], set()).add(key[1])
            if operation.spec is CONFLICT:
                buckets.add(str(operation.values.get("dossier")))
    for kind, rids in wanted.items():
        for rid, name, value in lost_words.words_before(connection, kind, rids):
            kept.stood.setdefault((rid, name), []).append(value)
    subjects = [rid for rids in wanted.values() for rid in rids]
    if subjects:
        for rid, name, told, _by in lost_words.lost_words(connection, buckets, subjects):
            kept.note({"subject": rid, "field": name, "lost": told})
    return kept


def _offered(
    operation: Incoming, rows: Mapping[Key, StoredRecord], lost: Collection[str]
) -> Key | None:
    """Return the record that an operation offers something of, deleted or of a lost dossier."""
    given = operation.values
    if operation.verb != PUT:
        return None
    if operation.spec is CONFLICT:
        about = KINDS.get(str(given.get("subject_kind")))
        if about is None or not is_id(given.get("subject")) or not is_offer(given):
            return None
        key, dossier = (about.code, str(given["subject"])), str(given.get("dossier"))
        row = rows.get(key)
        is_deleted = row is not None and row.state == DELETED and row.bucket == dossier
        return key if dossier in lost or is_deleted else None
    row = rows.get((operation.spec.code, operation.rid))
    return row.key if row is not None and row.bucket in lost and "created_at" in given else None


def _lost(conflict: Mapping[str, Wire]) -> tuple[bool, Wire]:
    """Return the value of a conflict, and whether it is one: a laptop wrote it."""
    try:
        return True, msgspec.json.decode(str(conflict["lost"])[1:])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False, None
