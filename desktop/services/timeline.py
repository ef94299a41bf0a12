"""The follow-ups of a dossier, one line each, whoever wrote them."""

from dataclasses import dataclass
from datetime import datetime

from desktop.services.corrections import Corrected, Corrections
from desktop.services.directory import Colleague, Directory
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.workplace import Workplace
from protocol.ids import FollowUpId, PersonId, RecordId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import ClinicalNote, FollowUp, Medium, Theme
from protocol.kinds.people import Job


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """A finished follow-up in a dossier."""

    id: FollowUpId
    starts_at: datetime
    minutes: int
    author: Colleague
    mine: bool
    place_name: str
    presence: AppointmentStatus
    medium: Medium
    themes: tuple[Theme, ...]
    summary: str
    for_person: str
    person_words: str
    next_step: str
    orientation: str
    has_note: bool
    """Whether I wrote a clinical note on it (nobody knows of anybody else's)."""
    corrected: Corrected | None = None
    """The last time its author corrected it; its history is ``FollowUps.history``."""


class Timeline:
    """Reads the follow-ups of a person, merged dossiers as one."""

    def __init__(
        self, workplace: Workplace, directory: Directory, corrections: Corrections
    ) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._corrections = corrections
        self._dossiers = Dossiers(workplace)

    def of(self, person: PersonId, *, limit: int, offset: int = 0) -> list[TimelineLine]:
        """Return the follow-ups of a person, by everybody, latest first."""
        found = self._records.select(
            FollowUp,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"starts_at" DESC, "id"',
            limit=limit,
            offset=offset,
        )
        colleagues = self._directory.colleagues()
        places = {place.id: place.name for place in self._directory.places()}
        noted = self._noted([item.id for item in found])
        corrected = self._corrections.latest(found)
        unknown = Colleague("", "", Job.REFERENT, active=False)
        return [
            TimelineLine(
                id=FollowUpId(item.id),
                starts_at=item.starts_at,
                minutes=item.minutes,
                author=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
                place_name=places.get(item.place, "") if item.place else "",
                presence=item.presence,
                medium=item.medium,
                themes=tuple(theme for theme in Theme if theme in item.themes),
                summary=item.summary or "",
                for_person=item.for_person or "",
                person_words=item.person_words or "",
                next_step=item.next_step or "",
                orientation=item.orientation or "",
                has_note=item.id in noted,
                corrected=corrected.get(item.id),
            )
            for item in found
        ]

    def count(self, person: PersonId) -> int:
        """Return how many follow-ups a person has."""
        row = self._workplace.store.database.row(
            f'SELECT count(*) FROM "follow_up" WHERE {OF_THESE}',  # noqa: S608
            (these(self._dossiers.all_of(person)),),
        )
        return int(row[0]) if row else 0

    def _noted(self, follow_ups: list[RecordId]) -> set[str]:
        marks = ", ".join("?" * len(follow_ups))
        notes = self._records.select(
            ClinicalNote,
            f'"follow_up" IN ({marks}) AND "created_by" = ?',
            (*follow_ups, self._workplace.me),
        )
        return {str(note.follow_up) for note in notes}
