"""The words of the agenda: periods, statuses, what would go wrong, how often a permanence comes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from desktop.config.clock import paris
from desktop.domain.agenda import Clash, SlotState, Span, Trouble
from desktop.domain.holidays import holiday_name
from desktop.services.agenda_days import AgendaDays, Meeting
from desktop.services.permanences import AbsenceLine, OpeningForm, OpeningLine, Repeat
from desktop.services.waiting import WaitingLine
from desktop.ui.kit import Mark, Shape
from desktop.ui.text import (
    clock,
    day_short,
    duration,
    translate,
    weekday,
)
from desktop.ui.theme import Role
from protocol.kinds.agenda import AppointmentStatus, HalfDay, Weekday

_LOOKS = {
    AppointmentStatus.PLANNED: (Role.NEUTRAL, Shape.RING),
    AppointmentStatus.TO_QUALIFY: (Role.PENDING, Shape.TRIANGLE),
    AppointmentStatus.ATTENDED: (Role.OK, Shape.DISC),
    AppointmentStatus.EXCUSED: (Role.NEUTRAL, Shape.SQUARE),
    AppointmentStatus.NO_SHOW: (Role.DANGER, Shape.DIAMOND),
    AppointmentStatus.CANCELLED_BY_SERVICE: (Role.NEUTRAL, Shape.SQUARE),
    AppointmentStatus.MOVED: (Role.PRIMARY, Shape.DIAMOND),
}


def status_of(meeting: Meeting, now: datetime) -> AppointmentStatus:
    """Return the status to show: what is past and planned is to be told."""
    if meeting.status is AppointmentStatus.PLANNED and meeting.span.ends_at <= now:
        return AppointmentStatus.TO_QUALIFY
    return meeting.status


def status_mark(status: AppointmentStatus, *, short: bool = False) -> Mark:
    """Return a word, a shape and a colour."""
    role, shape = _LOOKS.get(status, (Role.NEUTRAL, Shape.RING))
    shorter = {
        AppointmentStatus.NO_SHOW: translate("Agenda", "Absence"),
        AppointmentStatus.CANCELLED_BY_SERVICE: translate("Agenda", "Annulé"),
        AppointmentStatus.TO_QUALIFY: translate("Agenda", "À saisir"),
    }
    words = shorter.get(status, status.label) if short else status.label
    return Mark(words, role, shape)


def clash_mark(clash: Clash) -> Mark:
    """Return what is wrong in a word."""
    overlaps = clash.trouble is Trouble.OVERLAP
    words = translate("Agenda", "Chevauche") if overlaps else translate("Agenda", "Route")
    return Mark(words, Role.DANGER, Shape.TRIANGLE)


def moving(*, has_free: bool) -> str:
    """Return what to do of an appointment that is being moved."""
    if has_free:
        return translate(
            "Agenda",
            "Choisissez un créneau libre avec les flèches, puis Entrée. Échap pour renoncer.",
        )
    return translate(
        "Agenda",
        "Aucun créneau libre en vue : regardez une autre période, ou Échap puis « Modifier » pour"
        " dire l’heure vous-même.",
    )


def period_words(days: AgendaDays, shown: Iterable[Meeting], place: str) -> str:
    """Return « 5 lieux · 29 rendez-vous · 6 créneaux libres »."""
    held = [meeting for meeting in shown if meeting.is_held]
    mine = [one for one in days.permanences if one.colleague is None]
    lieux = {*(one.place for one in held if one.place), *(one.place for one in mine)}
    free = sum(
        slot.state is SlotState.FREE
        for one in mine
        if place in ("", one.place)
        for slot in one.slots
    )
    parts = []
    if not place and lieux:
        parts.append(translate("Agenda", "%n lieu(x)", "", len(lieux)))
    parts.append(translate("Agenda", "%n rendez-vous", "", len(held)))
    if days.has_openings:
        parts.append(translate("Agenda", "%n créneau(x) libre(s)", "", free))
    else:
        parts.append(translate("Agenda", "aucune permanence encore"))
    return " · ".join(parts)


def day_notes(day: date, days: AgendaDays) -> str:
    """Return what is particular to a day: a holiday, an absence that takes it whole."""
    notes = [holiday_name(day) or ""]
    if any(_covers(one.span, day) for one in days.away):
        notes.append(translate("Agenda", "Absence"))
    return " · ".join(note for note in notes if note)


def waiting_words(line: WaitingLine) -> str:
    """Return « Melle · depuis 41 jours · le mardi · français débutant »."""
    anywhere = translate("Agenda", "tous lieux")
    since = translate("Agenda", "depuis %n jour(s)", "", line.days)
    if not line.days:
        since = translate("Agenda", "depuis aujourd’hui")
    parts = [line.place_name or anywhere, since, wishes(line), line.comment]
    return " · ".join(part for part in parts if part)


def wishes(line: WaitingLine) -> str:
    """Return « mardi, jeudi, matin »; nothing when any time will do."""
    days = [one.label.lower() for one in Weekday if one in line.wish.days]
    halves = [one.label.lower() for one in HalfDay if one in line.wish.halves]
    return ", ".join((*days, *halves))


def opening_words(line: OpeningLine, today: date) -> tuple[str, str]:
    """Return « Melle, le mardi, 9 h – 12 h » and « chaque semaine, créneaux de 45 min »."""
    form = line.form
    hours = f"{clock(form.opens)} – {clock(form.closes)}"
    title = ", ".join((line.place_name, _which_days(form), hours))
    parts = [repeat_words(form.repeat)]
    parts.append(translate("Agenda", "créneaux de {0}").format(duration(form.slot_minutes)))
    if form.until is not None and form.repeat is not Repeat.ONCE:
        until = translate("Agenda", "jusqu’au {0}")
        parts.append(until.format(day_short(form.until, today)))
    if form.on_holidays:
        parts.append(translate("Agenda", "jours fériés compris"))
    if line.is_over:
        parts.append(translate("Agenda", "terminée"))
    return title, " · ".join(parts)


def repeat_words(repeat: Repeat) -> str:
    """Return how often, in words."""
    return {
        Repeat.ONCE: translate("Agenda", "une seule fois"),
        Repeat.WEEKLY: translate("Agenda", "chaque semaine"),
        Repeat.FORTNIGHTLY: translate("Agenda", "une semaine sur deux"),
        Repeat.MONTHLY: translate("Agenda", "une fois par mois"),
        Repeat.OTHER: translate("Agenda", "répétition particulière"),
    }[repeat]


def absence_words(line: AbsenceLine, today: date) -> str:
    """Return « du 21 déc. au 2 janv. », « le 4 déc. », « le 4 déc., 9 h 00 – 12 h 00 »."""
    first, last = line.starts_at.date(), _last_day(line.ends_at)
    if line.starts_at.time() == line.ends_at.time() == datetime.min.time():
        if first == last:
            return translate("Agenda", "le {0}").format(day_short(first, today))
        both = translate("Agenda", "du {0} au {1}")
        return both.format(day_short(first, today), day_short(last, today))
    start, end = clock(line.starts_at), clock(line.ends_at)
    if first == line.ends_at.date():
        return translate("Agenda", "le {0}, {1} – {2}").format(day_short(first, today), start, end)
    whole = translate("Agenda", "du {0}, {1} au {2}, {3}")
    last_day = day_short(line.ends_at.date(), today)
    return whole.format(day_short(first, today), start, last_day, end)


def _which_days(form: OpeningForm) -> str:
    if form.repeat is Repeat.ONCE:
        return day_short(form.first)
    if form.days:
        return ", ".join(day.label.lower() for day in Weekday if day in form.days)
    return weekday(form.first)


def _covers(span: Span, day: date) -> bool:
    start, end = paris(span.starts_at), paris(span.ends_at)
    begins = start.replace(tzinfo=None) <= datetime(day.year, day.month, day.day, 8)
    return begins and end.replace(tzinfo=None) >= datetime(day.year, day.month, day.day, 18)


def _last_day(ends_at: datetime) -> date:
    return (ends_at - timedelta(microseconds=1)).date()
