"""Lays out « Aujourd’hui » and renders the day."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.today import Today
from desktop.ui.kit import (
    GRID,
    Card,
    EmptyState,
    ListView,
    Notice,
    PrimaryButton,
    RowsModel,
    ScreenHeader,
    SecondaryButton,
    column,
    scrolling,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.theme import Role
from desktop.ui.today.model import round_rows, round_words, title
from desktop.ui.today.person_panel import PersonPanel
from desktop.ui.today.reminders import Reminders, reminders_of, to_reread
from desktop.ui.today.viewmodel import TodayState, TodayViewModel
from protocol.ids import AppointmentId, ProgrammeId, RecordId
from protocol.kinds.agenda import AppointmentStatus

_ROWS_IN_SIGHT = (4, 8)
"""Fewest and most rows of the round that the page makes room for before the list scrolls."""


class TodayView(QWidget):
    """The day's round at the left; the person at hand and what must not be forgotten at the right.

    The window owns Ctrl+N: it calls `start_follow_up` when this page is in sight.
    """

    person_requested = Signal(str)
    follow_up_requested = Signal(str, str)
    draft_requested = Signal(str)
    sheet_requested = Signal(str)
    record_requested = Signal(str, str)
    sync_requested = Signal()
    review_requested = Signal()
    compare_requested = Signal(str, str)
    tour_requested = Signal()
    recall_requested = Signal(str)
    """Somebody who did not come, to be called."""
    path_requested = Signal(str)
    """What was agreed with somebody."""
    slot_requested = Signal(str, str)
    """A permanence of mine, and when its free slot starts: it is to be proposed to who waits."""
    search_requested = Signal()
    undo_offered = Signal(str, object)

    def __init__(self, viewmodel: TodayViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.new = PrimaryButton(self.tr("Nouveau suivi"))
        # The window listens to the key; here it is only shown.
        self.new.setText(self.tr("Nouveau suivi  Ctrl+N"))
        self.tour = SecondaryButton(self.tr("Ma tournée"), icon_name="map-pin")
        self.header = ScreenHeader(
            self.tr("Aujourd’hui"), actions=(self.tour, self.new), search=True
        )
        self.notice = Notice()
        self.notice.hide()
        self.reread = Reminders(self.tr("À relire"))
        self.reread.hide()
        self.rounds = RowsModel(self)
        self.list = ListView(self.tr("Rendez-vous du jour"))
        self.list.setModel(self.rounds)
        self.list.setAccessibleDescription(self.tr("Entrée ouvre le suivi de ce rendez-vous."))
        self.list.installEventFilter(self)
        self.empty = EmptyState(
            self.tr(
                "Aucun rendez-vous aujourd’hui. Pour en prendre un, ouvrez un dossier depuis"
                " « Personnes » (Ctrl+2)."
            )
        )
        self.person = PersonPanel()
        self.reminders = Reminders(self.tr("À ne pas oublier"))
        self.reminders.hide()
        self._lay_out()
        self._connect()
        self._render()

    def start_follow_up(self) -> None:
        """Ctrl+N: begin with the person at hand; without one, find somebody first."""
        chosen = self._viewmodel.line_at_hand()
        if chosen is None:
            self.search_requested.emit()
        else:
            self.follow_up_requested.emit(chosen.person, chosen.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A row under the arrows is chosen already: Enter goes on, where a click only chooses.
        if (
            watched is self.list
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and self._is_told(self.list.current_key)
        ):
            self.start_follow_up()
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.wake()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.rest()

    def _lay_out(self) -> None:
        day = Card(self.tr("Rendez-vous du jour"))
        day.add(self.list, 1)
        day.add(self.empty, 1)
        self.empty.hide()
        beside = QWidget()
        right = column(self.person, self.reminders, gap=16)
        right.setStretch(1, 1)
        beside.setLayout(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        page = QWidget()
        # What waits to be read again is in sight at once, whatever the size of the letters.
        whole = column(self.reread, Columns(day, beside, shares=(11, 9)), gap=16)
        whole.setStretch(1, 1)
        page.setLayout(whole)
        layout.addWidget(scrolling(page), 1)
        self.first_stop = self.list

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self.header.search_asked.connect(self.search_requested)
        self.new.clicked.connect(self.start_follow_up)
        self.tour.clicked.connect(self.tour_requested)
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.list.highlighted.connect(self._choose)
        self.list.opened.connect(self._choose)
        self.person.start_asked.connect(self.start_follow_up)
        self.person.dossier_asked.connect(self._open_dossier)
        self.person.status_chosen.connect(self._qualify_chosen)
        self.reread.sync_asked.connect(self.sync_requested)
        self.reread.review_asked.connect(self.review_requested)
        self.reread.compare_asked.connect(self.compare_requested)
        self.reminders.draft_asked.connect(self.draft_requested)
        self.reminders.sheet_asked.connect(self.sheet_requested)
        self.reminders.record_asked.connect(self.record_requested)
        self.reminders.qualified.connect(self._qualify)
        self.reminders.slot_taken.connect(self._take_slot)
        self.reminders.step_done.connect(self._finish_step)
        self.reminders.recall_asked.connect(self.recall_requested)
        self.reminders.slot_asked.connect(self.slot_requested)
        self.reminders.path_asked.connect(lambda person, _: self.path_requested.emit(person))

    def _choose(self, key: object) -> None:
        self._viewmodel.choose(AppointmentId(str(key)))

    def _is_told(self, key: object) -> bool:
        """Whether this appointment is the one at hand, and nobody has yet to ask whose it is."""
        state, line = self._viewmodel.state, self._viewmodel.line_at_hand()
        is_veiled = state.is_veiled and state.chosen is not None and state.chosen.id == key
        return line is not None and line.id == key and not is_veiled

    def _open_dossier(self) -> None:
        chosen = self._viewmodel.state.chosen
        if chosen is not None:
            self.person_requested.emit(chosen.person)

    def _qualify_chosen(self, code: str) -> None:
        chosen = self._viewmodel.state.chosen
        if chosen is not None:
            self._viewmodel.qualify(chosen.id, AppointmentStatus(code))

    def _qualify(self, appointment: str, code: str) -> None:
        self._viewmodel.qualify(AppointmentId(appointment), AppointmentStatus(code))

    def _take_slot(self, programme: str) -> None:
        self._viewmodel.plan_late(ProgrammeId(programme))

    def _finish_step(self, step: str) -> None:
        self._viewmodel.finish_step(RecordId(step))

    def _render(self) -> None:
        state = self._viewmodel.state
        self._render_notice(state)
        if state.today is not None:
            self._render_day(state.today, state)
            self._render_waiting(state.today)
        self.person.show_state(state)

    def _render_waiting(self, today: Today) -> None:
        reread, reminders = to_reread(today), reminders_of(today)
        self.reread.show_lines(reread)
        self.reread.setVisible(bool(reread))
        self.reminders.show_lines(reminders)
        # « Rien n’attend » would not be true beside something to read again.
        self.reminders.setVisible(bool(reminders) or not reread)

    def _render_notice(self, state: TodayState) -> None:
        self.notice.setVisible(state.problem is not None or state.is_slow)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        elif state.is_slow:
            self.notice.say(self.tr("Lecture de la journée…"))

    def _render_day(self, today: Today, state: TodayState) -> None:
        self.header.set_title(title(today))
        self.header.set_subtitle(round_words(today))
        self.list.setVisible(bool(today.appointments))
        self.empty.setVisible(not today.appointments)
        # What the code selects is not somebody's choice.
        with QSignalBlocker(self.list):
            self.rounds.show(round_rows(today, state.now))
            if state.chosen is not None:
                self._bring(self.rounds.find(state.chosen.id))
        self._make_room()

    def _bring(self, row: QModelIndex) -> None:
        """Put the keyboard on a row, and in sight: one row above it, the others to come below."""
        if row == self.list.currentIndex():
            return
        self.list.setCurrentIndex(row)
        above = row.siblingAtRow(max(row.row() - 1, 0))
        self.list.scrollTo(above, ListView.ScrollHint.PositionAtTop)

    def _make_room(self) -> None:
        fewest, most = _ROWS_IN_SIGHT
        rows = min(max(self.rounds.rowCount(), fewest), most)
        self.list.setMinimumHeight(rows * max(self.list.sizeHintForRow(0), 0) + 2 * GRID)
