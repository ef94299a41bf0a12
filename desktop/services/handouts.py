"""The sheet that somebody takes home: what it may say, and the trace that it was given.

The sheet names nobody who is accompanied. A structure marked sensitive never comes onto it: being
known there tells something about a person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from desktop.config.clock import paris
from desktop.domain.contours import Contours
from desktop.domain.handout_words import Phrases, spoken_language
from desktop.domain.names import words as words_of
from desktop.domain.surroundings import Surroundings, surroundings
from desktop.domain.territory import Territory
from desktop.services.appointments import Appointments
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import NotFound
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from protocol.ids import FollowUpId, PersonId, RecordId
from protocol.kinds.agenda import Appointment, Visibility
from protocol.kinds.care import Handout
from protocol.kinds.follow_ups import FollowUp, StepOwner
from protocol.kinds.people import Job, Professional, Structure
from protocol.kinds.persons import Discretion, Person
from protocol.kinds.places import Place
from protocol.kinds.programmes import Step, StepState

_GOING_ON = frozenset({StepState.PLANNED, StepState.ONGOING, StepState.WAITING})


@dataclass(frozen=True, slots=True)
class HandoutStep:
    """Something agreed, and who does it."""

    key: str
    text: str
    owner: StepOwner
    due_on: date | None
    is_proposed: bool = True
    """Otherwise it was written for the team: it goes on the sheet only if somebody says so."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The next appointment, as a paper tells it."""

    starts_at: datetime
    """On the wall of the place."""
    place_name: str
    room: str
    address: str
    commune_name: str
    is_accessible: bool
    colleague: str
    around: Surroundings | None = field(default=None, repr=False)
    """A small map of what is around, when the lieu is in the Département."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call. Of a person who must stay discreet, neither the job nor the service is told."""

    name: str
    phone: str
    job: str
    structure: str


@dataclass(frozen=True, slots=True)
class HandoutSheet:
    """All that may go on the sheet."""

    person: PersonId
    follow_up: FollowUpId
    person_name: str
    """For the screen; never for the paper."""
    met_on: date
    discretion: Discretion
    said: str = field(repr=False)
    meeting: Meeting | None
    contact: Contact
    steps: tuple[HandoutStep, ...] = field(repr=False)
    withheld: int
    """Paragraphs and steps left out because they name a sensitive structure."""
    language: str
    """Code of the second language that her sheet suggests, or nothing."""
    is_away: bool = False
    """The next appointment is in another commune than hers: a map may help."""


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A sheet that was given."""

    id: RecordId
    follow_up: FollowUpId | None
    given_at: datetime
    by: Colleague
    mine: bool
    printed: bool
    language: str


class Handouts:
    """Prepares sheets, and remembers which were given."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        appointments: Appointments,
        languages: tuple[Phrases, ...],
        territory: Territory,
        outlines: Callable[[], Contours],
    ) -> None:
        """``outlines`` reads the map, when a sheet first needs it."""
        self.languages = languages
        self._territory = territory
        self._read_outlines = outlines
        self._outlines: Contours | None = None
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._appointments = appointments
        self._dossiers = Dossiers(workplace)

    def prepare(self, follow_up: FollowUpId) -> HandoutSheet:
        """Return what a sheet may say after a meeting; raise ``NotFound``."""
        written = self._records.get(FollowUp, follow_up)
        kept = self._dossiers.kept(written.person) if written else None
        person = self._records.get(Person, kept) if kept else None
        if written is None or person is None:
            raise NotFound
        person_id = PersonId(person.id)
        sensitive = self._sensitive()
        paragraphs = [part.strip() for part in (written.for_person or "").splitlines()]
        said = [part for part in paragraphs if not _names_one(part, sensitive)]
        steps = self._steps(person_id, written)
        kept_steps = [step for step in steps if not _names_one(step.text, sensitive)]
        planned = self._next(person_id)
        guide = planned.professional if planned else self._workplace.me
        place = self._records.get(Place, planned.place) if planned and planned.place else None
        return HandoutSheet(
            person=person_id,
            follow_up=follow_up,
            person_name=shown_name(self._workplace, person_id),
            met_on=paris(written.starts_at).date(),
            discretion=person.discretion,
            said="\n".join(said).strip(),
            meeting=self._meeting(planned, place, sensitive) if planned else None,
            contact=self._contact(guide, person.discretion, sensitive),
            steps=tuple(kept_steps),
            withheld=len(paragraphs) - len(said) + len(steps) - len(kept_steps),
            language=spoken_language(person.language, self.languages),
            is_away=place is not None and place.commune != person.commune,
        )

    def given(self, sheet: HandoutSheet, *, printed: bool, language: str) -> Done[RecordId]:
        """Remember that a sheet was given: printed, or kept as a file at the person's request."""
        written = self._records.get(FollowUp, sheet.follow_up)
        rid = RecordId(self._workplace.new_id())
        now = self._workplace.clock.now()
        with self._workplace.work() as work:
            work.save(
                Handout(
                    id=rid,
                    created_at=now,
                    created_by=self._workplace.me,
                    person=written.person if written else sheet.person,
                    professional=self._workplace.me,
                    follow_up=sheet.follow_up,
                    given_at=now,
                    printed=printed,
                    language=language or None,
                )
            )
        return Done(rid, work.touched)

    def of(self, person: PersonId) -> list[GivenLine]:
        """Return the sheets somebody was given, the latest first."""
        found = self._records.select(
            Handout,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"given_at" DESC, "id"',
        )
        colleagues = self._directory.colleagues()
        unknown = Colleague("", "", Job.REFERENT, active=False)
        return [
            GivenLine(
                id=item.id,
                follow_up=item.follow_up,
                given_at=item.given_at,
                by=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
                printed=item.printed,
                language=item.language or "",
            )
            for item in found
        ]

    # -- inside -------------------------------------------------------------------------------

    def _next(self, person: PersonId) -> Appointment | None:
        """Mine first: it is what we have just agreed. A hidden one is on no paper."""
        planned = [
            item
            for item in self._appointments.upcoming(person)
            if item.visibility is not Visibility.HIDDEN
        ]
        mine = [item for item in planned if item.professional == self._workplace.me]
        return next(iter(mine or planned), None)

    def _meeting(
        self, planned: Appointment, place: Place | None, sensitive: list[tuple[str, ...]]
    ) -> Meeting:
        colleague = self._directory.colleagues().get(planned.professional)
        name, room = (place.name, place.room or "") if place else ("", "")
        return Meeting(
            starts_at=paris(planned.starts_at),
            place_name="" if _names_one(name, sensitive) else name,
            room="" if _names_one(room, sensitive) else room,
            address=(place.address or "") if place else "",
            commune_name=self._directory.commune_name(place.commune) if place else "",
            is_accessible=bool(place and place.accessible),
            colleague=colleague.name if colleague else "",
            around=self._around(place) if place else None,
        )

    def _around(self, place: Place) -> Surroundings | None:
        if self._outlines is None:
            self._outlines = self._read_outlines()
        exact = place.latitude is not None and place.longitude is not None
        point = (place.latitude or 0.0, place.longitude or 0.0) if exact else None
        return surroundings(self._outlines, self._territory.communes, place.commune, point)

    def _contact(
        self, professional: str, discretion: Discretion, sensitive: list[tuple[str, ...]]
    ) -> Contact:
        known = self._records.get(Professional, professional)
        if known is None:
            return Contact("", "", "", "")
        structure = self._records.get(Structure, known.structure) if known.structure else None
        hides = structure is None or structure.sensitive or _names_one(structure.name, sensitive)
        is_open = discretion is Discretion.NORMAL
        return Contact(
            name=known.name,
            phone=known.phone or "",
            job=known.job.label if is_open else "",
            structure="" if hides or structure is None or not is_open else structure.name,
        )

    def _steps(self, person: PersonId, written: FollowUp) -> list[HandoutStep]:
        found = self._records.select(
            Step,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"due_on" IS NULL, "due_on", "created_at", "id"',
        )
        steps = [self._step(step) for step in found if step.state in _GOING_ON]
        is_kept = any(step.follow_up == FollowUpId(written.id) for step in found)
        if written.next_step and not is_kept:
            steps.append(
                HandoutStep(
                    key=written.id,
                    text=written.next_step,
                    owner=written.next_step_owner or StepOwner.BOTH,
                    due_on=written.next_step_due,
                    is_proposed=written.next_step_owner is not None,
                )
            )
        return steps

    def _step(self, step: Step) -> HandoutStep:
        origin = self._records.get(FollowUp, step.follow_up) if step.follow_up else None
        for_the_team = origin is not None and origin.next_step_owner is None
        return HandoutStep(step.id, step.text, step.owner, step.due_on, not for_the_team)

    def _sensitive(self) -> list[tuple[str, ...]]:
        found = self._records.select(Structure, '"sensitive" IS 1')
        return [name for structure in found if (name := words_of(structure.name))]


def _names_one(text: str, sensitive: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether a text names one of these structures, whatever its capitals and accents."""
    said = f" {' '.join(_all_words(text))} "
    return any(f" {' '.join(name)} " in said for name in sensitive)


def _all_words(text: str) -> list[str]:
    # ``words`` keeps the first words only of what it takes for a name.
    return [word for part in text.split() for word in words_of(part)]
