"""« Ateliers »: a person's places in workshops, and giving her one more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.workshops import RegisteredLine
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.path_words import session_choice, session_when
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import (
    Choice,
    Flow,
    LabeledField,
    LinkButton,
    Secondary,
    SecondaryButton,
    Strong,
    clear_layout,
    column,
    separator,
)
from protocol.ids import PersonId
from protocol.kinds.programmes import Attendance

_WITH_SOMEBODY = "with"


class WorkshopsCard(ActingCard):
    """The latest session first; whether she came is chosen beside it."""

    all_asked = Signal()

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(viewmodel, "workshop", parent)
        self._choices: list[QWidget] = []
        self.set_title(self.tr("Ateliers"))
        self.none = Secondary(self.tr("Aucune inscription à un atelier."))
        self._lines = column(gap=6)
        self.new = SecondaryButton(self.tr("Inscrire à un atelier"), shortcut="Alt+I")
        self._opens(self.new, self.open_form)
        self.all = LinkButton(self.tr("Tous les ateliers"))
        self.all.clicked.connect(self.all_asked)
        self.session = Choice()
        self.first_step = Choice(
            [
                ("", self.tr("La personne s’y rend seule")),
                (_WITH_SOMEBODY, self.tr("Quelqu’un l’accompagne la première fois")),
            ]
        )
        self.form = InlineForm(
            self.tr("Inscrire à un atelier"),
            self.tr("Inscrire"),
            {
                "session": LabeledField(self.tr("Atelier"), self.session),
                "first_step": LabeledField(self.tr("Premier pas"), self.first_step),
            },
        )
        self._answer(self.form, self._register, lambda _: self.open_form())
        for part in (self.none, self._lines, self.form, Flow(self.new, self.all, gap=8)):
            self.add(part)
        self.body.addStretch(1)

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order of reading."""
        form = (self.session, self.first_step, self.form.save, self.form.cancel)
        return [*self._choices, *form, self.new, self.all]

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        lines = read.engagement.workshops
        if self._is_news(lines, state.now.date()):
            self._show_lines(lines)
        self.none.setVisible(not lines)
        self._show_forms(state, read.sheet.person.id)

    def open_form(self) -> None:
        read = self._viewmodel.state.read
        if read is None or self.form.is_open:
            return
        today = self._viewmodel.state.now.date()
        choices = [("", self.tr("Choisir…"))]
        choices += [(line.id, session_choice(line, today)) for line in read.engagement.sessions]
        self.session.set_choices(choices)
        self.first_step.set_value("")
        self._open(self.form)

    def _register(self) -> None:
        read, person = self._viewmodel.state.read, self._viewmodel.state.person
        if read is None or person is None:
            return
        sessions = read.engagement.sessions
        chosen = next((line for line in sessions if line.id == self.session.value), None)
        held = [line.session.id for line in read.engagement.workshops if _holds_a_place(line)]
        accompanied = self.first_step.value == _WITH_SOMEBODY
        self._viewmodel.engagement.register(PersonId(person), chosen, held, accompanied)

    def _show_lines(self, lines: tuple[RegisteredLine, ...]) -> None:
        clear_layout(self._lines)
        self._choices = []
        for line in lines:
            attendance = self._attendance(line)
            self._choices.append(attendance)
            self._lines.addWidget(self._row(line, attendance))

    def _row(self, line: RegisteredLine, attendance: Choice) -> QWidget:
        told = QWidget()
        about = session_when(line.session, self._viewmodel.state.now.date())
        if line.first_step_with:
            about = self.tr("{0} · premier pas accompagné").format(about)
        told.setLayout(column(Strong(line.session.title), Secondary(about, small=True), gap=2))
        beside = QHBoxLayout()
        beside.addWidget(told, 1)
        beside.addWidget(attendance)
        shown = QWidget()
        layout = column(gap=6)
        layout.addLayout(beside)
        layout.addWidget(separator())
        shown.setLayout(layout)
        return shown

    def _attendance(self, line: RegisteredLine) -> Choice:
        attendance = Choice([(one.value, one.label) for one in Attendance])
        attendance.set_value(line.attendance.value)
        attendance.setAccessibleName(self.tr("Présence à l’atelier {0}").format(line.session.title))
        attendance.chosen.connect(
            lambda code: self._viewmodel.engagement.set_attendance(line, Attendance(code))
        )
        return attendance


def _holds_a_place(line: RegisteredLine) -> bool:
    return line.attendance is not Attendance.WITHDRAWN
