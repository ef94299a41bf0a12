"""Identifiers sort by creation, and clocks never go back."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.clock import MAX_FUTURE_MS, Hlc, from_millis, millis, observe, restamp, tick
from protocol.ids import is_id, made_at, uuid7

MOMENTS = st.integers(min_value=0, max_value=2**47)
CLOCKS = st.integers(min_value=0, max_value=2**62).map(Hlc)


@given(MOMENTS, st.binary(min_size=10, max_size=16))
def test_an_identifier_is_a_uuid_of_version_7_in_canonical_form(moment: int, seed: bytes) -> None:
    made = uuid7(moment, seed)
    parsed = uuid.UUID(made)

    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == moment
    assert is_id(made)
    assert made_at(made) == moment


@given(st.uuids(version=4) | st.text(max_size=40))
def test_no_other_identifier_says_when_it_was_made(other: object) -> None:
    with pytest.raises(ValueError, match="UUIDv7"):
        made_at(str(other))


@given(MOMENTS, MOMENTS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_identifiers_sort_by_the_moment_they_were_made(
    one: int, other: int, seed: bytes, another: bytes
) -> None:
    if one < other:
        assert uuid7(one, seed) < uuid7(other, another)


@given(st.text() | st.none() | st.integers())
def test_what_is_not_canonical_is_not_an_identifier(text: object) -> None:
    assert not is_id(text)


def test_capitals_and_braces_are_not_canonical() -> None:
    made = uuid7(1, bytes(10))
    assert not is_id(made.upper().replace("0", "A"))
    assert not is_id("{" + made + "}")
    assert not is_id(made + "\n")


@given(CLOCKS, MOMENTS)
def test_a_clock_always_moves_forward_whatever_the_wall_shows(last: Hlc, wall: int) -> None:
    following = tick(last, wall)

    assert following > last
    assert millis(following) >= wall


@given(CLOCKS, CLOCKS, MOMENTS)
def test_a_laptop_set_to_another_century_drags_nobody_along(
    last: Hlc, seen: Hlc, wall: int
) -> None:
    after = observe(last, seen, wall)

    assert after in (last, max(last, seen))
    if millis(seen) > wall + MAX_FUTURE_MS:
        assert after == last


@given(CLOCKS, MOMENTS)
def test_the_server_restamps_the_future_and_nothing_else(value: Hlc, now: int) -> None:
    stamped = restamp(value, now)

    assert millis(stamped) <= now + MAX_FUTURE_MS
    if millis(value) <= now + MAX_FUTURE_MS:
        assert stamped == value
    else:
        assert stamped == from_millis(now)
