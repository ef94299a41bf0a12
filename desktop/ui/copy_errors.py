"""What a copy of the vault, or a vault in a file, may answer: one sentence, one thing to do."""

from desktop.services import errors as services
from desktop.ui.text import size, translate

Pair = tuple[str, str]


def copy_problem(failure: Exception) -> Pair | None:
    """Return the two sentences, or nothing for what is not about copies."""
    if isinstance(failure, services.NoRoomForCopy):
        return (
            translate("Problems", "Il n’y a pas assez de place sur le disque."),
            translate(
                "Problems", "Libérez {0}, puis recommencez\u00a0: rien n’a été modifié."
            ).format(size(failure.needed)),
        )
    if isinstance(failure, services.BrokenSnapshot):
        return (
            translate("Problems", "Cette sauvegarde ne se lit plus en entier."),
            translate("Problems", "Choisissez-en une autre, et faites-en une nouvelle."),
        )
    if isinstance(failure, services.CopyStopped):
        return (
            translate("Problems", "La copie a été interrompue, rien n’en est gardé."),
            translate("Problems", "Elle se refera d’elle-même, ou recommencez."),
        )
    if isinstance(failure, services.UnsupportedExport):
        return (
            translate("Problems", "Ce fichier vient d’une version plus récente de Coffre."),
            translate("Problems", "Mettez Coffre à jour, puis choisissez-le de nouveau."),
        )
    if isinstance(failure, services.ExportBroken):
        return (
            translate("Problems", "Ce fichier n’est pas un coffre exporté, ou il est abîmé."),
            translate("Problems", "Reprenez-en une autre copie\u00a0: rien n’a été repris ici."),
        )
    return None
