"""A clean machine takes the vault that was exported to a file."""

from desktop.ui.vault_import.view import VaultImportView
from desktop.ui.vault_import.viewmodel import VaultImportViewModel

__all__ = ["VaultImportView", "VaultImportViewModel"]
