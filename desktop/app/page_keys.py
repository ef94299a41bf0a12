"""The keys of the pages, as the sheet of shortcuts tells them beside those of the window."""

from desktop.ui.text import translate


def page_keys() -> tuple[tuple[str, str], ...]:
    """Return each key with what it does, page by page."""
    return (
        ("Ctrl+Return", _tr("L’acte principal de la page : terminer, enregistrer…")),
        ("Ctrl+O", _tr("Aujourd’hui : ouvrir le dossier ; import : le fichier")),
        (_tr("1 à 7"), _tr("Aujourd’hui : ce qu’est devenu le rendez-vous")),
        (_tr("N, Ctrl+N"), _tr("Agenda\u00a0: nouveau rendez-vous")),
        (_tr("M, Alt+flèches"), _tr("Agenda\u00a0: déplacer le rendez-vous")),
        (_tr("Suppr"), _tr("Agenda\u00a0: annuler le rendez-vous")),
        (_tr("Page ↑, Page ↓"), _tr("Agenda\u00a0: période précédente, suivante")),
        ("Ctrl+F", _tr("Personnes : chercher dans la liste")),
        ("Ctrl+Shift+N", _tr("Personnes : nouvelle personne")),
        ("Ctrl+Shift+I", _tr("Personnes : importer une file active")),
        ("Ctrl+R", _tr("Dossier : nouveau rendez-vous")),
        ("Ctrl+T", _tr("Dossier : afficher le téléphone")),
        ("Ctrl+E", _tr("Dossier : corriger le suivi")),
        ("Ctrl+Shift+L", _tr("Dossier : lire ma note")),
        ("Ctrl+Shift+E", _tr("Dossier : modifier la fiche")),
        ("Ctrl+Shift+A", _tr("Dossier : ajouter un·e collègue")),
        ("Alt+N", _tr("Dossier : nouvel accompagnement ; ateliers : nouvel atelier")),
        ("Alt+E", _tr("Dossier : ajouter une étape")),
        ("Alt+I", _tr("Dossier : inscrire à un atelier")),
        ("Alt+A", _tr("Dossier : relancer, noter un appel ; import : autre personne")),
        ("Alt+R", _tr("Dossier\u00a0: nouveau relais")),
        ("Alt+D", _tr("Dossier\u00a0: diagnostic mobilité, ou sa réactualisation")),
        ("Alt+B", _tr("Dossier\u00a0: noter un besoin sans réponse")),
        ("Alt+M", _tr("Import : c’est la même personne")),
        ("Alt+1", _tr("Synchronisation, à relire\u00a0: garder la première version")),
        ("Alt+2", _tr("Synchronisation, à relire\u00a0: garder la seconde version")),
        ("Alt+3", _tr("Synchronisation, à relire\u00a0: plus tard")),
        ("Alt+←, Alt+→", _tr("Tournée, kilomètres\u00a0: avant, après")),
        ("Ctrl+Shift+P", _tr("Dossier\u00a0: la feuille à remettre à la personne")),
        ("Ctrl+P", _tr("Agenda, tournée, feuille, clé de secours\u00a0: imprimer")),
        ("Ctrl+S", _tr("Tournée, feuille, clé de secours\u00a0: enregistrer en PDF")),
    )


def _tr(text: str) -> str:
    return translate("PageKeys", text)
