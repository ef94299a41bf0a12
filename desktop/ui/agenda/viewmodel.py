"""Decides what the agenda shows, and what its keys and its hand do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.services.agenda_days import OPEN, Details, Foreseen, Meeting
from desktop.services.permanences import AbsenceLine, OpeningForm, OpeningLine
from desktop.services.persons import PersonLine
from desktop.services.waiting import Wait, WaitingLine, who_fits
from desktop.ui.agenda.reading import as_it_stands, read_all
from desktop.ui.agenda.state import (
    AgendaServices,
    AgendaState,
    Booking,
    FreeSlot,
    Mode,
    Panel,
    Proposed,
    Reading,
    nearest_free,
    slot_key,
    turned,
)
from desktop.ui.agenda.writer import AgendaWriter
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.foreseen import warnings_of
from desktop.ui.text import translate
from desktop.ui.watched_page import WatchedPage
from protocol.ids import PersonId, RecordId
from protocol.kinds.agenda import AppointmentStatus

_SHOWN_HERE = frozenset(
    {
        *("absence", "appointment", "opening_slot", "person", "place", "professional"),
        *("same_person", "waiting", "workshop_session"),
    }
)
_MOST_FOUND = 8
_BACK_TO_WAITING = frozenset({"booked", "waits"})
_BACK_TO_OPENINGS = frozenset({"opened", "left"})


class AgendaViewModel(WatchedPage):
    """Holds a stretch of days and the panel beside it; slots pass as the minutes do."""

    undo_offered = Signal(str, object)
    persons_found = Signal(object)
    """Those who may be meant, for the form that asked."""

    def __init__(
        self,
        background: Background,
        services: AgendaServices,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(board, _SHOWN_HERE, parent)
        self._background = background
        self._services = services
        self._clock = clock
        now = paris(clock.now())
        self._state = AgendaState(now=now, day=now.date())
        self._wanted = self._state.mode, self._state.day
        self._asked = ""
        """The slot to open once its days have been read."""
        self._finding: Handle | None = None
        self._foreseeing: Handle | None = None
        self.writer = AgendaWriter(background, services, board, self)
        self.writer.done.connect(self._act_done)
        self.writer.field_refused.connect(self._refuse_field)
        self.writer.refused.connect(self._refuse)
        self.writer.told.connect(self._say)
        self.writer.undo_offered.connect(self.undo_offered)

    @property
    def state(self) -> AgendaState:
        return self._state

    def today(self) -> date:
        """The day on the wall of the office."""
        return paris(self._clock.now()).date()

    # -- where one looks ------------------------------------------------------------------------

    def look(self, mode: Mode, day: date | None = None) -> None:
        """Show another stretch of days."""
        self._wanted = mode, day or self._wanted[1]
        self.refresh()

    def turn(self, step: int) -> None:
        """Show the period before, or after."""
        mode, day = self._wanted
        self.look(mode, turned(mode, day, step))

    def show_place(self, place: str) -> None:
        """Look at one lieu; at all of mine without one."""
        self._become(replace(self._state, place=place))

    def show_agenda_of(self, professional: str) -> None:
        """Look at a colleague's days; at mine without one."""
        self._become(replace(self._state.wait(), whose=professional, place=""))
        self.refresh()

    def open_slot(self, opening: str, starts_at: datetime) -> None:
        """Show a free slot of mine, wherever one looks, and whom it would do for."""
        self._asked = slot_key(opening, starts_at)
        self._become(replace(self._state.wait(), whose="", place=""))
        mode = self._wanted[0]
        self.look(Mode.WEEK if mode is Mode.MONTH else mode, paris(starts_at).date())

    # -- the panel ------------------------------------------------------------------------------

    def open(self, key: str) -> None:
        """Show what a cell is about; a day of a month opens; a slot found ends a move."""
        state = self._state
        slot = state.slot_of(key)
        if state.moving:
            self._end_move(slot)
        elif slot is not None:
            self._open_slot(slot, key)
        elif state.meeting_of(key) is not None:
            self._become(replace(state.wait(), panel=Panel.MEETING, chosen=key))
        elif state.mode is Mode.MONTH:
            self.look(Mode.DAY, date.fromisoformat(key))

    def close_panel(self) -> None:
        """Back to the waiting list."""
        self._become(self._state.wait())

    def fitting(self) -> list[WaitingLine]:
        """Return whom the open slot would do for."""
        slot, read = self._state.slot, self._state.read
        return who_fits(read.waiting, slot.span, slot.place) if slot and read else []

    def show_panel(
        self,
        panel: Panel,
        *,
        opening: OpeningLine | None = None,
        absence: AbsenceLine | None = None,
    ) -> None:
        """Open a form or a list beside the days."""
        self._become(replace(self._state.wait(), panel=panel, opening=opening, absence=absence))

    def begin_booking(self, line: WaitingLine | None = None) -> None:
        """Open the form of an appointment, in the open slot if any, for who waits if said."""
        state, read = self._state, self._state.read
        if read is None:
            return
        slot = state.slot if state.panel is Panel.SLOT else None
        motive = line.motive if line else read.motive
        details = None
        if slot is not None:
            minutes = min(line.wish.minutes, slot.span.minutes) if line else slot.span.minutes
            details = Details(slot.span.starts_at, minutes, slot.place, motive)
        booking = Booking(
            details=details,
            person=line.person if line else None,
            name=line.name if line else "",
            waiting=line.id if line else None,
        )
        self._become(replace(state.wait(), panel=Panel.BOOKING, booking=booking))
        if details is not None:
            self.foresee(details, booking.person)

    def begin_correction(self) -> None:
        """Open the form of the appointment that is shown."""
        meeting = self._state.meeting
        if meeting is not None:
            booking = Booking(meeting.details, meeting.person, meeting.name, meeting)
            key = self._state.chosen
            self._become(
                replace(self._state.wait(), panel=Panel.BOOKING, booking=booking, chosen=key)
            )
            self.foresee(meeting.details, meeting.person)

    def resume(self, state: AgendaState) -> None:
        """Open a form as it was left."""
        self._become(state)

    def foresee(self, details: Details, person: PersonId | None = None) -> None:
        """Look for what an appointment would run into."""
        if self._foreseeing is not None:
            self._foreseeing.abandon()
        meeting, agenda = self._state.booking.meeting, self._services.agenda
        but = meeting.id if meeting else None
        self._foreseeing = self._background.run(
            Lane.STORE, lambda: agenda.foresee(details, but, person), self._foresee, self._refuse
        )

    def find_persons(self, typed: str) -> None:
        """Look for a person by her name."""
        if self._finding is not None:
            self._finding.abandon()
        persons = self._services.persons
        self._finding = self._background.run(
            Lane.STORE,
            lambda: persons.search(typed, limit=_MOST_FOUND) if typed.strip() else [],
            lambda found: self.persons_found.emit(tuple(map(_proposed, found))),
            self._refuse,
        )

    # -- acts -----------------------------------------------------------------------------------

    def save_booking(self, person: PersonId | None, details: Details) -> None:
        """Make the appointment of the form, or correct it."""
        booking = self._state.booking
        if booking.meeting is not None:
            self.writer.change(booking.meeting, details)
        elif person is None:
            words = translate("Agenda", "Choisissez une personne dans la liste proposée.")
            self._refuse_field("person", words)
        else:
            self.writer.book(person, details, self._wait_ended_by(person, details))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field of the open form why it cannot be accepted."""
        self._become(replace(self._state, field_problems=dict(problems)))

    def save_opening(self, form: OpeningForm) -> None:
        known = self._state.opening
        self.writer.open(form, known.id if known else None)

    def save_absence(self, starts_at: datetime, ends_at: datetime) -> None:
        known = self._state.absence
        self.writer.leave(starts_at, ends_at, known.id if known else None)

    def save_wait(self, wait: Wait) -> None:
        self.writer.wait(wait)

    def say_status(self, status: AppointmentStatus) -> None:
        """Say what became of the appointment that is shown."""
        meeting = self._state.meeting
        if meeting is not None and meeting.status is not status:
            self.writer.say(meeting, status)

    def cancel(self, key: str) -> None:
        """The service cancels an appointment; its slot is free again."""
        meeting = self._movable(key)
        if meeting is not None:
            self.writer.say(meeting, AppointmentStatus.CANCELLED_BY_SERVICE)

    def drop(self, key: str, slot_key: str) -> None:
        """An appointment was put on a free slot."""
        self._move(key, self._state.slot_of(slot_key))

    def nudge(self, key: str, way: str) -> None:
        """Move an appointment to the nearest free slot that way."""
        meeting = self._movable(key)
        if meeting is None:
            return
        slot = nearest_free(self._state, meeting, way)
        if slot is None:
            self._say(translate("Agenda", "Aucun créneau libre de ce côté dans cette période."))
        else:
            self._move(key, slot)

    def begin_move(self, key: str) -> None:
        """Look for a slot with the arrows; Enter on a free one ends it."""
        if self._movable(key) is not None:
            self._become(replace(self._state.wait(), moving=key))

    def export(self, path: Path, since: date, until: date, *, with_initials: bool) -> None:
        self.writer.export(path, since, until, with_initials=with_initials)

    # -- inside ---------------------------------------------------------------------------------

    def _wait_ended_by(self, person: PersonId, details: Details) -> RecordId | None:
        """Whoever is given an appointment at the lieu she waits for waits no more."""
        booking, read = self._state.booking, self._state.read
        if booking.waiting is not None and person == booking.person:
            return booking.waiting
        waiting = read.waiting if read else ()
        hers = [line for line in waiting if line.person == person]
        return next((one.id for one in hers if one.wish.place in (None, details.place)), None)

    def _movable(self, key: str) -> Meeting | None:
        meeting = self._state.meeting_of(key)
        if meeting is not None and self._state.whose:
            self._say(translate("Agenda", "Ce rendez-vous est celui d’une autre personne."))
            return None
        if meeting is not None and meeting.status not in OPEN:
            self._say(translate("Agenda", "Ce rendez-vous ne se déplace plus."))
            return None
        return meeting

    def _move(self, key: str, slot: FreeSlot | None) -> None:
        meeting = self._movable(key)
        if meeting is not None and slot is not None:
            there = replace(meeting.details, starts_at=slot.span.starts_at, place=slot.place)
            self.writer.change(meeting, there)
            self._warn_of(meeting, there)

    def _warn_of(self, meeting: Meeting, there: Details) -> None:
        """Say what the form would have said before: after a move by hand, once it is done."""
        agenda, day = self._services.agenda, paris(there.starts_at).date()

        def warn(foreseen: Foreseen) -> None:
            warnings = warnings_of(foreseen, day)
            if warnings and self._state.problem is None:
                self._say(" ".join(warnings))

        self._background.run(
            Lane.STORE,
            lambda: agenda.foresee(there, meeting.id, meeting.person),
            warn,
            self._refuse,
        )

    def _end_move(self, slot: FreeSlot | None) -> None:
        if slot is None:
            self._say(translate("Agenda", "Choisissez un créneau libre, ou Échap pour renoncer."))
            return
        moving = self._state.moving
        self._become(self._state.wait())
        self._move(moving, slot)

    def _open_slot(self, slot: FreeSlot, key: str) -> None:
        self._become(replace(self._state.wait(), panel=Panel.SLOT, chosen=key, slot=slot))

    def _open_asked(self, key: str) -> None:
        slot = self._state.slot_of(key)
        if slot is None:
            self._say(translate("Agenda", "Ce créneau n’est plus libre."))
        else:
            self._open_slot(slot, key)

    def _act_done(self, act: str, _value: object) -> None:
        state = self._state
        self._become(replace(state, field_problems={}, said="", problem=None))
        corrected = state.panel is Panel.BOOKING and state.booking.meeting is not None
        if act in _BACK_TO_WAITING or (act == "changed" and corrected):
            self.close_panel()
        elif act in _BACK_TO_OPENINGS:
            self.show_panel(Panel.OPENINGS)

    def _foresee(self, foreseen: Foreseen) -> None:
        if self._state.panel is Panel.BOOKING:
            self._become(replace(self._state, foreseen=foreseen))

    def _read(self) -> Handle:
        wanted, services, whose = self._wanted, self._services, self._state.whose
        return self._background.run(
            Lane.STORE,
            lambda: read_all(services, *wanted, whose),
            lambda read: self._show(read, *wanted),
            self._refuse,
        )

    def _show(self, read: Reading, mode: Mode, day: date) -> None:
        now = paris(self._clock.now())
        state = replace(
            self._state,
            now=now,
            mode=mode,
            day=day,
            read=read,
            is_slow=False,
            problem=None,
        )
        self._become(as_it_stands(state, self._state))
        asked, self._asked = self._asked, ""
        if asked:
            self._open_asked(asked)

    def _refuse_field(self, field: str, words: str) -> None:
        if self._state.panel in (Panel.BOOKING, Panel.WAIT, Panel.OPENING, Panel.ABSENCE):
            self._become(replace(self._state, field_problems={field: words}))
        else:
            self._say(words)

    def _say(self, words: str) -> None:
        self._become(replace(self._state, said=words))

    def _refuse(self, failure: Exception) -> None:
        self._become(replace(self._state, problem=sentence(failure), is_slow=False))

    def _admit_slowness(self) -> None:
        if self._state.read is None and self._state.problem is None:
            self._become(replace(self._state, is_slow=True))

    def _become(self, state: AgendaState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _proposed(line: PersonLine) -> Proposed:
    """A name, and what tells two of the same name apart."""
    born = f"{line.birth_date:%d/%m/%Y}" if line.birth_date else ""
    about = " · ".join(part for part in (born, line.commune_name) if part)
    words = f"{line.name} ({about})" if about else line.name
    return Proposed(line.id, words, line.whole_name)
