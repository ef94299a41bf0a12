"""The Département's key in words: what it is, what became of it, which dossiers it opened."""

from desktop.config.clock import paris
from desktop.services.escrow import EscrowChange, EscrowNews, EscrowSheet, OpeningLine, What
from desktop.ui.text import day_with_year, number, translate

_TOLD_AT_ONCE = 3


def news_words(news: EscrowNews) -> str:
    """Return what has not been read yet; nothing when there is nothing."""
    said = [] if news.change is None else [_change_words(news.change)]
    said += [opening_words(one) for one in news.openings[:_TOLD_AT_ONCE]]
    more = len(news.openings) - _TOLD_AT_ONCE
    if more > 0:
        said.append(
            translate("Escrow", "Et {0} autres\u00a0: voyez Diagnostic de sécurité.").format(
                number(more)
            )
        )
    return " ".join(said)


def opening_words(one: OpeningLine) -> str:
    """« Le Département a ouvert le dossier de Yves Morisset à Sofia Nguyen le… »."""
    whose = translate("Escrow", "le dossier de {0}").format(one.name)
    told = (
        translate("Escrow", "Le Département vous a ouvert {0} le {2}, pour ce motif\u00a0: {3}.")
        if one.is_me
        else translate(
            "Escrow", "Le Département a ouvert {0} à {1} le {2}, pour ce motif\u00a0: {3}."
        )
    )
    return told.format(
        whose if one.name else translate("Escrow", "un dossier"),
        one.successor or translate("Escrow", "une personne inconnue ici"),
        day_with_year(one.on),
        one.reason.rstrip("."),
    )


def opening_here_words(one: OpeningLine) -> str:
    """The same, in the dossier itself."""
    return translate("Escrow", "Ouvert par le Département à {0} le {1}. Motif\u00a0: {2}.").format(
        one.successor or translate("Escrow", "une personne inconnue ici"),
        day_with_year(one.on),
        one.reason.rstrip("."),
    )


def here_words() -> str:
    """Return what a dossier says of the key."""
    return translate(
        "Escrow",
        "Le Département garde une clé de secours de ce qui est partagé ici (Réglages, Diagnostic "
        "de sécurité). Elle n’ouvre aucune note clinique\u00a0; son usage vous serait dit.",
    )


def sheet_words(sheet: EscrowSheet) -> list[str]:
    """Return all there is to tell, a paragraph each; nothing where there never was a key."""
    if sheet.fingerprint is None and not sheet.changes and not sheet.openings:
        return []
    said = [_standing_words(sheet.fingerprint)]
    said += [
        translate("Escrow", "{0}\u00a0: {1}").format(
            day_with_year(paris(one.at).date()), _short_words(one)
        )
        for one in sheet.changes
    ]
    return said + [opening_words(one) for one in sheet.openings]


def _standing_words(fingerprint: str | None) -> str:
    if fingerprint is None:
        return translate(
            "Escrow",
            "Il n’y en a plus sur cet ordinateur. Ce que vous écrivez maintenant n’est pas ouvert "
            "à une ancienne clé.",
        )
    return translate(
        "Escrow",
        "Elle est coupée en trois parts (DPO, direction générale, RSSI), gardées hors réseau. Deux "
        "détenteurs, ensemble, peuvent ouvrir à un successeur les textes partagés d’un dossier que "
        "plus personne n’ouvre\u00a0; l’équipe en est prévenue, avec le motif. Vos notes cliniques "
        "et ce qui n’est qu’à vous en sont hors de portée. Empreinte\u00a0: {0}.",
    ).format(fingerprint)


def _change_words(change: EscrowChange) -> str:
    return {
        What.COME: translate(
            "Escrow",
            "Le Département a une clé de secours des textes partagés\u00a0: deux détenteurs sur "
            "trois, ensemble, peuvent les ouvrir à un successeur, et cela vous serait dit. Elle "
            "n’ouvre aucune note clinique. Empreinte\u00a0: {0}.",
        ),
        What.CHANGED: translate(
            "Escrow",
            "Le Département a changé sa clé de secours des textes partagés. Nouvelle "
            "empreinte\u00a0: {0}.",
        ),
        What.GONE: translate(
            "Escrow",
            "Le Département n’a plus de clé de secours sur cet ordinateur\u00a0: ce que vous "
            "écrirez ne lui sera plus ouvert.",
        ),
    }[change.what].format(change.fingerprint)


def _short_words(change: EscrowChange) -> str:
    return {
        What.COME: translate("Escrow", "posée par l’informatique, empreinte {0}"),
        What.CHANGED: translate("Escrow", "changée, empreinte {0}"),
        What.GONE: translate("Escrow", "retirée, empreinte {0}"),
    }[change.what].format(change.fingerprint)
