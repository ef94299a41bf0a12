"""Bringing a caseload in: choose a file, match its columns, see what would happen, then do it."""

from desktop.ui.import_caseload.view import ImportView
from desktop.ui.import_caseload.viewmodel import ImportViewModel

__all__ = ["ImportView", "ImportViewModel"]
