"""Months and kilometres, written and read as people do."""

import re
from datetime import date

from desktop.services.trips import TripForm
from desktop.ui.kit import Row
from desktop.ui.text import NO_BREAK_SPACE, capitalised, day_long, number, translate

_KILOMETRES = re.compile(r"(\d{1,7})(?:[.,]\d+)?\s*(?:km)?")


def month_words(first: date) -> str:
    """« novembre 2026 »."""
    _, _, month = day_long(first).split(" ", 2)
    return f"{month} {first.year}"


def read_kilometres(typed: str) -> int | None:
    """« 88 », « 88 km », « 12 480 », « 87,6 » (kilometres begun are left out); else None."""
    found = _KILOMETRES.fullmatch(re.sub(r"(?<=\d)\s(?=\d{3}\b)", "", typed.strip().lower()))
    return int(found[1]) if found else None


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
