"""What the page of the professions shows, in one frozen value."""

from dataclasses import dataclass, field
from datetime import datetime

from desktop.services.care import Care, CareLine
from desktop.services.directory import Directory
from desktop.services.mobility import Mobility, MobilityVersion
from desktop.services.needs import NeedLine, Needs
from desktop.services.record_drafts import RecordDraftLine, RecordDrafts
from desktop.services.relays import RelayLine, Relays
from desktop.ui.errors import Problem
from protocol.ids import PersonId, RecordId
from protocol.kinds.people import Job


@dataclass(frozen=True, slots=True)
class RecordServices:
    """What the page is read from and written through."""

    directory: Directory
    care: Care
    relays: Relays
    mobility: Mobility
    needs: Needs
    drafts: RecordDrafts


@dataclass(frozen=True, slots=True)
class RecordsReading:
    """One look at what was recorded."""

    job: Job
    dossiers: tuple[PersonId, ...]
    """All those of the person."""
    care: tuple[CareLine, ...]
    relays: tuple[RelayLine, ...]
    versions: tuple[MobilityVersion, ...]
    needs: tuple[NeedLine, ...]
    drafts: tuple[RecordDraftLine, ...]


@dataclass(frozen=True, slots=True)
class RecordsState:
    """One person's records."""

    now: datetime
    """On the wall."""
    person: PersonId | None = None
    read: RecordsReading | None = None
    """None until it has been read."""
    version: RecordId | None = None
    """The diagnosis in sight; none is the latest."""
    need_problem: str = ""
    """What the need still lacks."""
    said: str = ""
    """What was done: « Enregistré »."""
    is_printing: bool = False
    problem: Problem | None = field(default=None)


def read_records(services: RecordServices, person: PersonId) -> RecordsReading:
    """Read it all; for the store's lane."""
    return RecordsReading(
        job=services.directory.me().job,
        dossiers=services.drafts.dossiers_of(person),
        care=tuple(services.care.of(person)),
        relays=tuple(services.relays.of(person)),
        versions=tuple(services.mobility.versions(person)),
        needs=tuple(services.needs.of(person)),
        drafts=tuple(services.drafts.lines(person)),
    )
