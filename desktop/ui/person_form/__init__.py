"""Opening a dossier, or correcting who somebody is and how to reach her."""

from desktop.ui.person_form.state import PersonFormState
from desktop.ui.person_form.view import PersonFormView
from desktop.ui.person_form.viewmodel import PersonFormViewModel

__all__ = ["PersonFormState", "PersonFormView", "PersonFormViewModel"]
