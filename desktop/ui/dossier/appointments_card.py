"""« Rendez-vous à venir »: what is planned with anybody, and planning one more."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtWidgets import QWidget

from desktop.config.clock import PARIS
from desktop.services.agenda_days import Details, Foreseen
from desktop.services.appointments import MINUTES
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.duration import read_duration
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import planned
from desktop.ui.foreseen import warnings_of
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
from protocol.ids import PlaceId
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
        self._asked: Details | None = None
        """What was looked at for what it would run into."""
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
        for field in (self.day, self.at):
            field.value_changed.connect(lambda _: self._foresee())
        self.length.value_changed.connect(lambda _: self._foresee())
        self.place.chosen.connect(lambda _: self._foresee())
        for part in (self.none, self._lines, self.form, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        lines = tuple(planned(item, state.now.date()) for item in read.upcoming)
        if self._is_news(*lines):
            self._show_lines(lines)
        self.none.setVisible(not lines)
        self._show_forms(state, read.sheet.person.id)
        if self.form.is_open:
            self._foresee()
            self._say_day(state.foreseen)

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
        self._asked = None
        self._open(self.form)
        self._foresee()

    def _foresee(self) -> None:
        """Ask once about what is in the fields, whether somebody typed it or it came back."""
        details = self._details()
        if details != self._asked:
            self._asked = details
            self._viewmodel.foresee(details)
        self._say_day(self._viewmodel.state.foreseen)

    def _details(self) -> Details | None:
        day, at, minutes = self.day.value, self.at.value, read_duration(self.length.value)
        if day is None or at is None or minutes is None or minutes not in MINUTES:
            return None
        place = PlaceId(self.place.value) if self.place.value else None
        starts_at = datetime.combine(day, at, PARIS)
        return Details(starts_at, minutes, place, Motive(self.motive.value))

    def _say_day(self, foreseen: Foreseen | None) -> None:
        """A date alone hides a Sunday or a holiday, and who comes that day already."""
        day = self.day.value
        if day is None:
            self.form.notice.hide()
            return
        planned_on = capitalised(day_planned(day, self._today()))
        warned = warnings_of(foreseen, day) if foreseen is not None else []
        self.form.notice.setText(" ".join((f"{planned_on}.", *warned)) if warned else planned_on)
        self.form.notice.show()

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
