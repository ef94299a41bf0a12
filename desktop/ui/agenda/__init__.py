"""« Agenda »: days, weeks and months by lieu, free slots, the waiting list."""

from desktop.ui.agenda.state import AgendaServices, AgendaState
from desktop.ui.agenda.view import AgendaView
from desktop.ui.agenda.viewmodel import AgendaViewModel

__all__ = ["AgendaServices", "AgendaState", "AgendaView", "AgendaViewModel"]
