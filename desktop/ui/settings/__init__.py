"""Réglages: the look, the lock, the keys, and what Coffre is made of."""

from desktop.ui.settings.view import SettingsView
from desktop.ui.settings.viewmodel import SettingsViewModel

__all__ = ["SettingsView", "SettingsViewModel"]
