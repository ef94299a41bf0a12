"""What stands beside the days, one panel at a time; a form begins anew each time it is opened."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.services.waiting import WaitingLine
from desktop.ui.agenda.booking_form import BookingForm, WaitForm
from desktop.ui.agenda.openings_card import AbsenceCard, OpeningCard, OpeningsCard
from desktop.ui.agenda.panels import MeetingCard, SlotCard, WaitingCard
from desktop.ui.agenda.state import AgendaState, Panel
from desktop.ui.kit import Card

Form = BookingForm | WaitForm | OpeningCard | AbsenceCard


class Beside(QWidget):
    """The waiting list, an appointment, a free slot, the permanences, or a form."""

    turned = Signal()
    """Another panel is in sight, and laid out."""
    left = Signal()
    """The keyboard was in a panel that went away."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.waiting, self.meeting, self.slot = WaitingCard(), MeetingCard(), SlotCard()
        self.booking, self.wait = BookingForm(today), WaitForm(today)
        self.openings, self.opening = OpeningsCard(), OpeningCard(today)
        self.absence = AbsenceCard(today)
        self._forms: dict[Panel, Form] = {
            Panel.BOOKING: self.booking,
            Panel.WAIT: self.wait,
            Panel.OPENING: self.opening,
            Panel.ABSENCE: self.absence,
        }
        self._cards: dict[Panel, Card] = {
            Panel.WAITING: self.waiting,
            Panel.MEETING: self.meeting,
            Panel.SLOT: self.slot,
            Panel.OPENINGS: self.openings,
            **self._forms,
        }
        self._panel = Panel.WAITING
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for panel, card in self._cards.items():
            layout.addWidget(card, 1)
            card.setVisible(panel is Panel.WAITING)

    @property
    def current(self) -> Card:
        """The panel in sight."""
        return self._cards[self._panel]

    @property
    def form(self) -> Form | None:
        """The form in sight, if the panel is one."""
        return self._forms.get(self._panel)

    def show_state(self, state: AgendaState, fitting: Sequence[WaitingLine]) -> None:
        """Show the panel that is wanted; `fitting` are those whom the open slot would suit."""
        if state.panel is not self._panel:
            self._turn(state)
        self.waiting.show_state(state)
        if state.panel is Panel.MEETING:
            self.meeting.show_state(state)
        elif state.panel is Panel.SLOT and state.slot is not None:
            self.slot.show_slot(state.slot, fitting)
        elif state.panel is Panel.OPENINGS:
            self.openings.show_state(state)
        elif state.panel in self._forms:
            self._forms[state.panel].show_state(state)

    def _turn(self, state: AgendaState) -> None:
        before, self._panel = self._panel, state.panel
        if before in self._forms:
            self._forms[before].forget()
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self._cards[before].isAncestorOf(focused)
        self.current.show()
        self._cards[before].hide()
        if state.panel in self._forms:
            self._forms[state.panel].show_state(state)
            self._forms[state.panel].begin()
        elif had_focus:
            self.left.emit()
        QTimer.singleShot(0, self, self.turned.emit)
