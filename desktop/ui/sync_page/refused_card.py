"""What the office would not take: the words are here, to be read, copied, sent again or let go."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.text_differences import Span
from desktop.services.sync_report import RefusedLine, SyncReport
from desktop.ui.kit import (
    Card,
    Flow,
    MarkedText,
    Secondary,
    SecondaryButton,
    Strong,
    column,
    separator,
)
from desktop.ui.sync_page import words
from desktop.ui.text import number
from desktop.ui.window_hygiene import discreet

_SHOWN = 10


class RefusedCard(Card):
    """« Refusées par le bureau, gardées ici »; hidden when there are none."""

    send_again_asked = Signal(object)
    withdraw_asked = Signal(object)
    emptied = Signal()
    """The keyboard was on a line that is gone, and there is no other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Refusées par le bureau, gardées ici"), parent=parent)
        self._shown: tuple[RefusedLine, ...] = ()
        self._holder = QVBoxLayout()
        self._holder.setSpacing(12)
        self.lines: list[RefusedRow] = []
        self._more = Secondary()
        self.add(self._holder)
        self.add(self._more)
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in reading order."""
        return [stop for row in self.lines for stop in row.stops]

    def show_report(self, report: SyncReport) -> None:
        at = next((i for i, line in enumerate(self.lines) if line.has_keyboard), None)
        self.setVisible(bool(report.refused))
        if report.refused == self._shown:
            return
        self._shown = report.refused
        self._take_away({line.id for line in self._shown})
        kept = {row.line.id: row for row in self.lines}
        self.lines = [kept.get(line.id) or self._row(line) for line in self._shown[:_SHOWN]]
        for place, row in enumerate(self.lines):
            self._holder.insertWidget(place, row)
        more = len(self._shown) - _SHOWN
        self._more.setText(self.tr("Et {0} autres.").format(number(more)))
        self._more.setVisible(more > 0)
        if at is not None and not any(row.has_keyboard for row in self.lines):
            self._keep_keyboard(at)

    def _take_away(self, kept: set[int]) -> None:
        for row in [row for row in self.lines if row.line.id not in kept]:
            self.lines.remove(row)
            self._holder.removeWidget(row)
            row.hide()
            row.deleteLater()

    def _keep_keyboard(self, at: int) -> None:
        if self.lines:
            self.lines[min(at, len(self.lines) - 1)].send_again.setFocus()
        else:
            self.emptied.emit()

    def _row(self, line: RefusedLine) -> "RefusedRow":
        row = RefusedRow(line)
        row.send_again.clicked.connect(lambda: self.send_again_asked.emit(line.id))
        row.withdraw.clicked.connect(lambda: self.withdraw_asked.emit(line.id))
        return row


class RefusedRow(QWidget):
    """One refused change: what, why, her words, and three acts."""

    def __init__(self, line: RefusedLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.title = words.refused_title(line)
        self.reason = words.refused_reason(line.reason)
        self.typed = words.typed(line)
        self.text = MarkedText()
        self.text.setAccessibleName(self.tr("Ce que vous aviez écrit, {0}").format(self.title))
        self.text.show_spans((Span(self.typed, differs=False),))
        self.text.setVisible(bool(self.typed))
        self.copy = self._button(self.tr("Copier"), self._copy)
        self.copy.setVisible(bool(self.typed))
        self.send_again = self._button(self.tr("Renvoyer"))
        self.withdraw = self._button(self.tr("Retirer de la liste"))
        layout = column(Strong(self.title), Secondary(self.reason), self.text, gap=4)
        layout.addWidget(Flow(self.copy, self.send_again, self.withdraw))
        layout.addWidget(separator())
        self.setLayout(layout)

    @property
    def has_keyboard(self) -> bool:
        """Whether the keyboard is on one of its acts or in its words."""
        return any(stop.hasFocus() for stop in self.stops)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return self.text, self.copy, self.send_again, self.withdraw

    def _button(self, said: str, act: Callable[[], object] | None = None) -> SecondaryButton:
        button = SecondaryButton(said)
        self._name(button, said)
        if act is not None:
            button.clicked.connect(act)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setMimeData(discreet(self.typed))
        said = self.tr("Copié")
        self.copy.set_words(said)
        self._name(self.copy, said)

    def _name(self, button: SecondaryButton, said: str) -> None:
        """Have a screen reader tell which of the changes the button is about."""
        button.setAccessibleName(f"{said}, {self.title}")
