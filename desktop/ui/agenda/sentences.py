"""Sentences of the agenda that need no widget: what was done, why something cannot be."""

from datetime import date, datetime

from desktop.config.clock import paris
from desktop.domain.holidays import holiday_name
from desktop.services.agenda_ics import Imported
from desktop.ui.text import capitalised, clock, day_long, day_of_year, day_with_year, translate


def slot_words(starts_at: datetime, place_name: str = "") -> str:
    """Return « Mardi 24 novembre, 9 h 45, Melle »."""
    start = paris(starts_at)
    parts = [capitalised(day_long(start.date())), clock(start), place_name]
    return ", ".join(part for part in parts if part)


def imported_words(found: Imported) -> str:
    """Return what an import brought, in a sentence or two."""
    parts = [
        translate("Agenda", "%n absence(s) ajoutée(s)", "", found.added),
        translate("Agenda", "%n déplacée(s)", "", found.moved) if found.moved else "",
        translate("Agenda", "%n déjà connue(s)", "", found.known) if found.known else "",
        translate("Agenda", "%n répétée(s), laissée(s) de côté", "", found.repeated)
        if found.repeated
        else "",
        translate("Agenda", "%n trop loin ou déjà passée(s)", "", found.past) if found.past else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def reason_words(field: str, reason: str) -> str:
    """Return why a field cannot be accepted; nothing when the usual sentences will do."""
    return {
        ("closes", "too_short"): translate(
            "Agenda", "Une permanence dure au moins un créneau, et au plus douze heures."
        ),
        ("closes", "before_start"): translate("Agenda", "La fin vient après le début."),
        ("ends_at", "before_start"): translate("Agenda", "La fin vient après le début."),
        ("until", "before_start"): translate("Agenda", "Cette date vient avant la première fois."),
        ("person", "waits_already"): translate(
            "Agenda", "Cette personne attend déjà pour ce lieu."
        ),
        ("status", "settled"): translate(
            "Agenda",
            "Ce rendez-vous a déjà eu lieu ou ne se tient plus\u00a0: il ne se déplace pas.",
        ),
    }.get((field, reason), "")


def period_title(mode: str, day: date, since: date) -> str:
    """Return « Semaine du 23 novembre », « Mardi 24 novembre », « Novembre 2026 »."""
    if mode == "day":
        return _with_holiday(capitalised(day_long(day)), day)
    if mode == "month":
        month = day_with_year(day.replace(day=2)).partition(" ")[2]
        return capitalised(month)
    return translate("Agenda", "Semaine du {0}").format(day_of_year(since))


def _with_holiday(words: str, day: date) -> str:
    holiday = holiday_name(day)
    return f"{words} · {holiday}" if holiday else words
