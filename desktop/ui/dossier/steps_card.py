"""« Étapes convenues »: who does what and by when, checked off in one gesture."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.steps import GOING_ON, StepLine
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.path_words import owner_words, step_about
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import (
    Choice,
    DateField,
    Flow,
    LabeledField,
    LineField,
    Pill,
    Secondary,
    SecondaryButton,
    Shape,
    Tick,
    clear_layout,
    column,
    separator,
)
from desktop.ui.theme import Role
from protocol.ids import PersonId
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.programmes import StepState

_OVER_SHOWN = 5
"""Steps that are over and still shown."""
_STEP_LIMIT = 1_000


class StepsCard(ActingCard):
    """What goes on first, the most pressing at the top; what is over below."""

    def __init__(
        self,
        viewmodel: DossierViewModel,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(viewmodel, "step", parent)
        self._today = today
        self._rows: list[StepRow] = []
        self.set_title(self.tr("Étapes convenues"))
        self.none = Secondary(self.tr("Aucune étape convenue pour le moment."))
        self._lines = column(gap=6)
        self.new = SecondaryButton(self.tr("Ajouter une étape"), shortcut="Alt+E")
        self._opens(self.new, self.open_form)
        self.text = LineField(limit=_STEP_LIMIT)
        self.owner = Choice([(who.value, owner_words(who)) for who in StepOwner])
        self.due = DateField(today)
        self.form = InlineForm(
            self.tr("Ajouter une étape"),
            self.tr("Ajouter l’étape"),
            {
                "text": LabeledField(self.tr("Étape"), self.text),
                "owner": LabeledField(self.tr("Qui s’en charge"), self.owner),
                "due_on": LabeledField(self.tr("Pour le"), self.due),
            },
            lines=(("text",), ("owner",), ("due_on",)),
        )
        self._answer(self.form, self._agree, lambda _: self.open_form())
        for part in (self.none, self._lines, self.form, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        lines = read.engagement.steps
        if self._is_news(lines, state.now.date()):
            self._show_lines(lines)
        self.none.setVisible(not lines)
        self._show_forms(state, read.sheet.person.id)

    def open_form(self) -> None:
        if self.form.is_open:
            return
        self.text.set_value("")
        self.owner.set_value(StepOwner.PERSON.value)
        self.due.set_value(None)
        self._open(self.form)

    def _agree(self) -> None:
        person = self._viewmodel.state.person
        if not self.due.is_understood:
            self._viewmodel.engagement.say_misread("due_on")
        elif person is not None:
            owner = StepOwner(self.owner.value)
            self._viewmodel.engagement.agree(
                PersonId(person), self.text.value, owner, self.due.value
            )

    def _show_lines(self, lines: tuple[StepLine, ...]) -> None:
        focused = next((key for key, stop in self._stops().items() if stop.hasFocus()), None)
        clear_layout(self._lines)
        over = [line for line in lines if line.state not in GOING_ON]
        going_on = [line for line in lines if line.state in GOING_ON]
        told = (*going_on, *over[:_OVER_SHOWN])
        self._rows = [StepRow(line, self._today(), self._viewmodel) for line in told]
        for row in self._rows:
            self._lines.addWidget(row)
        stops = self._stops()
        if focused is not None and focused in stops:
            stops[focused].setFocus()

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order of reading."""
        rows: list[QWidget] = [stop for row in self._rows for stop in (row.tick, row.state)]
        fields = (self.text, self.owner, self.due, self.form.save, self.form.cancel)
        return [*rows, *fields, self.new]

    @property
    def rows(self) -> list["StepRow"]:
        return self._rows

    def _stops(self) -> dict[str, QWidget]:
        return {row.line.id: row.tick for row in self.rows}


class StepRow(QWidget):
    """A step: ticked when it is done; its other states are chosen beside it."""

    def __init__(self, line: StepLine, today: date, viewmodel: DossierViewModel) -> None:
        super().__init__()
        self.line = line
        self.tick = Tick(line.text, value=line.state is StepState.DONE)
        self.tick.clicked.connect(
            lambda ticked: viewmodel.engagement.set_state(
                line, StepState.DONE if ticked else StepState.PLANNED
            )
        )
        self.state = Choice(
            [(state.value, state.label) for state in StepState], value=line.state.value
        )
        self.state.setAccessibleName(self.tr("État de l’étape\u00a0: {0}").format(line.text))
        self.state.chosen.connect(
            lambda code: viewmodel.engagement.set_state(line, StepState(code))
        )
        about: list[QWidget] = [Secondary(step_about(line, today), small=True)]
        if line.is_late:
            about.append(Flow(Pill(self.tr("En retard"), Role.PENDING, Shape.TRIANGLE)))
        told = QWidget()
        told.setLayout(column(self.tick, *about, gap=4))
        beside = QHBoxLayout()
        beside.addWidget(told, 1)
        beside.addWidget(self.state)
        layout = column(gap=6)
        layout.addLayout(beside)
        layout.addWidget(separator())
        self.setLayout(layout)
