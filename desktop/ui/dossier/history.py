"""What a follow-up said before each correction, opened under it: who, when, what changed."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.services.corrections import Change, CorrectionLine
from desktop.ui.dossier.words import correction_title
from desktop.ui.kit import CARD_GAP, GRID, MarkedText, Secondary, Strong, Text
from desktop.ui.theme import Role
from desktop.ui.value_words import only_here, value_words

_CLOSE = 4


class History(QWidget):
    """Corrections, the last one first; of a text, what either version lacks is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[CorrectionLine, ...] = ()
        self.cards: list[CorrectionCard] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(CARD_GAP)

    @property
    def stops(self) -> list[MarkedText]:
        """Where the Tab key stops, in reading order."""
        return [text for card in self.cards for text in card.texts]

    def show_lines(self, lines: tuple[CorrectionLine, ...], now: datetime) -> None:
        if lines == self._lines:
            return
        self._lines = lines
        for card in self.cards:
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [CorrectionCard(line, now) for line in lines]
        for card in self.cards:
            self._layout.addWidget(card)


class CorrectionCard(QFrame):
    """One correction: « 24 novembre à 9 h 45, par Claire Martin », then each field it changed."""

    def __init__(self, line: CorrectionLine, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self.title = correction_title(line, now)
        self.setAccessibleName(self.title)
        self.texts: list[MarkedText] = []
        self.words: list[str] = []
        """What is said of the fields that are no texts."""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(CARD_GAP, 12, CARD_GAP, 12)
        self._layout.setSpacing(_CLOSE)
        self._layout.addWidget(Strong(self.title))
        for change in line.changes:
            self._add(change)
        if not line.changes:
            unread = self.tr("Ce qui était écrit ne peut pas être lu sur ce poste.")
            self._layout.addWidget(Secondary(unread))

    def _add(self, change: Change) -> None:
        self._layout.addSpacing(GRID)
        self._layout.addWidget(Text(change.label, kind="field"))
        if change.is_text:
            self._add_text(change, self.tr("Avant"), Role.PENDING, before=True)
            self._add_text(change, self.tr("Après"), Role.OK, before=False)
            return
        said = self.tr("{0}, au lieu de {1}").format(
            value_words(change.after), value_words(change.before)
        )
        self.words.append(said)
        self._layout.addWidget(Text(said))

    def _add_text(self, change: Change, side: str, role: Role, *, before: bool) -> None:
        spans = change.before_spans if before else change.after_spans
        self._layout.addWidget(Secondary(side, small=True))
        if not spans:
            self._layout.addWidget(Text(value_words(None)))
            return
        text = MarkedText(role)
        text.setAccessibleName(f"{side}, {change.label}, {self.title}")
        text.setAccessibleDescription(only_here(spans))
        text.show_spans(spans)
        self.texts.append(text)
        self._layout.addWidget(text)
