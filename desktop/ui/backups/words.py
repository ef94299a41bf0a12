"""The words of « Sauvegardes »: copies, what differs, and what stays."""

from datetime import date, datetime

from desktop.config.clock import paris
from desktop.services.corrections import Change
from desktop.services.restoring import Line, Preview
from desktop.services.snapshots import Snapshot
from desktop.ui.kit import Mark, Row
from desktop.ui.text import capitalised, clock, day_long, day_short, days_ago, size, translate
from desktop.ui.theme import Role
from desktop.ui.value_words import value_words


def snapshot_row(snapshot: Snapshot, today: date) -> Row:
    """« Mardi 24 novembre · aujourd’hui », and how large it is."""
    local = paris(snapshot.made_at)
    when = capitalised(day_long(local.date(), today))
    told = (clock(local), days_ago(local.date(), today), size(snapshot.size))
    return Row(snapshot.number, when, " · ".join(part for part in told if part))


def line_row(line: Line, today: date) -> Row:
    """« Suivi · Yves Morisset », when, and what became of it."""
    title = f"{line.label} · {line.person}" if line.person else line.label
    if line.is_draft:
        words = _tr("à reprendre") if line.is_missing else _tr("une autre saisie est en cours")
        mark = Mark(words, Role.PENDING if line.is_missing else Role.NEUTRAL)
        return Row(line.key, title, _when(line.at, today), mark=mark)
    if line.is_missing:
        mark = Mark(_tr("effacé depuis"), Role.PENDING)
        return Row(line.key, title, _when(line.at, today), mark=mark)
    parts = (_when(line.at, today), ", ".join(line.fields))
    mark = Mark(_tr("changé depuis"), Role.NEUTRAL)
    return Row(line.key, title, " · ".join(part for part in parts if part), mark=mark)


def summary(preview: Preview, today: date) -> str:
    """What a copy would change, in a sentence or two."""
    day = day_long(preview.snapshot.day, today)
    records = [line for line in preview.lines if not line.is_draft]
    gone = sum(line.is_missing for line in records)
    changed, drafts = len(records) - gone, len(preview.lines) - len(records)
    if not records:
        said = _tr("Rien de vous ne diffère de la sauvegarde du {0}.").format(day)
    else:
        said = _tr("Depuis le {0}\u00a0: {1}, {2}.").format(
            day,
            translate("Backups", "%n élément(s) effacé(s)", "", gone),
            translate("Backups", "%n élément(s) changé(s)", "", changed),
        )
    return " ".join(part for part in (said, _typed(drafts), _kept(preview)) if part)


def _typed(drafts: int) -> str:
    if not drafts:
        return ""
    return translate(
        "Backups", "Elle garde aussi %n saisie(s) qui n’étai(en)t pas terminée(s).", "", drafts
    )


def _kept(preview: Preview) -> str:
    parts = []
    if preview.added:
        parts.append(
            translate(
                "Backups", "%n élément(s) écrit(s) depuis reste(nt) en place.", "", preview.added
            )
        )
    if preview.of_others:
        parts.append(
            translate(
                "Backups",
                "%n autre(s) relève(nt) de collègues ou de dossiers qui ne sont plus ici\u00a0: "
                "ce qui est en place reste.",
                "",
                preview.of_others,
            )
        )
    if preview.unlisted:
        parts.append(
            translate("Backups", "%n de plus ne sont pas montré(s) ici.", "", preview.unlisted)
        )
    return " ".join(parts)


def sure_words(preview: Preview) -> str:
    """What giving everything back does, before it is done."""
    parts = []
    if any(not line.is_draft for line in preview.lines):
        parts.append(
            _tr(
                "Tout ce qui est listé sera écrit de nouveau comme dans la sauvegarde, puis "
                "envoyé à l’équipe."
            )
        )
    if any(line.is_draft for line in preview.lines):
        parts.append(
            _tr(
                "Les brouillons reviennent sur cet ordinateur seulement, là où rien d’autre "
                "n’est en cours de saisie."
            )
        )
    parts.append(_tr("Vous pourrez annuler aussitôt après."))
    return " ".join(parts)


def then_and_now(change: Change, *, is_missing: bool) -> tuple[str, str]:
    """What one field said, and what it says; the second is empty for what is gone."""
    was = value_words(change.before)
    return was, "" if is_missing else value_words(change.after)


def _when(at: datetime | date | None, today: date) -> str:
    if isinstance(at, datetime):
        local = paris(at)
        return f"{day_short(local.date(), today)} {clock(local)}"
    return day_short(at, today) if at is not None else ""


def _tr(text: str) -> str:
    return translate("Backups", text)
