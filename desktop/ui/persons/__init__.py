"""« Personnes »: the caseload of this laptop, and finding somebody in it."""

from desktop.ui.persons.view import PersonsView
from desktop.ui.persons.viewmodel import PersonsState, PersonsViewModel

__all__ = ["PersonsState", "PersonsView", "PersonsViewModel"]
