"""« Suivis »: the whole team's follow-ups at the left, the chosen one in full at the right."""

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.dossier.delegate import TimelineDelegate
from desktop.ui.dossier.follow_up_detail import FollowUpDetail
from desktop.ui.dossier.model import TimelineModel
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import GRID, Card, EmptyState, ListView, column, scrolling
from desktop.ui.kit.columns import Columns
from protocol.ids import FollowUpId

_ROWS_IN_SIGHT = 4


class FollowUpsPage(QWidget):
    """The latest follow-up is open at first; another one when it is highlighted."""

    correct_asked = Signal(str)
    handout_asked = Signal(str)
    start_asked = Signal()

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._chosen: object = None
        self.timeline = TimelineModel(self)
        self.list = ListView(self.tr("Suivis, du plus récent au plus ancien"))
        self.list.setItemDelegate(TimelineDelegate(self.list))
        self.list.setModel(self.timeline)
        self.detail = FollowUpDetail()
        self.empty = EmptyState(
            self.tr("Aucun suivi dans ce dossier. Le premier se commence avec Ctrl+N."),
            self.tr("Commencer un suivi"),
        )
        left = Card(self.tr("Suivis de l’équipe"))
        left.add(self.list, 1)
        beside = QWidget()
        beside.setLayout(column(self.detail))
        self._both = scrolling(Columns(left, beside, shares=(2, 3)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._both)
        layout.addWidget(self.empty)
        self._connect()

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        self._both.setVisible(bool(read.timeline))
        self.empty.setVisible(not read.timeline)
        # Rows that come or go move the highlight: that is not somebody's choice.
        with QSignalBlocker(self.list):
            handed = {line.follow_up for line in read.given}
            self.timeline.show_lines(read.timeline, read.follow_ups, state.now, handed)
            at = self.timeline.find(self._chosen)
            self.list.setCurrentIndex(at if at.isValid() else self.timeline.index(0))
        self._make_room()
        self._show_current(state)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()

    def _make_room(self) -> None:
        """A few follow-ups are in sight even when the columns are stacked."""
        row = max(self.list.sizeHintForRow(0), 0)
        self.list.setMinimumHeight(min(self.timeline.rowCount(), _ROWS_IN_SIGHT) * row + 2 * GRID)

    def _connect(self) -> None:
        self.timeline.more_wanted.connect(self._viewmodel.read_more)
        self.list.highlighted.connect(self._choose)
        self.detail.note_asked.connect(self._read_note)
        self.detail.note_hidden.connect(self._viewmodel.hide_note)
        self.detail.history_asked.connect(self._read_history)
        self.detail.history_hidden.connect(self._viewmodel.hide_history)
        self.detail.correct_asked.connect(self.correct_asked)
        self.detail.handout_asked.connect(self.handout_asked)
        self.empty.action_asked.connect(self.start_asked)

    def _choose(self, key: object) -> None:
        self._chosen = key
        if self._viewmodel.state.note is not None:
            self._viewmodel.hide_note()
        if self._viewmodel.state.history is not None:
            self._viewmodel.hide_history()
        self._show_current(self._viewmodel.state)

    def _read_note(self, follow_up: str) -> None:
        self._viewmodel.read_note(FollowUpId(follow_up))

    def _read_history(self, follow_up: str) -> None:
        self._viewmodel.read_history(FollowUpId(follow_up))

    def _show_current(self, state: DossierState) -> None:
        key = self.list.current_key
        lines = state.read.timeline if state.read else ()
        line = next((line for line in lines if line.id == key), None)
        self.detail.setVisible(line is not None)
        if line is not None:
            self.detail.show_line(line, state.note, state.history, state.now)
            given = state.read.given if state.read else ()
            self.detail.show_given([x for x in given if x.follow_up == line.id], state.now)
