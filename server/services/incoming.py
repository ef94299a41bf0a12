"""Operations as they arrive, read against the declarations before anything is asked of the store.

A fault in one operation refuses that operation; the others of its batch live.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from protocol import limits, values, wire
from protocol.clock import Hlc, restamp
from protocol.errors import FieldRefused, UnknownKind
from protocol.ids import is_id
from protocol.kinds import KINDS, Conflict, KindSpec, Record, Rule, kind_named, spec_of
from protocol.kinds.declare import FieldSpec
from protocol.values import Wire

CONFLICT = spec_of(Conflict)
_MAX_CLOCK = 2**63 - 1


FIRST_SEALED = 4
"""The first set of declarations whose laptops seal what a circle shares."""
FIRST_WITHOUT_CLEAR = 5
"""The first whose laptops seal their own words too: nothing is written that was retired."""


class OperationRefused(Exception):
    """One operation is refused; ``reason`` is a stable code, ``field`` the field in question."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field

    @property
    def detail(self) -> list[str]:
        """Return what the laptop is told."""
        return [self.reason] if self.field is None else [self.reason, self.field]


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """One operation, its kind and fields known by name; values are not checked yet."""

    index: int
    verb: int
    spec: KindSpec
    rid: str
    base: int
    hlc: int
    values: Mapping[str, Any]


class _Named(NamedTuple):
    """The fields that some operations name."""

    names: tuple[str, ...]
    sealed: tuple[str, ...]
    """Those whose texts are sealed for the circle."""
    retired: tuple[str, ...]
    """Those where nothing is written any more."""


class Reading:
    """Reads the operations of one request: many name the same fields, looked up once."""

    def __init__(self, request: wire.SyncRequest, *, server_ms: int) -> None:
        self._request = request
        self._server_ms = server_ms
        self._named: dict[tuple[int, tuple[int, ...]], _Named] = {}

    def operation(self, index: int) -> Incoming:
        """Return an operation; raise ``OperationRefused``."""
        operation = self._request.ops[index]
        spec = self._check(operation)
        named = self._fields(spec, operation.fields)
        given = dict(zip(named.names, operation.fields[1::2], strict=True))
        if self._request.schema >= FIRST_SEALED:
            _check_sealed(spec, named, given)
        if self._request.schema >= FIRST_WITHOUT_CLEAR:
            _check_retired(named, given)
        return Incoming(
            index=index,
            verb=operation.verb,
            spec=spec,
            rid=operation.rid,
            base=operation.base,
            hlc=_clock(self._request.hlc + operation.hlc, self._server_ms),
            values=given,
        )

    def _check(self, operation: wire.Operation) -> KindSpec:
        if operation.verb not in (wire.PUT, wire.DELETE):
            raise OperationRefused("unknown_verb")
        if not is_id(operation.rid):
            raise OperationRefused("not_an_id", "rid")
        if len(msgspec.json.encode(operation)) > limits.MAX_OP:
            raise OperationRefused("too_large")
        return _kind(self._request, operation.kind)

    def _fields(self, spec: KindSpec, flat: wire.FlatFields) -> _Named:
        if len(flat) % 2:
            raise OperationRefused("malformed")
        numbers = flat[::2]
        if not set(map(type, numbers)) <= {int}:
            raise OperationRefused("unknown_field")
        asked = spec.code, tuple(numbers)
        named = self._named.get(asked)
        if named is None:
            named = self._named[asked] = _named(self._request.fields, spec, numbers)
        return named


def check_creation(spec: KindSpec, given: Mapping[str, Any]) -> dict[str, Wire]:
    """Return the data of a new record; raise ``OperationRefused``."""
    try:
        values.check_kind(spec, given, strict_codes=True)
    except FieldRefused as refused:
        raise OperationRefused(refused.reason, refused.field) from None
    kept = {n: value for n, value in given.items() if value is not None and value != []}
    # mypy sees the hash of a record where that of its class is asked.
    for name in kept.keys() & _sets_of(spec.record):  # type: ignore[arg-type]
        kept[name] = sorted(set(kept[name]))
    return kept


def check_edit(item: FieldSpec, value: Any) -> None:  # straight from the wire
    """Check what an edit does to one field; raise ``OperationRefused``."""
    try:
        if item.rule is Rule.SET:
            _check_set_change(item, value)
        elif item.rule is Rule.COUNTER and value is None:
            raise FieldRefused(item.name, "not_an_integer")
        elif item.rule is Rule.APPEND_ONLY and value is None:
            raise FieldRefused(item.name, "not_a_list")
        else:
            values.check_value(item, value, strict_codes=True)
    except FieldRefused as refused:
        raise OperationRefused(refused.reason, refused.field) from None


def made_again(operation: Incoming, stored: Mapping[str, Any], *, is_deleted: bool) -> Incoming:
    """Return the creation of a record that the office has as the edit that it then is.

    A creation says when the record was made, which no edit does. Of what was deleted it gives the
    sets and counters back as it says them; to what stands (made on two laptops of one person that
    were one) it adds what is missing from the sets, and takes nothing away.
    """
    if "created_at" not in operation.values:
        return operation
    changes = dict(operation.values)
    for name, value in operation.values.items():
        rule, held = operation.spec.by_name[name].rule, stored.get(name)
        if rule is Rule.SET and isinstance(value, list) and all(isinstance(x, str) for x in value):
            known = set(held or ())
            gone = sorted(known - set(value)) if is_deleted else []
            changes[name] = [sorted(set(value) - known), gone]
        elif rule is Rule.COUNTER and type(value) is int:
            changes[name] = value - int(held or 0) if is_deleted else 0
    return msgspec.structs.replace(operation, values=changes)


@cache  # one entry for each kind declared
def _sets_of(record: type[Record]) -> frozenset[str]:
    return frozenset(item.name for item in spec_of(record).fields if item.rule is Rule.SET)


def _kind(request: wire.SyncRequest, number: int) -> KindSpec:
    if not 0 <= number < len(request.kinds):
        raise OperationRefused("unknown_kind")
    try:
        return kind_named(request.kinds[number])
    except UnknownKind:
        raise OperationRefused("unknown_kind") from None


def _named(fields: list[str], spec: KindSpec, numbers: list[int]) -> _Named:
    """Return the fields of a kind that numbers stand for; raise ``OperationRefused``."""
    names: list[str] = []
    for number in numbers:
        if not 0 <= number < len(fields) or fields[number] not in spec.by_name:
            raise OperationRefused("unknown_field")
        if fields[number] in names:
            raise OperationRefused("malformed", fields[number])
        names.append(fields[number])
    return _Named(
        tuple(names),
        sealed=tuple(item.name for item in spec.circle_texts if item.name in names),
        retired=tuple(item.name for item in spec.retired_texts if item.name in names),
    )


def _check_sealed(spec: KindSpec, named: _Named, given: Mapping[str, Any]) -> None:
    """Refuse a text that this office could read, from a laptop that knows how to seal it."""
    for name in named.sealed:
        _check_envelope(name, given[name])
    if spec is not CONFLICT or not isinstance(given.get("lost"), str):
        return
    about = KINDS.get(str(given.get("subject_kind")))
    lost_of = about.by_name.get(str(given.get("field"))) if about else None
    if lost_of is not None and lost_of.for_circle:
        try:
            _check_envelope("lost", msgspec.json.decode(given["lost"][1:]))
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise OperationRefused("not_sealed", "lost") from None


def _check_retired(named: _Named, given: Mapping[str, Any]) -> None:
    """Refuse words in clear where they used to be; emptying them is welcome."""
    for name in named.retired:
        if given[name] is not None:
            raise OperationRefused("not_sealed", name)


def _check_envelope(name: str, value: Any) -> None:  # straight from the wire
    if value is not None and not (isinstance(value, str) and value.startswith(values.CIRCLE_KEY)):
        raise OperationRefused("not_sealed", name)


def _clock(claimed: int, server_ms: int) -> int:
    return restamp(Hlc(min(max(claimed, 0), _MAX_CLOCK)), server_ms)


def _check_set_change(item: FieldSpec, value: Any) -> None:  # straight from the wire
    if not isinstance(value, list) or len(value) != 2:
        raise FieldRefused(item.name, "not_a_set_change")
    added, removed = value
    if not isinstance(removed, list):
        raise FieldRefused(item.name, "not_a_set_change")
    values.check_value(item, added if added != [] else None, strict_codes=True)
    if not isinstance(added, list):
        raise FieldRefused(item.name, "not_a_set_change")
    # What is removed may be a code that no version declares any more.
    values.check_value(item, removed, strict_codes=False)
