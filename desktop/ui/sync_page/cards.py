"""The left side of the page: what the last synchronisation did, its proof, and the journal."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.sync_report import SyncReport
from desktop.ui.kit import Card, Figure, Notice, Secondary, SecondaryButton, Text
from desktop.ui.sync_page import words
from desktop.ui.sync_page.state import PageState, Phase, SyncReceipt
from desktop.ui.text import number
from desktop.ui.theme import Role


class ReceiptCard(Card):
    """« Cette synchronisation »: envoyées, reçues, volume; or the last one of the journal."""

    verify_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.sent = Figure(self.tr("Envoyées"))
        self.received = Figure(self.tr("Reçues"))
        self.volume = Figure(self.tr("Volume"))
        figures = QHBoxLayout()
        for figure in (self.sent, self.received, self.volume):
            figures.addWidget(figure, 1)
        self.said = Secondary()
        self.verified = Secondary()
        self.diverged = Notice(role=Role.DANGER)
        self.verify = SecondaryButton(self.tr("Vérifier maintenant"))
        self.verify.clicked.connect(self.verify_asked)
        self.add(figures)
        self.add(self.said)
        self.add(self.verified)
        self.add(self.diverged)
        foot = QHBoxLayout()
        foot.addWidget(self.verify)
        foot.addStretch(1)
        self.add(foot)

    def show_state(self, state: PageState, now: datetime) -> None:
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
        self._show_proof(state, now)

    def _show_proof(self, state: PageState, now: datetime) -> None:
        proof = state.report.verification if state.report else None
        has_diverged = proof is not None and proof.diverged
        verified = words.verified(state.report, now) if state.report else ""
        self.verified.setText(verified)
        self.verified.setVisible(bool(verified) and not has_diverged)
        said = words.diverged() if has_diverged else ""
        if said != self.diverged.sentence:
            self.diverged.say(said, role=Role.DANGER)
        self.diverged.setVisible(has_diverged)
        self.verify.setVisible(has_diverged or bool(verified))
        self.verify.setEnabled(state.sync.phase is not Phase.RUNNING)


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
        if self._lines is not None:
            self._holder.removeWidget(self._lines)
            self._lines.hide()
            self._lines.deleteLater()
        self._holder.addWidget(lines)
        self._lines = lines


def _last_of_journal(report: SyncReport | None) -> SyncReceipt | None:
    done = [x for x in report.journal if x.outcome == "done"] if report else []
    if not done:
        return None
    last = done[0]
    return SyncReceipt(last.sent, last.received, last.bytes_up + last.bytes_down, last.to_review)
