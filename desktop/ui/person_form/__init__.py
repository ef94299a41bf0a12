"""Opening a dossier, or correcting who somebody is and how to reach her."""

from desktop.ui.person_form.view import PersonFormView
from desktop.ui.person_form.viewmodel import PersonFormState, PersonFormViewModel

__all__ = ["PersonFormState", "PersonFormView", "PersonFormViewModel"]
