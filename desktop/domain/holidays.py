"""French public holidays of metropolitan France (Code du travail, article L3133-1), computed."""

from datetime import date, timedelta
from functools import lru_cache

LAST_YEAR = 4099
"""The Gregorian computation of Easter is not meant for later years."""

_FIXED = (
    (1, 1, "Jour de l’An"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
)
_AFTER_EASTER = ((1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte"))


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian ``year`` (Meeus, Jones, Butcher)."""
    if not 1583 <= year <= LAST_YEAR:
        raise ValueError("Easter is computed for Gregorian years only")
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, rest = divmod(in_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> dict[date, str]:
    """Return the eleven public holidays of ``year`` in order, with their French names.

    Two of them fall together in some years (Ascension on 1 or 8 May): their names are joined.
    """
    sunday = easter(year)
    named = [(date(year, month, day), name) for month, day, name in _FIXED]
    named += [(sunday + timedelta(days), name) for days, name in _AFTER_EASTER]
    found: dict[date, str] = {}
    for day_of, name in sorted(named):
        found[day_of] = f"{found[day_of]}, {name}" if day_of in found else name
    return found


def holiday_name(day: date) -> str | None:
    """Return the name of the public holiday that ``day`` is, or None."""
    return holidays(day.year).get(day)
