"""Permanences come again as people say: day by day, on the wall of Paris, holidays apart.

The oracle steps from one day to the next and asks of each whether the rule names it; it knows
nothing of the library.
"""

import calendar
import contextlib
import time as time_module
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.config.clock import PARIS, paris
from desktop.domain.recurrence import (
    UnknownRule,
    ended,
    month_day,
    occurrences,
    read_rule,
    rule_text,
)

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOLIDAYS = {
    *(date(2026, *day) for day in ((1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25), (7, 14))),
    *(date(2026, *day) for day in ((8, 15), (11, 1), (11, 11), (12, 25))),
    *(date(2027, *day) for day in ((1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17), (7, 14))),
    *(date(2027, *day) for day in ((8, 15), (11, 1), (11, 11), (12, 25))),
}
"""Written down by hand from the calendar, not computed."""
SPAN = date(2026, 1, 1), date(2028, 1, 1)


@dataclass(frozen=True)
class Said:
    """A repetition as somebody says it."""

    frequency: str
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    ranks: tuple[tuple[int, int], ...] = ()
    """(2, 1): the second Tuesday; (-1, 4): the last Friday."""
    month_days: frozenset[int] = frozenset()
    until: date | None = None

    @property
    def rule(self) -> str:
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}"]
        named = [DAYS[day] for day in sorted(self.weekdays)]
        named += [f"{rank}{DAYS[day]}" for rank, day in self.ranks]
        if named:
            parts.append(f"BYDAY={','.join(named)}")
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, sorted(self.month_days))))
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)

    def names(self, day: date, first: date) -> bool:
        """The oracle: is this day one of them?"""
        if day < first or (self.until is not None and day > self.until):
            return False
        if self.frequency == "DAILY":
            on_time = (day - first).days % self.interval == 0
            return on_time and (not self.weekdays or day.weekday() in self.weekdays)
        if self.frequency == "WEEKLY":
            weeks = (_monday(day) - _monday(first)).days // 7
            wanted = self.weekdays or {first.weekday()}
            return weeks % self.interval == 0 and day.weekday() in wanted
        months = (day.year - first.year) * 12 + day.month - first.month
        if months % self.interval:
            return False
        length = calendar.monthrange(day.year, day.month)[1]
        if self.month_days:
            return day.day in self.month_days or day.day - length - 1 in self.month_days
        if self.ranks:
            forward, backward = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
            ranked = {(forward, day.weekday()), (backward, day.weekday())}
            return bool(ranked & set(self.ranks))
        return day.day == first.day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def stepped(
    said: Said, first: datetime, since: date, until: date, *, on_holidays: bool
) -> list[datetime]:
    """Walk every day; an hour that the spring takes away is read an hour later."""
    wall = first.astimezone(PARIS)
    found, day = [], since
    while day < until:
        if said.names(day, wall.date()) and (on_holidays or day not in HOLIDAYS):
            moment = datetime.combine(day, wall.time().replace(fold=0), PARIS)
            found.append(moment.astimezone(UTC))
        day += timedelta(days=1)
    return found


weekdays = st.frozensets(st.integers(0, 6), max_size=4)
untils = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
ranks = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.integers(0, 6)), min_size=1, max_size=2
).map(tuple)
month_days = st.frozensets(st.sampled_from([1, 15, 28, 29, 30, 31, -1, -2]), min_size=1, max_size=3)
repetitions = st.one_of(
    st.builds(Said, st.just("DAILY"), st.integers(1, 10), weekdays, until=untils),
    st.builds(Said, st.just("WEEKLY"), st.integers(1, 6), weekdays, until=untils),
    st.builds(Said, st.just("MONTHLY"), st.integers(1, 3), until=untils),
    st.builds(Said, st.just("MONTHLY"), st.integers(1, 3), ranks=ranks, until=untils),
    st.builds(Said, st.just("MONTHLY"), st.integers(1, 3), month_days=month_days, until=untils),
)
firsts = st.builds(
    lambda day, at: datetime.combine(day, at, PARIS),
    st.dates(date(2025, 1, 1), date(2027, 6, 30)),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])),
)


@given(repetitions, firsts, st.booleans(), st.dates(*SPAN), st.integers(1, 120))
@example(Said("WEEKLY"), datetime(2026, 3, 22, 2, 30, tzinfo=PARIS), True, date(2026, 3, 22), 20)
@example(Said("WEEKLY"), datetime(2026, 10, 18, 2, 30, tzinfo=PARIS), True, date(2026, 10, 18), 20)
@example(Said("MONTHLY"), datetime(2026, 1, 31, 9, 0, tzinfo=PARIS), False, date(2026, 1, 1), 365)
def test_a_permanence_comes_on_the_days_that_somebody_with_a_calendar_would_tick(
    said: Said, first: datetime, on_holidays: bool, since: date, days: int
) -> None:
    until = min(since + timedelta(days=days), SPAN[1])
    found = occurrences(first, said.rule, since, until, on_holidays=on_holidays)
    assert [moment.astimezone(UTC) for moment in found] == stepped(
        said, first, since, until, on_holidays=on_holidays
    )


@given(repetitions, firsts, st.dates(*SPAN), st.dates(*SPAN))
def test_two_spans_side_by_side_hold_what_the_whole_holds(
    said: Said, first: datetime, one: date, other: date
) -> None:
    middle, until = sorted((one, other))
    since = middle - timedelta(days=90)
    whole = occurrences(first, said.rule, since, min(until, since + timedelta(days=300)))
    until = min(until, since + timedelta(days=300))
    middle = min(middle, until)
    halves = occurrences(first, said.rule, since, middle)
    halves += occurrences(first, said.rule, middle, until)
    assert halves == whole


@given(st.builds(Said, st.just("WEEKLY"), st.integers(1, 4), weekdays), firsts, st.dates(*SPAN))
def test_a_permanence_that_is_ended_comes_that_day_still_and_never_after(
    said: Said, first: datetime, last: date
) -> None:
    rule = ended(said.rule, last)
    span = max(last - timedelta(days=60), SPAN[0]), last + timedelta(days=60)
    before = [moment for moment in occurrences(first, said.rule, *span) if moment.date() <= last]
    assert occurrences(first, rule, *span) == before


def test_nine_o_clock_stays_nine_o_clock_when_the_hour_changes() -> None:
    first = datetime(2026, 3, 24, 9, 0, tzinfo=PARIS)
    found = occurrences(first, "FREQ=WEEKLY", date(2026, 3, 24), date(2026, 4, 1))
    assert [moment.hour for moment in found] == [9, 9]
    assert found[1].timestamp() - found[0].timestamp() == (7 * 24 - 1) * 3600


def test_the_eleventh_of_november_is_left_out_unless_she_holds_it() -> None:
    first = datetime(2026, 11, 4, 9, 0, tzinfo=PARIS)
    span = date(2026, 11, 1), date(2026, 11, 30)
    assert [d.day for d in occurrences(first, "FREQ=WEEKLY", *span)] == [4, 18, 25]
    held = occurrences(first, "FREQ=WEEKLY", *span, on_holidays=True)
    assert [d.day for d in held] == [4, 11, 18, 25]


def test_a_thirty_first_skips_the_months_that_have_none() -> None:
    first = datetime(2026, 1, 31, 9, 0, tzinfo=PARIS)
    found = occurrences(first, "FREQ=MONTHLY", date(2026, 1, 1), date(2026, 8, 1))
    assert [moment.month for moment in found] == [1, 3, 5, 7]


def test_what_comes_four_times_comes_four_times_wherever_one_looks_from() -> None:
    first = datetime(2026, 1, 6, 9, 0, tzinfo=PARIS)
    rule = "FREQ=WEEKLY;COUNT=4"
    assert [d.day for d in occurrences(first, rule, date(2026, 1, 1), date(2026, 6, 1))] == [
        6,
        13,
        20,
        27,
    ]
    assert [d.day for d in occurrences(first, rule, date(2026, 1, 20), date(2026, 6, 1))] == [
        20,
        27,
    ]


def test_an_end_said_at_greenwich_is_read_on_the_wall_of_paris() -> None:
    first = datetime(2026, 7, 7, 23, 30, tzinfo=PARIS)
    rule = "FREQ=WEEKLY;UNTIL=20260714T220000Z"
    span = date(2026, 7, 1), date(2026, 8, 1)
    found = occurrences(first, rule, *span, on_holidays=True)
    assert [paris(moment).day for moment in found] == [7, 14]


def test_what_has_no_rule_comes_once() -> None:
    first = datetime(2026, 11, 24, 9, 0, tzinfo=PARIS)
    assert occurrences(first, None, date(2026, 11, 24), date(2026, 11, 25)) == [first]
    assert occurrences(first, None, date(2026, 11, 25), date(2027, 11, 25)) == []


def test_the_second_and_the_last_tuesday_are_told_apart() -> None:
    assert month_day(date(2026, 11, 10)) == "2TU"
    assert month_day(date(2026, 9, 29)) == "-1TU"


def test_a_written_rule_is_read_again() -> None:
    text = rule_text("WEEKLY", interval=2, days="TU,TH", until=date(2026, 12, 31))
    rule = read_rule(text)
    assert (rule.frequency, rule.interval, rule.part("BYDAY")) == ("WEEKLY", 2, "TU,TH")
    assert rule.until == datetime(2026, 12, 31, 23, 59, 59)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEEKLY",
        "FREQ=SECONDLY",
        "FREQ=YEARLY",
        "FREQ=WEEKLY;BYHOUR=9",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=9999",
        "FREQ=WEEKLY;COUNT=²",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=WEEKLY;BYDAY=LU",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=MO",
        "FREQ=MONTHLY;BYSETPOS=6;BYDAY=MO",
        "FREQ=WEEKLY;UNTIL=demain",
        "FREQ=WEEKLY;UNTIL=20261231;COUNT=3",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;WKST=LU",
    ],
)
def test_a_rule_that_coffre_does_not_follow_is_said_so(text: str) -> None:
    with pytest.raises(UnknownRule):
        read_rule(text)


@given(st.text(max_size=40))
def test_whatever_is_written_there_a_rule_is_read_or_unknown(text: str) -> None:
    with contextlib.suppress(UnknownRule):
        read_rule(f"FREQ=WEEKLY;{text}")


A_MILLENNIUM_AGO = datetime(1000, 2, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TH", 0),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TH;COUNT=5000", 0),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", 9),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", 0),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=1", 0),
        ("FREQ=MONTHLY;INTERVAL=48;BYDAY=5MO,-5TU", 0),
        ("FREQ=MONTHLY;BYDAY=" + ",".join(["MO", "TU", "WE", "TH", "FR"] * 30), 45),
        ("FREQ=DAILY;COUNT=5000", 0),
    ],
)
def test_a_rule_made_to_keep_laptops_busy_keeps_them_a_moment(rule: str, expected: int) -> None:
    begun = time_module.process_time()
    span = date(2026, 11, 2), date(2027, 1, 4)
    found = [occurrences(A_MILLENNIUM_AGO, rule, *span) for _ in range(20)][-1]
    assert time_module.process_time() - begun < 2
    assert abs(len(found) - expected) <= 3, "holidays apart"


@pytest.mark.parametrize("day", [28, 29, 30, 31])
@pytest.mark.parametrize("rule", ["FREQ=MONTHLY", "FREQ=MONTHLY;COUNT=30"])
def test_the_end_of_a_month_is_kept_however_long_ago_it_began(day: int, rule: str) -> None:
    first = datetime(2024, 1, day, 9, 0, tzinfo=PARIS)
    span = date(2025, 12, 1), date(2026, 7, 1)
    found = [one.date() for one in occurrences(first, rule, *span, on_holidays=True)]
    days = [date(2025, 12, 1) + timedelta(days=at) for at in range((span[1] - span[0]).days)]
    asked = [one for one in days if one.day == day]
    whole = sum(
        calendar.monthrange(year, month)[1] >= day
        for year in (2024, 2025)
        for month in range(1, 13 if year == 2024 else 12)
    )
    assert found == (asked if "COUNT" not in rule else asked[: 30 - whole])
