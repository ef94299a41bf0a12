"""When to meet next: the person's own interval, at her hour, on a day when doors are open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.holidays import holiday_name
from desktop.domain.next_meeting import USUAL_INTERVAL, next_meeting

PARIS = ZoneInfo("Europe/Paris")


def at(day: str, hour: str = "09:30") -> datetime:
    """Return a moment on a wall clock of the Département."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


working_hours = st.builds(
    lambda day, minutes: datetime(2020, 1, 1, 8, tzinfo=PARIS) + timedelta(day, minutes * 60),
    st.integers(0, 7_300),
    st.integers(0, 10 * 60),
)


@given(working_hours, st.lists(st.integers(1, 400), max_size=4))
def test_a_proposal_never_falls_on_a_week_end_or_a_holiday(last: datetime, gaps: list[int]) -> None:
    past = [last - timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    proposed = next_meeting(past, last)
    assert proposed.weekday() < 5
    assert holiday_name(proposed.date()) is None


@given(working_hours, st.lists(st.integers(1, 400), max_size=4))
def test_a_proposal_keeps_the_hour_on_the_wall_and_comes_within_seven_months(
    last: datetime, gaps: list[int]
) -> None:
    past = [last - timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    proposed = next_meeting(past, last)
    assert proposed.time() == last.time()
    assert proposed.tzinfo is last.tzinfo
    assert timedelta(days=7) <= proposed.date() - last.date() <= timedelta(days=200)


@given(working_hours, st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_the_order_in_which_meetings_are_known_changes_nothing(
    last: datetime, gaps: list[int]
) -> None:
    past = [last - timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    assert next_meeting(past[::-1], last) == next_meeting([*past, last], last)


@pytest.mark.parametrize(
    ("last", "expected"),
    [("2026-10-20", "2026-11-17"), ("2026-03-16", "2026-04-13")],
    ids=["to winter time", "to summer time"],
)
def test_half_past_nine_stays_half_past_nine_when_the_hour_changes(
    last: str, expected: str
) -> None:
    proposed = next_meeting([], at(last))
    assert proposed == at(expected)
    assert proposed.utcoffset() != at(last).utcoffset()


def test_somebody_met_once_is_met_again_in_a_month() -> None:
    assert next_meeting([], at("2026-09-01")) == at("2026-09-29")
    assert timedelta(days=28) == USUAL_INTERVAL


def test_a_person_keeps_her_own_interval_and_her_day_of_the_week() -> None:
    assert next_meeting([at("2026-09-01")], at("2026-09-15")) == at("2026-09-29")
    assert next_meeting([at("2026-09-01")], at("2026-09-16")) == at("2026-09-30")


def test_two_meetings_in_one_week_do_not_make_a_habit_of_every_other_day() -> None:
    assert next_meeting([at("2026-09-01")], at("2026-09-03")) == at("2026-09-10")


def test_after_a_year_away_the_usual_month_is_proposed() -> None:
    assert next_meeting([at("2025-08-01")], at("2026-09-01")) == at("2026-09-29")


def test_a_meeting_due_on_armistice_day_or_at_easter_waits_for_an_open_door() -> None:
    assert next_meeting([], at("2026-10-14")) == at("2026-11-12")
    assert next_meeting([], at("2026-03-09")) == at("2026-04-07")
