"""What is done in the agenda: asked of the services, announced, and taken back on demand."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.private_files import write_private
from desktop.services.agenda_days import Details, Meeting
from desktop.services.agenda_ics import Imported
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotACalendar
from desktop.services.permanences import AbsenceLine, OpeningForm, OpeningLine
from desktop.services.waiting import Wait, WaitingLine
from desktop.ui.agenda.sentences import imported_words, reason_words, slot_words
from desktop.ui.agenda.state import AgendaServices
from desktop.ui.agenda.taking_in import CalendarTaking
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.text import day_short, translate
from protocol.ids import AppointmentId, PersonId, RecordId
from protocol.kinds.agenda import AppointmentStatus, OpeningSlot

T = TypeVar("T")


class AgendaWriter(QObject):
    """One act at a time; each says what it did, and offers to take it back."""

    done = Signal(str, object)
    """Which act, and what it gave."""
    field_refused = Signal(str, str)
    """A field, and why it cannot be accepted."""
    refused = Signal(object)
    undo_offered = Signal(str, object)
    told = Signal(str)
    """A sentence about something that went well."""

    def __init__(
        self,
        background: Background,
        services: AgendaServices,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._services = services
        self._board = board
        self.calendar = CalendarTaking(background, services.files, board, self)
        self.calendar.taken.connect(self._taken_in)
        self.calendar.refused.connect(self._refuse)

    def book(self, person: PersonId, details: Details, waiting: RecordId | None) -> None:
        """Make an appointment, and end the wait it answers."""
        agenda = self._services.agenda

        def booked(made: AppointmentId) -> None:
            words = translate("Agenda", "Rendez-vous pris\u00a0: {0}.")
            self._offer(words.format(_when(details)), lambda: agenda.unbook(made, waiting))

        self._do("booked", lambda: agenda.book(person, details, waiting), booked)

    def change(self, meeting: Meeting, details: Details) -> None:
        """Move an appointment, or correct it."""
        agenda = self._services.agenda

        def changed(before: Details) -> None:
            words = translate("Agenda", "Rendez-vous déplacé\u00a0: {0}.")
            self._offer(words.format(_when(details)), lambda: agenda.change(meeting.id, before))

        self._do("changed", lambda: agenda.change(meeting.id, details), changed)

    def say(self, meeting: Meeting, status: AppointmentStatus) -> None:
        """Say what became of an appointment."""
        appointments = self._services.appointments
        before = meeting.status

        def said(_: None) -> None:
            words = translate("Agenda", "Rendez-vous du {0}\u00a0: {1}.")
            when = _when(meeting.details)
            self._offer(
                words.format(when, status.label.lower()),
                lambda: appointments.qualify(meeting.id, before),
            )

        self._do("said", lambda: appointments.qualify(meeting.id, status), said)

    def open(self, form: OpeningForm, known: RecordId | None) -> None:
        """Add a permanence, or correct one."""
        self._do("opened", lambda: self._services.permanences.open(form, known))

    def end(self, line: OpeningLine, last: date) -> None:
        """End a permanence after a day."""
        permanences = self._services.permanences

        def ended(before: OpeningSlot) -> None:
            words = translate("Agenda", "Permanence de {0} terminée.").format(line.place_name)
            self._offer(words, lambda: permanences.put_back(before))

        self._do("ended", lambda: permanences.end(line.id, last), ended)

    def leave(self, starts_at: datetime, ends_at: datetime, known: RecordId | None) -> None:
        """Write down an absence, or correct one."""
        self._do("left", lambda: self._services.permanences.leave(starts_at, ends_at, known))

    def come_back(self, line: AbsenceLine) -> None:
        """Take an absence out."""
        permanences = self._services.permanences

        def removed(before: AbsenceLine) -> None:
            words = translate("Agenda", "Absence retirée\u00a0: {0}.")
            day = day_short(before.starts_at.date())
            self._offer(
                words.format(day),
                lambda: permanences.leave(before.starts_at, before.ends_at, before.id),
            )

        self._do("came_back", lambda: permanences.come_back(line.id), removed)

    def wait(self, wait: Wait) -> None:
        """Put somebody on the waiting list."""
        self._do("waits", lambda: self._services.waiting.add(wait))

    def withdraw(self, line: WaitingLine) -> None:
        """Take somebody off the waiting list."""
        waiting = self._services.waiting

        def withdrawn(_: None) -> None:
            words = translate("Agenda", "{0} n’attend plus.").format(line.name)
            self._offer(words, lambda: waiting.put_back(line.id))

        self._do("withdrawn", lambda: waiting.withdraw(line.id), withdrawn)

    def export(self, path: Path, since: date, until: date, *, with_initials: bool) -> None:
        """Write my appointments to a calendar file."""

        def write() -> Done[None]:
            content = self._services.files.export(since, until, with_initials=with_initials)
            write_private(path, content)
            return Done(None)

        words = translate("Agenda", "Le calendrier est enregistré.")
        self._do("exported", write, lambda _: self.told.emit(words))

    def save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write a sheet to a file."""

        def write() -> Done[None]:
            write_private(path, make())
            return Done(None)

        words = translate("Agenda", "La feuille est enregistrée.")
        self._do("saved", write, lambda _: self.told.emit(words))

    def note_printed(self) -> None:
        """Say that a sheet went to the printer."""
        self.told.emit(translate("Agenda", "Envoyé à l’imprimante : prenez le papier."))

    def note_unprinted(self, failure: Exception) -> None:
        """Say why it did not."""
        self.told.emit(sentence(failure).whole)

    def _taken_in(self, found: Imported, is_whole: bool) -> None:
        words = imported_words(found)
        if not is_whole:
            words = translate("Agenda", "Import arrêté\u00a0: {0}").format(words)
        self.told.emit(words)

    def _offer(self, words: str, back: Callable[[], Done[T]]) -> None:
        self.undo_offered.emit(words, lambda: self._do("undone", back))

    def _do(
        self,
        act: str,
        work: Callable[[], Done[T]],
        then: Callable[[T], object] | None = None,
    ) -> None:
        def done(result: Done[T]) -> None:
            self.done.emit(act, result.value)
            self._board.announce(result.touched)
            if then is not None:
                then(result.value)

        self._background.run(Lane.STORE, work, done, self._refuse)

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, InvalidInput):
            self.field_refused.emit(failure.field, _reason(failure))
        elif isinstance(failure, NotACalendar):
            self.told.emit(sentence(failure).whole)
        else:
            self.refused.emit(failure)


def _when(details: Details) -> str:
    words = slot_words(details.starts_at)
    return words[:1].lower() + words[1:]


def _reason(failure: InvalidInput) -> str:
    return reason_words(failure.field, failure.reason) or sentence(failure).whole
