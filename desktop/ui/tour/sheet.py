"""The round on paper, for a pocket: hours, lieux, initials, and nothing else about anybody."""

from desktop.config.clock import paris
from desktop.domain.tour import StopKind
from desktop.services.tours import Meeting, Tour, TourStop
from desktop.ui.printed_table import PrintedRow, PrintedTable
from desktop.ui.text import clock, day_with_year, translate
from desktop.ui.tour.words import errands, kilometres, stop_about, stop_hour, subtitle, title
from protocol.kinds.agenda import Visibility

FILE_NAME = "tournee.pdf"


def round_sheet(tour: Tour) -> PrintedTable:
    """Return what is printed: initials only, none for an appointment that is hidden."""
    papers, others = errands(tour.bring)
    return PrintedTable(
        title=title(tour),
        subtitle=subtitle(tour),
        heads=(
            translate("Tour", "Heure"),
            translate("Tour", "Initiales"),
            translate("Tour", "Motif"),
            translate("Tour", "À noter"),
        ),
        shares=(2, 2, 4, 6),
        rows=tuple(_rows(tour)),
        foot=(
            *(line for line in (papers, *others) if line),
            translate("Tour", "À emporter puis à détruire. Imprimé pour le {0}.").format(
                day_with_year(tour.day)
            ),
        ),
    )


def _rows(tour: Tour) -> list[PrintedRow]:
    rows: list[PrintedRow] = []
    waiting = list(tour.meetings)
    for stop in tour.stops:
        rows.append(PrintedRow(_heading(stop), is_heading=True))
        if stop.kind is StopKind.LIEU:
            here, waiting = _taken(waiting, stop)
            rows.extend(_row(meeting) for meeting in here)
    if waiting:
        heading = translate("Tour", "Sans lieu")
        rows.append(PrintedRow((heading,), is_heading=True))
        rows.extend(_row(meeting) for meeting in waiting)
    return rows


def _taken(waiting: list[Meeting], stop: TourStop) -> tuple[list[Meeting], list[Meeting]]:
    """The first appointments at this lieu, as many as the stop has; and those that are left."""
    at_the_lieu = [meeting for meeting in waiting if meeting.line.place == stop.place]
    here = at_the_lieu[: stop.appointments]
    return here, [meeting for meeting in waiting if meeting not in here]


def _heading(stop: TourStop) -> tuple[str, ...]:
    road = kilometres(stop.kilometres) if stop.kilometres else ""
    about = stop_about(stop) if stop.kind is StopKind.LIEU else ""
    return (stop_hour(stop), stop.name, about, road)


def _row(meeting: Meeting) -> PrintedRow:
    line = meeting.line
    hour = clock(paris(line.starts_at))
    if line.visibility is Visibility.HIDDEN:
        return PrintedRow((hour, "", "", ""))
    return PrintedRow((hour, meeting.initials, line.motive.label, ""))
