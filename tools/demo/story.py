"""What happened to invented people: facts only, without identifiers, which laptops will make."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from protocol.kinds.agenda import (
    AppointmentStatus,
    CallMedium,
    CallOutcome,
    HalfDay,
    Motive,
    Weekday,
)
from protocol.kinds.care import (
    CareOutcome,
    CarePlace,
    CarePurpose,
    Licence,
    MobilityAnswer,
    MobilityObstacle,
    NeedReason,
    RelayState,
    RelayTo,
    TransitAccess,
    Transport,
    Vehicle,
    Zone,
)
from protocol.kinds.follow_ups import Medium, StepOwner, Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, ContactPreference, Discretion, EntrySource, Sex
from protocol.kinds.programmes import (
    Attendance,
    Cadence,
    ProgrammeExit,
    ProgrammeKind,
    StepState,
    WorkshopTheme,
)


class Outcome(StrEnum):
    """What became of a meeting in the story."""

    WRITTEN = "written"
    """The person came, a follow-up was written."""
    MISSED = "missed"
    """Qualified without a follow-up; ``status`` says how."""
    LEFT_OPEN = "left_open"
    """Past, and nobody has said what became of it."""
    DRAFT = "draft"
    """Past, and its follow-up was begun and not finished."""
    AHEAD = "ahead"


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    birth_name: str
    first_name: str
    sex: Sex
    birth_date: date
    commune: str
    """INSEE code."""
    postal_code: str
    phone: str
    usual_name: str | None = None
    language: str | None = None
    interpreter_needed: bool = False
    caf_number: str | None = None
    contact_preference: ContactPreference | None = None
    discretion: Discretion = Discretion.NORMAL
    entry_source: EntrySource = EntrySource.DEPARTMENT


@dataclass(frozen=True)
class Words:
    """What was written after a meeting."""

    summary: str
    themes: frozenset[Theme]
    clinical: str = ""
    for_person: str = ""
    person_words: str = ""
    next_step: str = ""
    next_step_due: date | None = None
    next_step_owner: StepOwner | None = None
    orientation: str = ""


@dataclass(frozen=True)
class Settled:
    """What became of the step agreed at a meeting, and when it was said."""

    at: datetime
    state: StepState


@dataclass(frozen=True)
class Call:
    """An attempt to reach somebody who did not come."""

    at: datetime
    medium: CallMedium
    outcome: CallOutcome


@dataclass(frozen=True)
class Care:
    """What a meeting of the nurse was."""

    purpose: CarePurpose
    place: CarePlace
    transport: Transport
    kilometres: int | None
    outcome: CareOutcome
    obstacle: str


@dataclass(frozen=True)
class Diagnosis:
    """How somebody moves about, as the advisor found it at a meeting."""

    licence: Licence
    vehicle: Vehicle
    transit: TransitAccess
    max_kilometres: int
    max_minutes: int
    zone: Zone
    obstacles: frozenset[MobilityObstacle]
    monthly_budget: int
    answers: frozenset[MobilityAnswer]
    synthesis: str


@dataclass(frozen=True)
class Asked:
    """A relay asked after a meeting, and what was answered."""

    to: RelayTo
    request: str
    state: RelayState
    answered_at: datetime | None = None
    """When it was answered, or given up."""
    answer: str = ""


@dataclass(frozen=True)
class Meeting:
    """One meeting, held or to come."""

    starts_at: datetime
    minutes: int
    place: str
    """Name of the lieu."""
    outcome: Outcome
    status: AppointmentStatus = AppointmentStatus.ATTENDED
    words: Words | None = None
    motive: Motive | None = None
    """When it is not what these two usually meet for."""
    step: Settled | None = None
    """None: what was agreed, if anything, still goes on."""
    calls: tuple[Call, ...] = ()
    care: Care | None = None
    diagnosis: Diagnosis | None = None
    need: tuple[Theme, NeedReason] | None = None
    """A need for which nothing was found."""
    relay: Asked | None = None
    is_handed_out: bool = False
    """Whether what is for the person was given to her on paper."""


@dataclass(frozen=True)
class Engagement:
    """A programme: begun with the first meeting held from its start, renewed, ended or not."""

    kind: ProgrammeKind
    cadence: Cadence
    started_on: date
    minutes: int
    place: str
    renewed_at: tuple[datetime, ...] = ()
    ended_at: datetime | None = None
    issue: ProgrammeExit | None = None
    bilan: str = ""


@dataclass(frozen=True)
class Wait:
    """A wait for an appointment; it ends with the first meeting, when there is one."""

    since: date
    place: str | None
    days: frozenset[Weekday] = frozenset()
    halves: frozenset[HalfDay] = frozenset()
    comment: str = ""


@dataclass(frozen=True)
class Accompaniment:
    """What one professional does with one person: a place in the circle and meetings in order."""

    professional: str
    role: CircleRole
    motive: Motive
    joined_at: datetime
    arranged_at: datetime
    """When the first meeting was planned."""
    meetings: tuple[Meeting, ...]
    begins_unplanned: bool = False
    """The first meeting had no appointment (the one where the dossier was opened)."""
    medium: Medium = Medium.PLANNED
    engagement: Engagement | None = None
    wait: Wait | None = None


@dataclass(frozen=True)
class Dossier:
    """A person, who opened the dossier and when, and everybody's part in it."""

    number: int
    person: Person
    request: str
    opened_by: str
    opened_at: datetime
    parts: tuple[Accompaniment, ...]
    inactive_since: datetime | None = None

    def part_of(self, professional: str) -> Accompaniment | None:
        """Return somebody's part, if she has one."""
        return next((part for part in self.parts if part.professional == professional), None)


@dataclass(frozen=True)
class Colleague:
    """A professional: where she is on each half-day, counted from the weekday of the story."""

    name: str
    job: Job
    week: tuple[tuple[str, str], ...] = field(default=())
    """Five pairs of lieux, the morning's and the afternoon's."""


@dataclass(frozen=True)
class Opening:
    """A permanence, from its first day on."""

    professional: str
    place: str
    first: date
    opens: time
    closes: time
    slot_minutes: int
    is_fortnightly: bool


@dataclass(frozen=True)
class Leave:
    """When somebody does not receive, and when she knew."""

    professional: str
    starts_at: datetime
    ends_at: datetime
    known_at: datetime


@dataclass(frozen=True)
class Seat:
    """Somebody's place in a workshop, by number of dossier."""

    dossier: int
    attendance: Attendance
    first_step_with: bool


@dataclass(frozen=True)
class Workshop:
    """A group meeting and who comes."""

    professional: str
    theme: WorkshopTheme
    title: str
    place: str
    starts_at: datetime
    minutes: int
    capacity: int
    announced_at: datetime
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True)
class Drive:
    """A day's kilometres, noted in the evening."""

    professional: str
    noted_at: datetime
    kilometres: int
    detail: str


@dataclass(frozen=True)
class Story:
    """Two years of a département, ending on ``today``."""

    today: date
    team: tuple[Colleague, ...]
    dossiers: tuple[Dossier, ...]
    openings: tuple[Opening, ...] = ()
    leaves: tuple[Leave, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    drives: tuple[Drive, ...] = ()
