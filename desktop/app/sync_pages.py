"""Synchronising as it is seen: its page, the block of the sidebar, and the brake’s question."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.coming_back import Place
from desktop.app.interrupted import JOINED_TEXT, Interrupted
from desktop.app.parts import Parts
from desktop.app.sync_runner import Phase, SyncProgress, SyncRunner, shown
from desktop.app.workspace import SYNC
from desktop.sync.brake import Brake
from desktop.sync.errors import MassRemoval
from desktop.ui.background import Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.main_window.window import MainWindow
from desktop.ui.sync_page import InvitationViewModel, SyncPageView, SyncPageViewModel
from desktop.ui.sync_page.sidebar import sidebar_block
from desktop.ui.theme import Role


class SyncPages(QObject):
    """Tells the page and the window how the runner fares, and the runner what is asked of it."""

    succeeded = Signal()
    """The laptop and the office agree."""

    def __init__(
        self,
        parts: Parts,
        viewmodel: SyncPageViewModel,
        invitation: InvitationViewModel,
        runner: SyncRunner,
        window: MainWindow,
        report: Callable[[Exception], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = parts.background
        self._brake = Brake(parts.session.workplace.store)
        self._page = viewmodel
        self._invitation = invitation
        self._runner = runner
        self._window = window
        self._report = report
        self._removal: MassRemoval | None = None
        self._postponed: int | None = None
        self._is_asked = False
        """Whether somebody waits for the answer of the one that comes, or is under way."""
        self._told: Problem | None = None
        """What she was answered, as long as it stays true."""
        window.removal.accepted.connect(self._allow_removal)
        window.removal.postponed.connect(self._postpone_removal)
        runner.changed.connect(self._tell)
        viewmodel.sync_now_requested.connect(self.sync_now)
        viewmodel.verify_requested.connect(self.verify_now)
        viewmodel.cancel_requested.connect(runner.cancel)
        invitation.answered.connect(self.sync_now)
        viewmodel.changed.connect(self._show_block)
        viewmodel.show(shown(runner.progress), runner.progress.last_success)
        viewmodel.refresh()

    def make(self, open_person: Callable[[str], None]) -> QWidget:
        """Make the page."""
        view = SyncPageView(self._page, self._invitation)
        view.person_requested.connect(open_person)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    def sync_now(self) -> None:
        """She asks for it: then she may be asked what she put off."""
        self._ask()
        self._runner.sync_now()

    def verify_now(self) -> None:
        """The same, and everything is compared with the office."""
        self._ask()
        self._runner.verify_now()

    def review(self) -> None:
        """Show what is to be read again, also what was put off."""
        self._window.open(SYNC)
        self._page.review.resume()

    def place(self) -> Place:
        """The two texts that are being made one, to come back to them after a lock."""
        return Place(JOINED_TEXT, SYNC, self._joining, self._join_again)

    # -- how it fares ---------------------------------------------------------------------------

    def _ask(self) -> None:
        self._postponed = None
        self._is_asked, self._told = True, None

    def _tell(self, progress: SyncProgress) -> None:
        if progress.phase is not Phase.RUNNING:
            self._answer(progress)
        if progress.phase is Phase.IDLE and progress.failure is None:
            self.succeeded.emit()
            self._invitation.close()
            self._window.removal.hide()
        elif progress.phase is not Phase.RUNNING and isinstance(progress.failure, MassRemoval):
            self._ask_removal(progress.failure)
        self._show(progress)

    def _answer(self, progress: SyncProgress) -> None:
        """Without a network nothing would move: whoever asked is told so, in words."""
        was_asked, self._is_asked, was_told = self._is_asked, False, self._told
        failure = progress.failure
        is_heard = was_asked or self._told is not None
        is_offline = progress.phase is Phase.OFFLINE and failure is not None
        self._told = sentence(failure) if failure is not None and is_offline and is_heard else None
        if was_asked and self._told is not None and self._window.current != SYNC:
            self._window.say(self._told.whole, role=Role.PENDING)
        elif was_told is not None and self._told is None:
            self._window.hush_if(was_told.whole)

    def _show(self, progress: SyncProgress) -> None:
        is_asked = not self._window.removal.isHidden()
        state = replace(shown(progress), is_asked_above=is_asked)
        if self._told is not None:
            # Also while Coffre tries again by itself: it stays true until the office answers.
            state = replace(state, problem=self._told.text, remedy=self._told.remedy)
        self._page.show(state, progress.last_success)

    def _show_block(self) -> None:
        state = self._page.state
        if state.report is not None:
            self._window.show_sync(
                sidebar_block(
                    state.sync,
                    pending=state.report.pending,
                    last_success=state.last_success,
                    now=self._page.now(),
                    refused=len(state.report.refused),
                    diverged=state.report.verification.diverged,
                )
            )

    # -- two texts made one ---------------------------------------------------------------------

    def _join_again(self, interrupted: Interrupted) -> None:
        self._window.open(SYNC)
        self._page.review.choose(interrupted.target)

    def _joining(self) -> Interrupted | None:
        """The conflict whose two texts are being made one."""
        review = self._page.review.state
        if review.chosen is None or review.typed is None:
            return None
        return Interrupted(JOINED_TEXT, review.chosen)

    # -- the brake ------------------------------------------------------------------------------

    def _ask_removal(self, asked: MassRemoval) -> None:
        """Ask, unless she chose to wait; more dossiers ask again, and so does « Synchroniser »."""
        self._removal = asked
        if self._postponed is None or asked.dossiers > self._postponed:
            self._window.removal.ask(asked.dossiers, asked.held)

    def _postpone_removal(self) -> None:
        self._window.removal.hide()
        if self._removal is not None:
            self._postponed = self._removal.dossiers
        self._show(self._runner.progress)

    def _allow_removal(self) -> None:
        asked, brake = self._removal, self._brake
        self._window.removal.hide()
        if asked is not None:
            self._background.run(
                Lane.STORE,
                lambda: brake.allow(asked.dossiers),
                lambda _: self.sync_now(),
                self._report,
            )
