"""Sentences about what is to be read again: whose version, when, and what it says."""

from datetime import datetime

from desktop.config.clock import paris
from desktop.services.conflict_sheets import ConflictSheet, ToReview, Version
from desktop.ui.sync_page.state import ReviewState, Side, Told
from desktop.ui.text import (
    clock,
    day_long,
    day_short,
    translate,
    weekday,
)
from desktop.ui.value_words import value_words


def line_words(line: ToReview) -> str:
    """« Personne, champ « Situation de logement » »."""
    if line.is_forgotten:
        said = translate("Review", "{0}\u00a0: fiche que le bureau n’a plus")
        return said.format(line.subject)
    if not line.field:
        return translate(
            "Review", "{0}\u00a0: fiche supprimée par l’un, modifiée par l’autre"
        ).format(line.subject)
    return translate("Review", "{0}, champ «\u00a0{1}\u00a0»").format(line.subject, line.field)


def title(sheet: ConflictSheet) -> str:
    """« À relire · Yves Morisset, champ « Situation de logement » »."""
    line = sheet.line
    if sheet.is_forgotten:
        said = translate("Review", "À relire · {0}, fiche «\u00a0{1}\u00a0» que le bureau n’a plus")
        return said.format(line.person_name, line.subject)
    if sheet.is_deletion:
        said = translate("Review", "À relire · {0}, fiche «\u00a0{1}\u00a0»")
        return said.format(line.person_name, line.subject)
    said = translate("Review", "À relire · {0}, champ «\u00a0{1}\u00a0»")
    return said.format(line.person_name, line.field)


def meeting(sheet: ConflictSheet, now: datetime) -> str:
    """« Suivi du lundi 23 novembre à 9 h 45, Melle », for what belongs to a meeting."""
    if sheet.happened_at is None:
        return ""
    at = paris(sheet.happened_at)
    said = translate("Review", "{0} du {1} à {2}").format(
        sheet.line.subject, day_long(at.date(), now.date()), clock(at)
    )
    return f"{said}, {sheet.place_name}" if sheet.place_name else said


def explained(sheet: ConflictSheet) -> str:
    """Who changed what, and what can be done."""
    if sheet.is_forgotten:
        told = translate(
            "Review",
            "Le bureau a été restauré et n’a plus cette fiche. Voici ce qu’un poste en gardait "
            "encore\u00a0: recopiez ce qui doit rester. Si la personne qui l’a écrite se "
            "synchronise, sa fiche revient d’elle-même.",
        )
        return f"{told} {_unread(sheet)}" if sheet.is_unread else told
    parts = [_crossed(sheet)]
    if sheet.is_protective:
        parts.append(translate("Review", "La version qui protège le plus est en place."))
    if sheet.is_unread:
        parts.append(_unread(sheet))
    elif not sheet.can_settle:
        parts.append(
            translate(
                "Review",
                "Cela pourra se régler quand Coffre aura été mis à jour sur ce poste.",
            )
        )
    elif sheet.proposal is not None:
        parts.append(
            translate(
                "Review",
                "Rien n’est perdu\u00a0: choisissez, ou réunissez les deux textes.",
            )
        )
    else:
        parts.append(translate("Review", "Rien n’est perdu\u00a0: choisissez."))
    return " ".join(parts)


def version_title(sheet: ConflictSheet, side: Side, now: datetime) -> str:
    """« Votre version · lundi 16 h 20 », « Catherine Roy · lundi 17 h 05 »."""
    if sheet.is_forgotten:
        return translate("Review", "Ce qui en reste")
    version = _version(sheet, side)
    who = _who(version, side)
    if sheet.is_deletion and version.mine:
        who = translate("Review", "Vous")
    if version.is_later:
        return translate("Review", "{0}, modifiée depuis").format(who)
    if version.written_at is None:
        return who
    return f"{who} · {_when(version.written_at, now)}"


def remains_words(sheet: ConflictSheet) -> str:
    """« Début : lundi 23 novembre à 9 h 45 », line by line: what is left of a record."""
    said = translate("Review", "{0}\u00a0: {1}")
    lines = [said.format(it.field, value_words(it.value)) for it in sheet.remains if it.value != ""]
    return "\n".join(lines) or value_words(None)


def version_words(sheet: ConflictSheet, side: Side) -> str:
    """What a version says, when it is no text."""
    if not sheet.is_deletion:
        return value_words(_version(sheet, side).value)
    mine = _version(sheet, side).mine
    if side is Side.LOST:
        if mine:
            return translate("Review", "Vous avez supprimé cette fiche.")
        return translate("Review", "A supprimé cette fiche.")
    if mine:
        return translate("Review", "Vous avez modifié cette fiche\u00a0; elle est restée en place.")
    return translate("Review", "A modifié cette fiche\u00a0; elle est restée en place.")


def keep_words(sheet: ConflictSheet, side: Side) -> str:
    """« Garder la mienne », « Garder la sienne »."""
    if sheet.is_forgotten:
        if sheet.is_unread and sheet.can_settle:
            return translate("Review", "Ranger sans avoir tout lu")
        return translate("Review", "C’est relu")
    if sheet.is_deletion:
        if side is Side.KEPT:
            return translate("Review", "Garder la fiche")
        return translate("Review", "Supprimer quand même")
    version, other = _version(sheet, side), _version(sheet, _other(side))
    if other.is_unread and sheet.can_settle:
        return translate("Review", "Garder sans avoir lu l’autre")
    if version.mine == other.mine:
        return translate("Review", "Garder celle-ci")
    if version.mine:
        return translate("Review", "Garder la mienne")
    if version.author:
        return translate("Review", "Garder la sienne")
    return translate("Review", "Garder l’autre")


def told(state: ReviewState) -> str:
    """What just happened elsewhere, if something did."""
    return {
        Told.NOTHING: "",
        Told.SETTLED_ELSEWHERE: translate(
            "Review", "Quelqu’un a réglé entre-temps ce que vous lisiez."
        ),
        Told.CHANGED_MEANWHILE: translate(
            "Review",
            "La version en place vient de changer\u00a0: la voici, relisez avant de choisir.",
        ),
    }[state.told]


def nothing_shown(state: ReviewState) -> str:
    """What the card says when no conflict is being settled."""
    if state.lines:
        return translate(
            "Review",
            "Remis à plus tard. Les deux versions restent gardées\u00a0: choisissez-en une dans la "
            "liste quand vous voudrez.",
        )
    return translate(
        "Review",
        "Rien à relire. Quand deux personnes modifient le même champ sans se voir, les deux "
        "versions sont gardées et le champ s’annonce ici.",
    )


def _unread(sheet: ConflictSheet) -> str:
    """Why nothing can be chosen yet; after a month, what choosing gives up."""
    if sheet.can_settle:
        return translate(
            "Review",
            "Un de ces textes ne s’ouvre pas sur ce poste depuis un mois. Si plus personne "
            "ne peut le lire, vous pouvez y renoncer sans l’avoir lu.",
        )
    return translate(
        "Review",
        "Un de ces textes ne peut pas encore être lu sur ce poste\u00a0: sa clé arrive avec "
        "une prochaine synchronisation. «\u00a0Plus tard\u00a0» ne perd rien.",
    )


def _crossed(sheet: ConflictSheet) -> str:
    kept, lost = sheet.kept, sheet.lost
    mine, other = (kept, lost) if kept.mine else (lost, kept)
    if sheet.is_deletion:
        return _deleted(kept, lost)
    if mine.mine and other.mine:
        return translate(
            "Review", "Vous avez modifié ce champ de deux façons avant de synchroniser."
        )
    if mine.mine and other.author:
        return translate(
            "Review", "Vous et {0} avez modifié ce champ avant de vous synchroniser."
        ).format(other.author)
    if kept.author and lost.author and kept.author != lost.author:
        return translate(
            "Review", "{0} et {1} ont modifié ce champ avant de se synchroniser."
        ).format(lost.author, kept.author)
    return translate("Review", "Ce champ a été modifié de deux façons avant d’être synchronisé.")


def _deleted(kept: Version, lost: Version) -> str:
    if lost.mine and kept.author and not kept.mine:
        said = translate("Review", "Vous avez supprimé cette fiche pendant que {0} la modifiait.")
        return said.format(kept.author)
    if kept.mine and lost.author and not lost.mine:
        said = translate("Review", "{0} a supprimé cette fiche pendant que vous la modifiiez.")
        return said.format(lost.author)
    return translate("Review", "L’un a supprimé cette fiche pendant que l’autre la modifiait.")


def _who(version: Version, side: Side) -> str:
    if version.mine:
        return translate("Review", "Votre version")
    if version.author:
        return version.author
    if side is Side.KEPT:
        return translate("Review", "Version en place")
    return translate("Review", "Autre version")


def _when(at: datetime, now: datetime) -> str:
    """« lundi 16 h 20 », « aujourd’hui 8 h 31 », « 3 nov. 17 h 05 »."""
    local = paris(at)
    days = (now.date() - local.date()).days
    if days == 0:
        day = translate("Review", "aujourd’hui")
    elif days == 1:
        day = translate("Review", "hier")
    elif 1 < days < 7:
        day = weekday(local.date())
    else:
        day = day_short(local.date(), now.date())
    return f"{day} {clock(local)}"


def _version(sheet: ConflictSheet, side: Side) -> Version:
    return sheet.kept if side is Side.KEPT else sheet.lost


def _other(side: Side) -> Side:
    return Side.LOST if side is Side.KEPT else Side.KEPT
