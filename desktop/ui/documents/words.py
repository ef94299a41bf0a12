"""Sentences about documents."""

from datetime import date

from desktop.domain.document_files import DocumentFault, DocumentRefused
from desktop.services.documents import ChosenFile, DocumentLine
from desktop.ui.documents.state import CannotShow
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import day_short, size, translate


def subtitle(line: DocumentLine, today: date) -> str:
    """« Courrier · PDF · 1,2 Mo · 3 nov. · Catherine Roy »."""
    who = translate("Documents", "vous") if line.mine else line.by.name
    day = day_short(line.added_on, today)
    parts = (line.category.label, line.media.label, size(line.size), day, who)
    return " · ".join(part for part in parts if part)


def chosen(file: ChosenFile) -> str:
    """« PDF · 1,2 Mo »."""
    return f"{file.media.label} · {size(len(file.content))}"


def way(line: DocumentLine) -> str:
    """« En route » while pieces are missing here, or at the office."""
    if not line.is_here:
        return translate("Documents", "En route")
    return translate("Documents", "À envoyer") if line.is_leaving else ""


def way_in_full(line: DocumentLine) -> str:
    """Where a document is, in one sentence."""
    if not line.is_here:
        said = translate(
            "Documents",
            "Ce document est en route (morceaux arrivés\u00a0: {0} sur {1}). Il s’ouvrira après une"
            " prochaine synchronisation.",
        )
        return said.format(line.held.here, line.held.pieces)
    if line.is_leaving:
        said = translate(
            "Documents",
            "Ce document partira à la prochaine synchronisation (morceaux envoyés\u00a0: {0} sur"
            " {1}).",
        )
        return said.format(line.held.pieces - line.held.unsent, line.held.pieces)
    return ""


def page_of(page: int, pages: int) -> str:
    """« Page 2 sur 7 »."""
    return translate("Documents", "Page {0} sur {1}").format(page + 1, pages)


def attached() -> str:
    """Once a file is attached."""
    return translate(
        "Documents",
        "Document joint et chiffré. Le fichier choisi est resté à sa place\u00a0: effacez-le s’il"
        " n’a plus à y être.",
    )


def copied() -> str:
    """Once a copy was saved outside."""
    return translate(
        "Documents",
        "La copie est enregistrée. Elle n’est pas chiffrée\u00a0: effacez-la quand elle ne sert"
        " plus.",
    )


def problem_of(failure: Exception) -> Problem:
    """What happened to a document, and what to do."""
    if isinstance(failure, DocumentRefused):
        return _refused(failure.fault)
    if isinstance(failure, CannotShow):
        return Problem(
            translate("Documents", "Ce document ne peut pas être affiché ici."),
            translate("Documents", "Il est gardé tel quel\u00a0: enregistrez-en une copie."),
        )
    return sentence(failure)


def _refused(fault: DocumentFault) -> Problem:
    other = translate("Documents", "Choisissez un PDF, ou une image JPEG ou PNG.")
    return {
        DocumentFault.EMPTY: Problem(translate("Documents", "Ce fichier est vide."), other),
        DocumentFault.TOO_LARGE: Problem(
            translate("Documents", "Ce fichier dépasse 15\u00a0Mo."),
            translate("Documents", "Numérisez-le avec une qualité moindre, ou en plusieurs fois."),
        ),
        DocumentFault.UNKNOWN_FORMAT: Problem(
            translate("Documents", "Ce fichier n’est ni un PDF ni une image."), other
        ),
        DocumentFault.UNREADABLE: Problem(
            translate("Documents", "Ce fichier n’a pas pu être lu."),
            translate("Documents", "Vérifiez que son disque est branché, puis choisissez-le."),
        ),
    }[fault]


def one_at_a_time() -> Problem:
    """Several files were dropped at once."""
    return Problem(
        translate("Documents", "Plusieurs fichiers ont été déposés."),
        translate("Documents", "Déposez-les un par un\u00a0: chacun a son titre."),
    )
