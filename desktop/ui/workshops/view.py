"""Lays out « Ateliers »: the sessions at the left; the chosen one, or a new one, at the right."""

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.free_text import FreeTextGuard
from desktop.services.workshops import RegisteredLine
from desktop.ui.kit import (
    GRID,
    Card,
    Choice,
    EmptyState,
    Flow,
    LinkButton,
    ListView,
    Notice,
    PrimaryButton,
    RowsModel,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    Text,
    column,
    scrolling,
    separator,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.kit.typed import Left
from desktop.ui.theme import Role
from desktop.ui.workshops.session_form import SessionForm
from desktop.ui.workshops.viewmodel import WorkshopsState, WorkshopsViewModel
from desktop.ui.workshops.words import registered_about, session_about, session_row, taken_words
from protocol.ids import SessionId
from protocol.kinds.programmes import Attendance

_ROWS_IN_SIGHT = 6


class WorkshopsView(QWidget):
    """Whoever leads a session says who came; a registration is made in a dossier."""

    person_requested = Signal(str)
    undo_offered = Signal(str, object)
    closed = Signal()

    def __init__(
        self,
        viewmodel: WorkshopsViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``guard`` looks over what everybody will read."""
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._shown: tuple[RegisteredLine, ...] | None = None
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.new = PrimaryButton(self.tr("Nouvel atelier"), shortcut="Alt+N")
        self.header = ScreenHeader(self.tr("Ateliers"), actions=(self.close_button, self.new))
        self.notice = Notice()
        self.notice.hide()
        self.rows = RowsModel(self)
        self.list = ListView(self.tr("Ateliers à venir, puis récents"))
        self.list.setModel(self.rows)
        self.none = EmptyState(self.tr("Aucun atelier annoncé. Le premier se crée avec Alt+N."))
        self.form = SessionForm(viewmodel, guard)
        self._make_session()
        self._lay_out()
        self._connect()
        self._render()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.refresh()

    def left(self) -> Left | None:
        """Return the session that is being announced."""
        typed = self.form.typed()
        return Left({}, (typed,)) if typed is not None else None

    def come_back(self, left: Left) -> None:
        """Open its form again, once the sessions are read."""
        for typed in left.forms:
            self.form.keep(typed)

    def where(self) -> Mapping[str, str]:
        """Return the session in sight."""
        chosen = self._viewmodel.state.chosen
        return {"session": chosen.id if chosen is not None else ""}

    def stand(self, where: Mapping[str, str]) -> None:
        """Show it."""
        if where["session"]:
            self._viewmodel.choose(SessionId(where["session"]))

    def _make_session(self) -> None:
        self.session = Card()
        self.about = Secondary()
        self.taken = Text()
        self.nobody = Secondary(
            self.tr(
                "Personne de votre file active n’est inscrit. L’inscription se fait dans le"
                " dossier, page «\u00a0Parcours\u00a0»."
            )
        )
        self._people = column(gap=6)
        self.cancel = SecondaryButton(self.tr("Annuler cet atelier"))
        for part in (self.about, self.taken, self.nobody, self._people, Flow(self.cancel)):
            self.session.add(part)
        self.session.body.addStretch(1)

    def _lay_out(self) -> None:
        sessions = Card(self.tr("Ateliers à venir, puis récents"))
        sessions.add(self.list, 1)
        sessions.add(self.none, 1)
        beside = QWidget()
        right = column(self.form, self.session, gap=16)
        right.addStretch(1)
        beside.setLayout(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(scrolling(Columns(sessions, beside, shares=(1, 1))), 1)
        self.first_stop = self.list

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self._viewmodel.created.connect(self.form.close_form)
        self.form.closed.connect(self.new.setFocus)
        self.close_button.clicked.connect(self.closed)
        self.new.clicked.connect(self.form.open_form)
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.list.highlighted.connect(self._choose)
        self.list.opened.connect(self._choose)
        self.cancel.clicked.connect(self._cancel)

    def _choose(self, key: object) -> None:
        self._viewmodel.choose(SessionId(str(key)))

    def _cancel(self) -> None:
        chosen = self._viewmodel.state.chosen
        if chosen is not None:
            self._viewmodel.cancel(chosen.id)

    def _render(self) -> None:
        state = self._viewmodel.state
        self.notice.setVisible(state.problem is not None)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        sessions = state.sessions or ()
        self.list.setVisible(bool(sessions))
        self.none.setVisible(state.sessions is not None and not sessions)
        with QSignalBlocker(self.list):
            self.rows.show([session_row(line, state.today) for line in sessions])
            if state.chosen is not None:
                self.list.setCurrentIndex(self.rows.find(state.chosen.id))
        rows = min(max(len(sessions), 1), _ROWS_IN_SIGHT)
        self.list.setMinimumHeight(rows * max(self.list.sizeHintForRow(0), 0) + 2 * GRID)
        self.form.show_state(state)
        self._render_session(state)

    def _render_session(self, state: WorkshopsState) -> None:
        chosen = state.chosen
        self.session.setVisible(chosen is not None)
        if chosen is None:
            return
        self.session.set_title(chosen.title)
        self.about.setText(session_about(chosen, state.today))
        self.taken.setText(taken_words(chosen))
        self.nobody.setVisible(not state.registered)
        self.cancel.setVisible(chosen.mine and not chosen.is_over)
        if state.registered != self._shown:
            self._shown = state.registered
            self._show_people(state.registered)

    def _show_people(self, lines: tuple[RegisteredLine, ...]) -> None:
        while (item := self._people.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        stops: list[QWidget] = [self.list, *self.form.stops]
        for line in lines:
            name, attendance = self._name(line), self._attendance(line)
            told = QWidget()
            about = registered_about(line)
            parts = [name, *([Secondary(about, small=True)] if about else [])]
            told.setLayout(column(*parts, gap=2))
            beside = QHBoxLayout()
            beside.addWidget(told, 1)
            beside.addWidget(attendance)
            shown = QWidget()
            layout = column(gap=6)
            layout.addLayout(beside)
            layout.addWidget(separator())
            shown.setLayout(layout)
            self._people.addWidget(shown)
            stops += [name, attendance]
        for before, after in pairwise([*stops, self.cancel]):
            QWidget.setTabOrder(before, after)

    def _name(self, line: RegisteredLine) -> LinkButton:
        name = LinkButton(line.name)
        name.clicked.connect(lambda _=False: self.person_requested.emit(line.person))
        return name

    def _attendance(self, line: RegisteredLine) -> Choice:
        attendance = Choice([(one.value, one.label) for one in Attendance])
        attendance.set_value(line.attendance.value)
        attendance.setAccessibleName(self.tr("Présence de {0}").format(line.name))
        attendance.chosen.connect(
            lambda code: self._viewmodel.set_attendance(line, Attendance(code))
        )
        return attendance
