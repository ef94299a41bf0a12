"""What a form keeps, refuses and gives back, for every kind that has one."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.errors import InvalidInput
from desktop.services.record_form import (
    Unread,
    Value,
    changed,
    empty_values,
    record_values,
    values_from_json,
    values_to_json,
)
from protocol.kinds.care import Licence, MobilityDiagnosis, MobilityObstacle, Relay, RelayState
from protocol.kinds.declare import FieldSpec, Shape, spec_of

DIAGNOSIS, RELAY = spec_of(MobilityDiagnosis), spec_of(Relay)


def typed(item: FieldSpec) -> st.SearchStrategy[Value]:
    """What may stand in a field while somebody types."""
    codes = [str(code) for code in item.codes or ("x",)]
    shapes: dict[Shape, st.SearchStrategy[Value]] = {
        Shape.CODE: st.sampled_from(codes),
        Shape.CODES: st.frozensets(st.sampled_from(codes)),
        Shape.FLAG: st.booleans(),
        Shape.INTEGER: st.integers(0, 500) | st.builds(Unread, st.text(min_size=1)),
        Shape.DATE: st.dates(date(2000, 1, 1), date(2100, 1, 1)) | st.builds(Unread, st.text()),
        Shape.TEXT: st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        Shape.ID: st.just("0190a5a0-0000-7000-8000-000000000001"),
    }
    return shapes[item.shape] | st.none()


@st.composite
def filled(draw: st.DrawFn) -> dict[str, Value]:
    names = draw(st.lists(st.sampled_from(sorted(empty_values(DIAGNOSIS))), unique=True))
    return {name: draw(typed(DIAGNOSIS.by_name[name])) for name in names}


@given(filled())
def test_a_draft_gives_back_what_was_typed_be_it_readable_or_not(values: dict[str, Value]) -> None:
    kept = json.dumps(values_to_json(values))
    back = values_from_json(DIAGNOSIS, json.loads(kept))
    for name, value in values.items():
        if isinstance(value, Unread):
            value = Unread(value.text.replace("\0", ""))
        assert back[name] == (frozenset() if value is None and name in _SETS else value)


_SETS = {"obstacles", "answers"}


def test_an_empty_field_and_nothing_are_the_same() -> None:
    assert changed({"synthesis": "", "obstacles": frozenset()}, {"synthesis": None}) == {}
    assert changed({"synthesis": "Vélo."}, {"synthesis": None}) == {"synthesis": "Vélo."}


def test_values_become_those_of_the_record() -> None:
    values = record_values(
        DIAGNOSIS,
        {"licence": "b", "obstacles": frozenset({"fear"}), "synthesis": "  ", "insured": False},
    )
    assert values == {
        "licence": Licence.B,
        "obstacles": frozenset({MobilityObstacle.FEAR}),
        "synthesis": None,
        "insured": False,
    }


def test_a_code_from_a_newer_version_is_given_back_as_it_came() -> None:
    values = record_values(RELAY, {"state": "postponed_by_2028"})
    assert values["state"] == RelayState("postponed_by_2028")


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"max_kilometres": Unread("loin")}, "max_kilometres", "not_understood"),
        ({"max_kilometres": 5_000}, "max_kilometres", "out_of_range"),
        ({"max_kilometres": -1}, "max_kilometres", "out_of_range"),
        ({"reviewed_on": None}, "reviewed_on", "missing"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    values: dict[str, Value], field: str, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_values(DIAGNOSIS, values)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_what_was_typed_is_not_told_when_values_are_printed() -> None:
    assert "canari" not in repr(Unread("canari"))
