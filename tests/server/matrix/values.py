"""A value for every field of every kind, made from its declaration."""

from collections.abc import Callable, Mapping
from typing import Any

from protocol.kinds import FieldSpec, KindSpec, Rule, Shape
from protocol.values import AUTHOR_KEY, CIRCLE_KEY, CLEAR_KEY
from tests.server.matrix.promises import office_writes, signatures_of
from tests.support.raw_device import Op, fresh_id

Value = Any  # a wire value, or the change of a set

_INSTANTS = ("2026-11-24T08:40:00Z", "2031-03-04T09:00:00Z")
_DATES = ("2026-11-24", "2031-03-04")
"""The second is far ahead: a place that is given it stays open."""


def record(
    spec: KindSpec, *, author: str, dossier: str, mark: str, rid: str | None = None, **given: Value
) -> Op:
    """Return the creation of a record with every field filled; ``mark`` is in each of its texts."""
    rid = rid or fresh_id()
    fields = {item.name: sample(item, mark, turn=0) for item in spec.fields}
    fields |= dict.fromkeys(signatures_of(spec), author)
    if "professional" in fields:
        fields["professional"] = author
    if spec.bucket_field not in (None, "id", "created_by"):
        fields[str(spec.bucket_field)] = dossier
    for name in office_writes(spec):
        del fields[name]
    return Op(spec.name, rid, {**fields, **given})


def edit(op: Op, item: FieldSpec, mark: str, *, base: int) -> Op:
    """Return an edit of one field of a record, to something else."""
    return Op(op.kind, op.rid, {item.name: sample(item, mark, turn=1)}, base=base)


def after(item: FieldSpec, before: Value, sent: Value) -> Value:
    """Return what is stored once an edit was accepted."""
    if item.rule is Rule.SET:
        added, removed = sent
        return sorted({*(before or []), *added} - set(removed)) or None
    if item.rule is Rule.COUNTER:
        return (before or 0) + sent
    if item.rule is Rule.APPEND_ONLY:
        return [*(before or []), *(entry for entry in sent if entry not in (before or []))]
    return sent


def sample(item: FieldSpec, mark: str, *, turn: int) -> Value:
    """Return what a field holds first (``turn`` 0), or what an edit sends (1)."""
    if item.rule is Rule.SEALED_TEXT or item.shape is Shape.SEALED:
        key = AUTHOR_KEY if item.shape is Shape.SEALED else CLEAR_KEY
        key = CIRCLE_KEY if item.for_circle else key
        return f'{key}"{mark} {turn}"'
    if item.rule is Rule.SAFETY:
        return item.protective[turn]
    if item.rule is Rule.COUNTER:
        return -1 if turn else 1  # given back, which no bound refuses to anybody
    return _MAKERS[item.shape](item, mark, turn)


def _text(item: FieldSpec, mark: str, turn: int) -> Value:
    return f"{turn}9174 {mark} {item.name}"[: item.limit]


def _code(item: FieldSpec, _mark: str, turn: int) -> Value:
    return _codes_of(item)[turn]


def _codes(item: FieldSpec, _mark: str, turn: int) -> Value:
    first, *_others, last = codes = _codes_of(item)
    return [[last], [first]] if turn else sorted(codes[:-1])


def _codes_of(item: FieldSpec) -> list[str]:
    assert item.codes is not None
    return [str(code) for code in item.codes]


_MAKERS: Mapping[Shape, Callable[[FieldSpec, str, int], Value]] = {
    Shape.TEXT: _text,
    Shape.CODE: _code,
    Shape.CODES: _codes,
    Shape.ID: lambda _item, _mark, _turn: fresh_id(),
    Shape.DATE: lambda _item, _mark, turn: _DATES[turn],
    Shape.INSTANT: lambda _item, _mark, turn: _INSTANTS[turn],
    Shape.INTEGER: lambda _item, _mark, turn: 45 + turn,
    Shape.NUMBER: lambda _item, _mark, turn: 46.25 + turn,
    Shape.FLAG: lambda _item, _mark, turn: bool(turn),
    Shape.ENTRIES: lambda item, mark, turn: [_text(item, mark, turn)],
}
