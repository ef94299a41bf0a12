"""Lays out what the professions recorded: for each of them, her own work first."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit import Columns, Notice, column, scrolling
from desktop.ui.kit.typed import Left
from desktop.ui.outlets import Outlets
from desktop.ui.person_records.cards import CareCard, DraftsCard, NeedsCard, RelaysCard
from desktop.ui.person_records.mobility_card import MobilityCard
from desktop.ui.person_records.viewmodel import PersonRecordsViewModel
from desktop.ui.theme import Role
from protocol.ids import PersonId
from protocol.kinds.people import Job

RELAY, MOBILITY = "relay", "mobility_diagnosis"
_Card = CareCard | RelaysCard | MobilityCard | NeedsCard


class PersonRecordsView(QWidget):
    """A page of the dossier. What is to be typed at length opens in a page of its own."""

    new_requested = Signal(str, str)
    """The kind of record, and the person."""
    open_requested = Signal(str, str)
    """The kind, and the record."""
    accompaniment_requested = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: PersonRecordsViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._job: Job | None = None
        self.notice = Notice()
        self.notice.hide()
        self.drafts = DraftsCard()
        self.care = CareCard()
        self.relays = RelaysCard()
        self.mobility = MobilityCard(viewmodel, outlets)
        self.needs = NeedsCard(viewmodel)
        self._left, self._right = column(gap=16), column(gap=16)
        self._columns = self._two()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        layout.addWidget(scrolling(self._columns))
        self._connect()
        self._render()

    def open(self, person: str) -> None:
        """Shows this person's records."""
        self._viewmodel.open(PersonId(person))

    def left(self) -> Left | None:
        """Return the need that is being noted."""
        typed = self.needs.typed()
        return Left({}, (typed,)) if typed is not None else None

    def come_back(self, left: Left) -> None:
        """Show it again, once the records are read."""
        for typed in left.forms:
            if typed.form == self.needs.form_name:
                self.needs.keep(typed)

    def _two(self) -> Columns:
        left, right = QWidget(), QWidget()
        left.setLayout(self._left)
        right.setLayout(self._right)
        return Columns(left, right, shares=(1, 1))

    def _render(self) -> None:
        state = self._viewmodel.state
        self.notice.setVisible(state.problem is not None)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        read = state.read
        self._columns.setVisible(read is not None)
        if read is None:
            return
        self._arrange(read.job)
        self.drafts.show_drafts(read.drafts, state)
        self.care.show_read(state, read)
        self.relays.show_read(read)
        self.mobility.show_read(state, read)
        self.needs.show_read(state, read)
        self._order_tab(read.job)

    def _arrange(self, job: Job) -> None:
        """Once: a laptop is one professional's."""
        if job is self._job:
            return
        self._job = job
        left, right = self._order(job)
        for layout, cards in ((self._left, (self.drafts, *left)), (self._right, right)):
            while layout.takeAt(0) is not None:
                pass
            for card in cards:
                layout.addWidget(card)
            layout.addStretch(1)

    def _order_tab(self, job: Job) -> None:
        """Down the left column, then down the right one, whatever came last on the page."""
        left, right = self._order(job)
        stops = [stop for card in (self.drafts, *left, *right) for stop in card.stops]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _order(self, job: Job) -> tuple[tuple[_Card, ...], tuple[_Card, ...]]:
        if job is Job.NURSE:
            return (self.care, self.relays), (self.mobility, self.needs)
        if job is Job.MOBILITY_ADVISOR:
            return (self.mobility,), (self.needs, self.relays, self.care)
        if job is Job.PSYCHOLOGIST:
            return (self.relays, self.care), (self.mobility, self.needs)
        return (self.mobility, self.relays), (self.care, self.needs)

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.relays.new_asked.connect(lambda: self._new(RELAY))
        self.relays.open_asked.connect(lambda rid: self.open_requested.emit(RELAY, rid))
        self.mobility.new_asked.connect(lambda: self._new(MOBILITY))
        self.mobility.correct_asked.connect(lambda rid: self.open_requested.emit(MOBILITY, rid))
        self.drafts.resume_asked.connect(self.open_requested)
        self.care.start_asked.connect(self._accompany)

    def _new(self, kind: str) -> None:
        if self._viewmodel.state.person is not None:
            self.new_requested.emit(kind, self._viewmodel.state.person)

    def _accompany(self) -> None:
        if self._viewmodel.state.person is not None:
            self.accompaniment_requested.emit(self._viewmodel.state.person)
