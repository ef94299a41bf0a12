"""Sentences of the follow-up editor: who reads what, what is kept since when, what to mend."""

from collections.abc import Sequence
from datetime import date, datetime

from desktop.config.clock import paris
from desktop.services.directory import Colleague
from desktop.services.timeline import TimelineLine
from desktop.ui.follow_up.state import EditorState
from desktop.ui.gone import gone_name
from desktop.ui.text import (
    clock,
    day_long,
    day_of_year,
    day_planned,
    moment,
    number,
    translate,
)
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import Medium
from protocol.kinds.people import Job
from protocol.limits import LONG_TEXT

LINE_LIMIT = 1_000
_SHOWN = 700
_LIMITS = {"next_step": LINE_LIMIT, "orientation": LINE_LIMIT}


def shared_label(readers: Sequence[Colleague], *, is_gone: bool = False) -> str:
    """Names those who will read the shared summary, before it is written."""
    if is_gone:
        return translate("FollowUp", "Synthèse · gardée sur ce poste seul, le dossier en est parti")
    if not readers:
        return translate(
            "FollowUp", "Synthèse partagée · personne d’autre ne la lit pour l’instant"
        )
    return translate("FollowUp", "Synthèse partagée · lue par son équipe ({0})").format(
        _names(readers)
    )


def shared_help(readers: Sequence[Colleague], *, is_gone: bool = False) -> str:
    """Says who could read it later; nothing when somebody already does, or it is not known."""
    if readers or is_gone:
        return ""
    return translate("FollowUp", "Qui rejoindra son équipe pourra la lire.")


def note_label(job: Job) -> str:
    if job is Job.PSYCHOLOGIST:
        return translate(
            "FollowUp",
            "Note clinique · chiffrée pour vous seule, illisible par le serveur "
            "et par vos collègues",
        )
    return translate(
        "FollowUp",
        "Note de santé · chiffrée pour vous seul·e, illisible par le serveur et par vos collègues",
    )


def for_person_label(name: str, *, is_gone: bool = False) -> str:
    if is_gone:
        return translate("FollowUp", "Pour la personne")
    return translate("FollowUp", "Pour la personne · remis à {0}, lu aussi par son équipe").format(
        name
    )


def person_words_label(*, is_gone: bool = False) -> str:
    if is_gone:
        return translate("FollowUp", "Parole de la personne · ses mots")
    return translate("FollowUp", "Parole de la personne · ses mots, lus par son équipe")


def presences() -> list[tuple[str, str]]:
    """What became of the meeting, in a word each."""
    return [
        (AppointmentStatus.ATTENDED.value, translate("FollowUp", "Honoré")),
        (AppointmentStatus.EXCUSED.value, translate("FollowUp", "Excusé")),
        (AppointmentStatus.NO_SHOW.value, translate("FollowUp", "Non excusé")),
        (AppointmentStatus.CANCELLED_BY_SERVICE.value, translate("FollowUp", "Annulé")),
        (AppointmentStatus.MOVED.value, translate("FollowUp", "Reporté")),
    ]


def media() -> list[tuple[str, str]]:
    """How people met, short enough for five facts to share a line."""
    return [
        (Medium.PLANNED.value, translate("FollowUp", "Sur rendez-vous")),
        (Medium.WALK_IN.value, translate("FollowUp", "Spontané")),
        (Medium.PHONE.value, translate("FollowUp", "Téléphone")),
        (Medium.HOME.value, translate("FollowUp", "À domicile")),
        (Medium.EXTERNAL.value, translate("FollowUp", "À l’extérieur")),
        (Medium.MAIL.value, translate("FollowUp", "Courrier")),
        (Medium.EMAIL.value, translate("FollowUp", "Courriel")),
        (Medium.VIDEO.value, translate("FollowUp", "Visio")),
        (Medium.THIRD_PARTY.value, translate("FollowUp", "Avec un tiers")),
    ]


def title(state: EditorState, today: date) -> str:
    """« Suivi · Yves Morisset »; « Correction du suivi du 12 mars »."""
    if state.form is None:
        return translate("FollowUp", "Suivi")
    name = state.person_name or gone_name()
    if state.corrects is not None:
        day = day_of_year(paris(state.corrects).date(), today)
        return translate("FollowUp", "Correction du suivi du {0}").format(day)
    return translate("FollowUp", "Suivi · {0}").format(name)


def subtitle(state: EditorState, now: datetime) -> str:
    """« Consultation · mardi 24 novembre · brouillon enregistré à 10 h 12, sur ce poste »."""
    if state.form is None:
        return ""
    if state.corrects is not None:
        return " · ".join((state.person_name, state.motive.label, kept(state.saved_at, now)))
    day = day_long(state.form.starts_at.astimezone(now.tzinfo).date(), now.date())
    return " · ".join((state.motive.label, day, kept(state.saved_at, now)))


def kept(saved_at: datetime | None, now: datetime) -> str:
    if saved_at is None:
        return translate("FollowUp", "enregistré dès que vous écrivez")
    local = saved_at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return translate("FollowUp", "brouillon enregistré à {0}, sur ce poste").format(
            clock(local)
        )
    return translate("FollowUp", "brouillon enregistré {0}, sur ce poste").format(
        moment(local, now)
    )


def problem(name: str, reason: str) -> str:
    """One sentence under the field: what is wrong and what to type."""
    if reason == "too_long":
        limit = number(_LIMITS.get(name, LONG_TEXT))
        return translate(
            "FollowUp", "Ce texte dépasse {0} caractères\u00a0: raccourcissez-le."
        ).format(limit)
    return _PROBLEMS.get((name, reason), _otherwise)()


def what_stays(state: EditorState) -> str:
    """Says what becomes of the words that a correction replaces; nothing for a new follow-up."""
    if state.corrects is None or state.is_gone:
        return ""
    stays = translate(
        "FollowUp",
        "Ce que ce suivi disait avant reste lisible par l’équipe, avec la date de la correction.",
    )
    if not state.takes_notes:
        return stays
    own = translate("FollowUp", "Votre note scellée, elle, est remplacée.")
    return f"{stays} {own}"


def planned(at: datetime, today: date, *, is_new: bool) -> str:
    """Says what finishing will plan, with the day of the week, which a date alone hides."""
    local = paris(at)
    said = (
        translate(
            "FollowUp",
            "«\u00a0Terminer\u00a0» crée ce rendez-vous\u00a0: {0} à {1}. "
            "Videz la date pour ne rien planifier.",
        )
        if is_new
        else translate(
            "FollowUp",
            "«\u00a0Enregistrer\u00a0» crée ce rendez-vous\u00a0: {0} à {1}. "
            "Videz la date pour ne rien planifier.",
        )
    )
    return said.format(day_planned(local.date(), today), clock(local))


def limit_reached(limit: int) -> str:
    return translate(
        "FollowUp",
        "Ce champ garde {0} caractères au plus\u00a0: la fin du texte n’a pas été reprise. "
        "Ce que vous avez copié est toujours dans le presse-papiers.",
    ).format(number(limit))


def folded(names: Sequence[str]) -> str:
    """Says that an absence hides some fields, and that what they hold is kept."""
    if not names:
        return translate("FollowUp", "Pas de rencontre\u00a0: les autres champs sont repliés.")
    return translate(
        "FollowUp",
        "Pas de rencontre\u00a0: les autres champs sont repliés. Vous y aviez écrit ({0})\u00a0: "
        "rien n’est effacé.",
    ).format(", ".join(names))


def said_head(line: TimelineLine, now: datetime) -> tuple[str, str]:
    """« 3 novembre », « Catherine Roy, référent·e unique · Melle »."""
    day = line.starts_at.astimezone(now.tzinfo).date()
    shown = day_long(day, now.date()).partition(" ")[2]
    name, job = line.author.name, line.author.job.label
    who = f"{name}, {job[:1].lower()}{job[1:]}" if name else job
    where = line.place_name or line.medium.label.lower()
    return shown, f"{who} · {where}"


def said_words(line: TimelineLine) -> str:
    """What the team was told: the summary, cut where it becomes a page, and the step agreed."""
    text = line.summary.strip()
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN].rstrip()}…"
    step = (
        translate("FollowUp", "Étape\u00a0: {0}").format(line.next_step) if line.next_step else ""
    )
    nothing = "" if step else line.presence.label
    return "\n".join(part for part in (text or nothing, step) if part)


def _names(readers: Sequence[Colleague]) -> str:
    return ", ".join(reader.short_name for reader in readers)


def _otherwise() -> str:
    return translate("FollowUp", "Cette valeur ne peut pas être enregistrée\u00a0: corrigez-la.")


def _hour() -> str:
    return translate(
        "FollowUp", "Cette heure n’est pas lisible\u00a0: écrivez par exemple 9\u00a0h\u00a045."
    )


def _day() -> str:
    return translate("FollowUp", "Cette date n’est pas lisible\u00a0: écrivez par exemple 22/12.")


def _minutes() -> str:
    return translate("FollowUp", "De 5\u00a0min à 12\u00a0h, par exemple 40\u00a0min.")


def _next() -> str:
    return translate(
        "FollowUp", "Date ou heure illisible\u00a0: écrivez par exemple 22/12 et 9\u00a0h\u00a045."
    )


def _next_before() -> str:
    return translate(
        "FollowUp", "Le prochain rendez-vous doit venir après celui-ci\u00a0: changez la date."
    )


_PROBLEMS = {
    ("starts_at", "not_understood"): _hour,
    ("day", "not_understood"): _day,
    ("minutes", "not_understood"): _minutes,
    ("minutes", "not_a_duration"): _minutes,
    ("next_at", "not_understood"): _next,
    ("next_at", "before_this_one"): _next_before,
    ("next_step_due", "not_understood"): _day,
}
