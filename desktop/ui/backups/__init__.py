"""« Sauvegardes »: copies kept on this laptop, what they would give back, and giving it back."""

from desktop.ui.backups.export_viewmodel import ExportViewModel
from desktop.ui.backups.view import BackupsView
from desktop.ui.backups.viewmodel import BackupsViewModel

__all__ = ["BackupsView", "BackupsViewModel", "ExportViewModel"]
