"""« Rendez-vous à venir »: what is planned with anybody, and planning one more."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.duration import read_duration
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import planned
from desktop.ui.kit import (
    Choice,
    DateField,
    Flow,
    LabeledField,
    LineField,
    Secondary,
    SecondaryButton,
    Strong,
    TimeField,
    clear_layout,
    column,
    separator,
)
from desktop.ui.text import capitalised, day_planned, duration
from protocol.kinds.agenda import Motive


class AppointmentsCard(ActingCard):
    """The next appointment first."""

    def __init__(
        self,
        viewmodel: DossierViewModel,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(viewmodel, "appointment", parent)
        self._today = today
        self.set_title(self.tr("Rendez-vous à venir"))
        self.none = Secondary(self.tr("Aucun rendez-vous prévu."))
        self._lines = column(gap=6)
        self.new = SecondaryButton(self.tr("Nouveau rendez-vous"), shortcut="Ctrl+R")
        self._opens(self.new, self.open_form)
        self.day = DateField(today)
        self.at = TimeField()
        self.place = Choice()
        self.length = LineField(limit=20)
        self.motive = Choice([(motive.value, motive.label) for motive in Motive])
        fields = {
            "day": LabeledField(self.tr("Date"), self.day),
            "at": LabeledField(self.tr("Heure"), self.at),
            "place": LabeledField(self.tr("Lieu"), self.place),
            "minutes": LabeledField(self.tr("Durée"), self.length),
            "motive": LabeledField(self.tr("Motif"), self.motive),
        }
        self.form = InlineForm(
            self.tr("Nouveau rendez-vous"),
            self.tr("Prendre ce rendez-vous"),
            fields,
            lines=(("day", "at"), ("place", "minutes"), ("motive",)),
        )
        self._answer(self.form, self._plan, lambda _: self.open_form())
        self.day.value_changed.connect(lambda _: self._say_day())
        for part in (self.none, self._lines, self.form, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        lines = tuple(planned(item, state.now.date()) for item in read.upcoming)
        if self._is_news(*lines):
            self._show_lines(lines)
        self.none.setVisible(not lines)
        self._show_forms(state, read.sheet.person.id)

    def open_form(self) -> None:
        """Proposes the rhythm's next day, and the place, length and motive of the last time."""
        read = self._viewmodel.state.read
        if read is None or self.form.is_open:
            return
        defaults = read.defaults
        places = [("", self.tr("À préciser")), *((p.id, p.name) for p in read.places)]
        self.place.set_choices(places, value=defaults.place)
        self.day.set_value(defaults.at.date())
        self.at.set_value(defaults.at.time())
        self.length.set_value(duration(defaults.minutes))
        self.motive.set_value(defaults.motive.value)
        self._say_day()
        self._open(self.form)

    def _say_day(self) -> None:
        """A date alone hides a Sunday or a holiday."""
        day = self.day.value
        words = capitalised(day_planned(day, self._today())) if day is not None else ""
        self.form.notice.setText(words)
        self.form.notice.setVisible(bool(words))

    def _plan(self) -> None:
        self._viewmodel.plan(
            self.day.value,
            self.at.value,
            self.place.value,
            read_duration(self.length.value),
            Motive(self.motive.value),
        )

    def _show_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        clear_layout(self._lines)
        for when, about in lines:
            line = QWidget()
            line.setLayout(column(Strong(when), Secondary(about, small=True), separator(), gap=2))
            self._lines.addWidget(line)
