"""Two dossiers side by side: are they one person's, and what of each is kept."""

from desktop.ui.same_person.view import SamePersonView
from desktop.ui.same_person.viewmodel import Picks, SamePersonState, SamePersonViewModel

__all__ = ["Picks", "SamePersonState", "SamePersonView", "SamePersonViewModel"]
