"""The frame around every screen: sections at the left, one page at a time, the common keys."""

from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.sync_status import SyncState
from desktop.ui.main_window.window import MainWindow

__all__ = ["MainWindow", "Section", "SyncState"]
