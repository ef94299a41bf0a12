"""What exists between an unlock and a lock: the pages, and synchronising by itself."""

import time
from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop import __version__
from desktop.app.advice import KeyAdvice
from desktop.app.backup_pages import BackupPages
from desktop.app.coming_back import ComingBack
from desktop.app.discreet_mode import DiscreetMode
from desktop.app.escrow_watch import EscrowWatch
from desktop.app.handover import sealed_rest
from desktop.app.key_pages import COLLEAGUES, KEY_SHARES, LAPTOPS, KeyPages
from desktop.app.lease_watch import LeaseWatch
from desktop.app.likeness_watch import LikenessWatch
from desktop.app.network_watch import NetworkWatch
from desktop.app.open_keys import OpenKeys
from desktop.app.outings import OutingWatch
from desktop.app.palette import Palette
from desktop.app.parts import Parts
from desktop.app.session import Session, office_of, whole_synchroniser
from desktop.app.short_way import ShortWay
from desktop.app.store_care import StoreCare
from desktop.app.sync_pages import SyncPages
from desktop.app.sync_runner import SyncRunner
from desktop.app.workspace import IMPORT, PERSONS, SETTINGS, SYNC, TODAY, Workspace
from desktop.config.clock import Clock, paris
from desktop.config.policy import Policy
from desktop.config.preferences import Preferences, PreferencesFile
from desktop.config.safety import Finding
from desktop.domain.names import forget_names
from desktop.services.errors import DamagedStore
from desktop.services.escrow import EscrowSheet
from desktop.services.lease import Lease
from desktop.services.outings import Outing, Outings
from desktop.services.safety import look_at_vault
from desktop.services.vault_access import VaultAccess, Withdrawal
from desktop.sync.known_again import KnownAgain
from desktop.sync.paper import PaperAfterRecords
from desktop.sync.revocation import SureOfRevocation
from desktop.sync.schedule import Trigger
from desktop.ui.background import Background
from desktop.ui.changes import ChangeBoard
from desktop.ui.import_caseload import ImportView, ImportViewModel
from desktop.ui.main_window.window import MainWindow
from desktop.ui.settings import SettingsView, SettingsViewModel
from desktop.ui.sync_page import InvitationViewModel, SyncPageViewModel
from desktop.ui.theme import Role, Theme


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
        short_way: ShortWay,
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
        self._short_way = short_way
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
        self._sync_pages = SyncPages(
            parts,
            self.sync_page,
            self._made_invitation(),
            self.runner,
            self.window,
            self.report,
            self,
        )
        self.workspace.review_requested.connect(self._sync_pages.review)
        self.coming_back = ComingBack(
            self.window,
            TODAY,
            [*self.workspace.places(), self._sync_pages.place()],
            session,
            background,
            self.board,
            self.report,
        )
        advice = KeyAdvice(access, session.own_words)
        self.backups = BackupPages(
            session, background, self.board, clock, self.window, advice, self
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
        self.discreet = self._made_discreet()
        self._palette = Palette(parts, self.workspace, self.discreet, self)
        self._palette.lock_requested.connect(self.lock_requested)
        self.window.search_requested.connect(self._palette.open)
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
        self.window.lease.remedy_asked.connect(self._sync_pages.sync_now)
        self.care = self._made_care()
        self.escrow = self._made_escrow()
        self._sync_pages.succeeded.connect(self.lease.renew)
        self.runner.changed.connect(self.backups.tell_sync)

    def _made_invitation(self) -> InvitationViewModel:
        session, background = self._session, self._background
        known_again = KnownAgain(
            session.workplace.store, self.office, self._clock, background.run_in_store
        )
        address, professional = session.enrolment.server_address, session.enrolment.professional
        return InvitationViewModel(background, known_again.run, address, professional, self)

    def _made_discreet(self) -> DiscreetMode:
        names = self._session.workplace.names
        discreet = DiscreetMode(names, self.board, self.workspace.dossiers_in_sight, self)
        discreet.changed.connect(self._show_discreet)
        self._show_discreet(discreet.is_on)
        self.window.discreet_requested.connect(discreet.toggle)
        return discreet

    def _made_care(self) -> StoreCare:
        keeping = self._session.unlocked.keeping
        care = StoreCare(self._background, self._access, keeping, self.board, self)
        care.told.connect(self.window.vault.show_news)
        care.damaged.connect(self.window.vault.show_damage)
        care.failed.connect(self.report)
        care.repair_ready.connect(self.lock_requested)
        self.window.vault.read.connect(care.forget_news)
        self.window.vault.repair_asked.connect(care.ask_repair)
        self._sync_pages.succeeded.connect(care.heard)
        return care

    def _made_escrow(self) -> EscrowWatch:
        watch = EscrowWatch(self._background, self._session.services.escrow, self.board, self)
        watch.told.connect(self.window.escrow.show_news)
        watch.failed.connect(self.report)
        self.window.escrow.read.connect(watch.read)
        self.discreet.changed.connect(lambda _: watch.look())
        return watch

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
        self.escrow.look()
        self.backups.begin()
        self.coming_back.begin()

    def leave(self) -> Callable[[], bytes | None]:
        """Keep what is being typed and stop synchronising.

        Return what closes the vault, for the store's lane: it comes after what was asked before.
        That returns, sealed for this vault, what the disk refused.
        """
        session = self._session
        keeping: list[Callable[[], str | None]] = []
        steps: Sequence[Callable[[], object]] = (
            lambda: keeping.append(self.coming_back.leave()),
            self.workspace.flush,
            self.sync_page.review.flush,
            self._stop,
        )
        for step in steps:
            try:
                step()
            except Exception as failure:  # noqa: BLE001 - whatever a page makes of it, it locks
                self.report(failure)

        def close() -> bytes | None:
            sealed = sealed_rest(session, keeping[0]() if keeping else None)
            self.backups.let_go()
            session.close()
            forget_names()
            return sealed

        return close

    def keep_typed(self) -> Callable[[], bool]:
        """Return what keeps all that is being typed, for the store's lane; nothing stops.

        That tells whether the disk has all of it.
        """
        unwritten = self._session.workplace.unwritten
        keep = self.coming_back.keep()
        self.workspace.flush()
        self.sync_page.review.flush()
        return lambda: keep() is None and not unwritten.drafts

    def tell_unkept(self, end: Callable[[], None], *, is_older: bool) -> None:
        """Say that closing now would lose words, and let her do it all the same.

        ``is_older``: they are from before the last lock, and are written at an unlock.
        """
        words = (
            self.tr(
                "Des mots d’avant le verrouillage ne sont encore que dans cette fenêtre\u00a0: la"
                " fermer les perdrait. Libérez de la place, verrouillez, puis rouvrez votre coffre."
            )
            if is_older
            else self.tr(
                "Le disque ne prend pas vos derniers mots\u00a0: fermer Coffre maintenant les"
                " perdrait. Libérez de la place, puis fermez."
            )
        )
        self.window.say(words, self.tr("Fermer quand même"), end, role=Role.DANGER)

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
        self._palette.close()
        self.workspace.unplanned.close()
        self.workspace.let_go()

    def outings(self) -> list[Outing]:
        """Return what left the vault in clear; on the store's lane."""
        return self._outings.latest()

    def escrow_sheet(self) -> EscrowSheet:
        """Return all there is to tell of the Département's key; on the store's lane."""
        return self._session.services.escrow.sheet()

    def look_at_vault(self) -> tuple[Finding, ...]:
        """Return how the vault stands; on the store's lane."""
        return look_at_vault(self._session.workplace.store, self._clock)

    def report(self, failure: Exception) -> None:
        """Say what no page could say."""
        if isinstance(failure, DamagedStore):
            self.window.vault.show_damage()  # which says it, and what to do
        else:
            self.workspace.report(failure)

    # -- pages ----------------------------------------------------------------------------------

    def _sync_page(self) -> QWidget:
        return self._sync_pages.make(self.workspace.open_person)

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
            OpenKeys(
                self._access,
                self._session.unlocked,
                self._session.workplace.random,
                self._session.own_words,
            ),
            self._preferences(),
        )
        viewmodel.preferences_changed.connect(self.preferences_changed)
        code = self._short_way.card(self._session.unlocked)
        viewmodel.keys_changed.connect(code.refresh)
        viewmodel.keys_changed.connect(self._short_way.tidy)
        view = SettingsView(viewmodel, self._theme, self._today, __version__, code=code)
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
