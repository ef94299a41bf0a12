"""Sentences of « Ateliers »."""

from datetime import date

from desktop.services.workshops import RegisteredLine, SessionLine
from desktop.ui.kit import Mark, Row
from desktop.ui.text import capitalised, clock, day_long, duration, translate
from desktop.ui.theme import Role


def session_row(line: SessionLine, today: date) -> Row:
    """Return one line of the list: the title, when and where, what is left."""
    when = f"{capitalised(day_long(line.starts_at.date(), today))}, {clock(line.starts_at)}"
    about = " · ".join(part for part in (when, line.place_name, line.theme.label) if part)
    return Row(key=line.id, title=line.title, subtitle=about, mark=places_mark(line))


def places_mark(line: SessionLine) -> Mark:
    """Return how many places are left, or that it is over."""
    if line.is_over:
        return Mark(translate("Workshops", "Passé"))
    if not line.places_left:
        return Mark(translate("Workshops", "Complet"), Role.PENDING)
    return Mark(translate("Workshops", "%n place(s)", "", line.places_left), Role.OK)


def session_about(line: SessionLine, today: date) -> str:
    """Return « Mardi 1er décembre, 14 h · 2 h · Melle · Bien-être · animé par vous »."""
    who = translate("Workshops", "animé par {0}").format(line.leader)
    if line.mine:
        who = translate("Workshops", "animé par vous")
    when = f"{capitalised(day_long(line.starts_at.date(), today))}, {clock(line.starts_at)}"
    parts = (when, duration(line.minutes), line.place_name, line.theme.label, who)
    return " · ".join(part for part in parts if part)


def taken_words(line: SessionLine) -> str:
    """Return « 6 places prises sur 10 »."""
    taken = translate("Workshops", "%n place(s) prise(s)", "", line.capacity - line.places_left)
    return translate("Workshops", "{0} sur {1}.").format(taken, line.capacity)


def registered_about(line: RegisteredLine) -> str:
    """Return whether somebody goes with her the first time."""
    if line.first_step_with:
        return translate("Workshops", "premier pas accompagné")
    return ""
