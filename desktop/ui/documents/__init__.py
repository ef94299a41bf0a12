"""The documents of a dossier: attached, listed, and read inside Coffre."""

from desktop.ui.documents.pages import open_pages
from desktop.ui.documents.state import DocumentsState
from desktop.ui.documents.view import DocumentsView
from desktop.ui.documents.viewmodel import DocumentsViewModel

__all__ = ["DocumentsState", "DocumentsView", "DocumentsViewModel", "open_pages"]
