"""« Relances »: the absence that asks for a call, the calls made, and writing one down."""

from PySide6.QtWidgets import QWidget

from desktop.services.recalls import AttemptLine
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.path_words import attempt_words, missed_words
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import discretion_warning, phone
from desktop.ui.kit import (
    Choice,
    Flow,
    LabeledField,
    Notice,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    clear_layout,
    column,
    separator,
)
from desktop.ui.theme import Role
from protocol.ids import PersonId
from protocol.kinds.agenda import CallMedium, CallOutcome
from protocol.kinds.persons import Discretion


class RecallsCard(ActingCard):
    """Never proposes to leave a message where that is a danger."""

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(viewmodel, "call", parent)
        self.set_title(self.tr("Relances"))
        self.missed = Text()
        self.warning = Notice()
        self.number = Secondary()
        self.none = Secondary(self.tr("Aucun appel noté."))
        self._lines = column(gap=6)
        self.new = SecondaryButton(self.tr("Noter un appel"), shortcut="Alt+A")
        self._opens(self.new, self.open_form)
        self.medium = Choice()
        self.outcome = Choice()
        self.form = InlineForm(
            self.tr("Noter un appel"),
            self.tr("Noter l’appel"),
            {
                "medium": LabeledField(self.tr("Par"), self.medium),
                "outcome": LabeledField(self.tr("Résultat"), self.outcome),
            },
            lines=(("medium", "outcome"),),
        )
        self._answer(self.form, self._record, lambda _: self.open_form())
        parts = (self.missed, self.warning, self.number, self.form, Flow(self.new))
        for part in (*parts, self.none, self._lines):
            self.add(part)
        self.body.addStretch(1)

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order of reading."""
        return [self.medium, self.outcome, self.form.save, self.form.cancel, self.new]

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        told, person = read.engagement, read.sheet.person
        today = state.now.date()
        self.missed.setVisible(told.missed is not None)
        if told.missed is not None:
            self.missed.setText(missed_words(told.missed, today))
        warning = discretion_warning(person)
        self.warning.setVisible(bool(warning))
        danger = told.ways.discretion is Discretion.DANGER
        self.warning.say(warning, role=Role.DANGER if danger else Role.PENDING)
        self.number.setText(phone(person.phone1, shown=state.is_phone_shown))
        self.number.setVisible(bool(person.phone1) and self.form.is_open)
        self.new.set_words(
            self.tr("Relancer") if told.missed is not None else self.tr("Noter un appel")
        )
        if self._is_news(told.attempts, today):
            self._show_lines(told.attempts)
        self.none.setVisible(not told.attempts and told.missed is None)
        self._show_forms(state, person.id)

    def open_form(self) -> None:
        """Shows the number to call, which the page covers again when it is left."""
        read = self._viewmodel.state.read
        if read is None or self.form.is_open:
            return
        ways = read.engagement.ways
        self.medium.set_choices([(medium.value, medium.label) for medium in ways.media])
        self.outcome.set_choices(
            [(outcome.value, outcome.label) for outcome in ways.outcomes],
            value=CallOutcome.REACHED.value,
        )
        self._open(self.form)
        self._viewmodel.show_phone(True)

    def _record(self) -> None:
        read, person = self._viewmodel.state.read, self._viewmodel.state.person
        if read is None or person is None:
            return
        missed = read.engagement.missed
        self._viewmodel.engagement.record_call(
            PersonId(person),
            missed.appointment if missed else None,
            CallMedium(self.medium.value),
            CallOutcome(self.outcome.value),
        )

    def _closed(self) -> None:
        self._viewmodel.show_phone(False)
        super()._closed()

    def _show_lines(self, lines: tuple[AttemptLine, ...]) -> None:
        clear_layout(self._lines)
        for line in lines:
            outcome, about = attempt_words(line, self._viewmodel.state.now.date())
            told = QWidget()
            told.setLayout(
                column(Strong(outcome), Secondary(about, small=True), separator(), gap=2)
            )
            self._lines.addWidget(told)
