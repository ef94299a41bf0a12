"""What exists between an unlock and a lock: the pages, and the synchronisation that runs by itself."""

import time
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop import __version__
from desktop.app.open_keys import OpenKeys
from desktop.app.session import Session, office_of, synchroniser
from desktop.app.sync_runner import SyncRunner
from desktop.app.workspace import IMPORT, PERSONS, SETTINGS, SYNC, TODAY, Parts, Workspace
from desktop.config.clock import Clock, paris
from desktop.config.preferences import Preferences, PreferencesFile
from desktop.services.vault_access import VaultAccess
from desktop.sync.schedule import Trigger
from desktop.ui.background import Background
from desktop.ui.changes import ChangeBoard
from desktop.ui.search import Command, SearchPalette, SearchViewModel
from desktop.ui.settings import SettingsView, SettingsViewModel
from desktop.ui.theme import Theme

_NEW_PERSON, _LOCK = "new_person", "lock"


class UnlockedDesk(QObject):
    """The workspace of an open vault, its search, its settings and its synchronisation."""

    lock_requested = Signal()
    preferences_changed = Signal(object)

    def __init__(
        self,
        session: Session,
        *,
        access: VaultAccess,
        background: Background,
        theme: Theme,
        clock: Clock,
        preferences: Callable[[], Preferences],
        preferences_file: PreferencesFile,
        random: Callable[[], float],
    ) -> None:
        """``random`` is uniform in [0, 1[; it spreads the laptops that unlock together."""
        super().__init__()
        self._session = session
        self._access = access
        self._background = background
        self._theme = theme
        self._clock = clock
        self._preferences = preferences
        self._preferences_file = preferences_file
        self._palette: SearchPalette | None = None
        self.board = ChangeBoard()
        self.office = office_of(session.enrolment, session.workplace.identity, clock)
        engine = synchroniser(session, self.office, clock, background.run_in_store)
        self.runner = SyncRunner(
            background, engine, self.board, random=random, seconds=time.monotonic, parent=self
        )
        parts = Parts(session, background, self.board, theme, clock)
        self.workspace = Workspace(
            parts,
            {SYNC: self._sync_page, SETTINGS: self._settings_page, IMPORT: self._import_page},
        )
        self.workspace.lock_requested.connect(self.lock_requested)
        self.window.search_requested.connect(self._search)
        self.board.changed.connect(self._something_changed)
        self.runner.broke.connect(self.report)

    @property
    def window(self) -> QWidget:
        """The main window."""
        return self.workspace.window

    def begin(self) -> None:
        """Synchronise soon: a laptop that was just unlocked may have come back to the office."""
        self.runner.tell(Trigger.UNLOCK)

    def leave(self) -> None:
        """Keep what is being typed and stop synchronising; the vault can then be closed."""
        self.workspace.flush()
        self.runner.close()
        if self._palette is not None:
            self._palette.reject()

    def close(self) -> None:
        """Close the vault. On the store's lane, after ``leave``."""
        self._session.close()

    def report(self, failure: Exception) -> None:
        """Say what no page could say."""
        self.workspace.report(failure)
