"""Lays the synchronisation page out and renders its state."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.sync_report import SyncReport
from desktop.ui.errors import sentence
from desktop.ui.kit import (
    CARD_GAP,
    Card,
    Figure,
    ListView,
    Notice,
    PrimaryButton,
    ProgressCard,
    Row,
    RowsModel,
    ScreenHeader,
    ScrollPage,
    Secondary,
    Strong,
    Text,
    column,
    separator,
)
from desktop.ui.sync_page import words
from desktop.ui.sync_page.state import PageState, Phase, SyncReceipt
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.text import number
from desktop.ui.theme import Role, current_tokens

_NARROW_PX = 820
_REFUSED_SHOWN = 30
_LIST_PX = 180


class SyncPageView(QWidget):
    """State, receipt and journal at the left; what needs a worker at the right."""

    sync_now_requested = Signal()
    cancel_requested = Signal()
    person_requested = Signal(str)

    def __init__(self, viewmodel: SyncPageViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.sync_now = PrimaryButton(self.tr("Synchroniser maintenant"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(self.tr("Synchronisation"), actions=(self.sync_now,))
        self.notice = Notice()
        self.progress = ProgressCard(self.tr("Synchronisation en cours"))
        self.receipt = ReceiptCard()
        self.journal = JournalCard()
        self.review = ReviewCard()
        self.refused = RefusedCard()
        self._lay_out()
        viewmodel.changed.connect(self._render)
        viewmodel.sync_now_requested.connect(self.sync_now_requested)
        viewmodel.cancel_requested.connect(self.cancel_requested)
        viewmodel.person_requested.connect(self.person_requested)
        self.sync_now.clicked.connect(viewmodel.sync_now)
        self.progress.cancelled.connect(viewmodel.cancel)
        self.review.opened.connect(viewmodel.open_person)
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

    def _render(self) -> None:
        state, now = self.viewmodel.state, self.viewmodel.now()
        self.header.set_subtitle(words.subtitle(state, now))
        is_running = state.sync.phase is Phase.RUNNING
        if is_running and self.progress.isHidden():
            self.progress.cancel.setEnabled(True)
        self._show_running(is_running)
        if is_running:
            self.progress.show_progress(
                state.sync.sent, state.sync.to_send, words.progress(state.sync)
            )
        self._render_notice(state)
        self.receipt.show_state(state)
        if state.report is not None:
            self.journal.show_entries(state.report, now)
            self.review.show_report(state.report)
            self.refused.show_report(state.report)

    def _show_running(self, is_running: bool) -> None:
        """The keyboard goes from one button to the other, rather than out of the page."""
        both: tuple[QWidget, QWidget] = (self.sync_now, self.progress.cancel)
        left, taken = both if is_running else both[::-1]
        had_keyboard = left.hasFocus()
        if is_running:
            self.progress.show()
        else:
            self.sync_now.setEnabled(True)
        if had_keyboard:
            taken.setFocus()
        self.sync_now.setEnabled(not is_running)
        self.progress.setVisible(is_running)

    def _render_notice(self, state: PageState) -> None:
        said, role = "", Role.NEUTRAL
        if state.failure is not None:
            said, role = sentence(state.failure).whole, Role.DANGER
        elif state.sync.phase is Phase.PROBLEM:
            said, role = f"{state.sync.problem} {state.sync.remedy}".strip(), Role.DANGER
        elif state.report is not None and state.report.loading:
            said = self.tr(
                "Les dossiers du bureau ne sont pas encore tous sur ce poste. Vous pouvez "
                "travailler pendant qu’ils arrivent."
            )
        if said != self.notice.sentence or role is not self.notice.role:
            self.notice.say(said, role=role)
        self.notice.setVisible(bool(said))

    def _lay_out(self) -> None:
        left = column(self.progress, self.receipt, self.journal, gap=CARD_GAP)
        left.setStretch(2, 1)
        right = column(self.refused, self.review, gap=CARD_GAP)
        right.setStretch(1, 1)
        content = QWidget()
        self._split = QHBoxLayout(content)
        self._split.setContentsMargins(0, 0, 0, 0)
        self._split.setSpacing(CARD_GAP)
        self._split.addLayout(left, 39)
        self._split.addLayout(right, 61)
        page = ScrollPage()
        page.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(page, 1)

    def _fit(self) -> None:
        narrow = self.width() < current_tokens().text_px(_NARROW_PX)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._split.setDirection(down if narrow else across)


class ReceiptCard(Card):
    """« Cette synchronisation »: envoyées, reçues, volume; or the last one of the journal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.sent = Figure(self.tr("Envoyées"))
        self.received = Figure(self.tr("Reçues"))
        self.volume = Figure(self.tr("Volume"))
        figures = QHBoxLayout()
        for figure in (self.sent, self.received, self.volume):
            figures.addWidget(figure, 1)
        self.said = Secondary()
        self.add(figures)
        self.add(self.said)

    def show_state(self, state: PageState) -> None:
        receipt = state.sync.receipt
        if receipt is not None:
            self.set_title(self.tr("Cette synchronisation"))
        else:
            receipt = _last_of_journal(state.report)
            self.set_title(self.tr("Dernière synchronisation"))
        self.sent.set_value(number(receipt.sent) if receipt else "—")
        self.received.set_value(number(receipt.received) if receipt else "—")
        self.volume.set_value(words.octets(receipt.octets) if receipt else "—")
        self.said.setText(words.receipt_words(receipt, state.report))


class JournalCard(Card):
    """When, how much, how it ended; never whose dossiers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Journal"), parent=parent)
        self._shown: tuple[tuple[str, str], ...] | None = None
        self._holder = QVBoxLayout()
        self._lines: QWidget | None = None
        self.add(self._holder)
        self.body.addStretch(1)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What is shown: when, and how it ended."""
        return self._shown or ()

    def show_entries(self, report: SyncReport, now: datetime) -> None:
        shown = tuple(
            (
                words.journal_when(entry.ended_at, now),
                words.journal_words(entry.outcome, entry.sent, entry.received, entry.to_review),
            )
            for entry in report.journal
        )
        if shown == self._shown:
            return
        self._shown = shown
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for at, (when, how) in enumerate(shown):
            day = Text(when, kind="secondary", wrap=False)
            grid.addWidget(day, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(how), at, 1)
        if not shown:
            first = self.tr("La première synchronisation s’écrira ici.")
            grid.addWidget(Secondary(first), 0, 0, 1, 2)
        _replace(self._holder, self._lines, lines)
        self._lines = lines


class RefusedCard(Card):
    """What the office would not take: kept here, said in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Refusées par le bureau, gardées ici"), parent=parent)
        self._shown: tuple[tuple[str, str], ...] | None = None
        self._holder = QVBoxLayout()
        self._lines: QWidget | None = None
        self.add(self._holder)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What is shown: what it is about, and why."""
        return self._shown or ()

    def show_report(self, report: SyncReport) -> None:
        shown = tuple(
            (words.refused_title(line), words.refused_reason(line.reason))
            for line in report.refused
        )
        self.setVisible(bool(shown))
        if shown == self._shown:
            return
        self._shown = shown
        lines = QWidget()
        layout = column(gap=4)
        for title, reason in shown[:_REFUSED_SHOWN]:
            layout.addWidget(Strong(title))
            layout.addWidget(Secondary(reason))
            layout.addWidget(separator())
        more = len(shown) - _REFUSED_SHOWN
        if more > 0:
            layout.addWidget(Secondary(self.tr("Et {0} autres.").format(number(more))))
        lines.setLayout(layout)
        _replace(self._holder, self._lines, lines)
        self._lines = lines


class ReviewCard(Card):
    """« À relire »: one field, two people; both values are kept."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("À relire"), parent=parent)
        self._explained = Secondary()
        self.model = RowsModel(self)
        self.list = ListView(self.tr("À relire"), lines=True)
        self.list.setModel(self.model)
        self._persons: dict[object, str] = {}
        self.list.opened.connect(self._open)
        self.add(self._explained)
        self.add(self.list, 1)

    def show_report(self, report: SyncReport) -> None:
        self._persons = {line.id: line.person for line in report.to_review}
        self.model.show(
            [Row(line.id, line.person_name, words.to_review(line)) for line in report.to_review]
        )
        self.list.setVisible(bool(report.to_review))
        self.list.setMinimumHeight(current_tokens().text_px(_LIST_PX))
        if report.to_review:
            said = self.tr(
                "Deux personnes ont modifié le même champ avant de se synchroniser. Rien n’est "
                "perdu\u00a0: les deux versions sont gardées. Ouvrez le dossier pour les comparer."
            )
        else:
            said = self.tr(
                "Rien à relire. Quand deux personnes modifient le même champ sans se voir, les "
                "deux versions sont gardées et le champ s’annonce ici."
            )
        self._explained.setText(said)

    def _open(self, key: object) -> None:
        if person := self._persons.get(key):
            self.opened.emit(person)


def _last_of_journal(report: SyncReport | None) -> SyncReceipt | None:
    done = [x for x in report.journal if x.outcome == "done"] if report else []
    if not done:
        return None
    last = done[0]
    return SyncReceipt(last.sent, last.received, last.bytes_up + last.bytes_down, last.to_review)


def _replace(holder: QVBoxLayout, old: QWidget | None, new: QWidget) -> None:
    if old is not None:
        holder.removeWidget(old)
        old.hide()
        old.deleteLater()
    holder.addWidget(new)
