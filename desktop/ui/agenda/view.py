"""Lays out the agenda: the days at the left, what is decided about them at the right."""

from collections.abc import Mapping
from datetime import datetime
from operator import is_

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.free_text import FreeTextGuard
from desktop.services.waiting import WaitingLine
from desktop.ui.agenda import words
from desktop.ui.agenda.beside import Beside
from desktop.ui.agenda.cells import CellKind, columns_of, month_cells
from desktop.ui.agenda.grid import AgendaGrid
from desktop.ui.agenda.left import Leaving
from desktop.ui.agenda.papers import Papers
from desktop.ui.agenda.sentences import period_title
from desktop.ui.agenda.state import AgendaState, Mode, Panel, Reading
from desktop.ui.agenda.viewmodel import AgendaViewModel
from desktop.ui.free_text import guard_field
from desktop.ui.kit import (
    Card,
    Choice,
    EmptyState,
    Flow,
    IconButton,
    Notice,
    PrimaryButton,
    ScreenHeader,
    SecondaryButton,
    Segments,
    scrolling,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.kit.escape import takes_escape
from desktop.ui.kit.typed import Left
from desktop.ui.outlets import Outlets, SystemOutlets
from desktop.ui.theme import Role, current_tokens
from protocol.kinds.agenda import AppointmentStatus

_LOWEST = 340


class AgendaView(QWidget):
    """A day, a week or a month; the waiting list, an appointment, a free slot or a form."""

    person_requested = Signal(str)
    follow_up_requested = Signal(str, str)
    undo_offered = Signal(str, object)
    tour_requested = Signal(object)
    """The round of this day."""
    workshops_requested = Signal()

    def __init__(
        self,
        viewmodel: AgendaViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._papers = Papers(viewmodel, outlets or SystemOutlets(), self)
        self.new = PrimaryButton(self.tr("Nouveau rendez-vous"))
        modes = [
            (Mode.DAY.value, self.tr("Jour")),
            (Mode.WEEK.value, self.tr("Semaine")),
            (Mode.MONTH.value, self.tr("Mois")),
        ]
        self.modes = Segments(self.tr("Étendue"), modes, value=Mode.WEEK.value)
        self.header = ScreenHeader(self.tr("Agenda"), actions=(self.modes, self.new))
        self.before = IconButton("chevron-left", self.tr("Période précédente"))
        self.now = SecondaryButton(self.tr("Aujourd’hui"))
        self.after = IconButton("chevron-right", self.tr("Période suivante"))
        self.place = Choice([("", self.tr("Tous mes lieux"))])
        self.place.setAccessibleName(self.tr("Lieu"))
        self.whose = Choice([("", self.tr("Mon agenda"))])
        self.whose.setAccessibleName(self.tr("Agenda de"))
        self.manage = SecondaryButton(self.tr("Permanences et absences"))
        self.tour = SecondaryButton(self.tr("Tournée"))
        self.tour.setAccessibleDescription(self.tr("La carte et les étapes de ce jour"))
        self.tour.hide()
        self.print_button = SecondaryButton(self.tr("Imprimer…"), shortcut="Ctrl+P")
        self.notice = Notice(closable=True)
        self.notice.hide()
        self.grid = AgendaGrid(self.tr("Agenda"))
        self.empty = EmptyState(
            self.tr(
                "Aucune permanence encore. Dites où et quand vous recevez\u00a0: vos créneaux"
                " s’ouvriront ici."
            ),
            self.tr("Ajouter une permanence"),
        )
        today = viewmodel.today
        self.beside = Beside(today)
        self.waiting, self.meeting = self.beside.waiting, self.beside.meeting
        self.slot, self.booking = self.beside.slot, self.beside.booking
        self.wait, self.openings = self.beside.wait, self.beside.openings
        self.opening, self.absence = self.beside.opening, self.beside.absence
        self._leaving = Leaving(viewmodel, self.beside)
        self._drawn: tuple[Reading, Mode, str] | None = None
        """What the cells were made from: a panel that opens makes none again."""
        self._awaits_slot = False
        """A slot was asked for from elsewhere: the keyboard goes there."""
        self._lay_out()
        self._connect_head()
        self._connect_grid()
        self._connect_panels()
        self._render()

    def open_slot(self, opening: str, starts_at: datetime) -> None:
        """Show a free slot of mine, and whom it would do for."""
        self._awaits_slot = True
        self._viewmodel.open_slot(opening, starts_at)

    def left(self) -> Left | None:
        """Return the form that is open beside the days."""
        return self._leaving.left()

    def come_back(self, left: Left) -> None:
        """Open it again, beside the same days."""
        self._leaving.come_back(left)

    def where(self) -> Mapping[str, str]:
        """Return the days in sight."""
        return self._leaving.where()

    def stand(self, where: Mapping[str, str]) -> None:
        """Show these days."""
        self._leaving.stand(where)

    def watch_texts(self, guard: FreeTextGuard) -> None:
        """Have what is typed here for the team looked over."""
        guard_field(self.wait.comment_field, guard)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.rest()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless a slot is looked for or a panel is open.
        return takes_escape(event, self._is_busy) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close_panel()
        else:
            super().keyPressEvent(event)

    # -- layout ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        days = Card()
        days.add(self.grid, 1)
        days.add(self.empty, 1)
        self.empty.hide()
        bar = Flow(
            self.before,
            self.now,
            self.after,
            self.whose,
            self.place,
            self.manage,
            self.tour,
            self.print_button,
            gap=8,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(bar)
        layout.addWidget(self.notice)
        self._page = scrolling(Columns(days, self.beside, shares=(5, 2), narrow_px=860))
        layout.addWidget(self._page, 1)
        self.first_stop = self.grid
        self.setFocusProxy(self.grid)
        self._make_room()

    def _make_room(self) -> None:
        self.grid.setMinimumHeight(current_tokens().text_px(_LOWEST))

    def _connect_head(self) -> None:
        viewmodel = self._viewmodel
        viewmodel.changed.connect(self._render)
        viewmodel.undo_offered.connect(self.undo_offered)
        self.new.clicked.connect(self.start_appointment)
        self.modes.chosen.connect(lambda mode: viewmodel.look(Mode(mode)))
        self.before.clicked.connect(lambda: viewmodel.turn(-1))
        self.after.clicked.connect(lambda: viewmodel.turn(1))
        self.now.clicked.connect(lambda: viewmodel.look(viewmodel.state.mode, viewmodel.today()))
        self.place.chosen.connect(viewmodel.show_place)
        self.whose.chosen.connect(viewmodel.show_agenda_of)
        self.print_button.clicked.connect(self._papers.print)
        self.manage.clicked.connect(lambda: viewmodel.show_panel(Panel.OPENINGS))
        self.tour.clicked.connect(lambda: self.tour_requested.emit(viewmodel.state.day))
        self.empty.action_asked.connect(lambda: viewmodel.show_panel(Panel.OPENING))
        self.notice.remedy_asked.connect(viewmodel.refresh)

    def _connect_grid(self) -> None:
        viewmodel, grid = self._viewmodel, self.grid
        grid.opened.connect(self._open)
        grid.drop_asked.connect(viewmodel.drop)
        grid.nudge_asked.connect(viewmodel.nudge)
        grid.move_asked.connect(viewmodel.begin_move)
        grid.cancel_asked.connect(viewmodel.cancel)
        grid.new_asked.connect(self.start_appointment)
        grid.turned.connect(viewmodel.turn)

    def _connect_panels(self) -> None:
        viewmodel = self._viewmodel
        self.beside.turned.connect(self._bring_panel)
        self.beside.left.connect(self.grid.setFocus)
        for panel in (self.meeting, self.slot, self.booking, self.wait, self.openings):
            panel.closed.connect(self._close_panel)
        for form in (self.opening, self.absence):
            form.closed.connect(lambda: viewmodel.show_panel(Panel.OPENINGS))
        self.waiting.add_asked.connect(lambda: viewmodel.show_panel(Panel.WAIT))
        self.waiting.person_asked.connect(self.person_requested)
        self.waiting.withdrawn.connect(viewmodel.writer.withdraw)
        self.meeting.person_asked.connect(self.person_requested)
        self.meeting.follow_up_asked.connect(self.follow_up_requested)
        self.meeting.status_chosen.connect(
            lambda code: viewmodel.say_status(AppointmentStatus(code))
        )
        self.meeting.change_asked.connect(viewmodel.begin_correction)
        self.meeting.move_asked.connect(self._begin_move)
        self.meeting.cancel_asked.connect(lambda: viewmodel.cancel(viewmodel.state.chosen))
        self.slot.book_asked.connect(self._book)
        self._connect_forms()

    def _connect_forms(self) -> None:
        viewmodel = self._viewmodel
        for form in (self.booking, self.wait):
            form.person_typed.connect(viewmodel.find_persons)
            viewmodel.persons_found.connect(form.person.propose)
        for card in (self.booking, self.wait, self.opening, self.absence):
            card.refused.connect(viewmodel.show_problems)
        self.booking.details_changed.connect(viewmodel.foresee)
        self.booking.booked.connect(viewmodel.save_booking)
        self.wait.waits.connect(viewmodel.save_wait)
        self.openings.opening_asked.connect(
            lambda line: viewmodel.show_panel(Panel.OPENING, opening=line)
        )
        self.openings.absence_asked.connect(
            lambda line: viewmodel.show_panel(Panel.ABSENCE, absence=line)
        )
        self.openings.ended.connect(lambda line: viewmodel.writer.end(line, viewmodel.today()))
        self.openings.came_back.connect(viewmodel.writer.come_back)
        self.openings.export_asked.connect(self._papers.export)
        self.openings.import_asked.connect(self._papers.take_in)
        calendar = viewmodel.writer.calendar
        calendar.changed.connect(lambda: self.openings.show_taking(calendar.taking))
        self.openings.progress.cancelled.connect(calendar.stop)
        self.opening.saved.connect(viewmodel.save_opening)
        self.absence.saved.connect(viewmodel.save_absence)

    # -- acts -----------------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        state, cell = self._viewmodel.state, self.grid.current
        is_workshop = cell is not None and cell.key == key and cell.kind is CellKind.WORKSHOP
        meeting = state.meeting_of(key) if state.whose else None
        if is_workshop and not state.moving:
            self.workshops_requested.emit()
        elif meeting is not None:
            self.person_requested.emit(meeting.person)  # hers to change; the dossier is shared
        else:
            self._viewmodel.open(key)

    def start_appointment(self) -> None:
        """A new appointment, in the free slot that has the keyboard, if one has."""
        if self._viewmodel.state.whose:
            return
        cell = self.grid.current
        if cell is not None and self.grid.hasFocus():
            slot = self._viewmodel.state.slot_of(cell.key)
            if slot is not None:
                self._viewmodel.open(cell.key)
        self._viewmodel.begin_booking()

    def _book(self, line: WaitingLine | None) -> None:
        self._viewmodel.begin_booking(line)

    def _begin_move(self) -> None:
        self._viewmodel.begin_move(self._viewmodel.state.chosen)
        self.grid.setFocus()

    def _close_panel(self) -> None:
        self._viewmodel.close_panel()
        self.grid.setFocus()

    def _is_busy(self) -> bool:
        state = self._viewmodel.state
        return bool(state.moving) or state.panel != Panel.WAITING

    # -- rendering ------------------------------------------------------------------------------

    def _render(self) -> None:
        state = self._viewmodel.state
        self._render_notice(state)
        self.beside.show_state(state, self._viewmodel.fitting())
        if state.read is not None:
            self._render_head(state, state.read)
            self._render_days(state, state.read)
        if self._awaits_slot and (state.panel is Panel.SLOT or state.said):
            self._awaits_slot = False
            self.grid.go_to(state.chosen)
        self._leaving.reopen()

    def _render_notice(self, state: AgendaState) -> None:
        moving = bool(state.moving)
        shown = bool(state.problem or state.is_slow or state.said or moving)
        self.notice.setVisible(shown)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        elif state.said:
            self.notice.say(state.said)
        elif moving:
            self.notice.say(words.moving(has_free=bool(state.free)))
        elif state.is_slow:
            self.notice.say(self.tr("Lecture de l’agenda…"))

    def _render_head(self, state: AgendaState, read: Reading) -> None:
        self.header.set_title(period_title(state.mode, state.day, read.days.since))
        meetings = [one for one in read.days.meetings if state.place in ("", one.place)]
        self.header.set_subtitle(words.period_words(read.days, meetings, state.place))
        self.modes.set_value(state.mode.value)
        places = [("", self.tr("Tous les lieux") if state.whose else self.tr("Tous mes lieux"))]
        _offer(self.place, [*places, *((one.id, one.name) for one in read.places)], state.place)
        colleagues = [(one.id, one.name) for one in read.colleagues]
        _offer(self.whose, [("", self.tr("Mon agenda")), *colleagues], state.whose)
        self.whose.setVisible(bool(colleagues))
        is_mine = not state.whose
        self.new.setEnabled(is_mine)
        self.print_button.setEnabled(is_mine)
        self.tour.setVisible(is_mine and state.mode is Mode.DAY)

    def _render_days(self, state: AgendaState, read: Reading) -> None:
        days = read.days
        is_empty = not (days.has_openings or days.meetings or days.workshops or days.away)
        self.empty.setVisible(is_empty and state.mode is not Mode.MONTH)
        self.grid.setVisible(not is_empty or state.mode is Mode.MONTH)
        self.grid.highlight_free(bool(state.moving))
        drawn = read, state.mode, state.place
        if self._drawn is not None and all(map(is_, drawn, self._drawn)):
            return
        self._drawn = drawn
        if state.mode is Mode.MONTH:
            self.grid.show_month(month_cells(days, state.place))
        else:
            in_full = state.mode is Mode.DAY
            self.grid.show_days(
                columns_of(days, days.since, days.until, state.place, in_full=in_full)
            )
        self._land(state)

    def _land(self, state: AgendaState) -> None:
        """The keyboard begins on today, or on the first thing of the period."""
        if self.grid.currentIndex().isValid() or not self.grid.cells:
            return
        today = state.now.date()
        first = next((cell for cell in self.grid.cells if cell.day >= today), self.grid.cells[0])
        self.grid.go_to(first.key)

    def _bring_panel(self) -> None:
        """With large letters the panel is under the days."""
        card = self.beside.current
        if card is self.waiting:
            self._page.verticalScrollBar().setValue(0)
        else:
            self._page.ensureWidgetVisible(card.heading, 0, card.height())


def _offer(choice: Choice, offered: list[tuple[str, str]], value: str) -> None:
    """Offer these, unless it offers them already: what has the keyboard is not disturbed."""
    held = [choice.itemData(at) for at in range(choice.count())]
    if held != [key for key, _ in offered] or choice.value != value:
        with QSignalBlocker(choice):
            choice.set_choices(offered, value=value)
