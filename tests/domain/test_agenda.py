"""Slots of a permanence, double booking, and roads that take longer than there is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.config.clock import PARIS
from desktop.domain.agenda import (
    Point,
    SlotState,
    Span,
    Stop,
    Trouble,
    Wish,
    clashes,
    clashes_of,
    lasting,
    road_km,
    road_minutes,
    slots,
    usual_delay,
)
from protocol.kinds.agenda import HalfDay, Weekday

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MELLE, THOUARS = Point(46.22033, -0.14645), Point(46.97646, -0.21495)
LATER = MORNING - timedelta(days=1)

moments = st.integers(0, 240).map(lambda minutes: MORNING + timedelta(minutes=minutes))
spans = st.builds(lasting, moments, st.integers(0, 90))


def states(found: list[SlotState]) -> str:
    return "".join(state.value[0] for state in found)


@given(
    st.integers(0, 300),
    st.sampled_from([30, 45, 60]),
    st.lists(spans, max_size=4),
    st.lists(spans, max_size=2),
    moments,
)
def test_slots_are_what_a_minute_by_minute_look_at_the_morning_says(
    minutes: int, size: int, busy: list[Span], away: list[Span], now: datetime
) -> None:
    found = slots(lasting(MORNING, minutes), size, busy, away, now)
    expected = []
    for start in range(0, minutes - size + 1, size):
        inside = [MORNING + timedelta(minutes=start + at) for at in range(size)]
        if _any_within(inside, away):
            continue
        taken = _any_within(inside, busy)
        past = SlotState.PAST if inside[0] <= now else SlotState.FREE
        expected.append((inside[0], SlotState.TAKEN if taken else past))
    assert [(slot.span.starts_at, slot.state) for slot in found] == expected


def _any_within(minutes: list[datetime], spans_: list[Span]) -> bool:
    return any(span.starts_at <= minute < span.ends_at for minute in minutes for span in spans_)


def test_the_night_the_hour_changes_a_permanence_still_lasts_three_hours() -> None:
    start = datetime(2026, 10, 25, 1, 0, tzinfo=PARIS)
    found = slots(lasting(start, 180), 45, [], [], LATER - timedelta(days=90))
    assert len(found) == 4
    assert found[-1].span.ends_at - found[0].span.starts_at == timedelta(hours=3)


def stop(key: str, minutes: int, length: int, place: str = "", point: Point | None = None) -> Stop:
    return Stop(key, lasting(MORNING + timedelta(minutes=minutes), length), place, point)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(5, 60)), max_size=6))
def test_every_pair_that_shares_a_minute_is_told_and_no_other(hours: list[tuple[int, int]]) -> None:
    stops = [stop(str(at), *hour) for at, hour in enumerate(hours)]
    told = {frozenset((c.one.key, c.other.key)) for c in clashes(stops)}
    expected = {
        frozenset((one.key, other.key))
        for one in stops
        for other in stops
        if one.key < other.key
        and any(
            other.span.starts_at <= one.span.starts_at + timedelta(minutes=m) < other.span.ends_at
            for m in range(one.span.minutes)
        )
    }
    assert told == expected


def test_melle_then_thouars_a_quarter_of_an_hour_later_does_not_do() -> None:
    stops = [stop("a", 0, 45, "melle", MELLE), stop("b", 60, 45, "thouars", THOUARS)]
    [clash] = clashes(stops)
    assert clash.trouble is Trouble.ROAD
    assert (clash.one.key, clash.other.key, clash.left) == ("a", "b", 15)
    assert clash.road == 110  # 84,2 km in a straight line, and a third more


def test_there_is_time_for_the_road_over_lunch() -> None:
    assert clashes([stop("a", 0, 45, "m", MELLE), stop("b", 160, 45, "t", THOUARS)]) == []


def test_within_a_lieu_or_off_the_map_there_is_no_road() -> None:
    here = stop("a", 0, 45, "melle", MELLE)
    assert road_minutes(here, stop("b", 45, 45, "melle", MELLE)) == 0
    assert road_minutes(here, stop("b", 45, 45, "", None)) == 0


def test_a_long_meeting_that_ends_last_is_the_one_the_road_begins_from() -> None:
    long = stop("long", 0, 120, "melle", MELLE)
    short = stop("short", 10, 20, "melle", MELLE)
    last = stop("last", 125, 45, "thouars", THOUARS)
    roads = [c for c in clashes([long, short, last]) if c.trouble is Trouble.ROAD]
    assert [(c.one.key, c.other.key) for c in roads] == [("long", "last")]


def test_what_is_being_moved_does_not_clash_with_itself() -> None:
    stands = stop("a", 0, 45)
    assert clashes_of(stop("a", 15, 45), [stands]) == []
    assert len(clashes_of(stop("b", 15, 45), [stands])) == 1


@given(st.floats(46, 47), st.floats(-0.9, 0.2), st.floats(46, 47), st.floats(-0.9, 0.2))
def test_a_road_is_as_long_back_as_there(a: float, b: float, c: float, d: float) -> None:
    there, back = road_km(Point(a, b), Point(c, d)), road_km(Point(c, d), Point(a, b))
    assert there == pytest.approx(back)
    assert there >= 0


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(None, 45, frozenset(), frozenset()), True),
        (Wish("melle", 45, frozenset({Weekday.TUESDAY}), frozenset({HalfDay.MORNING})), True),
        (Wish("niort", 45, frozenset(), frozenset()), False),
        (Wish(None, 60, frozenset(), frozenset()), False),
        (Wish(None, 45, frozenset({Weekday.MONDAY}), frozenset()), False),
        (Wish(None, 45, frozenset(), frozenset({HalfDay.AFTERNOON})), False),
    ],
)
def test_a_slot_suits_who_can_come_then_and_there(wish: Wish, fits: bool) -> None:
    tuesday = lasting(datetime(2026, 11, 24, 9, 45, tzinfo=PARIS), 45)
    assert wish.fits(tuesday, "melle") is fits


def test_who_can_come_on_some_days_cannot_on_a_sunday() -> None:
    sunday = lasting(datetime(2026, 11, 29, 9, 45, tzinfo=PARIS), 45)
    assert not Wish(None, 45, frozenset(Weekday), frozenset()).fits(sunday, "melle")


def test_the_usual_delay_is_the_middle_one() -> None:
    assert usual_delay([]) is None
    assert usual_delay([3, 90, 21]) == 21


@pytest.mark.parametrize(
    ("minutes", "size"), [(180, 0), (180, -45), (2**31 - 1, 1), (-180, 45), (-(2**28), -1)]
)
def test_a_permanence_that_cannot_be_offers_nothing_and_keeps_nobody_waiting(
    minutes: int, size: int
) -> None:
    assert slots(lasting(MORNING, minutes), size, [], [], MORNING) == []


@pytest.mark.parametrize("latitude", [180.0, -120.0, 2.0**31])
def test_a_lieu_written_down_as_being_off_the_earth_stops_no_agenda(latitude: float) -> None:
    assert road_km(Point(latitude, 0.0), Point(46.3, 170.0)) >= 0
