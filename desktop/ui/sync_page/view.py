"""Lays the synchronisation page out and renders its state."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.errors import sentence
from desktop.ui.focus_follower import FocusFollower
from desktop.ui.kit import (
    CARD_GAP,
    Notice,
    PrimaryButton,
    ProgressCard,
    ScreenHeader,
    ScrollPage,
    column,
)
from desktop.ui.sync_page import words
from desktop.ui.sync_page.cards import JournalCard, ReceiptCard
from desktop.ui.sync_page.invitation_card import InvitationCard
from desktop.ui.sync_page.invitation_viewmodel import InvitationViewModel
from desktop.ui.sync_page.refused_card import RefusedCard
from desktop.ui.sync_page.review_card import ReviewCard
from desktop.ui.sync_page.state import PageState, Phase
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.theme import Role, current_tokens

_NARROW_PX = 820


class SyncPageView(QWidget):
    """State, receipt and journal at the left; what needs a worker at the right."""

    sync_now_requested = Signal()
    cancel_requested = Signal()
    person_requested = Signal(str)
    undo_offered = Signal(str, object)
    """A sentence, and what takes the act back."""

    def __init__(
        self,
        viewmodel: SyncPageViewModel,
        invitation: InvitationViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self._invitation = invitation
        self.sync_now = PrimaryButton(self.tr("Synchroniser maintenant"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(self.tr("Synchronisation"), actions=(self.sync_now,))
        self.notice = Notice()
        self.invitation = InvitationCard(invitation)
        self.progress = ProgressCard(self.tr("Synchronisation en cours"))
        self.receipt = ReceiptCard()
        self.journal = JournalCard()
        self.review = ReviewCard(viewmodel.review, viewmodel.now)
        self.refused = RefusedCard()
        self._lay_out()
        viewmodel.changed.connect(self._render)
        viewmodel.sync_now_requested.connect(self.sync_now_requested)
        viewmodel.cancel_requested.connect(self.cancel_requested)
        viewmodel.person_requested.connect(self.person_requested)
        self.sync_now.clicked.connect(viewmodel.sync_now)
        self.notice.remedy_asked.connect(invitation.open)
        self.invitation.left.connect(self._leave_invitation)
        invitation.changed.connect(self._render)
        self.progress.cancelled.connect(viewmodel.cancel)
        self._connect_cards()
        self.first_stop = self.sync_now
        self._render()
        viewmodel.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.viewmodel.review.flush()

    def _connect_cards(self) -> None:
        viewmodel = self.viewmodel
        viewmodel.undo_offered.connect(self.undo_offered)
        self.receipt.verify_asked.connect(viewmodel.verify_now)
        self.refused.send_again_asked.connect(viewmodel.send_again)
        self.refused.withdraw_asked.connect(viewmodel.withdraw)
        self.review.person_asked.connect(viewmodel.open_person)
        for card in (self.refused, self.review):
            card.emptied.connect(self.sync_now.setFocus)

    def _render(self) -> None:
        state, now = self.viewmodel.state, self.viewmodel.now()
        self.header.set_subtitle(words.subtitle(state, now))
        is_running = state.sync.phase is Phase.RUNNING
        if is_running and self.progress.isHidden():
            self.progress.cancel.setEnabled(True)
        self._show_running(is_running)
        if is_running:
            sync = state.sync
            done, total = sync.sent, sync.to_send
            if sync.octets_in_all:
                done, total = sync.octets, sync.octets_in_all
            self.progress.show_progress(done, total, words.progress(sync))
        self._render_notice(state)
        self.receipt.show_state(state, now)
        if state.report is not None:
            self.journal.show_entries(state.report, now)
            self.refused.show_report(state.report)
            # Lines made today come, for the Tab key, where they are read.
            for before, after in pairwise((self.receipt.verify, *self.refused.stops)):
                QWidget.setTabOrder(before, after)

    def _show_running(self, is_running: bool) -> None:
        """The keyboard goes from one button to the other, rather than out of the page."""
        both: tuple[QWidget, QWidget] = (self.sync_now, self.progress.cancel)
        left, taken = both if is_running else both[::-1]
        closed = (self.receipt.verify, self.notice.remedy) if is_running else ()
        had_keyboard = any(stop.hasFocus() for stop in (left, *closed))
        if is_running:
            self.progress.show()
        else:
            self.sync_now.setEnabled(True)
        if had_keyboard:
            taken.setFocus()
        self.sync_now.setEnabled(not is_running)
        self.progress.setVisible(is_running)

    def _leave_invitation(self) -> None:
        """The keyboard goes back to where the card was opened, or to what is under way."""
        self._render()
        stops = (self.notice.remedy, self.sync_now, self.progress.cancel)
        for stop in [stop for stop in stops if stop.isVisible() and stop.isEnabled()][:1]:
            stop.setFocus()

    def _render_notice(self, state: PageState) -> None:
        said, remedy, role = "", "", Role.NEUTRAL
        if state.failure is not None:
            said, role = sentence(state.failure).whole, Role.DANGER
        elif state.sync.is_forgotten:
            said, role = words.forgotten(), Role.PENDING
            remedy = "" if self._invitation.state.is_open else self.tr("Saisir une invitation…")
        elif state.sync.phase is Phase.PROBLEM and not state.sync.is_asked_above:
            said, role = f"{state.sync.problem} {state.sync.remedy}".strip(), Role.DANGER
        elif state.sync.phase in (Phase.OFFLINE, Phase.RUNNING) and state.sync.problem:
            said, role = words.not_reached(state), Role.PENDING
        elif state.report is not None and state.report.loading:
            said = self.tr(
                "Les dossiers du bureau ne sont pas encore tous sur ce poste. Vous pouvez "
                "travailler pendant qu’ils arrivent."
            )
        if (said, remedy, role) != (
            self.notice.sentence,
            self.notice.remedy.text(),
            self.notice.role,
        ):
            self.notice.say(said, remedy, role)
        self.notice.setVisible(bool(said))

    def _lay_out(self) -> None:
        self._left = column(self.invitation, self.progress, self.receipt, gap=CARD_GAP)
        self._right = column(self.refused, self.review, gap=CARD_GAP)
        self._right.setStretch(1, 1)
        self._left.addWidget(self.journal, 1)
        content = QWidget()
        self._split = QHBoxLayout(content)
        self._split.setContentsMargins(0, 0, 0, 0)
        self._split.setSpacing(CARD_GAP)
        self._split.addLayout(self._left, 39)
        self._split.addLayout(self._right, 61)
        page = ScrollPage()
        page.setWidget(content)
        FocusFollower(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(page, 1)

    def _fit(self) -> None:
        narrow = self.width() < current_tokens().text_px(_NARROW_PX)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        if narrow == (self._split.direction() is down):
            return
        self._split.setDirection(down if narrow else across)
        # In one column, what waits for somebody comes before what is only told.
        (self._left if narrow else self._right).removeWidget(self.journal)
        (self._right if narrow else self._left).addWidget(self.journal, 1)
