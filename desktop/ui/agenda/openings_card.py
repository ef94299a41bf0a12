"""When I receive and when I do not: the lists, the two forms, and calendars of elsewhere."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import PARIS
from desktop.domain.agenda import SLOT_MINUTES
from desktop.services.directory import PlaceLine
from desktop.services.permanences import AbsenceLine, OpeningForm, OpeningLine, Repeat
from desktop.ui.agenda import words
from desktop.ui.agenda.form_card import FormCard, PanelCard, refill
from desktop.ui.agenda.state import AgendaState
from desktop.ui.agenda.taking_in import Taking
from desktop.ui.kit import (
    Chips,
    Choice,
    DateField,
    Flow,
    LabeledField,
    LinkButton,
    PrimaryButton,
    ProgressCard,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    Tick,
    TimeField,
    column,
    separator,
)
from desktop.ui.text import capitalised, duration
from protocol.ids import PlaceId
from protocol.kinds.agenda import Weekday

_MORNING = time(9), time(12)
_MIDNIGHT = time()


class OpeningsCard(PanelCard):
    """The permanences and the absences, each with what can be done with it."""

    opening_asked = Signal(object)
    """A permanence to correct, or None for a new one."""
    absence_asked = Signal(object)
    ended = Signal(object)
    came_back = Signal(object)
    export_asked = Signal(bool)
    """Whether with initials."""
    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Permanences et absences"))
        self.new = PrimaryButton(self.tr("Ajouter une permanence"))
        self.new.clicked.connect(lambda: self.opening_asked.emit(None))
        self.leave = SecondaryButton(self.tr("Ajouter une absence"))
        self.leave.clicked.connect(lambda: self.absence_asked.emit(None))
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.close_button.clicked.connect(self.closed)
        self._openings = column(gap=8)
        self._absences = column(gap=8)
        self._shown: object = None
        self.initials = Tick(self.tr("Avec les initiales"))
        self.export = SecondaryButton(self.tr("Exporter mon agenda (ICS)"))
        self.export.clicked.connect(lambda: self.export_asked.emit(self.initials.value))
        self.take_in = SecondaryButton(self.tr("Importer un agenda (ICS)"))
        self.take_in.clicked.connect(self.import_asked)
        self.add(Flow(self.new, self.leave, self.close_button, gap=8))
        self.add(self._openings)
        self.add(self._absences)
        self.add(Text(self.tr("Autre agenda"), kind="field"))
        self.add(
            Secondary(
                self.tr(
                    "Le fichier exporté ne dit que «\u00a0Rendez-vous\u00a0» et le lieu. Un agenda"
                    " importé devient des absences, sans leur motif."
                ),
                small=True,
            )
        )
        self.add(self.initials)
        self.add(Flow(self.export, self.take_in, gap=8))
        self.progress = ProgressCard(self.tr("Import d’un agenda"))
        self.progress.hide()
        self.add(self.progress)
        self.body.addStretch(1)

    def show_state(self, state: AgendaState) -> None:
        read = state.read
        if read is None or (read.openings, read.absences) == self._shown:
            return
        self._shown = read.openings, read.absences
        today = state.now.date()
        none = Secondary(self.tr("Aucune permanence encore."))
        openings = [self._opening(line, today) for line in read.openings]
        others = (self.initials, self.export, self.take_in)
        absences = [self._absence(line, today) for line in read.absences]
        refill(self._absences, absences, before=others)
        away = absences[0].findChildren(LinkButton) if absences else []
        refill(self._openings, openings or [none], before=(*away, *others))

    def show_taking(self, taking: Taking | None) -> None:
        """Show how far the import of a calendar is; nothing once it is over."""
        had_focus = self.take_in.hasFocus() or self.progress.cancel.hasFocus()
        self.progress.setVisible(taking is not None)
        self.take_in.setEnabled(taking is None)
        self.progress.cancel.setEnabled(taking is not None)
        if taking is None:
            words = ""
        elif taking.total:
            words = self.tr("{0} événements sur {1}").format(taking.done, taking.total)
        else:
            words = self.tr("Lecture du fichier…")
        self.progress.show_progress(
            taking.done if taking else 0, taking.total if taking else 0, words
        )
        if had_focus:
            (self.take_in if taking is None else self.progress.cancel).setFocus()

    def _opening(self, line: OpeningLine, today: date) -> QWidget:
        title, about = words.opening_words(line, today)
        acts = [self._act(self.tr("Modifier"), title, lambda: self.opening_asked.emit(line))]
        if not line.is_over:
            acts.append(self._act(self.tr("Terminer"), title, lambda: self.ended.emit(line)))
        whole = QWidget()
        whole.setLayout(
            column(Strong(title), Secondary(about), Flow(*acts, gap=8), separator(), gap=2)
        )
        return whole

    def _absence(self, line: AbsenceLine, today: date) -> QWidget:
        said = self.tr("Absence {0}").format(words.absence_words(line, today))
        acts = [
            self._act(self.tr("Modifier"), said, lambda: self.absence_asked.emit(line)),
            self._act(self.tr("Retirer"), said, lambda: self.came_back.emit(line)),
        ]
        whole = QWidget()
        whole.setLayout(column(Strong(said), Flow(*acts, gap=8), separator(), gap=2))
        return whole

    @staticmethod
    def _act(what: str, about: str, act: Callable[[], object]) -> LinkButton:
        button = LinkButton(what)
        button.setAccessibleName(f"{what}, {about}")
        button.clicked.connect(lambda _=False: act())
        return button


class OpeningCard(FormCard):
    """A permanence as people say it: where, which days, from when to when, how often."""

    saved = Signal(object)
    refused = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._today = today
        self._begun = False
        self.place = Choice()
        self.repeat = Choice()
        self.days = Chips([(day.value, day.label) for day in Weekday])
        self.first = DateField(today)
        self.until = DateField(today)
        self.opens = TimeField()
        self.closes = TimeField()
        self.slots = Choice([(str(minutes), duration(minutes)) for minutes in SLOT_MINUTES])
        self.on_holidays = Tick(self.tr("Tenue aussi les jours fériés"))
        self.repeat.chosen.connect(lambda _: self._show_what_matters())
        self.save.set_words(self.tr("Enregistrer"))
        self.submitted.connect(self._submit)
        self.set_fields(
            {
                "place": LabeledField(self.tr("Lieu"), self.place),
                "repeat": LabeledField(self.tr("Répétition"), self.repeat),
                "days": LabeledField(self.tr("Jours"), self.days),
                "opens": LabeledField(self.tr("De"), self.opens),
                "closes": LabeledField(self.tr("À"), self.closes),
                "slot_minutes": LabeledField(self.tr("Créneaux de"), self.slots),
                "first": LabeledField(self.tr("À partir du"), self.first),
                "until": LabeledField(
                    self.tr("Jusqu’au"), self.until, help=self.tr("Vide\u00a0: sans fin.")
                ),
                "on_holidays": self.on_holidays,
            },
            (
                ("place",),
                ("repeat",),
                ("days",),
                ("opens", "closes"),
                ("slot_minutes",),
                ("first",),
                ("until",),
                ("on_holidays",),
            ),
        )

    def show_state(self, state: AgendaState) -> None:
        if not self._begun and state.read is not None:
            self._begun = True
            self._fill(state.opening, state.read.places, state.place)
        self.show_problems(state.field_problems)

    def forget(self) -> None:
        """The panel was closed: the next one begins anew."""
        self._begun = False

    def _fill(self, line: OpeningLine | None, places: tuple[PlaceLine, ...], place: str) -> None:
        form = line.form if line else None
        self.set_title(
            self.tr("Modifier la permanence") if line else self.tr("Nouvelle permanence")
        )
        choices = [("", self.tr("À choisir")), *((one.id, one.name) for one in places)]
        self.place.set_choices(choices, value=form.place if form else place)
        offered = [one for one in Repeat if one is not Repeat.OTHER or _is_other(form)]
        repeats = [(one.value, capitalised(words.repeat_words(one))) for one in offered]
        self.repeat.set_choices(repeats, value=(form.repeat if form else Repeat.WEEKLY).value)
        self.days.set_value([day.value for day in form.days] if form else ())
        self.first.set_value(form.first if form else self._today())
        self.until.set_value(form.until if form else None)
        self.opens.set_value(form.opens if form else _MORNING[0])
        self.closes.set_value(form.closes if form else _MORNING[1])
        self.slots.set_value(str(form.slot_minutes if form else SLOT_MINUTES[1]))
        self.on_holidays.setChecked(form.on_holidays if form else False)
        self._show_what_matters()

    def _written(self) -> None:
        self._show_what_matters()

    def _show_what_matters(self) -> None:
        repeat = Repeat(self.repeat.value)
        self.fields["days"].setVisible(repeat in (Repeat.WEEKLY, Repeat.FORTNIGHTLY))
        self.fields["until"].setVisible(repeat is not Repeat.ONCE)

    def _submit(self) -> None:
        first, opens, closes = self.first.value, self.opens.value, self.closes.value
        problems = {}
        if not self.place.value:
            problems["place"] = self.tr("Choisissez un lieu.")
        for key, value in (("opens", opens), ("closes", closes)):
            if value is None:
                problems[key] = self.tr("Écrivez une heure, par exemple 9 h.")
        if first is None:
            problems["first"] = self.tr("Écrivez une date, par exemple 24 novembre.")
        if not self.until.is_understood:
            problems["until"] = self.tr("Écrivez une date, ou laissez vide.")
        if problems or first is None or opens is None or closes is None:
            self.refused.emit(problems)
            return
        self.saved.emit(
            OpeningForm(
                place=PlaceId(self.place.value),
                first=first,
                opens=opens,
                closes=closes,
                slot_minutes=int(self.slots.value),
                repeat=Repeat(self.repeat.value),
                days=frozenset(map(Weekday, self.days.value)),
                until=self.until.value,
                on_holidays=self.on_holidays.value,
            )
        )


class AbsenceCard(FormCard):
    """Whole days, or hours of a day; why is nobody's business."""

    saved = Signal(object, object)
    refused = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._today = today
        self._begun = False
        self.first = DateField(today)
        self.last = DateField(today)
        self.begins = TimeField()
        self.ends = TimeField()
        self.save.set_words(self.tr("Enregistrer"))
        self.submitted.connect(self._submit)
        hours = self.tr("Vide\u00a0: la journée.")
        self.set_fields(
            {
                "first": LabeledField(self.tr("Du"), self.first),
                "ends_at": LabeledField(self.tr("Au (compris)"), self.last),
                "begins": LabeledField(self.tr("De"), self.begins, help=hours),
                "ends": LabeledField(self.tr("À"), self.ends),
            },
            (("first",), ("ends_at",), ("begins", "ends")),
        )

    def show_state(self, state: AgendaState) -> None:
        if not self._begun:
            self._begun = True
            self._fill(state.absence)
        self.show_problems(state.field_problems)

    def forget(self) -> None:
        """The panel was closed: the next one begins anew."""
        self._begun = False

    def _fill(self, line: AbsenceLine | None) -> None:
        self.set_title(self.tr("Modifier l’absence") if line else self.tr("Nouvelle absence"))
        whole = line is None or line.starts_at.time() == line.ends_at.time() == _MIDNIGHT
        first = line.starts_at.date() if line else self._today()
        last = (line.ends_at - timedelta(microseconds=1)).date() if line else first
        self.first.set_value(first)
        self.last.set_value(last)
        self.begins.set_value(None if whole or line is None else line.starts_at.time())
        self.ends.set_value(None if whole or line is None else line.ends_at.time())

    def _submit(self) -> None:
        first, last = self.first.value, self.last.value
        problems = {}
        for key, value in (("first", first), ("ends_at", last)):
            if value is None:
                problems[key] = self.tr("Écrivez une date, par exemple 24 novembre.")
        for key, field in (("begins", self.begins), ("ends", self.ends)):
            if not field.is_understood:
                problems[key] = self.tr("Écrivez une heure, par exemple 9 h 45.")
        if problems or first is None or last is None:
            self.refused.emit(problems)
            return
        begins, ends = self.begins.value, self.ends.value
        starts_at = datetime.combine(first, begins or _MIDNIGHT, PARIS)
        end_day = last if ends else last + timedelta(days=1)
        self.saved.emit(starts_at, datetime.combine(end_day, ends or _MIDNIGHT, PARIS))


def _is_other(form: OpeningForm | None) -> bool:
    return form is not None and form.repeat is Repeat.OTHER
