"""Sentences of « Parcours »: programmes and their rhythm, steps, calls."""

from datetime import date, datetime

from desktop.services.programmes import ProgrammeLine
from desktop.services.recalls import AttemptLine, MissedLine
from desktop.services.steps import StepLine
from desktop.services.workshops import SessionLine
from desktop.ui.kit import Mark, Shape
from desktop.ui.text import (
    NO_BREAK_SPACE,
    capitalised,
    clock,
    day_long,
    day_with_year,
    duration,
    translate,
)
from desktop.ui.theme import Role
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.programmes import Cadence, StepState


def programme_title(line: ProgrammeLine) -> str:
    """Return « ASPIR depuis le 3 novembre 2026 », or from when to when."""
    known = line.record
    since = day_with_year(known.started_on)
    if known.ended_on is None:
        return translate("Dossier", "{0} depuis le {1}").format(known.programme.label, since)
    return translate("Dossier", "{0}, du {1} au {2}").format(
        known.programme.label, since, day_with_year(known.ended_on)
    )


def programme_about(line: ProgrammeLine) -> str:
    """Return « Chaque semaine deux mois, puis tous les 15 jours · 45 min · Melle · avec vous »."""
    known = line.record
    who = translate("Dossier", "avec vous")
    if not line.mine:
        who = translate("Dossier", "avec {0}").format(line.colleague.short_name)
    parts = (known.cadence.label, duration(known.minutes), line.place_name, who)
    return " · ".join(part for part in parts if part)


def rhythm_mark(line: ProgrammeLine) -> Mark | None:
    """Return whether the rhythm is kept; nothing without a rhythm, or once the end is passed."""
    stands = line.standing
    if line.record.ended_on is not None or line.record.cadence is Cadence.NONE:
        return None
    if stands.due is None:
        return None
    if not stands.drift_days:
        return Mark(translate("Dossier", "Rythme tenu"), Role.OK, Shape.DISC)
    late = translate("Dossier", "%n jour(s) de retard", "", stands.drift_days)
    late = late.replace(" ", NO_BREAK_SPACE, 1)
    if stands.is_at_risk:
        words = translate("Dossier", "À risque de rupture : {0}").format(late)
        return Mark(words, Role.DANGER, Shape.SQUARE)
    return Mark(capitalised(late), Role.PENDING, Shape.TRIANGLE)


def meetings(line: ProgrammeLine, today: date) -> str:
    """Return the last meeting, then the next one: planned, else the free slot that is proposed."""
    if line.record.ended_on is not None:
        return ""
    parts = [translate("Dossier", "Aucun entretien encore.")]
    if line.last is not None:
        words = translate("Dossier", "Dernier entretien le {0}.")
        parts = [words.format(day_long(line.last.date(), today))]
    if line.planned is not None:
        words = translate("Dossier", "Prochain rendez-vous {0}.")
        parts.append(words.format(_when(line.planned, today)))
    elif line.series:
        words = translate("Dossier", "Prochain créneau libre : {0}.")
        parts.append(words.format(_when(line.series[0], today)))
    elif line.mine and line.standing.due is not None:
        parts.append(translate("Dossier", "Aucun créneau libre d’ici deux mois à ce lieu."))
    return " ".join(parts)


def ending(line: ProgrammeLine, today: date) -> str:
    """Return « Fin prévue le 23 février 2027 · 2e renouvellement possible le 9 février 2027 »."""
    known = line.record
    if known.planned_end is None or known.ended_on is not None or line.renewable_on is None:
        return ""
    end = translate("Dossier", "Fin prévue le {0}").format(day_with_year(known.planned_end))
    possible = translate("Dossier", "{0} renouvellement possible le {1}")
    if line.renewable_on <= today:
        possible = translate("Dossier", "{0} renouvellement possible depuis le {1}")
    possible = possible.format(_rank(known.renewals + 1), day_with_year(line.renewable_on))
    return f"{end} · {possible}"


def issue(line: ProgrammeLine) -> str:
    """Return how a programme ended, and its bilan."""
    known = line.record
    parts = (known.exit.label if known.exit else "", known.exit_reason or "")
    return " · ".join(part for part in parts if part)


def series_words(line: ProgrammeLine, today: date) -> str:
    """Return « 7 rendez-vous proposés, du mardi 1er décembre au mardi 23 février, à 9 h 45 »."""
    if len(line.series) < 2:
        return ""
    first, last = line.series[0], line.series[-1]
    count = translate("Dossier", "%n rendez-vous proposé(s)", "", len(line.series))
    between = translate("Dossier", "{0}, du {1} au {2}").format(
        count, day_long(first.date(), today), day_long(last.date(), today)
    )
    hours = {clock(moment) for moment in line.series}
    if len(hours) == 1:
        return translate("Dossier", "{0}, à {1}.").format(between, hours.pop())
    return translate("Dossier", "{0}, aux heures libres.").format(between)


def owner_words(owner: StepOwner) -> str:
    """Return who does it, as the page given to the person says it."""
    return {
        StepOwner.PERSON: translate("Dossier", "La personne (« vous »)"),
        StepOwner.PROFESSIONAL: translate("Dossier", "Le professionnel (« nous »)"),
        StepOwner.BOTH: translate("Dossier", "Ensemble"),
    }.get(owner, owner.label)


def step_about(line: StepLine, today: date) -> str:
    """Return « La personne (« vous ») · pour le mardi 1er décembre · avec C. Roy »."""
    when = ""
    if line.state is StepState.DONE and line.done_on is not None:
        when = translate("Dossier", "faite le {0}").format(day_long(line.done_on, today))
    elif line.due_on is not None:
        when = translate("Dossier", "pour le {0}").format(day_long(line.due_on, today))
    who = ""
    if not line.mine and line.agreed_with.name:
        who = translate("Dossier", "convenue avec {0}").format(line.agreed_with.short_name)
    return " · ".join(part for part in (owner_words(line.owner), when, who) if part)


def missed_words(line: MissedLine, today: date) -> str:
    """Return « Absence non excusée le mardi 17 novembre, 9 h 45 · 2 appels sans réponse »."""
    words = translate("Dossier", "Absence non excusée le {0}.").format(_when(line.missed, today))
    if line.attempts:
        calls = translate("Dossier", "%n appel(s) sans réponse.", "", line.attempts)
        return f"{words} {calls}"
    return words


def attempt_words(line: AttemptLine, today: date) -> tuple[str, str]:
    """Return « Pas de réponse » and « Téléphone · mardi 24 novembre, 9 h 45 · vous »."""
    who = translate("Dossier", "vous") if line.mine else line.colleague.short_name
    parts = (line.medium.label, _when(line.at, today), who)
    return line.outcome.label, " · ".join(part for part in parts if part)


def session_when(line: SessionLine, today: date) -> str:
    """Return « mardi 1er décembre, 14 h · Melle »."""
    parts = (_when(line.starts_at, today), line.place_name)
    return " · ".join(part for part in parts if part)


def session_choice(line: SessionLine, today: date) -> str:
    """Return « Bien dormir, mardi 1er décembre, 14 h · Melle (4 places) »."""
    left = translate("Dossier", "complet")
    if line.places_left:
        left = translate("Dossier", "%n place(s)", "", line.places_left)
    return translate("Dossier", "{0}, {1} ({2})").format(
        line.title, session_when(line, today), left
    )


def _when(moment: datetime, today: date) -> str:
    return f"{day_long(moment.date(), today)}, {clock(moment)}"


def _rank(rank: int) -> str:
    if rank == 1:
        return translate("Dossier", "1er")
    return translate("Dossier", "{0}e").format(rank)
