"""Values keep their meaning between Python, the wire and a column, and nonsense is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.clock import from_millis
from protocol.errors import FieldRefused
from protocol.kinds import (
    KINDS,
    SYNCED,
    Appointment,
    Conflict,
    FieldSpec,
    KindSpec,
    Person,
    Place,
    Record,
    Shape,
    spec_of,
)
from protocol.kinds.follow_ups import ClinicalNote, FollowUp
from protocol.kinds.persons import Discretion
from protocol.values import (
    Wire,
    check_kind,
    check_value,
    clean_text,
    column_value,
    from_column,
    from_wire,
    glance_at,
    instant_from_wire,
    instant_to_wire,
    to_wire,
)
from tests.protocol.records import records

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
FIELDS = [item for spec in KINDS.values() for item in spec.fields]
PERSON = spec_of(Person)


@given(records())
def test_a_record_comes_back_from_the_wire_as_it_left(record: Record) -> None:
    spec = spec_of(type(record))
    sent = msgspec.json.decode(msgspec.json.encode(to_wire(record)))

    check_kind(spec, sent, strict_codes=True)
    assert from_wire(type(record), record.id, sent) == record


@given(records())
def test_a_record_comes_back_from_its_columns_as_it_went(record: Record) -> None:
    spec = spec_of(type(record))
    columns = {name: column_value(value) for name, value in to_wire(record).items()}

    back = {name: from_column(spec.by_name[name], value) for name, value in columns.items()}
    assert back == to_wire(record)


@given(st.sampled_from(FIELDS), ANYTHING, st.booleans())
def test_whatever_arrives_for_a_field_is_taken_or_refused_and_never_crashes(
    item: FieldSpec, value: Any, strict: bool
) -> None:
    try:
        check_value(item, value, strict_codes=strict)
    except FieldRefused:
        return
    json.dumps(value, allow_nan=False)


@pytest.mark.parametrize("number", [10**400, -(10**400), 2**63, float("inf"), float("nan"), True])
def test_a_number_that_no_column_holds_is_refused(number: float) -> None:
    with pytest.raises(FieldRefused, match="not_a_number"):
        check_value(spec_of(Place).by_name["latitude"], number, strict_codes=True)


def test_a_clock_value_fits_where_conflicts_keep_it() -> None:
    lost_hlc = spec_of(Conflict).by_name["lost_hlc"]
    check_value(lost_hlc, from_millis(1_795_000_000_000), strict_codes=True)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("birth_name", None, "missing"),
        ("birth_name", 3, "not_text"),
        ("birth_name", "a\x00b", "not_text"),
        ("birth_name", "\ud800", "not_text"),
        ("birth_name", "x" * 101, "too_long"),
        ("birth_date", "2026-02-30", "not_a_date"),
        ("birth_date", "2026-2-3", "not_a_date"),
        ("birth_date", "2026-02-03T00:00:00Z", "not_a_date"),
        ("created_at", "2026-11-24T08:40:00+01:00", "not_an_instant"),
        ("created_at", "2026-11-24T25:00:00Z", "not_an_instant"),
        ("created_by", "Claire", "not_an_id"),
        ("discretion", "very", "unknown_code"),
        ("interpreter_needed", 1, "not_a_flag"),
        ("request", "no key", "unknown_key"),
        ("request", "", "unknown_key"),
        ("request", "0" + "x" * 4_001, "too_long"),
    ],
)
def test_a_value_that_breaks_its_declaration_is_refused_with_a_stable_reason(
    name: str, value: object, reason: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        check_value(PERSON.by_name[name], value, strict_codes=True)
    assert refused.value.reason == reason


def test_a_laptop_keeps_a_code_it_does_not_know_and_the_server_refuses_it() -> None:
    discretion = PERSON.by_name["discretion"]

    check_value(discretion, "next_year", strict_codes=False)
    with pytest.raises(FieldRefused):
        check_value(discretion, "next_year", strict_codes=True)


def test_a_clinical_note_in_clear_is_never_taken() -> None:
    with pytest.raises(FieldRefused, match="not_sealed"):
        check_value(spec_of(ClinicalNote).by_name["body"], "0en clair", strict_codes=True)


def test_a_refusal_never_quotes_the_value() -> None:
    with pytest.raises(FieldRefused) as refused:
        check_value(PERSON.by_name["birth_date"], "Bernard", strict_codes=True)
    assert "Bernard" not in str(refused.value)


def test_a_field_of_a_newer_version_does_not_disturb_an_older_laptop() -> None:
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T08:40:00Z",
        "created_by": "0199c0de-0000-7000-8000-0000000000d1",
        "birth_name": "Bernard",
        "first_name": "Sylvie",
        "from_next_year": 3,
    }
    person = from_wire(Person, "0199c0de-0000-7000-8000-0000000000d2", data)
    assert person.discretion is Discretion.NORMAL


def test_a_record_without_what_it_needs_is_refused() -> None:
    with pytest.raises(FieldRefused, match="missing"):
        from_wire(Person, "0199c0de-0000-7000-8000-0000000000d2", {"birth_name": "Bernard"})


@given(st.text())
def test_cleaned_text_is_always_storable_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    check_value(_any_length(FollowUp, "summary"), "0" + cleaned, strict_codes=True)


def test_an_instant_is_written_in_universal_time() -> None:
    melle = datetime(2026, 11, 24, 9, 40, tzinfo=timezone(timedelta(hours=1)))
    assert instant_to_wire(melle) == "2026-11-24T08:40:00Z"
    assert instant_to_wire(melle.astimezone(UTC)) == "2026-11-24T08:40:00Z"


def _any_length(kind: type[Record], name: str) -> FieldSpec:
    item = spec_of(kind).by_name[name]
    assert item.shape is Shape.TEXT
    return item


@given(kind=st.sampled_from(tuple(SYNCED.values())), data=st.data())
def test_a_glance_never_lets_through_what_the_check_would_refuse(
    kind: KindSpec, data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from(kind.fields))
    value = data.draw(
        st.one_of(
            st.text(),
            st.text(alphabet="0123456789-T:Zé\u0661", min_size=10, max_size=20),
            st.sampled_from(["2026-02-30", "2026-02-29", "2028-02-29", "1é", "0\x00", "\ud800"]),
            st.integers(),
            st.booleans(),
            st.floats(),
            st.lists(st.text(max_size=8), max_size=4),
            st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
        )
    )
    if glance_at(item)(value):
        check_value(item, value, strict_codes=True)


@pytest.mark.parametrize("moment", ["1000-01-01T00:00:00Z", "2999-12-31T23:59:59Z"])
@pytest.mark.parametrize("minutes", [-(2**28), 2**31 - 1])
def test_minutes_that_pass_can_be_added_to_any_moment_that_passes(
    moment: str, minutes: int
) -> None:
    fields = spec_of(Appointment).by_name
    check_value(fields["starts_at"], moment, strict_codes=True)
    check_value(fields["minutes"], minutes, strict_codes=True)
    ends = instant_from_wire(moment) + timedelta(minutes=minutes)
    assert ends - timedelta(days=400) < ends < ends + timedelta(days=400)


@pytest.mark.parametrize("minutes", [-(2**28) - 1, -(2**31) + 1, 2**31])
def test_minutes_that_lead_out_of_the_calendar_are_refused(minutes: int) -> None:
    with pytest.raises(FieldRefused):
        check_value(spec_of(Appointment).by_name["minutes"], minutes, strict_codes=False)
