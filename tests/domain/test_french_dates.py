"""Dates and times as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.french_dates import (
    DateReason,
    DateRefused,
    FrenchDate,
    format_date,
    full_year,
    read_date,
)
from protocol.kinds.persons import DatePrecision as Precision

TODAY = date(2026, 11, 22)
BIRTH = FrenchDate(date(1979, 3, 4))


@pytest.mark.parametrize(
    "written",
    [
        "4/3/79", "04/03/1979", "4-3-1979", "1979-03-04", "04.03.1979", "4 mars 1979", "04031979",
        "4 MARS 79", "le 4 mars 1979", "Né le 04/03/1979", "née le 4 mars 1979", "4 3 1979",
        "dimanche 4 mars 1979", "1979-03-04T00:00:00", "04/03/1979 00:00", "1979/03/04",
        " 04 / 03 / 1979 ",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(written: str) -> None:
    assert read_date(written, today=TODAY, past_only=True) == BIRTH


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1er mars 79", FrenchDate(date(1979, 3, 1))),
        ("12 févr. 1980", FrenchDate(date(1980, 2, 12))),
        ("3 déc 2001", FrenchDate(date(2001, 12, 3))),
        ("14 juil. 1990", FrenchDate(date(1990, 7, 14))),
        ("mars 1979", FrenchDate(date(1979, 3, 1), Precision.MONTH)),
        ("03/1979", FrenchDate(date(1979, 3, 1), Precision.MONTH)),
        ("1979", FrenchDate(date(1979, 1, 1), Precision.YEAR)),
        ("vers 1979", FrenchDate(date(1979, 1, 1), Precision.ESTIMATED)),
        ("29/02/2000", FrenchDate(date(2000, 2, 29))),
    ],
)
def test_what_is_known_of_a_date_is_kept_and_no_more(written: str, read: FrenchDate) -> None:
    assert read_date(written, today=TODAY, past_only=True) == read


def test_a_day_number_left_by_a_spreadsheet_is_read_when_asked() -> None:
    assert read_date("28918", today=TODAY, serials=True) == FrenchDate(date(1979, 3, 4))
    assert read_date("28918.0", today=TODAY, serials=True) == FrenchDate(date(1979, 3, 4))
    with pytest.raises(DateRefused):
        read_date("28918", today=TODAY)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("31/02/1979", DateReason.NO_SUCH_DAY),
        ("29/02/1979", DateReason.NO_SUCH_DAY),
        ("0/3/1979", DateReason.NO_SUCH_DAY),
        ("04/13/1979", DateReason.NO_SUCH_MONTH),
        ("04/03/1789", DateReason.TOO_OLD),
        ("0000", DateReason.TOO_OLD),
        ("04/03/2027", DateReason.IN_FUTURE),
        ("bientôt", DateReason.UNREADABLE),
        ("4 brumaire 1979", DateReason.UNREADABLE),
        ("", DateReason.UNREADABLE),
        ("1/2", DateReason.UNREADABLE),
        ("٤/٣/١٩٧٩", DateReason.UNREADABLE),
        ("9" * 500, DateReason.UNREADABLE),
    ],
)
def test_an_impossible_date_is_refused_with_its_reason(written: str, reason: DateReason) -> None:
    with pytest.raises(DateRefused) as refusal:
        read_date(written, today=TODAY, past_only=True)
    assert refusal.value.reason is reason


def test_what_was_refused_is_not_in_the_exception() -> None:
    with pytest.raises(DateRefused) as refusal:
        read_date("née à Melle", today=TODAY)
    assert "Melle" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_two_digits_of_a_year_are_the_last_year_within_reach() -> None:
    assert full_year(26, today=TODAY, past_only=True) == 2026
    assert full_year(27, today=TODAY, past_only=True) == 1927
    assert full_year(27, today=TODAY, past_only=False) == 2027
    assert full_year(36, today=TODAY, past_only=False) == 2036
    assert full_year(37, today=TODAY, past_only=False) == 1937
    assert full_year(79, today=TODAY, past_only=True) == 1979
    assert full_year(99, today=date(2099, 1, 1), past_only=True) == 2099


DATES = st.builds(
    FrenchDate,
    st.dates(date(1890, 1, 1), TODAY),
)


@given(DATES)
def test_a_date_written_in_any_way_reads_back(value: FrenchDate) -> None:
    day = value.day
    for written in (
        format_date(value),
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d%m%Y}",
    ):
        assert read_date(written, today=TODAY, past_only=True) == value


@given(st.dates(date(1890, 1, 1), TODAY), st.sampled_from(list(Precision)))
def test_a_date_never_becomes_more_precise(day: date, precision: Precision) -> None:
    known = {
        Precision.DAY: day,
        Precision.MONTH: day.replace(day=1),
        Precision.YEAR: day.replace(day=1, month=1),
        Precision.ESTIMATED: day.replace(day=1, month=1),
    }[precision]
    value = FrenchDate(known, precision)
    assert read_date(format_date(value), today=TODAY, past_only=True) == value


@given(st.dates(TODAY - timedelta(days=36_000), TODAY))
def test_two_digits_are_enough_for_anybody_under_a_hundred(day: date) -> None:
    assert read_date(f"{day:%d/%m/%y}", today=TODAY, past_only=True).day == day


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_a_refusal(text: str) -> None:
    try:
        read = read_date(text, today=TODAY, serials=True)
    except DateRefused:
        return
    assert 1890 <= read.day.year <= 2046
