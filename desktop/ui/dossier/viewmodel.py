"""Decides what a dossier shows, and writes what is done from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import PARIS, Clock, paris
from desktop.domain.touched import Touched
from desktop.services.agenda_days import Details, Foreseen
from desktop.services.appointments import MINUTES, Plan
from desktop.services.corrections import CorrectionLine
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.timeline import TimelineLine
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier.engagement import EngagementActs
from desktop.ui.dossier.reading import STRETCH, DossierReading, DossierServices, read_dossier
from desktop.ui.errors import Problem, sentence
from desktop.ui.text import translate
from protocol.ids import FollowUpId, PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import Motive
from protocol.kinds.persons import CircleEnd, CircleRole, IdentifierScheme

T = TypeVar("T")
_SLOW_MS = 300
_EVERYWHERE = frozenset(
    {
        *("place", "professional", "same_person"),
        # What decides which slot is free, and which workshop has places.
        *("absence", "opening_slot", "workshop_session"),
    }
)


@dataclass(frozen=True)
class OpenNote:
    """A clinical note that its author asked to read."""

    follow_up: FollowUpId
    text: str = field(repr=False)


@dataclass(frozen=True)
class OpenHistory:
    """What a follow-up said before each correction, while it is looked at."""

    follow_up: FollowUpId
    lines: tuple[CorrectionLine, ...] = field(repr=False)


@dataclass(frozen=True)
class DossierState:
    """One look at a dossier."""

    now: datetime
    """On the wall of the office."""
    person: PersonId | None = None
    read: DossierReading | None = None
    """None until the dossier has been read."""
    is_phone_shown: bool = False
    note: OpenNote | None = None
    history: OpenHistory | None = None
    foreseen: Foreseen | None = None
    """What the appointment that is being made would run into."""
    field_problems: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field of the form in use that cannot be accepted."""
    is_gone: bool = False
    """The dossier left this laptop."""
    is_slow: bool = False
    problem: Problem | None = None


class DossierViewModel(QObject):
    """Shows one person's dossier at a time."""

    changed = Signal()
    saved = Signal(str)
    """What was written: ``appointment``, ``circle``, ``identifier``, ``same_person``, and those of
    ``engagement``: ``programme``, ``series``, ``step``, ``call``…"""
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        services: DossierServices,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._services = services
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._more: Handle | None = None
        self._note: Handle | None = None
        self._history: Handle | None = None
        self._foreseeing: Handle | None = None
        self._state = DossierState(now=paris(clock.now()))
        self.engagement = EngagementActs(
            services.engagements, self._write, self._offer, self._tell_problems
        )
        board.changed.connect(self._hear)

    @property
    def state(self) -> DossierState:
        return self._state

    # -- reading ------------------------------------------------------------------------------

    def open(self, person: PersonId) -> None:
        """Show this person; what was revealed of another one is hidden first."""
        if person != self._state.person:
            self._drop(self._reading, self._more, self._note, self._history)
            self._more = None
            self._become(DossierState(now=paris(self._clock.now()), person=person))
        self.refresh()
        QTimer.singleShot(_SLOW_MS, self, self._admit_slowness)

    def refresh(self) -> None:
        person = self._state.person
        if person is None:
            return
        self._drop(self._reading)
        shown = len(self._state.read.timeline) if self._state.read else 0
        now = self._clock.now()
        self._reading = self._background.run(
            Lane.STORE,
            lambda: read_dossier(self._services, person, now, shown),
            self._show,
            self._refuse_reading,
        )

    def read_more(self) -> None:
        """Read the next stretch of follow-ups, unless it is on its way."""
        person, read = self._state.person, self._state.read
        if person is None or read is None or self._more is not None:
            return
        held = len(read.timeline)
        if held < read.follow_ups:
            self._more = Handle()
            self._background.run(
                Lane.STORE,
                lambda: self._services.follow_ups.timeline(person, limit=STRETCH, offset=held),
                lambda lines: self._show_more(person, lines),
                self._refuse_reading,
            )

    def show_phone(self, shown: bool) -> None:
        self._become(replace(self._state, is_phone_shown=shown))

    def read_note(self, follow_up: FollowUpId) -> None:
        """Open my note on a follow-up: it leaves its seal only when asked for."""
        self._drop(self._note)
        self._note = self._background.run(
            Lane.STORE,
            lambda: self._services.follow_ups.note(follow_up),
            lambda text: self._become(replace(self._state, note=OpenNote(follow_up, text))),
            self._refuse,
        )

    def hide_note(self) -> None:
        self._drop(self._note)
        self._become(replace(self._state, note=None))

    def read_history(self, follow_up: FollowUpId) -> None:
        """Open what a follow-up said before it was corrected."""
        self._drop(self._history)
        self._history = self._background.run(
            Lane.STORE,
            lambda: self._services.follow_ups.history(follow_up),
            lambda lines: self._become(replace(self._state, history=OpenHistory(follow_up, lines))),
            self._refuse_history,
        )

    def hide_history(self) -> None:
        self._drop(self._history)
        self._become(replace(self._state, history=None))

    def cover(self) -> None:
        """The page is left: nothing that was revealed stays on it."""
        self._drop(self._note, self._history)
        self._become(replace(self._state, note=None, history=None, is_phone_shown=False))

    # -- writing ------------------------------------------------------------------------------

    def forget_problems(self) -> None:
        self._become(replace(self._state, field_problems={}))

    def foresee(self, plan: Details | None) -> None:
        """Look for what an appointment would run into, as the agenda does; None: not said yet."""
        self._drop(self._foreseeing)
        person, agenda = self._state.person, self._services.agenda
        if person is None or plan is None:
            self._become(replace(self._state, foreseen=None))
            return
        self._foreseeing = self._background.run(
            Lane.STORE,
            lambda: agenda.foresee(plan, person=person),
            lambda found: self._become(replace(self._state, foreseen=found)),
            self._refuse,
        )

    def plan(
        self, day: date | None, at: time | None, place: str, minutes: int | None, motive: Motive
    ) -> None:
        """Make an appointment with me."""
        person = self._state.person
        problems = self._planning_problems(day, at, minutes)
        if problems or person is None or day is None or at is None or minutes is None:
            self._become(replace(self._state, field_problems=problems))
            return
        plan = Plan(
            person=person,
            starts_at=datetime.combine(day, at, PARIS),
            minutes=minutes,
            place=PlaceId(place) if place else None,
            motive=motive,
        )
        self._write("appointment", lambda: self._services.appointments.plan(plan))

    def welcome(self, professional: str, role: CircleRole) -> None:
        """Give a colleague a place in the circle."""
        person = self._state.person
        if not professional:
            asked = translate("Dossier", "Choisissez un·e collègue.")
            self._become(replace(self._state, field_problems={"colleague": asked}))
        elif person is not None:
            who = ProfessionalId(professional)
            self._write("circle", lambda: self._services.persons.welcome(person, who, role))

    def admit(self, professional: str) -> None:
        """Open the dossier to somebody whom the office alone placed."""
        person = self._state.person
        if person is not None:
            self._write("circle", lambda: self._services.persons.admit(person, professional))

    def end_membership(self, member: RecordId, reason: CircleEnd) -> None:
        """Close a place in the circle; a « passage de relais » keeps the reading for 30 days."""
        self._write("circle", lambda: self._services.persons.end_membership(member, reason))

    def set_identifier(self, scheme: IdentifierScheme, value: str) -> None:
        """Write down a number; an empty one is removed."""
        person = self._state.person
        if person is not None:
            self._write(
                "identifier", lambda: self._services.persons.set_identifier(person, scheme, value)
            )

    def tell_apart(self, other: PersonId) -> None:
        """Say that this dossier and another one are two persons'."""
        person, services = self._state.person, self._services.same_persons
        if person is not None:

            def tell(said: RecordId) -> None:
                words = translate("Dossier", "Deux personnes différentes : c’est noté.")
                self.undo_offered.emit(
                    words, lambda: self._write("same_person", lambda: services.take_back(said))
                )

            self._write("same_person", lambda: services.tell_apart(person, other), tell)

    def separate(self, said: RecordId) -> None:
        """Show two dossiers apart again, each with what was its own."""
        self._write("same_person", lambda: self._services.same_persons.separate(said))

    # -- inside -------------------------------------------------------------------------------

    def _offer(self, words: str, undo: Callable[[], None]) -> None:
        self.undo_offered.emit(words, undo)

    def _tell_problems(self, problems: dict[str, str]) -> None:
        self._become(replace(self._state, field_problems=problems))

    def _write(
        self, what: str, work: Callable[[], Done[T]], then: Callable[[T], None] | None = None
    ) -> None:
        def done(done: Done[T]) -> None:
            self._become(replace(self._state, field_problems={}, problem=None))
            self._board.announce(done.touched)
            self.saved.emit(what)
            if then is not None:
                then(done.value)

        self._background.run(Lane.STORE, work, done, self._refuse)

    def _planning_problems(
        self, day: date | None, at: time | None, minutes: int | None
    ) -> dict[str, str]:
        problems = {}
        if day is None:
            problems["day"] = translate("Dossier", "Écrivez une date, par exemple 24 novembre.")
        elif day < paris(self._clock.now()).date():
            problems["day"] = translate("Dossier", "Cette date est passée.")
        if at is None:
            problems["at"] = translate("Dossier", "Écrivez une heure, par exemple 9 h 45.")
        if minutes is None or minutes not in MINUTES:
            problems["minutes"] = translate("Dossier", "Écrivez une durée, par exemple 45 min.")
        return problems

    def _hear(self, touched: frozenset[Touched]) -> None:
        read, person = self._state.read, self._state.person
        hers = read.sheet.dossiers if read is not None else (person,)
        if any(item.dossier in hers or item.kind in _EVERYWHERE for item in touched):
            self.refresh()

    def _show(self, read: DossierReading) -> None:
        self._become(
            replace(
                self._state,
                # The one that is kept, whichever of her dossiers was asked for.
                person=PersonId(read.sheet.person.id),
                now=paris(self._clock.now()),
                read=read,
                is_gone=False,
                is_slow=False,
                problem=None,
            )
        )
        if self._state.history is not None:
            self.read_history(self._state.history.follow_up)

    def _show_more(self, person: PersonId, lines: list[TimelineLine]) -> None:
        self._more = None
        read = self._state.read
        if read is not None and person == self._state.person:
            known = {line.id for line in read.timeline}
            timeline = (*read.timeline, *(line for line in lines if line.id not in known))
            self._become(replace(self._state, read=replace(read, timeline=timeline)))

    def _refuse_reading(self, failure: Exception) -> None:
        self._more = None
        if isinstance(failure, NotFound):
            self._become(DossierState(now=self._state.now, person=self._state.person, is_gone=True))
        else:
            self._refuse(failure)

    def _refuse_history(self, failure: Exception) -> None:
        if isinstance(failure, NotFound):
            self.hide_history()  # the follow-up left meanwhile, and its line with it
        else:
            self._refuse(failure)

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, NotAllowed):
            already = translate(
                "Dossier",
                "Quelqu’un est déjà référent unique : mettez d’abord fin à sa place, par un"
                " passage de relais.",
            )
            self._become(replace(self._state, field_problems={"role": already}))
        elif isinstance(failure, InvalidInput):
            refused = {failure.field: sentence(failure).text}
            self._become(replace(self._state, field_problems=refused))
        else:
            self._become(replace(self._state, problem=sentence(failure), is_slow=False))

    def _admit_slowness(self) -> None:
        state = self._state
        if state.read is None and not state.is_gone and state.problem is None:
            self._become(replace(state, is_slow=True))

    def _drop(self, *handles: Handle | None) -> None:
        for handle in handles:
            if handle is not None:
                handle.abandon()

    def _become(self, state: DossierState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
