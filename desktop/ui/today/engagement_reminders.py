"""What rhythms, programmes, absences and steps ask of the day: a line each, and one act."""

from dataclasses import dataclass
from datetime import date

from desktop.services.offers import SlotLine
from desktop.services.programmes import PROPOSED_AT_ONCE, EndingLine, LateLine
from desktop.services.recalls import MissedLine
from desktop.services.steps import OverdueLine
from desktop.services.today import Today
from desktop.ui.text import capitalised, clock, day_long, translate
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import StepOwner
from protocol.values import instant_to_wire

_SHOWN = 3


@dataclass(frozen=True)
class Reminder:
    """One thing not to forget: words, and a button or the seven statuses."""

    key: str
    words: str
    button: str = ""
    status: AppointmentStatus | None = None


def engagement_reminders(today: Today) -> list[Reminder]:
    """Return who is at risk, who did not come, who is late, what was agreed, who could come."""
    at_risk = [line for line in today.watch.late if line.standing.is_at_risk]
    late = [line for line in today.watch.late if not line.standing.is_at_risk]
    told_late = late[: max(PROPOSED_AT_ONCE - len(at_risk), 0)]
    lines = [_late(line, today.day) for line in at_risk[:PROPOSED_AT_ONCE]]
    lines += more("at_risk", len(at_risk), PROPOSED_AT_ONCE)
    lines += [_missed(line, today.day) for line in today.missed[:_SHOWN]]
    lines += more("missed", len(today.missed), _SHOWN)
    lines += [_late(line, today.day) for line in told_late[:_SHOWN]]
    lines += more("late", len(late), len(told_late[:_SHOWN]))
    lines += [_ending(line, today.day) for line in today.watch.ending[:_SHOWN]]
    lines += more("ending", len(today.watch.ending), _SHOWN)
    lines += [_overdue(line, today.day) for line in today.overdue[:_SHOWN]]
    lines += more("steps", len(today.overdue), _SHOWN)
    # The others are in the agenda, where this one is opened.
    lines += [_slot(line, today.day) for line in today.slots[:_SHOWN]]
    return lines


def more(key: str, count: int, shown: int) -> list[Reminder]:
    """Return one line for what is not shown."""
    if count <= shown:
        return []
    words = translate("Today", "et %n autre(s), à la suite de ceux-ci", "", count - shown)
    return [Reminder(f"more {key}", words)]


def _late(line: LateLine, today: date) -> Reminder:
    late = translate("Today", "%n jour(s) de retard", "", line.standing.drift_days)
    if line.standing.is_at_risk:
        words = translate("Today", "{0}, {1} : à risque de rupture, {2}.")
    else:
        words = translate("Today", "{0}, {1} : {2}.")
    words = words.format(line.name, line.kind.label, late)
    if line.proposed is None:
        return Reminder(f"path {line.person} {line.programme}", words, translate("Today", "Ouvrir"))
    when = f"{day_long(line.proposed.date(), today)}, {clock(line.proposed)}"
    slot = " · ".join(part for part in (when, line.place_name) if part)
    free = translate("Today", "{0} Créneau libre : {1}.").format(words, slot)
    return Reminder(f"late {line.programme}", free, translate("Today", "Prévoir"))


def _missed(line: MissedLine, today: date) -> Reminder:
    when = day_long(line.missed.date(), today)
    words = translate("Today", "{0} : absence non excusée le {1}.").format(line.name, when)
    if line.attempts:
        calls = translate("Today", "%n appel(s) sans réponse.", "", line.attempts)
        words = f"{words} {calls}"
    return Reminder(f"recall {line.person}", words, translate("Today", "Relancer"))


def _ending(line: EndingLine, today: date) -> Reminder:
    end = day_long(line.planned_end, today)
    words = translate("Today", "{0}, {1} : fin prévue le {2}.")
    if line.planned_end < today:
        words = translate("Today", "{0}, {1} : la fin prévue est passée depuis le {2}.")
    words = words.format(line.name, line.kind.label, end)
    key = f"path {line.person} {line.programme}"
    return Reminder(key, words, translate("Today", "Décider"))


def _overdue(line: OverdueLine, today: date) -> Reminder:
    due = day_long(line.due_on, today)
    words = translate("Today", "{0} : « {1} », étape prévue pour le {2}.")
    if line.owner is StepOwner.PROFESSIONAL:
        words = translate("Today", "{0} : « {1} », que vous deviez faire pour le {2}.")
    words = words.format(line.name, _short(line.text), due)
    return Reminder(f"step {line.id}", words, translate("Today", "C’est fait"))


def _slot(line: SlotLine, today: date) -> Reminder:
    day = capitalised(day_long(line.starts_at.date(), today))
    slot = ", ".join(part for part in (day, clock(line.starts_at), line.place_name) if part)
    waiting = translate("Today", "%n personne(s) attend(ent)", "", line.waiting)
    words = translate("Today", "{0}\u00a0: créneau libre, {1}").format(slot, waiting)
    key = f"slot {line.opening} {instant_to_wire(line.span.starts_at)}"
    return Reminder(key, words, translate("Today", "Proposer"))


def _short(text: str) -> str:
    """A step may be a page long; its first words tell which it is."""
    words = " ".join(text.split()).rstrip(".")
    return words if len(words) <= 80 else f"{words[:79].rstrip()}…"
