"""A record while it is typed: the values of its form, their bounds, and how a draft keeps them.

The form of a kind comes from its declaration; nothing here knows of one kind or another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import cast

from desktop.services.errors import InvalidInput
from protocol.ids import PersonId, RecordId
from protocol.kinds.declare import FieldSpec, KindSpec, Record, Rule, Shape, spec_of
from protocol.values import clean_text


@dataclass(frozen=True, slots=True)
class Unread:
    """What was typed in a field and means nothing yet: a draft keeps it, no record does."""

    text: str = field(repr=False)


Value = str | int | bool | date | frozenset[str] | Unread | None
"""What one field of a form holds; an empty text and nothing are the same."""
Values = Mapping[str, Value]

MOST: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("care_accompaniment", "kilometres"): 1_000,
        ("mobility_diagnosis", "max_kilometres"): 500,
        ("mobility_diagnosis", "max_minutes"): 600,
        ("mobility_diagnosis", "monthly_budget"): 10_000,
    }
)
"""The largest number that makes sense in a field; beyond it a finger slipped."""
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class RecordForm:
    """What was typed of one record: all its values when it is new, else those that changed."""

    kind: str
    person: PersonId
    target: RecordId
    """The identifier the record has, or will have once finished."""
    is_new: bool
    values: Values = field(repr=False)


def editable(spec: KindSpec) -> tuple[FieldSpec, ...]:
    """Return the fields a form may hold: those that can be written again."""
    return tuple(item for item in spec.fields if item.rule is not Rule.IMMUTABLE)


def most(kind: str, name: str) -> int:
    """Return the largest number that a field takes."""
    return MOST.get((kind, name), _LARGEST)


def form_values(record: Record) -> dict[str, Value]:
    """Return a record as its form shows it."""
    return {
        item.name: _shown(getattr(record, item.name)) for item in editable(spec_of(type(record)))
    }


def empty_values(spec: KindSpec) -> dict[str, Value]:
    """Return the form of a new record of which nothing is said yet."""
    return {item.name: _shown(item.default) for item in editable(spec)}


def changed(values: Values, original: Values) -> dict[str, Value]:
    """Return what differs from ``original``; an empty text is no change to nothing."""
    return {
        name: value for name, value in values.items() if _bare(value) != _bare(original.get(name))
    }


def record_values(spec: KindSpec, values: Values) -> dict[str, object]:
    """Return the Python values of a record's fields; raise ``InvalidInput`` for the first wrong."""
    return {
        name: _accepted(spec, spec.by_name[name], _bare(value)) for name, value in values.items()
    }


def values_to_json(values: Values) -> dict[str, object]:
    """Return what a draft keeps of values, what could not be read included."""
    return {name: _to_json(value) for name, value in values.items()}


def values_from_json(spec: KindSpec, kept: Mapping[str, object]) -> dict[str, Value]:
    """Return the values a draft kept; fields this version does not know are left out."""
    return {
        name: _from_json(spec.by_name[name], value)
        for name, value in kept.items()
        if name in spec.by_name
    }


def _shown(value: object) -> Value:
    if isinstance(value, frozenset):
        return frozenset(str(code) for code in value)
    if isinstance(value, str):
        return str(value)
    return cast(Value, value)


def _bare(value: Value) -> Value:
    if isinstance(value, str):
        return clean_text(value) if value.strip() else None
    if isinstance(value, frozenset):
        return value or None
    return value


def _accepted(spec: KindSpec, item: FieldSpec, value: Value) -> object:
    if isinstance(value, Unread):
        raise InvalidInput(item.name, "not_understood")
    if item.shape is Shape.CODES and item.codes is not None:
        known = item.codes
        return frozenset(known(code) for code in cast(frozenset[str], value or frozenset()))
    if value is None:
        if item.required:
            raise InvalidInput(item.name, "missing")
        return item.default if item.shape is Shape.FLAG else None
    if item.shape is Shape.CODE and item.codes is not None:
        return item.codes(str(value))
    if item.shape is Shape.INTEGER and not 0 <= cast(int, value) <= most(spec.name, item.name):
        raise InvalidInput(item.name, "out_of_range")
    if isinstance(value, str) and item.shape is Shape.TEXT and len(value) > item.limit:
        raise InvalidInput(item.name, "too_long")
    return value


def _to_json(value: Value) -> object:
    if isinstance(value, Unread):
        return {"unread": clean_text(value.text)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return clean_text(value) if isinstance(value, str) else value


def _from_json(item: FieldSpec, kept: object) -> Value:
    if isinstance(kept, dict):
        return Unread(str(kept.get("unread", "")))
    if item.shape is Shape.CODES:
        return frozenset(str(code) for code in cast(list[object], kept or []))
    if item.shape is Shape.DATE and isinstance(kept, str):
        return date.fromisoformat(kept)
    return cast(Value, kept)
