"""Strategies that make any record of any kind, from the declarations alone."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from protocol.ids import RecordId, uuid7
from protocol.kinds import SYNCED, FieldSpec, KindSpec, Record, Rule, Shape

IDS = st.builds(uuid7, st.integers(0, 2**47), st.binary(min_size=10, max_size=10))
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


def python_values(item: FieldSpec) -> st.SearchStrategy[Any]:  # each shape has its own type
    """Return the Python values that a field may hold."""
    made = _present(item)
    return made if item.required else st.none() | made


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Return any record of any synced kind."""
    spec: KindSpec = draw(st.sampled_from(sorted(SYNCED.values(), key=lambda spec: spec.code)))
    values = {
        item.name: draw(python_values(item))
        for item in spec.fields
        if item.required or draw(st.booleans())
    }
    # What is None for a field that has a default means the default.
    given = {
        name: value
        for name, value in values.items()
        if value is not None or _may_be_none(spec, name)
    }
    return spec.record(id=RecordId(draw(IDS)), **given)


def _may_be_none(spec: KindSpec, name: str) -> bool:
    declared = spec.record.__dataclass_fields__[name]
    return declared.default is None


def _present(item: FieldSpec) -> st.SearchStrategy[Any]:  # each shape has its own type
    if item.rule is Rule.SEALED_TEXT or item.shape is Shape.SEALED:
        return TEXTS.map(lambda text: text[: item.limit])
    if item.shape is Shape.CODE and item.codes is not None:
        return st.sampled_from(list(item.codes))
    if item.shape is Shape.CODES and item.codes is not None:
        return st.frozensets(st.sampled_from(list(item.codes)))
    strategies: dict[Shape, st.SearchStrategy[Any]] = {
        Shape.TEXT: TEXTS.map(lambda text: text[: item.limit]),
        Shape.ID: IDS,
        Shape.DATE: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        Shape.INSTANT: INSTANTS,
        Shape.INTEGER: st.integers(-(2**28), 2**31 - 1),
        Shape.NUMBER: st.floats(-1e6, 1e6),
        Shape.FLAG: st.booleans(),
    }
    return strategies[item.shape]
