"""Rhythms, against a calendar walked day by day that shares nothing with them but the holidays."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.holidays import holiday_name
from desktop.domain.rhythm import (
    FEW_MEETINGS,
    FURTHEST_DAYS,
    MANY_MEETINGS,
    RHYTHMS,
    Standing,
    add_months,
    dates_after,
    moved_to_open_days,
    next_due,
    next_open_day,
    period_end,
    planned_dates,
    renewed_end,
    rupture_on,
    standing,
    usual_cadence,
)
from protocol.kinds.programmes import Cadence, ProgrammeKind

DAY = timedelta(days=1)
WEEKS = {Cadence.WEEKLY: 1, Cadence.FORTNIGHTLY: 2}
MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.TWO_MONTHLY: 2,
    Cadence.QUARTERLY: 3,
    Cadence.SIX_MONTHLY: 6,
}
days = st.dates(date(2019, 1, 1), date(2045, 12, 31))
gaps = st.integers(0, 500).map(lambda count: timedelta(days=count))
walking = st.sampled_from([c for c in Cadence if RHYTHMS[c].phases])


# -- the oracle: slow, plain, and written from the sentences of the law ---------------------------


def months_later(day: date, months: int) -> date:
    """Walk month after month; a date that does not exist is the last one of its month."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    wanted = day.day
    while wanted > monthrange(year, month)[1]:
        wanted -= 1
    return date(year, month, wanted)


def same_weekday_near(day: date, weekday: int) -> date:
    """Look one day further at a time, on both sides."""
    for distance in range(4):
        for found in (day + distance * DAY, day - distance * DAY):
            if found.weekday() == weekday:
                return found
    raise AssertionError("a week has seven days")


def oracle(cadence: Cadence, start: date, anchor: date, count: int) -> list[date]:
    """The dates that follow a meeting, one day of the calendar after the other."""
    if cadence in MONTHS:
        step = MONTHS[cadence]
        months = [months_later(anchor, step * (n + 1)) for n in range(count)]
        return [same_weekday_near(day, anchor.weekday()) for day in months]
    found: list[date] = []
    last, day = anchor, anchor
    while len(found) < count:
        day += DAY
        weekly = cadence is Cadence.WEEKLY
        if cadence is Cadence.ASPIR:
            weekly = last < months_later(start, 2)
        if day == last + (7 if weekly else 14) * DAY:
            found.append(day)
            last = day
    return found


@given(walking, days, gaps, st.integers(1, 30))
def test_the_dates_are_those_of_a_calendar_walked_day_by_day(
    cadence: Cadence, start: date, gap: timedelta, count: int
) -> None:
    anchor = start + gap
    dates = list(islice(dates_after(cadence, start, anchor), count))
    assert dates == oracle(cadence, start, anchor, count)


def the_aspir_of(start: date) -> list[date]:
    """Its first interview, and all those of its first three months."""
    following = dates_after(Cadence.ASPIR, start, start)
    return [start, *takewhile(lambda day: day <= period_end(start), following)]


@given(days)
def test_an_aspir_is_eleven_interviews_in_three_months_nine_of_them_weekly(start: date) -> None:
    dates = the_aspir_of(start)
    assert len(dates) in (11, 12), "as the pact counts, and one more in a long quarter"
    between = [(later - earlier).days for earlier, later in pairwise(dates)]
    assert set(between) == {7, 14}
    assert between == sorted(between), "never weekly again after a fortnight"
    weekly = [day for day in dates if day < months_later(start, 2)]
    assert len(weekly) == 9


def test_an_aspir_begun_on_the_first_of_september() -> None:
    dates = the_aspir_of(date(2026, 9, 1))
    assert [f"{day:%d/%m}" for day in dates] == [
        *("01/09", "08/09", "15/09", "22/09", "29/09", "06/10", "13/10", "20/10", "27/10"),
        *("03/11", "17/11"),
    ]


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        # Saturdays: 28 February is one, then 28 March rather than 4 April, near the 31st.
        (date(2026, 1, 31), ["2026-02-28", "2026-03-28", "2026-05-02", "2026-05-30"]),
        # A leap year: Wednesdays, the 29th of February is a Thursday.
        (date(2024, 1, 31), ["2024-02-28", "2024-04-03", "2024-05-01", "2024-05-29"]),
        (date(2026, 10, 27), ["2026-11-24", "2026-12-29", "2027-01-26", "2027-03-02"]),
    ],
)
def test_a_month_keeps_the_day_of_the_week_and_stays_near_its_date(
    anchor: date, expected: list[str]
) -> None:
    dates = list(islice(dates_after(Cadence.MONTHLY, anchor, anchor), 4))
    assert [day.isoformat() for day in dates] == expected


@given(days, st.sampled_from(sorted(MONTHS)), st.integers(1, 40))
def test_months_do_not_slip_whatever_their_lengths(
    anchor: date, cadence: Cadence, count: int
) -> None:
    day = list(islice(dates_after(cadence, anchor, anchor), count))[-1]
    assert day.weekday() == anchor.weekday()
    assert abs(day - months_later(anchor, MONTHS[cadence] * count)) <= 3 * DAY


@given(days, st.integers(0, 60))
def test_a_month_after_the_31st_is_the_last_of_a_shorter_one(day: date, months: int) -> None:
    assert add_months(day, months) == months_later(day, months)


@given(days)
def test_an_added_month_is_taken_back_unless_the_month_was_too_short(day: date) -> None:
    back = add_months(add_months(day, 1), -1)
    assert back == day or back.day < day.day


# -- in employment --------------------------------------------------------------------------------


@given(days, st.integers(0, 120))
def test_in_employment_people_meet_on_day_15_day_30_and_day_90(start: date, after: int) -> None:
    last = start + after * DAY
    left = [start + days_in * DAY for days_in in (15, 30, 90) if days_in - 7 > after]
    assert list(dates_after(Cadence.EMPLOYMENT, start, last)) == left
    assert next_due(Cadence.EMPLOYMENT, start, last) == (left[0] if left else None)


def test_in_employment_a_month_without_news_after_day_15_is_a_risk() -> None:
    start = date(2026, 9, 1)
    assert rupture_on(Cadence.EMPLOYMENT, start, None) == start + 30 * DAY
    assert rupture_on(Cadence.EMPLOYMENT, start, start + 15 * DAY) == start + 45 * DAY
    assert rupture_on(Cadence.EMPLOYMENT, start, start + 28 * DAY) == start + 150 * DAY
    assert rupture_on(Cadence.EMPLOYMENT, start, start + 88 * DAY) is None


# -- late -----------------------------------------------------------------------------------------


@given(walking, days, gaps, st.integers(-30, 900))
def test_somebody_is_late_from_the_day_after_and_at_risk_at_twice_the_interval(
    cadence: Cadence, start: date, gap: timedelta, later: int
) -> None:
    last = start + gap
    today = last + later * DAY
    interval = _interval_of(cadence, start, last)
    stands = standing(cadence, start, None, last, today)
    assert stands.due == oracle(cadence, start, last, 1)[0]
    late = (today - stands.due).days
    assert stands.drift_days == (late if late > 0 else 0)
    assert stands.is_at_risk == (today >= interval)


def _interval_of(cadence: Cadence, start: date, last: date) -> date:
    """Twice the interval after the last meeting, as one says it."""
    if cadence in MONTHS:
        return same_weekday_near(months_later(last, 2 * MONTHS[cadence]), last.weekday())
    weeks = WEEKS.get(cadence) or (1 if last < months_later(start, 2) else 2)
    return last + 2 * weeks * 7 * DAY


def test_somebody_never_met_is_awaited_at_the_start_and_at_risk_one_interval_later() -> None:
    start = date(2026, 11, 2)
    assert standing(Cadence.ASPIR, start, None, None, start).drift_days == 0
    week = standing(Cadence.ASPIR, start, None, None, start + 7 * DAY)
    assert (week.due, week.drift_days, week.is_at_risk) == (start, 7, True)
    before = standing(Cadence.ASPIR, start, None, start - DAY, start + 3 * DAY)
    assert (before.due, before.drift_days) == (start, 3), "a meeting of before is not of it"


@given(walking, days, gaps, st.integers(0, 900))
def test_nothing_is_late_after_the_planned_end(
    cadence: Cadence, start: date, gap: timedelta, later: int
) -> None:
    last = start + gap
    due = next_due(cadence, start, last)
    assert due is not None
    stands = standing(cadence, start, due - DAY, last, last + later * DAY)
    assert (stands.due, stands.drift_days, stands.is_at_risk) == (None, 0, False)
    assert standing(cadence, start, due, last, last + later * DAY).due == due


@given(days, gaps)
def test_without_a_rhythm_nobody_is_late(start: date, gap: timedelta) -> None:
    stands = standing(Cadence.NONE, start, None, start, start + gap)
    assert (stands.due, stands.drift_days, stands.is_at_risk) == (None, 0, False)
    assert list(dates_after(Cadence.NONE, start, start + gap)) == []


# -- renewals -------------------------------------------------------------------------------------


@given(days, st.integers(0, 12))
def test_renewals_put_the_end_off_by_three_months_and_never_lose_a_day(
    start: date, times: int
) -> None:
    end = period_end(start)
    for renewals in range(times):
        end = renewed_end(start, end, renewals)
    assert end == months_later(start, 3 * (times + 1)) - DAY
    assert end == period_end(start, times)


@given(days, st.integers(0, 300), st.integers(0, 5))
def test_an_end_that_somebody_chose_is_put_off_by_three_months(
    start: date, length: int, renewals: int
) -> None:
    chosen = start + length * DAY
    if chosen != period_end(start, renewals):
        assert renewed_end(start, chosen, renewals) == months_later(chosen, 3)


def test_an_aspir_of_the_last_day_of_november_ends_with_february() -> None:
    assert period_end(date(2026, 11, 30)) == date(2027, 2, 27)
    assert period_end(date(2027, 11, 30)) == date(2028, 2, 28), "a leap year"
    assert renewed_end(date(2026, 11, 30), date(2027, 2, 27), 0) == date(2027, 5, 29)


# -- open days ------------------------------------------------------------------------------------

open_weekdays = st.sets(st.integers(0, 6), min_size=1)


@given(walking, days, gaps, st.integers(0, 200), open_weekdays)
def test_a_series_is_on_open_days_never_a_holiday_each_at_the_first_one_after_its_date(
    cadence: Cadence, start: date, gap: timedelta, late: int, weekdays: set[int]
) -> None:
    last = start + gap
    not_before = last + late * DAY
    wanted = planned_dates(cadence, start, last, not_before, not_before + 365 * DAY)
    moved = moved_to_open_days(wanted, not_before, lambda day: day.weekday() in weekdays)
    expected: list[date] = []
    for day in wanted:
        while day.weekday() not in weekdays or holiday_name(day) is not None:
            day += DAY
        if day not in expected:
            expected.append(day)
    assert moved == expected
    assert all(day >= not_before for day in moved)


@given(walking, days, gaps, st.integers(0, 200))
def test_a_series_that_starts_late_keeps_the_day_of_the_week(
    cadence: Cadence, start: date, gap: timedelta, late: int
) -> None:
    last = start + gap
    not_before = last + late * DAY
    due = oracle(cadence, start, last, 1)[0]
    first = planned_dates(cadence, start, last, not_before, None)[0]
    if due >= not_before:
        assert first == due
    else:
        assert first.weekday() == due.weekday()
        assert timedelta(0) <= first - not_before < 7 * DAY


@given(walking, days)
def test_a_series_has_a_bound_with_or_without_an_end(cadence: Cadence, start: date) -> None:
    assert len(planned_dates(cadence, start, start, start, None)) == FEW_MEETINGS
    far = planned_dates(Cadence.WEEKLY, start, start, start, date(2199, 1, 1))
    assert len(far) == MANY_MEETINGS
    assert planned_dates(Cadence.NONE, start, None, start, None) == []


def test_a_lieu_where_nobody_receives_any_more_has_no_open_day() -> None:
    asked: list[date] = []

    def never(day: date) -> bool:
        asked.append(day)
        return False

    assert next_open_day(date(2026, 11, 24), never) is None
    assert len(asked) == FURTHEST_DAYS + 1
    assert moved_to_open_days([date(2026, 11, 24)], date(2026, 11, 24), never) == []


def test_christmas_and_armistice_day_are_closed_even_where_somebody_receives() -> None:
    open_every_day: Callable[[date], bool] = lambda day: True  # noqa: E731
    assert next_open_day(date(2026, 12, 25), open_every_day) == date(2026, 12, 26)
    assert next_open_day(date(2026, 11, 11), open_every_day) == date(2026, 11, 12)


def test_each_programme_starts_with_its_usual_rhythm() -> None:
    assert usual_cadence(ProgrammeKind.ASPIR) is Cadence.ASPIR
    assert usual_cadence(ProgrammeKind.EMPLOYMENT) is Cadence.EMPLOYMENT
    assert usual_cadence(ProgrammeKind.PSY) is Cadence.MONTHLY
    assert usual_cadence(ProgrammeKind.PLIE) is Cadence.NONE


def test_a_rhythm_that_only_a_newer_version_knows_asks_for_nothing() -> None:
    unknown, start = Cadence("every_full_moon"), date(2026, 1, 5)
    assert list(dates_after(unknown, start, start)) == []
    assert planned_dates(unknown, start, None, start, None) == []
    assert standing(unknown, start, None, None, date(2026, 6, 1)) == Standing(
        None, 0, is_at_risk=False
    )


@pytest.mark.parametrize("renewals", [2**31 - 1, -(2**31) + 1, 40_000])
def test_renewals_that_nobody_counted_only_put_the_end_off(renewals: int) -> None:
    end = renewed_end(date(2026, 1, 5), date(2026, 4, 4), renewals)
    assert end == date(2026, 7, 4)
