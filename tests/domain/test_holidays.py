"""Days when nobody is received."""

from datetime import date

import pytest

from desktop.domain.holidays import easter, holiday_name, holidays


@pytest.mark.parametrize(
    "sunday",
    [
        date(1979, 4, 15), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24),
        date(2018, 4, 1), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5),
        date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25), date(2049, 4, 18),
    ],
)  # fmt: skip
def test_easter_falls_when_the_calendar_says(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_2026_has_its_eleven_holidays_in_order() -> None:
    assert holidays(2026) == {
        date(2026, 1, 1): "Jour de l’An",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Victoire de 1945",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice de 1918",
        date(2026, 12, 25): "Noël",
    }
    assert list(holidays(2026)) == sorted(holidays(2026))


def test_ascension_on_1_may_2008_keeps_both_names() -> None:
    assert holiday_name(date(2008, 5, 1)) == "Ascension, Fête du Travail"


def test_an_ordinary_day_is_no_holiday() -> None:
    assert holiday_name(date(2026, 4, 5)) is None  # Easter Sunday is not in the law
    assert holiday_name(date(2026, 11, 23)) is None


def test_easter_is_a_sunday_of_march_or_april_every_year() -> None:
    for year in range(1900, 2200):
        assert easter(year).weekday() == 6
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_years_out_of_the_gregorian_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="Gregorian"):
        easter(1500)
