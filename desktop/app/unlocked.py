"""What exists between an unlock and a lock: the pages, and synchronising by itself."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop import __version__
from desktop.app.advice import KeyAdvice
from desktop.app.backup_pages import BACKUPS, BackupPages
from desktop.app.coming_back import ComingBack, Place
from desktop.app.discreet_mode import DiscreetMode
from desktop.app.handover import sealed_rest
from desktop.app.interrupted import JOINED_TEXT, Interrupted
from desktop.app.key_pages import COLLEAGUES, KEY_SHARES, LAPTOPS, KeyPages
from desktop.app.lease_watch import LeaseWatch
from desktop.app.likeness_watch import LikenessWatch
from desktop.app.network_watch import NetworkWatch
from desktop.app.open_keys import OpenKeys
from desktop.app.outings import OutingWatch
from desktop.app.parts import Parts
from desktop.app.road_pages import TOUR, TRIPS, WORKSHOPS
from desktop.app.session import Session, office_of, whole_synchroniser
from desktop.app.store_care import StoreCare
from desktop.app.sync_runner import Phase, SyncProgress, SyncRunner, shown
from desktop.app.workspace import (
    AGENDA,
    IMPORT,
    PERSONS,
    SETTINGS,
    SYNC,
    TODAY,
    Workspace,
)
from desktop.config.clock import Clock, paris
from desktop.config.policy import Policy
from desktop.config.preferences import Preferences, PreferencesFile
from desktop.config.safety import Finding
from desktop.domain.names import forget_names
from desktop.domain.touched import Touched
from desktop.services.errors import DamagedStore
from desktop.services.lease import Lease
from desktop.services.outings import Outing, Outings
from desktop.services.safety import look_at_vault
from desktop.services.vault_access import VaultAccess, Withdrawal
from desktop.sync.brake import Brake
from desktop.sync.errors import MassRemoval
from desktop.sync.paper import PaperAfterRecords
from desktop.sync.revocation import SureOfRevocation
from desktop.sync.schedule import Trigger
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.import_caseload import ImportView, ImportViewModel
from desktop.ui.main_window.window import MainWindow
from desktop.ui.search import Command, SearchPalette, SearchViewModel
from desktop.ui.settings import SettingsView, SettingsViewModel
from desktop.ui.sync_page import SyncPageView, SyncPageViewModel
from desktop.ui.sync_page.sidebar import sidebar_block
from desktop.ui.theme import Theme
from protocol.kinds.follow_ups import Medium

_NEW_PERSON, _LOCK, _DISCREET = "new_person", "lock", "discreet"
_UNPLANNED = "unplanned"


class UnlockedDesk(QObject):
    """The workspace of an open vault, its search, its settings and its synchronisation."""

    lock_requested = Signal()
    safety_requested = Signal()
    """The page of how this computer stands: show it, with ``look_at_vault``."""
    preferences_changed = Signal(object)
    withdrawn = Signal()
    """The Département has withdrawn this laptop: call ``withdraw``."""

    def __init__(
        self,
        session: Session,
        *,
        access: VaultAccess,
        background: Background,
        theme: Theme,
        clock: Clock,
        policy: Policy,
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
        self._import: ImportViewModel | None = None
        self._import_view: ImportView | None = None
        self.board = ChangeBoard()
        self.sync_page = SyncPageViewModel(
            background,
            session.services.sync_reports,
            session.services.conflicts,
            self.board,
            clock,
            self,
        )
        self.office = office_of(session.enrolment, session.workplace.identity, clock, policy)
        engine = whole_synchroniser(
            session, self.office, clock, background.run_in_store, background.begin_in_store
        )
        with_paper = PaperAfterRecords(
            engine, session.workplace.store, self.office, background.run_in_store
        )
        self.runner = SyncRunner(
            background,
            SureOfRevocation(with_paper, self.office),
            self.board,
            random=random,
            seconds=time.monotonic,
            parent=self,
        )
        self.runner.withdrawn.connect(self.withdrawn)
        session.workplace.names.choose(discreet=preferences().starts_discreet)
        parts = Parts(session, background, self.board, theme, clock)
        self.workspace = Workspace(
            parts,
            {SYNC: self._sync_page, SETTINGS: self._settings_page, IMPORT: self._import_page},
        )
        self.workspace.lock_requested.connect(self.lock_requested)
        self.coming_back = self._ways_back()
        self.backups = BackupPages(
            session, background, self.board, clock, self.window, KeyAdvice(access), self
        )
        self._key_pages = KeyPages(
            session,
            access,
            self.office,
            background.run_in_store,
            background,
            self.board,
            self.window,
            self,
        )
        # With the window goes all that answers it: nothing is shown after a lock.
        self.workspace.setParent(self.window)
        self.setParent(self.window)
        self.discreet = DiscreetMode(
            session.workplace.names, self.board, self.workspace.dossiers_in_sight, self
        )
        self.discreet.changed.connect(self._show_discreet)
        self._show_discreet(self.discreet.is_on)
        self.window.discreet_requested.connect(self.discreet.toggle)
        self.window.search_requested.connect(self._search)
        self.board.changed.connect(self._something_changed)
        self._likeness = LikenessWatch(
            background, session.services.duplicates, self.board, self.report, self
        )
        self._network = NetworkWatch(self)
        self._network.returned.connect(lambda: self.runner.tell(Trigger.NETWORK_RETURNED))
        self.runner.broke.connect(self.report)
        self._outings = Outings(session.workplace.store, clock)
        OutingWatch(background, self._outings, self.window, self.report)
        self.lease = LeaseWatch(background, Lease(session.workplace.store, clock), self)
        self.lease.changed.connect(self.window.lease.show_lease)
        self.lease.failed.connect(self.report)
        self.window.lease.remedy_asked.connect(self._sync_now)
        self.care = self._made_care()
        self.window.removal.accepted.connect(self._allow_removal)
        self.window.removal.postponed.connect(self._postpone_removal)
        self._removal: MassRemoval | None = None
        self._postponed: int | None = None
        self._tie_sync_page()

    def _made_care(self) -> StoreCare:
        keeping = self._session.unlocked.keeping
        care = StoreCare(self._background, self._access, keeping, self.board, self)
        care.told.connect(self.window.vault.show_news)
        care.damaged.connect(self.window.vault.show_damage)
        care.failed.connect(self.report)
        care.repair_ready.connect(self.lock_requested)
        self.window.vault.read.connect(care.forget_news)
        self.window.vault.repair_asked.connect(care.ask_repair)
        return care

    @property
    def window(self) -> MainWindow:
        """The main window."""
        return self.workspace.window

    def begin(self) -> None:
        """Synchronise soon: a laptop that was just unlocked may have come back to the office."""
        self.runner.tell(Trigger.UNLOCK)
        self._likeness.begin()
        self.lease.start()
        self.care.begin()
        self.backups.begin()
        self.coming_back.begin()

    def leave(self) -> Callable[[], bytes | None]:
        """Keep what is being typed and stop synchronising.

        Return what closes the vault, for the store's lane: it comes after what was asked before.
        That returns, sealed for this vault, what the disk refused.
        """
        session = self._session
        keep = self.coming_back.leave()
        self.workspace.flush()
        self.sync_page.review.flush()
        self._stop()

        def close() -> bytes | None:
            sealed = sealed_rest(session, keep())
            self.backups.let_go()
            session.close()
            forget_names()
            return sealed

        return close

    def withdraw(self) -> Callable[[], Withdrawal]:
        """Stop everything; return what destroys the vault, for the store's lane."""
        access, session = self._access, self._session
        self._stop()

        def destroy() -> Withdrawal:
            self.backups.let_go()
            try:
                return access.withdraw(session.unlocked)
            finally:
                forget_names()

        return destroy

    def _stop(self) -> None:
        self.care.stop()
        self.coming_back.stop()
        self.backups.stop()
        self.runner.close()
        self._likeness.close()
        self.lease.stop()
        if self._import is not None:
            self._import.cancel()
        if self._palette is not None:
            self._palette.reject()
        self.workspace.unplanned.close()
        self.workspace.let_go()

    def outings(self) -> list[Outing]:
        """Return what left the vault in clear; on the store's lane."""
        return self._outings.latest()

    def look_at_vault(self) -> tuple[Finding, ...]:
        """Return how the vault stands; on the store's lane."""
        return look_at_vault(self._session.workplace.store, self._clock)

    def report(self, failure: Exception) -> None:
        """Say what no page could say."""
        if isinstance(failure, DamagedStore):
            self.window.vault.show_damage()
        self.workspace.report(failure)

    # -- pages ----------------------------------------------------------------------------------

    def _sync_page(self) -> QWidget:
        view = SyncPageView(self.sync_page)
        view.person_requested.connect(self.workspace.open_person)
        view.undo_offered.connect(self.window.offer_undo)
        return view

    def _import_page(self) -> QWidget:
        services = self._session.services
        self._import = ImportViewModel(self._background, services.imports, self.board)
        view = ImportView(self._import, services.directory.commune_name)
        view.closed.connect(self.window.back)
        view.finished.connect(lambda: self.window.open(PERSONS))
        view.show_discreet(self.discreet.is_on)
        self._import_view = view
        return view

    def _settings_page(self) -> QWidget:
        viewmodel = SettingsViewModel(
            self._background,
            self._preferences_file,
            OpenKeys(self._access, self._session.unlocked, self._session.workplace.random),
            self._preferences(),
        )
        viewmodel.preferences_changed.connect(self.preferences_changed)
        view = SettingsView(viewmodel, self._theme, self._today, __version__)
        view.backups_requested.connect(self.backups.open)
        view.safety_requested.connect(self.safety_requested)
        view.key_pages.laptops_requested.connect(lambda: self.window.open(LAPTOPS))
        view.key_pages.colleagues_requested.connect(lambda: self.window.open(COLLEAGUES))
        view.key_pages.shares_requested.connect(lambda: self.window.open(KEY_SHARES))
        return view

    def _show_discreet(self, discreet: bool) -> None:
        self.workspace.show_discreet(discreet)
        if self._import_view is not None:
            self._import_view.show_discreet(discreet)

    def _today(self) -> date:
        return paris(self._clock.now()).date()

    # -- search ---------------------------------------------------------------------------------

    def _search(self) -> None:
        if self._palette is None:
            services = self._session.services
            viewmodel = SearchViewModel(
                self._background, services.persons, services.directory, self._commands()
            )
            viewmodel.person_requested.connect(self.workspace.open_person)
            viewmodel.command_requested.connect(self._command)
            self._palette = SearchPalette(viewmodel, self.window)
        self._palette.open()

    def _commands(self) -> list[Command]:
        return [
            Command(TODAY, self.tr("Aujourd’hui"), "Ctrl+1", self.tr("tournée rendez-vous jour")),
            Command(TOUR, self.tr("Ma tournée"), "", self.tr("carte route étapes emporter")),
            Command(TRIPS, self.tr("Kilomètres"), "", self.tr("frais trajets voiture")),
            Command(PERSONS, self.tr("Personnes"), "Ctrl+2", self.tr("file active dossiers")),
            Command(AGENDA, self.tr("Agenda"), "Ctrl+3", self.tr("semaine permanence créneau")),
            Command(WORKSHOPS, self.tr("Ateliers"), "", self.tr("groupe séance inscrire")),
            Command(_NEW_PERSON, self.tr("Nouvelle personne"), "", self.tr("ouvrir un dossier")),
            Command(IMPORT, self.tr("Importer une file active"), "", self.tr("csv excel tableur")),
            *(
                Command(f"{_UNPLANNED} {way.medium.value}", way.medium.label, way.key)
                for way in self.workspace.unplanned.ways.values()
            ),
            Command(SYNC, self.tr("Synchronisation"), "Ctrl+6", self.tr("envoyer recevoir")),
            Command(BACKUPS, self.tr("Sauvegardes"), "", self.tr("copie restaurer exporter")),
            Command(LAPTOPS, self.tr("Vos ordinateurs"), "", self.tr("ajouter retirer portable")),
            Command(
                COLLEAGUES, self.tr("Vérifier avec un collègue"), "", self.tr("mots clés identité")
            ),
            Command(SETTINGS, self.tr("Réglages"), "Ctrl+7", self.tr("sombre clair texte phrase")),
            Command(
                _DISCREET, self.tr("Mode discret"), "F8", self.tr("initiales noms cacher masquer")
            ),
            Command(_LOCK, self.tr("Verrouiller"), "Ctrl+L", self.tr("fermer quitter")),
        ]

    def _command(self, key: str) -> None:
        if key == _NEW_PERSON:
            self.workspace.new_person()
        elif key == _DISCREET:
            self.discreet.toggle()
        elif key.startswith(_UNPLANNED):
            self.workspace.unplanned.ask(Medium(key.removeprefix(f"{_UNPLANNED} ")))
        elif key == _LOCK:
            self.lock_requested.emit()
        elif key == TOUR:
            self.workspace.road.open_tour()
        elif key == TRIPS:
            self.workspace.road.open_trips()
        else:
            self.workspace.window.open(key)

    # -- synchronisation ------------------------------------------------------------------------

    def _tie_sync_page(self) -> None:
        self.runner.changed.connect(self._tell_sync)
        self.sync_page.sync_now_requested.connect(self._sync_now)
        self.sync_page.verify_requested.connect(self.runner.verify_now)
        self.sync_page.cancel_requested.connect(self.runner.cancel)
        self.sync_page.changed.connect(self._show_block)
        self.sync_page.show(shown(self.runner.progress))
        self.sync_page.refresh()

    def _tell_sync(self, progress: SyncProgress) -> None:
        if progress.phase is Phase.IDLE and progress.failure is None:
            self.lease.renew()
            self.care.heard()
            self.window.removal.hide()
        elif progress.phase is not Phase.RUNNING and isinstance(progress.failure, MassRemoval):
            self._ask_removal(progress.failure)
        self.backups.tell_sync(progress)
        self._show_sync(progress)

    def _show_sync(self, progress: SyncProgress) -> None:
        is_asked = not self.window.removal.isHidden()
        self.sync_page.show(replace(shown(progress), is_asked_above=is_asked))

    def _sync_now(self) -> None:
        self._postponed = None
        self.runner.sync_now()

    def _ways_back(self) -> ComingBack:
        joining = Place(JOINED_TEXT, SYNC, self._joining, self._join_again)
        return ComingBack(
            self.window,
            TODAY,
            [*self.workspace.places(), joining],
            self._session,
            self._background,
            self.board,
            self.report,
        )

    def _join_again(self, interrupted: Interrupted) -> None:
        self.window.open(SYNC)
        self.sync_page.review.choose(interrupted.target)

    def _joining(self) -> Interrupted | None:
        """The conflict whose two texts are being made one."""
        review = self.sync_page.review.state
        if review.chosen is None or review.typed is None:
            return None
        return Interrupted(JOINED_TEXT, review.chosen)

    # -- the brake ------------------------------------------------------------------------------

    def _ask_removal(self, asked: MassRemoval) -> None:
        """Ask, unless she chose to wait; more dossiers ask again, and so does « Synchroniser »."""
        self._removal = asked
        if self._postponed is None or asked.dossiers > self._postponed:
            self.window.removal.ask(asked.dossiers, asked.held)

    def _postpone_removal(self) -> None:
        self.window.removal.hide()
        if self._removal is not None:
            self._postponed = self._removal.dossiers
        self._show_sync(self.runner.progress)

    def _allow_removal(self) -> None:
        asked, brake = self._removal, Brake(self._session.workplace.store)
        self.window.removal.hide()
        if asked is None:
            return
        self._background.run(
            Lane.STORE,
            lambda: brake.allow(asked.dossiers),
            lambda _: self._sync_now(),
            self.report,
        )

    def _show_block(self) -> None:
        state = self.sync_page.state
        if state.report is not None:
            self.window.show_sync(
                sidebar_block(
                    state.sync,
                    pending=state.report.pending,
                    last_success=self._last_success(state.report.last_success),
                    now=self.sync_page.now(),
                    refused=len(state.report.refused),
                    diverged=state.report.verification.diverged,
                )
            )

    def _last_success(self, written: datetime | None) -> datetime | None:
        """The journal skips syncs in which nothing moved: the runner remembers them."""
        seen = self.runner.progress.last_success
        return max(filter(None, (written, seen)), default=None)

    def _something_changed(self, touched: frozenset[Touched]) -> None:
        was_written = any(touch.id for touch in touched)
        if was_written and not self.runner.is_running:
            self.runner.tell(Trigger.SAVED)
