"""A person's dossier: the summary on one page, and the follow-ups of the whole team."""

from desktop.ui.dossier.view import DossierView
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel

__all__ = ["DossierState", "DossierView", "DossierViewModel"]
