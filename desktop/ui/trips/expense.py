"""The expense sheet of a month: a spreadsheet to go on with, or a paper to sign.

Neither holds anybody's name: who claims writes hers by hand.
"""

from desktop.domain.ods import Cell, ods_bytes
from desktop.services.trips import MonthLog
from desktop.ui.printed_table import PrintedRow, PrintedTable
from desktop.ui.text import capitalised, day_short, number, translate
from desktop.ui.trips.words import month_words


def file_name(log: MonthLog, ending: str) -> str:
    """« kilometres-2026-11.ods »."""
    return f"kilometres-{log.first:%Y-%m}.{ending}"


def title(log: MonthLog) -> str:
    """« Frais kilométriques de novembre 2026 »."""
    return translate("Trips", "Frais kilométriques\u00a0: {0}").format(month_words(log.first))


def spreadsheet(log: MonthLog) -> bytes:
    """Return the month as an ODS: days and kilometres that can be computed with."""
    rows: list[tuple[Cell, ...]] = [
        (trip.driven_on, trip.detail, trip.kilometres, trip.odometer) for trip in log.trips
    ]
    rows.append((translate("Trips", "Total"), None, log.kilometres, None))
    name = capitalised(month_words(log.first))
    return ods_bytes(name, _heads(), rows, widths_cm=(3, 11, 3, 4))


def paper(log: MonthLog) -> PrintedTable:
    """Return the month as it is printed and signed."""
    rows = [
        PrintedRow(
            (
                day_short(trip.driven_on),
                trip.detail,
                number(trip.kilometres),
                "" if trip.odometer is None else number(trip.odometer),
            )
        )
        for trip in log.trips
    ]
    total = PrintedRow((translate("Trips", "Total"), "", number(log.kilometres), ""))
    return PrintedTable(
        title=title(log),
        subtitle="",
        heads=_heads(),
        shares=(2, 8, 2, 3),
        rows=(*rows, total),
        foot=(
            translate("Trips", "Nom, prénom\u00a0: {0}").format("." * 60),
            translate("Trips", "Date et signature\u00a0: {0}").format("." * 60),
        ),
    )


def _heads() -> tuple[str, str, str, str]:
    return (
        translate("Trips", "Date"),
        translate("Trips", "Trajet"),
        translate("Trips", "Kilomètres"),
        translate("Trips", "Compteur à l’arrivée"),
    )
