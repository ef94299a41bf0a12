"""Synchronisation: where we stand with the office, what went and came, what needs a worker."""

from desktop.ui.sync_page.invitation_viewmodel import InvitationViewModel
from desktop.ui.sync_page.view import SyncPageView
from desktop.ui.sync_page.viewmodel import SyncPageViewModel

__all__ = ["InvitationViewModel", "SyncPageView", "SyncPageViewModel"]
