"""What is said of a caseload that comes in a file, when it cannot be taken."""

from desktop.domain.caseload.errors import (
    CaseloadError,
    FieldTaken,
    FileReason,
    FileRefused,
    ImportCancelled,
)
from desktop.ui.text import translate

Pair = tuple[str, str]


def caseload_problem(failure: CaseloadError) -> Pair | None:
    """Return what to tell of a file, or of an import."""
    if isinstance(failure, FileRefused):
        return _file(failure.reason)
    return {
        FieldTaken: (
            translate("Problems", "Deux colonnes ont reçu le même sens."),
            translate("Problems", "Gardez-en une seule."),
        ),
        ImportCancelled: (
            translate("Problems", "L’import a été annulé, rien n’a été écrit."),
            translate("Problems", "Relancez-le quand vous voudrez."),
        ),
    }.get(type(failure))


def row_problem(number: int) -> Pair:
    """Return what to tell of a row that cannot be kept."""
    return (
        translate("Problems", "La ligne {0} du fichier ne peut pas être reprise.").format(number),
        translate("Problems", "Corrigez-la dans le fichier, puis importez-le de nouveau."),
    )


def _file(reason: FileReason) -> Pair:
    split = translate("Problems", "Partagez-le en plusieurs fichiers.")
    again = translate("Problems", "Ouvrez-le dans votre tableur et enregistrez-le de nouveau.")
    return {
        FileReason.EMPTY: (
            translate("Problems", "Ce fichier est vide."),
            translate("Problems", "Choisissez celui qui contient vos dossiers."),
        ),
        FileReason.TOO_LARGE: (translate("Problems", "Ce fichier est trop gros."), split),
        FileReason.TOO_MANY_ROWS: (translate("Problems", "Ce fichier a trop de lignes."), split),
        FileReason.TOO_MANY_COLUMNS: (
            translate("Problems", "Ce fichier a trop de colonnes."),
            translate("Problems", "Gardez seulement celles qui servent à l’import."),
        ),
        FileReason.TOO_MUCH_TEXT: (
            translate("Problems", "Ce fichier est démesuré une fois déplié, il n’a pas été lu."),
            again,
        ),
        FileReason.ENCRYPTED: (
            translate("Problems", "Ce fichier est protégé par un mot de passe."),
            translate("Problems", "Enregistrez-en une copie sans mot de passe."),
        ),
        FileReason.OLD_EXCEL: (
            translate("Problems", "Ce fichier est d’un ancien format d’Excel (.xls)."),
            translate("Problems", "Enregistrez-le en .xlsx ou en .ods."),
        ),
        FileReason.UNKNOWN_FORMAT: (
            translate("Problems", "Ce fichier n’est pas un tableau que Coffre sait lire."),
            translate("Problems", "Enregistrez-le en .csv, .xlsx ou .ods."),
        ),
        FileReason.UNKNOWN_ENCODING: (
            translate("Problems", "Les lettres de ce fichier ne se lisent pas."),
            translate("Problems", "Enregistrez-le en CSV UTF-8."),
        ),
        FileReason.UNCLOSED_QUOTE: (
            translate("Problems", "Un guillemet ouvert ne se referme jamais dans ce fichier."),
            again,
        ),
        FileReason.NO_SUCH_SHEET: (
            translate("Problems", "Cette feuille n’existe pas dans le classeur."),
            translate("Problems", "Choisissez-en une autre."),
        ),
        FileReason.DAMAGED: (translate("Problems", "Ce fichier est abîmé."), again),
    }[reason]
