"""What another team's laptop keeps of records and operations, and how a batch is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.protocol.other_wire import JSON, REFERENCE, Fields

PUT, DELETE = 0, 1
Key = tuple[str, str]
"""Kind and identifier of a record."""

# Where a record lives is in one of its fields; what is not named here lives in the reference.
HOMES = {
    "person": "",
    "person_identifier": "person",
    "circle_member": "person",
    "same_person": "person",
    "appointment": "person",
    "follow_up": "person",
    "conflict": "dossier",
    "clinical_note": "created_by",
    "contact_attempt": "person",
    "waiting": "person",
    "programme": "person",
    "step": "person",
    "workshop_place": "person",
    "care_accompaniment": "person",
    "relay": "person",
    "mobility_diagnosis": "person",
    "unmet_need": "person",
    "handout": "person",
    "correction": "person",
    "document": "person",
    "trip": "created_by",
}


@dataclass
class Held:
    """A record as the office last gave or took it."""

    bucket: str
    fields: Fields


@dataclass(frozen=True)
class Op:
    """One operation, numbered as it is sent."""

    n: int
    verb: int
    kind: str
    rid: str
    base: int
    clock: int
    fields: Fields

    @property
    def key(self) -> Key:
        """Return the record it is about."""
        return self.kind, self.rid


@dataclass
class Told:
    """What the office answered to operations that were not simply accepted."""

    conflicts: list[tuple[Key, list[str]]] = field(default_factory=list)
    stale: list[tuple[Key, list[str]]] = field(default_factory=list)
    late: list[Key] = field(default_factory=list)
    refused: list[tuple[Key, list[str]]] = field(default_factory=list)


def home_of(op: Op) -> str | None:
    """Return the bucket of a record from its creation; none when an edit does not say it."""
    home = HOMES.get(op.kind)
    if home is None:
        return REFERENCE
    return op.fields.get(home) if home else op.rid


def packed(batch: list[Op]) -> Fields:
    """Return the members of a request that say a batch."""
    if not batch:
        return {}
    kinds = sorted({op.kind for op in batch})
    names = sorted({name for op in batch for name in op.fields})
    start = batch[0].clock
    ops = [
        [op.verb, kinds.index(op.kind), op.rid, op.base, op.clock - start, _flat(op.fields, names)]
        for op in batch
    ]
    return {"h": start, "n0": batch[0].n, "t": kinds, "f": names, "ops": ops}


def _flat(fields: Mapping[str, JSON], names: list[str]) -> list[JSON]:
    return [part for name, value in fields.items() for part in (names.index(name), value)]


def changed(present: JSON, value: JSON) -> JSON:
    """Return a field once an operation is taken: sets are told as what changes of them."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        added, removed = value
        return sorted((set(present or []) | set(added)) - set(removed)) or None
    return sorted(set(value)) if isinstance(value, list) else value


def names(op: Op) -> set[str]:
    """Return the identifiers an operation speaks of."""
    return {op.rid, *(value for value in op.fields.values() if isinstance(value, str))}
