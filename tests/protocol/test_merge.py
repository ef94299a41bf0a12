"""Merging fields: nothing is lost, and the order in which laptops come home does not matter."""

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.kinds import FieldSpec, FollowUp, Person, Rule, Shape, Tier, spec_of
from protocol.merge import Outcome, Version, append, apply_set, merge, set_change, version_after
from protocol.values import Wire, check_value

PHONE = spec_of(Person).by_name["phone1"]
DISCRETION = spec_of(Person).by_name["discretion"]
BIRTH_BY = spec_of(Person).by_name["created_by"]
SUMMARY = spec_of(FollowUp).by_name["summary"]
THEMES = spec_of(FollowUp).by_name["themes"]
VISITS = FieldSpec(
    "visits", "Visites", Rule.COUNTER, Tier.SERVICE, Shape.INTEGER, 0, False, None, 0, ()
)
CODES = st.lists(st.sampled_from("abcdef"), unique=True).map(sorted)
CREATED = Version(1, None, 0)


@dataclass(frozen=True)
class Edit:
    """What one device sends about one field."""

    device: str
    value: Any
    hlc: int
    base: int = 1


def play(item: FieldSpec, start: Wire, edits: tuple[Edit, ...]) -> tuple[Wire, list[Wire]]:
    """Return what is stored after edits arrived in this order, and what went to conflicts."""
    stored, version, aside = start, CREATED, []
    for seq, edit in enumerate(edits, start=2):
        before = stored
        stored, outcome = merge(
            item, stored, version, edit.value, base=edit.base, device=edit.device, hlc=edit.hlc
        )
        if outcome is Outcome.LOST:
            aside.append(edit.value)
        if outcome is Outcome.WON:
            aside.append(before)
        version = version_after(
            outcome, version, seq=seq, base=edit.base, device=edit.device, hlc=edit.hlc
        )
    return stored, aside


EDITS = st.lists(
    st.builds(
        Edit,
        st.sampled_from("ABC"),
        st.sampled_from(["05 49", "06 12", "07 77", None]),
        st.integers(0, 5),
    ),
    min_size=2,
    max_size=3,
    unique_by=lambda edit: edit.device,
).map(tuple)


@given(EDITS)
@pytest.mark.invariant(3, 10)
def test_the_winner_of_a_crossed_edit_does_not_depend_on_who_comes_home_first(
    edits: tuple[Edit, ...],
) -> None:
    ends = {play(PHONE, "start", order)[0] for order in permutations(edits)}
    assert len(ends) == 1


@given(EDITS, st.permutations([0, 1, 2]))
@pytest.mark.invariant(1)
def test_every_value_somebody_typed_is_shown_or_in_a_conflict(
    edits: tuple[Edit, ...], order: list[int]
) -> None:
    arrival = tuple(edits[place] for place in order if place < len(edits))
    shown, aside = play(PHONE, "start", arrival)
    assert {edit.value for edit in edits} <= {shown, *aside}


@given(st.integers(-10, 10), st.integers(-10, 10))
@pytest.mark.invariant(8)
def test_an_edit_made_with_the_other_before_ones_eyes_is_never_a_conflict(
    one_clock: int, other_clock: int
) -> None:
    seen = (Edit("A", "05 49", one_clock), Edit("B", "06 12", other_clock, base=2))
    assert play(PHONE, None, seen) == ("06 12", [])


@given(CODES, st.lists(st.tuples(CODES, CODES), max_size=4))
@pytest.mark.invariant(10)
def test_joined_choices_do_not_depend_on_order_when_nobody_undoes_the_other(
    start: list[str], changes: list[tuple[list[str], list[str]]]
) -> None:
    added = {code for more, _fewer in changes for code in more}
    safe = [[more, [code for code in fewer if code not in added]] for more, fewer in changes]
    ends = []
    for order in permutations(safe):
        stored: Wire = start or None
        for change in order:
            stored = apply_set(stored, change)
        ends.append(stored)
    assert all(end == ends[0] for end in ends)


@given(CODES, CODES)
def test_the_change_of_a_set_leads_from_one_to_the_other(
    before: list[str], after: list[str]
) -> None:
    assert apply_set(before or None, set_change(before, after)) == (after or None)


@given(CODES, CODES, CODES)
def test_what_two_people_add_is_all_there(start: list[str], one: list[str], two: list[str]) -> None:
    once = apply_set(start or None, [one, []])
    both = apply_set(once, [two, []])
    assert both == (sorted({*start, *one, *two}) or None)


@given(st.lists(st.integers(-100, 100), max_size=6))
@pytest.mark.invariant(10)
def test_counters_add_up_in_any_order(deltas: list[int]) -> None:
    ends = set()
    for order in (deltas, deltas[::-1], sorted(deltas)):
        total: Wire = None
        for delta in order:
            total, _outcome = merge(VISITS, total, CREATED, delta, base=0, device="A", hlc=0)
        ends.add(total or 0)
    assert ends == {sum(deltas)}


@given(CODES, CODES)
def test_a_journal_keeps_its_order_and_never_repeats_itself(one: list[str], two: list[str]) -> None:
    once = append(append(None, one), two)
    assert append(once, two) == once
    assert once == (one + [entry for entry in two if entry not in one] or None)


@given(
    st.sampled_from(DISCRETION.protective),
    st.sampled_from(DISCRETION.protective),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_the_more_protective_of_two_crossed_values_stands(
    one: str, other: str, one_clock: int, other_clock: int
) -> None:
    crossed = (Edit("A", one, one_clock), Edit("B", other, other_clock))
    if one == other:
        return
    most = max(one, other, key=DISCRETION.protective.index)
    for order in permutations(crossed):
        shown, aside = play(DISCRETION, "normal", order)
        assert shown == most
        # Lowering what somebody has just raised is told, never silent.
        assert set(aside) <= {one, other}


def test_sealed_text_written_without_having_seen_the_other_is_left_to_the_laptop() -> None:
    theirs = Version(5, "B", 10)
    assert merge(SUMMARY, "0hers", theirs, "0mine", base=4, device="A", hlc=99) == (
        "0hers",
        Outcome.STALE,
    )
    assert merge(SUMMARY, "0hers", theirs, "0joined", base=5, device="A", hlc=0) == (
        "0joined",
        Outcome.TAKEN,
    )


def test_who_made_a_record_cannot_be_rewritten() -> None:
    merged = merge(BIRTH_BY, "claire", CREATED, "mehdi", base=99, device="A", hlc=99)
    assert merged == ("claire", Outcome.REFUSED)


@pytest.mark.parametrize("device", ["A", "B"])
def test_two_devices_that_typed_the_same_do_not_disagree(device: str) -> None:
    merged = merge(PHONE, "05 49", Version(5, "B", 1), "05 49", base=0, device=device, hlc=9)
    assert merged == ("05 49", Outcome.EQUAL)


@given(st.lists(st.integers(-(2**28), 2**31 - 1), max_size=8))
def test_nobody_adds_so_much_to_a_counter_that_a_laptop_refuses_it(added: list[int]) -> None:
    held: Wire = 0
    for one in added:
        held, _ = merge(VISITS, held, CREATED, one, base=1, device="A", hlc=1)
        check_value(VISITS, held, strict_codes=False)
