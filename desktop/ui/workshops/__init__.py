"""« Ateliers »: the sessions, their places, who is registered and who came."""

from desktop.ui.workshops.view import WorkshopsView
from desktop.ui.workshops.viewmodel import WorkshopsState, WorkshopsViewModel

__all__ = ["WorkshopsState", "WorkshopsView", "WorkshopsViewModel"]
