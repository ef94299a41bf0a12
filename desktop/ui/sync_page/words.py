"""Sentences about synchronisation: how it ended, why something was refused, where we stand."""

from datetime import datetime

from desktop.services.sync_report import RefusedLine, SyncReport
from desktop.ui.sync_page.state import PageState, Phase, SyncReceipt, SyncState
from desktop.ui.text import (
    NO_BREAK_SPACE,
    clock,
    day_short,
    moment,
    number,
    size,
    translate,
    weekday_short,
)
from desktop.ui.value_words import value_words


def pending(count: int) -> str:
    """« 7 modifications en attente »."""
    return _counted(translate("Sync", "%n modification(s) en attente", "", count), count)


def refused(count: int) -> str:
    """« 2 modifications refusées par le bureau »."""
    said = translate("Sync", "%n modification(s) refusée(s) par le bureau", "", count)
    return _counted(said, count)


def last_success(at: datetime | None, now: datetime) -> str:
    """« Dernière synchro : hier, 17 h 42 »."""
    if at is None:
        return translate("Sync", "Jamais encore synchronisé")
    return translate("Sync", "Dernière synchro\u00a0: {0}").format(moment(at, now))


def subtitle(state: PageState, now: datetime) -> str:
    """« En ligne · à jour · dernière synchro il y a 2 minutes »."""
    parts = [phase(state.sync.phase)]
    if state.report is not None:
        parts.append(pending(state.report.pending))
        parts.append(last_success(state.last_success, now))
    return " · ".join(part[:1].lower() + part[1:] if at else part for at, part in enumerate(parts))


def phase(shown: Phase) -> str:
    """Where we stand, in two words."""
    return {
        Phase.SOON: translate("Sync", "Synchronisation à venir"),
        Phase.OFFLINE: translate("Sync", "Hors connexion"),
        Phase.IDLE: translate("Sync", "En ligne"),
        Phase.RUNNING: translate("Sync", "Synchronisation en cours"),
        Phase.DONE: translate("Sync", "En ligne"),
        Phase.PROBLEM: translate("Sync", "Synchronisation arrêtée"),
    }[shown]


def progress(sync: SyncState) -> str:
    """« Envoi : 3 sur 7 · 12 ko »: how far a synchronisation is."""
    moved = size(sync.octets)
    if sync.octets_in_all:
        return translate("Sync", "Documents\u00a0: {0} sur {1}").format(
            moved, size(sync.octets_in_all)
        )
    if sync.to_send and sync.sent < sync.to_send:
        said = translate("Sync", "Envoi\u00a0: {0} sur {1}").format(
            number(sync.sent), number(sync.to_send)
        )
    elif sync.received:
        said = translate("Sync", "Réception\u00a0: {0}").format(number(sync.received))
    elif sync.octets:
        return translate("Sync", "Échange\u00a0: {0}").format(moved)
    else:
        return translate("Sync", "Échange avec le bureau…")
    return f"{said} · {moved}" if sync.octets else said


def receipt_words(receipt: SyncReceipt | None, report: SyncReport | None) -> str:
    """What the figures mean for the worker. It claims nothing that was not acknowledged."""
    if report is None:
        return ""
    dossiers = _counted(
        translate("Sync", "%n dossier(s) sur ce poste.", "", report.dossiers), report.dossiers
    )
    if report.pending:
        return f"{_waiting(report.pending)} {dossiers}"
    if receipt is None:
        return dossiers
    if refused := len(report.refused):
        but = _counted(
            translate(
                "Sync",
                "Tout est confirmé par le bureau, sauf %n modification(s) refusée(s), "
                "gardée(s) ici.",
                "",
                refused,
            ),
            refused,
        )
        return f"{but} {dossiers}"
    confirmed = translate("Sync", "Tout ce que vous avez écrit est confirmé par le bureau.")
    return f"{confirmed} {dossiers}"


def not_reached(state: PageState) -> str:
    """Why the office was not reached, for somebody who has just asked, and what waits for it."""
    parts = [state.sync.problem, state.sync.remedy]
    if state.report is not None and state.report.pending:
        parts.append(_waiting(state.report.pending))
    return " ".join(part for part in parts if part)


def forgotten() -> str:
    """What the page says where the invitation can be typed."""
    return translate(
        "Sync",
        "Le bureau ne connaît plus ce poste. Rien n’est perdu\u00a0: demandez une nouvelle "
        "invitation à l’informatique, puis saisissez-la ici.",
    )


def octets(count: int) -> str:
    """« 31 ko »."""
    return size(count)


def journal_when(at: datetime, now: datetime) -> str:
    """« 8 h 31 », « lun. 17 h 42 », « 3 nov. 17 h 42 »."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return clock(local)
    if 0 < days < 7:
        return f"{weekday_short(local.date())} {clock(local)}"
    return f"{day_short(local.date(), now.date())} {clock(local)}"


def journal_words(outcome: str, sent: int, received: int, to_review: int) -> str:
    """« 43 envoyées, 118 reçues, 1 à relire », or why it stopped."""
    done = _exchanged(sent, received, to_review)
    if outcome == "done":
        return done if sent or received or to_review else translate("Sync", "Rien de nouveau")
    if outcome == "repaired":
        return _repaired(sent + received)
    if outcome == "diverged":
        return diverged()
    if outcome in _TOLD:
        return _TOLD[outcome]()
    if outcome == "documents":
        return _documents(sent, received)
    if outcome == "documents_cut":
        return translate(
            "Sync", "Documents\u00a0: envoi interrompu, sans perte\u00a0; il reprendra."
        )
    if outcome == "given_back":
        return translate("Sync", "%n élément(s) rendu(s) depuis une sauvegarde", "", sent)
    if outcome == "exported":
        return translate("Sync", "Coffre exporté dans un fichier chiffré")
    stopped = _STOPPED.get(outcome, _stopped_otherwise)()
    if not sent and not received:
        return stopped
    return translate("Sync", "{0} Avant cela\u00a0: {1}.").format(stopped, done)


def refused_title(line: RefusedLine) -> str:
    """« Suivi · Yves Morisset »."""
    return f"{line.label} · {line.person_name}" if line.person_name else line.label


def refused_reason(reason: str) -> str:
    """Why the office would not take it, and what can be done."""
    return _REFUSED.get(reason, _refused_otherwise)()


def typed(line: RefusedLine) -> str:
    """Her words, one field under the other: « Synthèse partagée : … »."""
    if line.is_deletion:
        return translate("Sync", "Suppression de la fiche.")
    said = translate("Sync", "{0}\u00a0: {1}")
    return "\n".join(said.format(item.label, value_words(item.value)) for item in line.typed)


def verified(report: SyncReport, now: datetime) -> str:
    """« Vérifié : vos 174 dossiers sont identiques à ceux du serveur (il y a 2 minutes). »."""
    proof = report.verification
    if proof.at is None:
        return ""
    when = moment(proof.at, now)
    if report.pending:
        # What was written since is not there yet.
        said = translate("Sync", "Vérifié ({0})\u00a0: ce poste et le serveur étaient identiques.")
        return said.format(when)
    if proof.dossiers == 0:
        said = translate("Sync", "Vérifié\u00a0: ce poste et le serveur sont identiques ({0}).")
        return said.format(when)
    if proof.dossiers == 1:
        said = translate(
            "Sync", "Vérifié\u00a0: votre dossier est identique à celui du serveur ({0})."
        )
        return said.format(when)
    said = translate(
        "Sync", "Vérifié\u00a0: vos {1} dossiers sont identiques à ceux du serveur ({0})."
    )
    return said.format(when, number(proof.dossiers))


def diverged() -> str:
    """What is said when a difference could not be mended."""
    return translate(
        "Sync",
        "Une différence avec le serveur n’a pas pu être réparée. Vos écrits sont gardés\u00a0; "
        "prévenez le service informatique.",
    )


def _waiting(pending: int) -> str:
    said = translate("Sync", "En attente d’envoi\u00a0: %n modification(s).", "", pending)
    return _counted(said, pending)


def _exchanged(sent: int, received: int, reviewed: int) -> str:
    parts = [
        _counted(translate("Sync", "%n envoyée(s)", "", sent), sent),
        _counted(translate("Sync", "%n reçue(s)", "", received), received),
    ]
    if reviewed:
        parts.append(translate("Sync", "{0} à relire").format(number(reviewed)))
    return ", ".join(parts)


def _counted(sentence: str, count: int) -> str:
    """The sentence with its number as French people write it: « 1 250 »."""
    written = number(count)
    return sentence.replace(f"{count} ", f"{written}{NO_BREAK_SPACE}", 1)


def _documents(sent: int, received: int) -> str:
    parts = []
    if sent:
        said = translate("Sync", "%n document(s) envoyé(s)", "", sent)
        parts.append(_counted(said, sent))
    if received:
        said = translate("Sync", "%n document(s) reçu(s)", "", received)
        parts.append(_counted(said, received))
    return ", ".join(parts) or translate("Sync", "Une partie d’un document a été échangée.")


def _repaired(count: int) -> str:
    if not count:
        return translate("Sync", "Vérification\u00a0: tout concorde.")
    said = translate("Sync", "Vérification\u00a0: %n fiche(s) relue(s), tout concorde.", "", count)
    return _counted(said, count)


def _offline() -> str:
    return translate("Sync", "Interrompue (réseau perdu), sans perte\u00a0; la suite part ensuite.")


def _cancelled() -> str:
    return translate("Sync", "Arrêtée à votre demande, sans perte.")


def _busy() -> str:
    return translate("Sync", "Remise à plus tard\u00a0: le bureau était occupé.")


def _troubled() -> str:
    return translate("Sync", "Remise à plus tard\u00a0: le bureau avait une difficulté.")


def _stranger() -> str:
    return translate("Sync", "Pas partie\u00a0: ce n’était pas le bureau qui répondait.")


def _untrusted() -> str:
    return translate("Sync", "Pas partie\u00a0: le bureau n’a pas pu prouver qui il était.")


def _revoked() -> str:
    return translate("Sync", "Refusée\u00a0: ce poste a été retiré par le Département.")


def _office_refused() -> str:
    return translate("Sync", "Refusée\u00a0: le bureau n’a pas reconnu ce poste.")


def _too_old() -> str:
    return translate("Sync", "Pas partie\u00a0: Coffre doit être mis à jour sur ce poste.")


def _office_too_old() -> str:
    return translate("Sync", "Pas partie\u00a0: Coffre doit être mis à jour au bureau.")


def _realigned() -> str:
    return translate("Sync", "Reprise depuis le début\u00a0: le bureau avait été restauré.")


def _too_many_leave() -> str:
    return translate("Sync", "Arrêtée\u00a0: trop de dossiers allaient quitter ce poste d’un coup.")


def _stopped_otherwise() -> str:
    return translate("Sync", "Interrompue, sans perte\u00a0; elle reprendra d’elle-même.")


_STOPPED = {
    "Offline": _offline,
    "Cancelled": _cancelled,
    "Busy": _busy,
    "OfficeTroubled": _troubled,
    "NotTheOffice": _stranger,
    "AddressRefused": _stranger,
    "UntrustedServer": _untrusted,
    "Revoked": _revoked,
    "Refused": _office_refused,
    "ClientTooOld": _too_old,
    "OfficeTooOld": _office_too_old,
    "EpochChanged": _realigned,
    "OpGap": _realigned,
    "LaptopBehind": _realigned,
    "MassRemoval": _too_many_leave,
}


def _not_granted() -> str:
    return translate(
        "Sync",
        "Vous n’êtes plus dans l’équipe de cette personne. Demandez à son référent de vous y "
        "remettre, ou transmettez-lui l’information.",
    )


def _not_author() -> str:
    return translate("Sync", "Seul son auteur peut l’écrire. Transmettez-lui l’information.")


def _written_once() -> str:
    return translate("Sync", "Ce champ ne change plus une fois écrit\u00a0; le reste est à jour.")


def _too_long() -> str:
    return translate("Sync", "Le texte est trop long pour le bureau. Raccourcissez-le.")


def _unknown_to_office() -> str:
    return translate(
        "Sync",
        "Le bureau ne connaît pas encore ce genre de donnée. Elle reste ici en attendant sa mise "
        "à jour.",
    )


def _erased() -> str:
    return translate("Sync", "Ce dossier a été effacé à la demande de la personne.")


def _too_many() -> str:
    return translate(
        "Sync",
        "Le bureau n’en garde pas davantage au même nom. Retirez ce qui ne sert plus, puis "
        "refaites-le.",
    )


def _put_back() -> str:
    return translate("Sync", "Coffre retrouvé plus ancien qu’il n’était\u00a0: tout est comparé.")


def _salvaged() -> str:
    return translate("Sync", "Coffre réparé\u00a0: tout est relu auprès du bureau.")


def _known_again() -> str:
    return translate("Sync", "Poste inscrit de nouveau, avec une invitation.")


_TOLD = {"put_back": _put_back, "salvaged": _salvaged, "known_again": _known_again}


def _refused_otherwise() -> str:
    return translate(
        "Sync", "Le bureau n’a pas pu lire cette modification. Signalez-le à l’informatique."
    )


_REFUSED = {
    "grant": _not_granted,
    "author": _not_author,
    "immutable": _written_once,
    "too_long": _too_long,
    "too_large": _too_long,
    "unknown_kind": _unknown_to_office,
    "unknown_field": _unknown_to_office,
    "unknown_code": _unknown_to_office,
    "unknown_verb": _unknown_to_office,
    "erased": _erased,
    "too_many": _too_many,
}
