"""One version of what two people wrote: whose, when, what it says, and the button that keeps it."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.text_differences import Span
from desktop.services.conflict_sheets import ConflictSheet
from desktop.ui.kit import CARD_GAP, GRID, MarkedText, SecondaryButton, Text, slack
from desktop.ui.sync_page import review_words
from desktop.ui.sync_page.state import Side
from desktop.ui.theme import Role
from desktop.ui.value_words import only_here


class VersionCard(QFrame):
    """A sunken card beside the other version’s."""

    chosen = Signal()

    def __init__(self, role: Role, shortcut: str, parent: QWidget | None = None) -> None:
        """``role`` tints what the other version lacks."""
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self.title = Text(kind="field")
        self.text = MarkedText(role)
        self.value = Text()
        self.keep = SecondaryButton("", shortcut=shortcut)
        self.keep.clicked.connect(self.chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_GAP, 12, CARD_GAP, 12)
        layout.setSpacing(GRID)
        # As far in as the words of the text, which keeps room for its focus ring.
        for words in (self.title, self.value):
            words.setContentsMargins(2, 0, 0, 0)
        for part in (self.title, self.text, self.value, slack()):
            layout.addWidget(part)
        layout.setStretch(3, 1)
        layout.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)

    def show_version(self, sheet: ConflictSheet, side: Side, now: datetime) -> None:
        version = sheet.kept if side is Side.KEPT else sheet.lost
        title = review_words.version_title(sheet, side, now)
        spans = version.spans
        if sheet.is_forgotten:
            spans = (Span(review_words.remains_words(sheet), differs=False),)
        is_text = bool(spans)
        self.title.setText(title)
        self.text.setVisible(is_text)
        self.value.setVisible(not is_text)
        self.text.setAccessibleName(title)
        if is_text:
            self.text.show_spans(spans)
            self.text.setAccessibleDescription(only_here(spans))
        else:
            self.value.setText(review_words.version_words(sheet, side))
        words = review_words.keep_words(sheet, side)
        self.keep.set_words(words)
        self.keep.setAccessibleName(f"{words}, {title}")
        is_offered = side is Side.KEPT or sheet.can_restore or sheet.is_forgotten
        self.keep.setVisible((sheet.can_settle or sheet.is_unread) and is_offered)
        self.keep.setEnabled(sheet.can_settle)
        self.setAccessibleName(title)
