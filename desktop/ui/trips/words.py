"""Months and kilometres, written and read as people do."""

import re
from datetime import date

from desktop.services.trips import TripForm
from desktop.ui.kit import Row
from desktop.ui.text import NO_BREAK_SPACE, capitalised, day_long, number, rounded, translate

_KILOMETRES = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?\s*(?:km)?")


def month_words(first: date) -> str:
    """« novembre 2026 »."""
    _, _, month = day_long(first).split(" ", 2)
    return f"{month} {first.year}"


def read_kilometres(typed: str) -> int | None:
    """« 88 », « 88 km », « 12 480 », « 87,6 » (the nearest one: 88); else None."""
    found = _found(typed)
    return rounded(found[1], found[2]) if found else None


def are_rounded(typed: str) -> bool:
    """Whether what is kept is not quite what was typed."""
    found = _found(typed)
    return found is not None and bool(found[2]) and int(found[2]) > 0


def rounding_words(typed: str) -> str:
    """« 12,5 » will be 13, before it is noted; nothing for whole kilometres."""
    kilometres = read_kilometres(typed)
    if kilometres is None or not are_rounded(typed):
        return ""
    words = translate("Trips", "Noté au kilomètre près\u00a0: {0}\u00a0km.")
    return words.format(number(kilometres))


def _found(typed: str) -> re.Match[str] | None:
    return _KILOMETRES.fullmatch(re.sub(r"(?<=\d)\s(?=\d{3}\b)", "", typed.strip().lower()))


def trip_row(trip: TripForm) -> Row:
    """« mardi 24 novembre · Niort – Melle – Niort · 62 km »."""
    return Row(
        key=trip.id,
        title=capitalised(day_long(trip.driven_on)),
        subtitle=trip.detail,
        trailing=f"{number(trip.kilometres)}{NO_BREAK_SPACE}km",
    )


def total_words(kilometres: int, trips: int) -> str:
    """« 312 km · 5 trajets »."""
    count = translate("Trips", "%n trajet(s)", "", trips)
    return f"{number(kilometres)}{NO_BREAK_SPACE}km · {count}"
