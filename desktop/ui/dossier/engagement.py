"""What was agreed with somebody: read with her dossier, and each act that can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from desktop.services.appointments import MINUTES
from desktop.services.done import Done
from desktop.services.programmes import Ended, NewProgramme, ProgrammeLine
from desktop.services.recalls import AttemptLine, MissedLine, Ways
from desktop.services.steps import StepLine
from desktop.services.today import Engagements
from desktop.services.workshops import RegisteredLine, SessionLine
from desktop.ui.text import translate
from protocol.ids import AppointmentId, PersonId, PlaceId, ProgrammeId, RecordId, SessionId
from protocol.kinds.agenda import CallMedium, CallOutcome
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.programmes import (
    Attendance,
    Cadence,
    Programme,
    ProgrammeExit,
    ProgrammeKind,
    StepState,
)

T = TypeVar("T")


@dataclass(frozen=True)
class EngagementReading:
    """One look at what was agreed."""

    programmes: tuple[ProgrammeLine, ...]
    steps: tuple[StepLine, ...]
    attempts: tuple[AttemptLine, ...]
    missed: MissedLine | None
    """The absence that asks for a call."""
    ways: Ways
    usual_kind: ProgrammeKind
    workshops: tuple[RegisteredLine, ...]
    sessions: tuple[SessionLine, ...]
    """Those to come, in which she may be registered."""


def read_engagement(services: Engagements, person: PersonId) -> EngagementReading:
    """Read it, in the store's lane."""
    return EngagementReading(
        programmes=tuple(services.programmes.of_person(person)),
        steps=tuple(services.steps.of_person(person)),
        attempts=tuple(services.recalls.of_person(person)),
        missed=services.recalls.missed_by(person),
        ways=services.recalls.ways(person),
        usual_kind=services.programmes.usual_kind(),
        workshops=tuple(services.workshops.of_person(person)),
        sessions=tuple(line for line in services.workshops.sessions() if not line.is_over),
    )


class Writer(Protocol):
    """Does a piece of work in the store's lane, tells open screens, then goes on."""

    def __call__(
        self, what: str, work: Callable[[], Done[T]], then: Callable[[T], None] | None = None
    ) -> None:
        """Say ``what`` was written once it is."""
        ...


class EngagementActs:
    """Each act of « Parcours », with the sentence that offers to take it back."""

    def __init__(
        self,
        services: Engagements,
        write: Writer,
        offer: Callable[[str, Callable[[], None]], None],
        tell: Callable[[dict[str, str]], None],
    ) -> None:
        """``tell`` shows a sentence under each field that cannot be accepted."""
        self._services = services
        self._write = write
        self._offer = offer
        self._tell = tell

    # -- programmes ---------------------------------------------------------------------------

    def start(
        self,
        person: PersonId,
        kind: ProgrammeKind,
        cadence: Cadence,
        started_on: date | None,
        minutes: int | None,
        place: str,
    ) -> None:
        """Start a programme that I lead."""
        problems = _problems(minutes)
        if started_on is None:
            problems["started_on"] = _date_asked()
        if problems or started_on is None or minutes is None:
            self._tell(problems)
            return
        new = NewProgramme(person, kind, cadence, started_on, minutes, _place(place))
        programmes = self._services.programmes

        def tell(made: ProgrammeId) -> None:
            words = translate("Dossier", "Accompagnement commencé : {0}.").format(kind.label)
            self._undoable(words, lambda: programmes.take_back_start(made))

        self._write("programme", lambda: programmes.start(new), tell)

    def change(
        self, line: ProgrammeLine, cadence: Cadence, minutes: int | None, place: str
    ) -> None:
        """Give a programme another rhythm."""
        problems = _problems(minutes)
        if problems or minutes is None:
            self._tell(problems)
            return
        programmes = self._services.programmes
        words = translate("Dossier", "Rythme changé : {0}.").format(cadence.label.lower())
        self._change(
            words, lambda: programmes.change_cadence(line.id, cadence, minutes, _place(place))
        )

    def renew(self, line: ProgrammeLine) -> None:
        """Put the planned end off by three months."""
        words = translate("Dossier", "{0} : renouvelé pour trois mois.")
        named = words.format(line.record.programme.label)
        self._change(named, lambda: self._services.programmes.renew(line.id))

    def take_over(self, line: ProgrammeLine) -> None:
        """Lead a programme in a colleague's place."""
        words = translate("Dossier", "{0} : vous l’accompagnez désormais.")
        named = words.format(line.record.programme.label)
        self._change(named, lambda: self._services.programmes.take_over(line.id))

    def end(
        self, line: ProgrammeLine, on: date | None, issue: ProgrammeExit | None, bilan: str
    ) -> None:
        """End a programme."""
        problems = {"ended_on": _date_asked()} if on is None else {}
        if issue is None:
            problems["issue"] = translate("Dossier", "Choisissez l’issue de l’accompagnement.")
        if on is None or issue is None:
            self._tell(problems)
            return
        programmes = self._services.programmes

        def tell(ended: Ended) -> None:
            words = translate("Dossier", "Accompagnement terminé : {0}.").format(issue.label)
            self._undoable(words, lambda: programmes.take_back_end(ended))

        self._write("programme", lambda: programmes.end(line.id, on, issue, bilan), tell)

    def create_series(self, line: ProgrammeLine) -> None:
        """Plan all the meetings that are shown."""
        programmes = self._services.programmes

        def tell(made: tuple[AppointmentId, ...]) -> None:
            words = translate("Dossier", "Rendez-vous pris : {0}.").format(len(made))
            self._undoable(words, lambda: programmes.take_back_series(made))

        self._write("series", lambda: programmes.create_series(line.id, line.series), tell)

    # -- steps --------------------------------------------------------------------------------

    def agree(self, person: PersonId, text: str, owner: StepOwner, due: date | None) -> None:
        """Write down a step."""
        steps = self._services.steps

        def tell(made: RecordId) -> None:
            words = translate("Dossier", "Étape ajoutée.")
            self._undoable(words, lambda: steps.take_back(made))

        self._write("step", lambda: steps.agree(person, text, owner, due), tell)

    def say_misread(self, field: str) -> None:
        """A date was typed that is none."""
        self._tell({field: _date_asked()})

    def set_state(self, line: StepLine, state: StepState) -> None:
        """Say where a step stands."""
        steps = self._services.steps

        def tell(before: StepState) -> None:
            words = translate("Dossier", "Étape : {0}.").format(state.label.lower())
            self._undoable(words, lambda: steps.set_state(line.id, before))

        self._write("step_state", lambda: steps.set_state(line.id, state), tell)

    # -- calls --------------------------------------------------------------------------------

    def record_call(
        self,
        person: PersonId,
        appointment: AppointmentId | None,
        medium: CallMedium,
        outcome: CallOutcome,
    ) -> None:
        """Write down a call just made."""
        recalls = self._services.recalls

        def tell(made: RecordId) -> None:
            words = translate("Dossier", "Appel noté : {0}.").format(outcome.label.lower())
            self._undoable(words, lambda: recalls.take_back(made))

        self._write("call", lambda: recalls.record(person, appointment, medium, outcome), tell)

    # -- workshops ----------------------------------------------------------------------------

    def register(
        self,
        person: PersonId,
        session: SessionLine | None,
        held: Sequence[SessionId],
        accompanied: bool,
    ) -> None:
        """Give her a place; ``held`` are the sessions in which she has one."""
        if problem := _no_place(session, held):
            self._tell({"session": problem})
        if problem or session is None:
            return
        workshops = self._services.workshops

        def tell(made: RecordId) -> None:
            words = translate("Dossier", "Inscription : {0}.").format(session.title)
            self._undoable(words, lambda: workshops.take_back(made))

        self._write(
            "workshop",
            lambda: workshops.register(session.id, person, first_step_with=accompanied),
            tell,
        )

    def set_attendance(self, line: RegisteredLine, attendance: Attendance) -> None:
        """Say whether she came."""
        workshops = self._services.workshops

        def tell(before: Attendance) -> None:
            words = translate("Dossier", "{0} : {1}.").format(
                line.session.title, attendance.label.lower()
            )
            self._undoable(words, lambda: workshops.set_attendance(line.id, before))

        self._write("attendance", lambda: workshops.set_attendance(line.id, attendance), tell)

    # -- inside -------------------------------------------------------------------------------

    def _change(self, words: str, work: Callable[[], Done[Programme]]) -> None:
        programmes = self._services.programmes

        def tell(before: Programme) -> None:
            self._undoable(words, lambda: programmes.take_back(before))

        self._write("programme", work, tell)

    def _undoable(self, words: str, take_back: Callable[[], Done[T]]) -> None:
        self._offer(words, lambda: self._write("taken_back", take_back))


def _problems(minutes: int | None) -> dict[str, str]:
    if minutes is None or minutes not in MINUTES:
        return {"minutes": translate("Dossier", "Écrivez une durée, par exemple 45 min.")}
    return {}


def _no_place(session: SessionLine | None, held: Sequence[SessionId]) -> str:
    if session is None:
        return translate("Dossier", "Choisissez un atelier.")
    if session.id in held:
        return translate("Dossier", "Cette personne y est déjà inscrite.")
    if not session.places_left:
        return translate("Dossier", "Cet atelier est complet.")
    return ""


def _date_asked() -> str:
    return translate("Dossier", "Écrivez une date, par exemple 24 novembre.")


def _place(key: str) -> PlaceId | None:
    return PlaceId(key) if key else None
