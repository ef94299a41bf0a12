"""The rows of the day's round, and the few words around them."""

from datetime import date, datetime, time, timedelta

from desktop.config.clock import paris
from desktop.domain.holidays import holiday_name
from desktop.services.appointments import AppointmentLine
from desktop.services.today import Today
from desktop.ui.kit import Mark, Row
from desktop.ui.text import NO_BREAK_SPACE, capitalised, clock, day_long, days_ago, translate
from desktop.ui.theme import Role
from protocol.kinds.agenda import AppointmentStatus, Visibility

OPEN = (AppointmentStatus.PLANNED, AppointmentStatus.TO_QUALIFY)
_NOON = time(13)


def round_rows(today: Today, now: datetime) -> list[Row]:
    """Return one row an appointment, in the order of the round."""
    return [
        Row(
            key=line.id,
            title=shown_name(line),
            subtitle=about(line, now.date()),
            leading=clock(paris(line.starts_at)),
            mark=mark_of(line, now),
        )
        for line in today.appointments
    ]


def shown_name(line: AppointmentLine) -> str:
    """Return the name, or what a screen that others may see says instead."""
    if line.visibility is Visibility.HIDDEN:
        return translate("Today", "Rendez-vous masqué")
    if line.visibility is Visibility.DISCREET:
        return " ".join(f"{word[0]}." for word in line.name.split())
    return line.name


def about(line: AppointmentLine, today: date) -> str:
    """Return « Melle · Consultation · 6e rencontre · dernier suivi il y a 34 jours »."""
    parts = [line.place_name, line.motive.label]
    if line.rank == 1:
        parts.append(translate("Today", "premier entretien"))
    else:
        parts.append(translate("Today", "{0}e rencontre").format(line.rank))
    if line.previous is not None:
        since = days_ago(paris(line.previous).date(), today)
        parts.append(translate("Today", "dernier suivi {0}").format(since))
    return " · ".join(part for part in parts if part)


def mark_of(line: AppointmentLine, now: datetime) -> Mark | None:
    """Return the one thing to know of an appointment, the most pressing first."""
    if line.follow_up is not None:
        return Mark(translate("Today", "Saisi"), Role.OK)
    if line.has_draft:
        return Mark(translate("Today", "Brouillon"), Role.PENDING)
    if line.status not in OPEN:
        return Mark(line.status.label)
    ends_at = line.starts_at + timedelta(minutes=line.minutes)
    if line.starts_at <= now < ends_at:
        return Mark(translate("Today", "En cours"), Role.PRIMARY)
    if ends_at <= now:
        return Mark(AppointmentStatus.TO_QUALIFY.label, Role.PENDING)
    if line.absences:
        return Mark(translate("Today", "%n absence(s)", "", line.absences), Role.DANGER)
    return None


def title(today: Today) -> str:
    """Return « Mardi 24 novembre », with the holiday if it is one."""
    day = capitalised(day_long(today.day))
    holiday = holiday_name(today.day)
    return f"{day} · {holiday}" if holiday else day


def round_words(today: Today) -> str:
    """Return « Tournée : Melle le matin, Chef-Boutonne l’après-midi · 6 rendez-vous »."""
    count = translate("Today", "%n rendez-vous", "", len(today.appointments))
    count = count.replace(" ", NO_BREAK_SPACE)
    if not today.appointments:
        return ""
    if not today.places:
        return count
    return translate("Today", "Tournée : {0} · {1}").format(_places(today), count)


def _places(today: Today) -> str:
    halves: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for line in today.appointments:
        if line.place_name:
            halves[paris(line.starts_at).time() >= _NOON][line.place_name] = None
    morning, afternoon = (" et ".join(half) for half in halves)
    if morning and afternoon and not halves[0].keys() & halves[1].keys():
        return translate("Today", "{0} le matin, {1} l’après-midi").format(morning, afternoon)
    return ", ".join(today.places)
