"""The form of an appointment, and that of a wait."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import PARIS, paris
from desktop.services.agenda_days import Details
from desktop.services.appointments import MINUTES
from desktop.services.directory import PlaceLine
from desktop.services.waiting import Wait
from desktop.ui.agenda.form_card import FormCard
from desktop.ui.agenda.person_field import PersonField
from desktop.ui.agenda.state import AgendaState, Booking
from desktop.ui.foreseen import warnings_of
from desktop.ui.kit import Chips, Choice, DateField, LabeledField, LineField, Tick, TimeField
from desktop.ui.text import duration
from protocol.ids import PersonId, PlaceId
from protocol.kinds.agenda import HalfDay, Motive, Visibility, Weekday

_LENGTHS = (15, 20, 30, 45, 60, 75, 90, 120)
USUAL = 45


class BookingForm(FormCard):
    """Who, where, when, how long, why; and what it would run into, said while it is typed."""

    person_typed = Signal(str)
    details_changed = Signal(object, object)
    """The details, and a person or None."""
    booked = Signal(object, object)
    """A person, or None, and the details."""
    refused = Signal(object)
    """Problems by field."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.person = PersonField()
        self.place = Choice()
        self.day = DateField(today)
        self.at = TimeField()
        self.length = Choice([(str(minutes), duration(minutes)) for minutes in _LENGTHS])
        self.motive = Choice([(motive.value, motive.label) for motive in Motive])
        self._shown: Booking | None = None
        self._today = today
        self._visibility = Visibility.NORMAL
        self.discreet = Tick(self.tr("Discret\u00a0: seulement les initiales à l’écran"))
        self.set_title(self.tr("Nouveau rendez-vous"))
        self._lay_out()
        self.person.typed.connect(self.person_typed)
        self.person.chosen_changed.connect(lambda: self.settle("person"))
        self.person.chosen_changed.connect(self._tell)
        for field in (self.day, self.at):
            field.value_changed.connect(lambda _: self._tell())
        for choice in (self.place, self.length):
            choice.chosen.connect(lambda _: self._tell())
        self.submitted.connect(self._submit)

    def show_state(self, state: AgendaState) -> None:
        """Begin with what is known; afterwards only the warnings and the problems change."""
        if state.booking is not self._shown and state.read is not None:
            self._shown = state.booking
            self._fill(state.booking, state.read.places, state.read.motive)
        day = self.day.value
        self.warn(warnings_of(state.foreseen, day) if state.foreseen and day else [])
        self.show_problems(state.field_problems)

    def forget(self) -> None:
        """The panel was closed: the next booking begins anew."""
        self._shown = None

    def _lay_out(self) -> None:
        fields: dict[str, QWidget] = {
            "person": LabeledField(self.tr("Personne"), self.person),
            "place": LabeledField(self.tr("Lieu"), self.place),
            "day": LabeledField(self.tr("Date"), self.day),
            "at": LabeledField(self.tr("Heure"), self.at),
            "minutes": LabeledField(self.tr("Durée"), self.length),
            "motive": LabeledField(self.tr("Motif"), self.motive),
            "discreet": self.discreet,
        }
        lines = (("person",), ("place",), ("day",), ("at", "minutes"), ("motive",), ("discreet",))
        self.set_fields(fields, lines)

    def _fill(self, booking: Booking, places: tuple[PlaceLine, ...], motive: Motive) -> None:
        details = booking.details
        corrected = booking.meeting is not None
        self.set_title(
            self.tr("Modifier le rendez-vous") if corrected else self.tr("Nouveau rendez-vous")
        )
        self.save.set_words(
            self.tr("Enregistrer") if corrected else self.tr("Prendre ce rendez-vous")
        )
        self.person.set_chosen(booking.person, booking.name)
        self.person.setEnabled(not corrected)
        choices = [("", self.tr("Sans lieu (téléphone…)")), *((p.id, p.name) for p in places)]
        self.place.set_choices(choices, value=details.place or "" if details else "")
        start = paris(details.starts_at) if details else None
        self.day.set_value(start.date() if start else None)
        self.at.set_value(start.time() if start else None)
        self._offer_lengths(details.minutes if details else USUAL)
        self.motive.set_value((details.motive if details else motive).value)
        self._visibility = details.visibility if details else Visibility.NORMAL
        self.discreet.setChecked(self._visibility is not Visibility.NORMAL)

    def _offer_lengths(self, minutes: int) -> None:
        lengths = sorted({*_LENGTHS, minutes})
        words = [(str(length), duration(length)) for length in lengths]
        self.length.set_choices(words, value=str(minutes))

    def _details(self) -> Details | None:
        day, at, minutes = self.day.value, self.at.value, int(self.length.value or 0)
        if day is None or at is None or minutes not in MINUTES:
            return None
        shown = Visibility.NORMAL
        if self.discreet.value:
            hidden = self._visibility is Visibility.HIDDEN
            shown = Visibility.HIDDEN if hidden else Visibility.DISCREET
        return Details(
            starts_at=datetime.combine(day, at, PARIS),
            minutes=minutes,
            place=PlaceId(self.place.value) if self.place.value else None,
            motive=Motive(self.motive.value),
            visibility=shown,
        )

    def _written(self) -> None:
        self._tell()

    def _tell(self) -> None:
        details = self._details()
        if details is not None:
            self.details_changed.emit(details, self.person.chosen)

    def _submit(self) -> None:
        details, problems = self._details(), {}
        if self.person.chosen is None:
            problems["person"] = self.tr("Choisissez une personne dans la liste proposée.")
        if self.day.value is None:
            problems["day"] = self.tr("Écrivez une date, par exemple 24 novembre.")
        if self.at.value is None:
            problems["at"] = self.tr("Écrivez une heure, par exemple 9 h 45.")
        if problems or details is None:
            self.refused.emit(problems)
        else:
            self.booked.emit(self.person.chosen, details)


class WaitForm(FormCard):
    """Who waits for which lieu, and when that person can come."""

    person_typed = Signal(str)
    waits = Signal(object)
    refused = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.person = PersonField()
        self.place = Choice()
        self.length = Choice([(str(minutes), duration(minutes)) for minutes in _LENGTHS])
        self.motive = Choice([(motive.value, motive.label) for motive in Motive])
        self.since = DateField(today, past=True)
        self.days = Chips([(day.value, day.label) for day in Weekday])
        self.halves = Chips([(half.value, half.label) for half in HalfDay])
        self.comment = LineField(limit=200)
        self.comment_field = LabeledField(self.tr("Précision"), self.comment)
        self._is_shown = False
        self._today = today
        self.set_title(self.tr("Inscrire en liste d’attente"))
        self.save.set_words(self.tr("Inscrire"))
        self._lay_out()
        self.person.typed.connect(self.person_typed)
        self.person.chosen_changed.connect(lambda: self.settle("person"))
        self.submitted.connect(self._submit)

    def show_state(self, state: AgendaState) -> None:
        """Begin with nobody; afterwards only the problems change."""
        if not self._is_shown and state.read is not None:
            self._is_shown = True
            self._empty(state.read.places, state.place, state.read.motive)
        self.show_problems(state.field_problems)

    def forget(self) -> None:
        """The panel was closed: the next one begins anew."""
        self._is_shown = False

    def _lay_out(self) -> None:
        fields: dict[str, QWidget] = {
            "person": LabeledField(self.tr("Personne"), self.person),
            "place": LabeledField(self.tr("Lieu"), self.place),
            "since": LabeledField(self.tr("Depuis"), self.since),
            "minutes": LabeledField(self.tr("Durée"), self.length),
            "motive": LabeledField(self.tr("Motif"), self.motive),
            "days": LabeledField(self.tr("Jours possibles"), self.days),
            "halves": LabeledField(self.tr("Moments possibles"), self.halves),
            "comment": self.comment_field,
        }
        order = (("person",), ("place",), ("since",), ("minutes",), ("motive",))
        self.set_fields(fields, (*order, ("days",), ("halves",), ("comment",)))

    def _empty(self, places: tuple[PlaceLine, ...], place: str, motive: Motive) -> None:
        self.person.set_chosen(None, "")
        choices = [("", self.tr("Tous les lieux")), *((one.id, one.name) for one in places)]
        self.place.set_choices(choices, value=place)
        self.length.set_value(str(USUAL))
        self.motive.set_value(motive.value)
        self.since.set_value(self._today())
        for chips in (self.days, self.halves):
            chips.set_value(())
        self.comment.set_value("")

    def _submit(self) -> None:
        person, since = self.person.chosen, self.since.value
        problems = {}
        if person is None:
            problems["person"] = self.tr("Choisissez une personne dans la liste proposée.")
        if since is None:
            problems["since"] = self.tr("Écrivez une date, par exemple 24 novembre.")
        if person is None or since is None:
            self.refused.emit(problems)
            return
        self.waits.emit(self._wait(person, since))

    def _wait(self, person: PersonId, since: date) -> Wait:
        return Wait(
            person=person,
            place=PlaceId(self.place.value) if self.place.value else None,
            motive=Motive(self.motive.value),
            minutes=int(self.length.value),
            days=frozenset(map(Weekday, self.days.value)),
            halves=frozenset(map(HalfDay, self.halves.value)),
            comment=self.comment.value,
            since=since,
        )
