"""What happened to invented people: facts only, without identifiers, which laptops will make."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.follow_ups import Medium, StepOwner, Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, ContactPreference, Discretion, EntrySource, Sex


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
class Meeting:
    """One meeting, held or to come."""

    starts_at: datetime
    minutes: int
    place: str
    """Name of the lieu."""
    outcome: Outcome
    status: AppointmentStatus = AppointmentStatus.ATTENDED
    words: Words | None = None


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
class Story:
    """Two years of a département, ending on ``today``."""

    today: date
    team: tuple[Colleague, ...]
    dossiers: tuple[Dossier, ...]
