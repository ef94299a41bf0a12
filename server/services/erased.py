"""Keeping out what was erased: no laptop brings back a person who is no more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from protocol.ids import is_id
from protocol.kinds import ClinicalNote, FollowUp, SamePerson, spec_of
from protocol.visibility import bucket_of
from server.services.incoming import Incoming, OperationRefused
from server.store.erasures import Gone
from server.store.records import Key

_NOTE = spec_of(ClinicalNote)
_FOLLOW_UP = spec_of(FollowUp).code
_SAME = spec_of(SamePerson)


@dataclass(frozen=True, slots=True)
class Erased:
    """What is no more, among what a batch names, and what of it the author had."""

    records: Mapping[Key, Gone] = field(default_factory=dict)
    buckets: Collection[str] = ()
    concerned: Collection[str] = ()
    """Buckets that the author had: she is told; to others they never were."""
    meetings: dict[Key, str] = field(default_factory=dict)
    """Those that this batch brought too late, and the buckets of the erased they are of."""

    def check(self, operation: Incoming) -> None:
        """Refuse an operation on what was erased."""
        if not self.records and not self.buckets:
            return
        bucket = self._bucket(operation)
        if bucket is not None:
            if operation.spec.code == _FOLLOW_UP:
                self.meetings[_FOLLOW_UP, operation.rid] = bucket
            raise OperationRefused("erased" if bucket in self.concerned else "grant")

    def _bucket(self, operation: Incoming) -> str | None:
        for key in _named(operation):
            if key in self.records:
                return self.records[key].bucket
            if key in self.meetings:
                return self.meetings[key]
        claimed = (_claimed_bucket(operation), *_joined(operation))
        return next((bucket for bucket in claimed if bucket in self.buckets), None)


def named_records(operations: Iterable[Incoming]) -> set[Key]:
    """Return the records whose erasure would keep these operations out."""
    return {key for operation in operations for key in _named(operation)}


def joined_dossiers(operations: Iterable[Incoming]) -> set[str]:
    """Return the dossiers that these operations say to be one person's, or two persons'."""
    return {dossier for operation in operations for dossier in _joined(operation)}


def _joined(operation: Incoming) -> list[str]:
    """Return both dossiers: it lives in one of them, and would keep words of the other."""
    if operation.spec is not _SAME:
        return []
    named = (operation.values.get(name) for name in ("person", "into"))
    return [cast(str, dossier) for dossier in named if is_id(dossier)]


def _claimed_bucket(operation: Incoming) -> str | None:
    """Return the bucket an operation claims for a new record; ``None`` if it says none."""
    name = operation.spec.bucket_field
    if name is None or (name != "id" and name not in operation.values):
        return None
    bucket = bucket_of(operation.spec, operation.rid, operation.values)
    return bucket if is_id(bucket) else None


def _named(operation: Incoming) -> list[Key]:
    keys = [(operation.spec.code, operation.rid)]
    if operation.spec is _NOTE and is_id(operation.values.get("follow_up")):
        # A note would remain on a meeting that is no more, and nobody could erase it.
        keys.append((_FOLLOW_UP, cast(str, operation.values["follow_up"])))
    return keys
