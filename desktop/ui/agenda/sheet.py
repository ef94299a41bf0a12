"""The days in sight on paper: hours, lieux, initials, free slots; nothing else of anybody."""

from datetime import date

from desktop.config.clock import paris
from desktop.domain.agenda import SlotState, Span
from desktop.domain.shown_names import initial
from desktop.services.agenda_days import AgendaDays
from desktop.ui.agenda.sentences import period_title
from desktop.ui.printed_table import PrintedRow, PrintedTable
from desktop.ui.text import capitalised, clock, day_long, day_with_year, duration, translate

_MONTH = "month"
_Line = tuple[Span, str, tuple[str, ...]]


def days_sheet(days: AgendaDays, mode: str, day: date, place: str) -> PrintedTable:
    """Return what is printed: initials only, none for an appointment that is hidden.

    ``day`` is one of the period in sight. A month is its appointments, without the ends of other
    months that the screen shows, and without the free slots, which a day or a week tells.
    """
    lines = _lines(days, place, with_free=mode != _MONTH)
    if mode == _MONTH:
        lines = [line for line in lines if paris(line[0].starts_at).date().month == day.month]
    return PrintedTable(
        title=period_title(mode, day, days.since),
        subtitle="",
        heads=(
            translate("Agenda", "Heure"),
            translate("Agenda", "Initiales"),
            translate("Agenda", "Motif"),
            translate("Agenda", "Durée"),
        ),
        shares=(2, 3, 5, 2),
        rows=tuple(_rows(lines)),
        foot=(
            translate("Agenda", "À emporter puis à détruire. Imprimé le {0}.").format(
                day_with_year(paris(days.now).date())
            ),
        ),
    )


def _rows(lines: list[_Line]) -> list[PrintedRow]:
    found: list[PrintedRow] = []
    before: tuple[str, ...] = ()
    for span, lieu, cells in sorted(lines, key=lambda line: line[0]):
        heading = (capitalised(day_long(paris(span.starts_at).date())), lieu)
        if heading != before:
            found.append(PrintedRow(heading, is_heading=True))
            before = heading
        found.append(PrintedRow(cells))
    return found


def _lines(days: AgendaDays, place: str, *, with_free: bool) -> list[_Line]:
    found = [
        (one.span, one.place_name, _cells(one.span, initial(one.shown), one.motive.label))
        for one in days.meetings
        if one.is_held and place in ("", one.place)
    ]
    free = translate("Agenda", "Libre")
    for one in days.permanences if with_free else ():
        if place in ("", one.place):
            open_ = [slot.span for slot in one.slots if slot.state is SlotState.FREE]
            found += [(span, one.place_name, _cells(span, free, "")) for span in open_]
    return found


def _cells(span: Span, who: str, why: str) -> tuple[str, ...]:
    return clock(paris(span.starts_at)), who, why, duration(span.minutes)
