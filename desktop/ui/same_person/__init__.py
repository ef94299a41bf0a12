"""Two dossiers side by side: are they one person's, and what of each is kept."""

from desktop.ui.same_person.view import SamePersonView
from desktop.ui.same_person.viewmodel import SamePersonState, SamePersonViewModel

__all__ = ["SamePersonState", "SamePersonView", "SamePersonViewModel"]
