"""Dates, hours and numbers are written, and understood, as French people write them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui import text

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 50)


@pytest.mark.parametrize(
    ("n", "shown"),
    [(0, "0 visite à envoyer"), (1, "1 visite à envoyer"), (2, "2 visites à envoyer")],
)
def test_nothing_and_one_are_singular_in_french(n: int, shown: str) -> None:
    assert text.translate("Tests", "%n visite(s) à envoyer", "", n) == shown


@pytest.mark.parametrize("n", [2**31, 2**63])
def test_more_than_anybody_counts_is_still_told(n: int) -> None:
    assert text.translate("Tests", "%n place(s)", "", n).endswith(" places")


def test_brackets_that_are_no_plural_are_left_alone() -> None:
    assert text.translate("Tests", "Imprimer (initiales)") == "Imprimer (initiales)"


def test_a_day_to_plan_tells_a_sunday_and_a_holiday() -> None:
    assert text.day_planned(date(2026, 11, 29), TODAY) == "dimanche 29 novembre"
    assert text.day_planned(date(2026, 12, 25), TODAY) == "vendredi 25 décembre (Noël)"


def test_days_are_written_as_on_a_calendar() -> None:
    assert text.day_long(TODAY) == "mardi 24 novembre"
    assert text.capitalised(text.day_long(TODAY)) == "Mardi 24 novembre"
    assert text.day_long(date(2025, 8, 1), TODAY) == "vendredi 1er août 2025"
    assert text.day_short(TODAY, TODAY) == "24 nov."
    assert text.day_with_year(date(1979, 3, 4)) == "4 mars 1979"
    assert text.weekday_short(TODAY) == "mar."


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=20), "à l’instant"),
        (timedelta(minutes=1), "il y a 1 minute"),
        (timedelta(minutes=2), "il y a 2 minutes"),
        (timedelta(hours=2), "aujourd’hui, 7\u00a0h\u00a050"),
        (timedelta(hours=16, minutes=8), "hier, 17\u00a0h\u00a042"),
        (timedelta(days=1), "hier, 9\u00a0h\u00a050"),
        (timedelta(days=4), "vendredi, 9\u00a0h\u00a050"),
        (timedelta(days=20), "4 nov., 9\u00a0h\u00a050"),
        (timedelta(days=365), "24 nov. 2025, 9\u00a0h\u00a050"),
        (-timedelta(hours=1), "aujourd’hui, 10\u00a0h\u00a050"),
    ],
)
def test_moments_are_told_as_one_would_say_them(before: timedelta, shown: str) -> None:
    assert text.moment(NOW - before, NOW) == shown


def test_a_moment_from_the_server_is_told_in_local_time() -> None:
    paris = timezone(timedelta(hours=1))
    now = datetime(2026, 11, 24, 9, 50, tzinfo=paris)
    assert text.moment(datetime(2026, 11, 23, 16, 42, tzinfo=UTC), now) == (
        "hier, 17\u00a0h\u00a042"
    )


def test_days_ago_and_to_come() -> None:
    told = [text.days_ago(TODAY - timedelta(days=days), TODAY) for days in (0, 1, 34, -1, -3)]
    assert told == ["aujourd’hui", "hier", "il y a 34 jours", "demain", "dans 3 jours"]


def test_hours_and_durations() -> None:
    assert text.clock(time(9, 5)) == "9\u00a0h\u00a005"
    assert text.duration(40) == "40\u00a0min"
    assert text.duration(105) == "1\u00a0h\u00a045"
    assert text.duration(120) == "2\u00a0h"


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (1, "1 octet"),
        (999, "999 octets"),
        (31_400, "31 ko"),
        (999_400, "999 ko"),
        (999_600, "1,0 Mo"),
        (1_240_000, "1,2 Mo"),
        (12_400_000, "12 Mo"),
        (3_200_000_000, "3,2 Go"),
    ],
)
def test_sizes_are_in_octets(octets: int, shown: str) -> None:
    assert text.size(octets) == shown.replace(" ", "\u00a0")


def test_thousands_have_a_narrow_space_and_decimals_a_comma() -> None:
    assert text.number(25_000) == "25\u202f000"
    assert text.number(1234.5, 1) == "1\u202f234,5"


def test_ages_change_on_the_birthday() -> None:
    assert text.age(date(1979, 11, 24), TODAY) == "47\u00a0ans"
    assert text.age(date(1979, 11, 25), TODAY) == "46\u00a0ans"
    assert text.age(date(2026, 5, 1), TODAY) == "6\u00a0mois"


def test_a_printed_page_shows_initials() -> None:
    assert text.initials("Yves", "Morisset") == "Y. M."
    assert text.initials("Jean-Luc", "Audebert") == "J.-L. A."
    assert text.short_name("Jean-Luc", "Audebert") == "J.-L. Audebert"
    assert text.initials("", "") == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9h45", time(9, 45)),
        ("9 h 45", time(9, 45)),
        ("9\u00a0h\u00a045", time(9, 45)),
        ("09:45", time(9, 45)),
        ("9.45", time(9, 45)),
        ("945", time(9, 45)),
        ("0945", time(9, 45)),
        ("9h", time(9)),
        ("9", time(9)),
        ("14 heures 30", time(14, 30)),
        ("Midi", time(12)),
        ("25h", None),
        ("9h75", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_hours_are_understood_as_people_type_them(typed: str, read: time | None) -> None:
    assert text.read_clock(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4/3/79", date(1979, 3, 4)),
        ("04031979", date(1979, 3, 4)),
        ("040379", date(1979, 3, 4)),
        ("4-3-1979", date(1979, 3, 4)),
        ("4 mars 1979", date(1979, 3, 4)),
        ("1er mars 1979", date(1979, 3, 1)),
        ("1979-03-04", date(1979, 3, 4)),
        ("04.03.1979", date(1979, 3, 4)),
        ("24 nov.", date(2026, 11, 24)),
        ("mardi 24 novembre", date(2026, 11, 24)),
        ("24 Décembre", date(2026, 12, 24)),
        ("5 janvier", date(2027, 1, 5)),
        ("3/11", date(2026, 11, 3)),
        ("demain", date(2026, 11, 25)),
        ("Aujourd’hui", date(2026, 11, 24)),
        ("jeudi", date(2026, 11, 26)),
        ("Lundi", date(2026, 11, 30)),
        ("mardi", date(2026, 12, 1)),  # today is a Tuesday, and has a word of its own
        ("29/2/2027", None),
        ("31/4", None),
        ("12 ju 2026", None),
        ("hier soir", None),
        ("", None),
    ],
)
def test_dates_are_understood_as_people_type_them(typed: str, read: date | None) -> None:
    assert text.read_date(typed, TODAY) == read


def test_a_date_of_birth_is_never_read_in_the_future() -> None:
    assert text.read_date("4/3/30", TODAY, past=True) == date(1930, 3, 4)
    assert text.read_date("4/3/30", TODAY) == date(2030, 3, 4)
    assert text.read_date("24/12", TODAY, past=True) == date(2025, 12, 24)
    assert text.read_date("lundi", TODAY, past=True) == date(2026, 11, 23)
    assert text.read_date("mardi", TODAY, past=True) == date(2026, 11, 17)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_what_we_write_out_we_read_back(day: date) -> None:
    assert text.read_date(text.day_with_year(day), TODAY) == day
    assert text.read_date(f"{day:%d%m%Y}", TODAY) == day


@given(st.times())
def test_hours_we_write_we_read_back(hour: time) -> None:
    assert text.read_clock(text.clock(hour)) == hour.replace(second=0, microsecond=0)


@given(st.text(max_size=60))
def test_no_typing_however_odd_breaks_the_reading(typed: str) -> None:
    text.read_date(typed, TODAY)
    text.read_clock(typed)


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_clean_text_can_always_be_kept(typed: str) -> None:
    kept = text.clean(typed)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert text.clean(kept) == kept


def test_clean_text_keeps_words_lines_and_emoji() -> None:
    assert text.clean("un\r\ndeux\rtrois\u2029\tquatre 😀") == "un\ndeux\ntrois\n\tquatre 😀"
    assert text.clean("a\x00b\ud83dc") == "abc"
