"""What stands beside the days: the waiting list, an appointment, a free slot and whom it suits."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.domain.agenda import Clash
from desktop.services.agenda_days import OPEN, Meeting
from desktop.services.waiting import WaitingLine
from desktop.ui.agenda import words
from desktop.ui.agenda.form_card import PanelCard, refill
from desktop.ui.agenda.sentences import slot_words
from desktop.ui.agenda.state import AgendaState, FreeSlot
from desktop.ui.foreseen import clash_words
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    LinkButton,
    Notice,
    Pill,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Strong,
    column,
    separator,
)
from desktop.ui.text import capitalised, clock, day_long, duration, translate
from desktop.ui.theme import Role
from protocol.kinds.agenda import AppointmentStatus

_SHOWN = 40


class WaitingCard(Card):
    """Who waits, the longest first; for a lieu, how long that usually takes."""

    add_asked = Signal()
    person_asked = Signal(str)
    withdrawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Liste d’attente"))
        self.delay = Secondary(small=True)
        self.none = Secondary(self.tr("Personne n’attend."))
        self._lines = column(gap=8)
        self._shown: tuple[WaitingLine, ...] = ()
        self.more = Secondary(small=True)
        self.new = SecondaryButton(self.tr("Inscrire une personne"))
        self.new.clicked.connect(self.add_asked)
        self.add(self.delay)
        self.add(self.none)
        self.add(self._lines)
        self.add(self.more)
        self.add(Flow(self.new))
        self.body.addStretch(1)

    @property
    def lines(self) -> tuple[WaitingLine, ...]:
        """Who is shown."""
        return self._shown

    def show_state(self, state: AgendaState) -> None:
        read = state.read
        if read is None:
            return
        here = [line for line in read.waiting if _is_here(line, state.place)]
        self.none.setVisible(not here)
        self._say_delay(state)
        self.more.setVisible(len(here) > _SHOWN)
        self.more.setText(translate("Agenda", "et %n autre(s)", "", max(len(here) - _SHOWN, 0)))
        if tuple(here[:_SHOWN]) != self._shown:
            self._shown = tuple(here[:_SHOWN])
            refill(self._lines, [self._line(line) for line in self._shown], before=(self.new,))

    def _say_delay(self, state: AgendaState) -> None:
        delays = state.read.delays if state.read else {}
        days = next((days for place, days in delays.items() if place == state.place), None)
        self.delay.setVisible(days is not None)
        if days is not None:
            said = translate("Agenda", "Attente habituelle ici\u00a0: %n jour(s).", "", days)
            self.delay.setText(said)

    def _line(self, line: WaitingLine) -> QWidget:
        whole = QWidget()
        open_ = LinkButton(self.tr("Dossier"))
        open_.setAccessibleName(self.tr("Ouvrir le dossier de {0}").format(line.name))
        open_.clicked.connect(lambda: self.person_asked.emit(line.person))
        leave = LinkButton(self.tr("N’attend plus"))
        leave.setAccessibleName(self.tr("{0} n’attend plus").format(line.name))
        leave.clicked.connect(lambda: self.withdrawn.emit(line))
        about = Secondary(words.waiting_words(line))
        acts = Flow(open_, leave, gap=8)
        whole.setLayout(column(Strong(line.name), about, acts, separator(), gap=2))
        return whole


class MeetingCard(PanelCard):
    """One appointment, what became of it, and what can be done with it."""

    person_asked = Signal(str)
    follow_up_asked = Signal(str, str)
    status_chosen = Signal(str)
    change_asked = Signal()
    move_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._when = Secondary()
        self._about = Secondary()
        self._status = Flow()
        self.warning = Notice(role=Role.DANGER)
        self.status = Choice([(one.value, one.label) for one in AppointmentStatus])
        self.status.chosen.connect(self.status_chosen)
        self.dossier = PrimaryButton(self.tr("Ouvrir le dossier"))
        self.follow_up = SecondaryButton(self.tr("Écrire le suivi"))
        self.change = SecondaryButton(self.tr("Modifier"))
        self.move_button = SecondaryButton(self.tr("Déplacer (M)"))
        self.cancel = SecondaryButton(self.tr("Annuler le rendez-vous (Suppr)"))
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self._meeting: Meeting | None = None
        for part in (self._when, self._about, self._status, self.warning):
            self.add(part)
        self.add(Flow(self.dossier, self.follow_up, gap=8))
        self.add(LabeledField(self.tr("Ce rendez-vous"), self.status))
        self.add(Flow(self.change, self.move_button, self.cancel, self.close_button, gap=8))
        self.body.addStretch(1)
        self._connect()

    def show_state(self, state: AgendaState) -> None:
        meeting = state.meeting
        if meeting is None or state.read is None:
            return
        self._meeting = meeting
        self.set_title(meeting.name or self.tr("Dossier absent de ce poste"))
        start, end = paris(meeting.span.starts_at), paris(meeting.span.ends_at)
        hours = f"{clock(start)} – {clock(end)}"
        self._when.setText(f"{capitalised(day_long(start.date(), state.now.date()))}, {hours}")
        about = (meeting.place_name, meeting.motive.label, duration(meeting.span.minutes))
        self._about.setText(" · ".join(part for part in about if part))
        status = words.status_of(meeting, state.read.days.now)
        mark = words.status_mark(status)
        self._status.clear()
        self._status.add(Pill(mark.words, mark.role, mark.shape))
        self.status.set_value(status.value)
        self._warn(_sentences(state.read.days.clashes, meeting, _names(state)))
        for button in (self.change, self.move_button, self.cancel):
            button.setVisible(meeting.status in OPEN)

    def _warn(self, sentences: Sequence[str]) -> None:
        self.warning.setVisible(bool(sentences))
        if sentences:
            self.warning.say(" ".join(sentences), role=Role.DANGER)

    def _connect(self) -> None:
        self.dossier.clicked.connect(self._ask_person)
        self.follow_up.clicked.connect(self._ask_follow_up)
        self.change.clicked.connect(self.change_asked)
        self.move_button.clicked.connect(self.move_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.close_button.clicked.connect(self.closed)

    def _ask_person(self) -> None:
        if self._meeting is not None:
            self.person_asked.emit(self._meeting.person)

    def _ask_follow_up(self) -> None:
        if self._meeting is not None:
            self.follow_up_asked.emit(self._meeting.person, self._meeting.id)


class SlotCard(PanelCard):
    """A free slot: whom it would suit, the longest wait first, and booking it."""

    book_asked = Signal(object)
    """A line of the waiting list, or None for somebody else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Créneau libre"))
        self._when = Strong()
        self._said = Secondary()
        self._lines = column(gap=8)
        self._shown: tuple[FreeSlot | None, tuple[WaitingLine, ...]] = (None, ())
        self.book = PrimaryButton(self.tr("Nouveau rendez-vous ici"))
        self.book.clicked.connect(lambda: self.book_asked.emit(None))
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.close_button.clicked.connect(self.closed)
        self.buttons: list[SecondaryButton] = []
        self.add(self._when)
        self.add(self._said)
        self.add(self._lines)
        self.add(Flow(self.book, self.close_button, gap=8))
        self.body.addStretch(1)

    def show_slot(self, slot: FreeSlot, fitting: Sequence[WaitingLine]) -> None:
        where = slot_words(slot.span.starts_at, slot.place_name)
        self._when.setText(f"{where} · {duration(slot.span.minutes)}")
        said = self.tr("Ce créneau convient à\u00a0:") if fitting else ""
        self._said.setText(
            said or self.tr("Personne, dans la liste d’attente, n’attend ce créneau.")
        )
        if (slot, tuple(fitting)) == self._shown:
            return
        self._shown = slot, tuple(fitting)
        self.buttons = []
        lines = [self._line(line) for line in fitting[:_SHOWN]]
        refill(self._lines, lines, before=(self.book, self.close_button))

    def _line(self, line: WaitingLine) -> QWidget:
        whole = QWidget()
        give = SecondaryButton(self.tr("Proposer"))
        give.setAccessibleName(self.tr("Proposer ce créneau à {0}").format(line.name))
        give.clicked.connect(lambda: self.book_asked.emit(line))
        self.buttons.append(give)
        about = Secondary(words.waiting_words(line))
        whole.setLayout(column(Strong(line.name), about, Flow(give), separator(), gap=2))
        return whole


def _is_here(line: WaitingLine, place: str) -> bool:
    return not place or line.wish.place in (None, place)


def _sentences(clashes: Sequence[Clash], meeting: Meeting, names: dict[str, str]) -> list[str]:
    hers = [clash for clash in clashes if meeting.id in (clash.one.key, clash.other.key)]
    return [clash_words(clash, meeting.id, names) for clash in hers]


def _names(state: AgendaState) -> dict[str, str]:
    meetings = state.read.days.meetings if state.read else ()
    return {str(one.place): one.place_name for one in meetings if one.place}
