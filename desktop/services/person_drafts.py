"""What is being typed on somebody's sheet, kept on this laptop until the sheet is saved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desktop.services.done import Done
from desktop.services.drafts import keep_draft
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.follow_ups import Draft, DraftOf
from protocol.kinds.persons import Person

_NEW, _CHANGES = "new", "changes"
_OURS = f"\"subject\" = '{DraftOf.PERSON}'"


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What was typed on one sheet, over what is known of the person."""

    person: PersonId
    """Her identifier, or the one she will have."""
    is_new: bool
    """Whether her dossier is not open yet."""
    saved_at: datetime | None = None
    """None when nothing was typed."""
    changes: Mapping[str, object] = field(default_factory=dict, repr=False)
    """By field of the form, as JSON tells them: only what was touched."""


@dataclass(frozen=True, slots=True)
class PersonDraftLine:
    """An unsaved sheet, as « À ne pas oublier » tells it."""

    person: PersonId
    person_name: str
    """As far as it was typed; may be empty, and is when her dossier has left this laptop."""
    is_new: bool
    saved_at: datetime


class PersonDrafts:
    """Reads and writes the drafts of sheets."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records

    def begin(self) -> PersonDraft:
        """Return the new dossier that was being typed, or an empty one with its identifier."""
        for draft in self._all():
            read = self._read(draft)
            if read.is_new:
                return read
        return PersonDraft(PersonId(self._workplace.new_id()), is_new=True)

    def of(self, person: PersonId) -> PersonDraft:
        """Return what was typed on a sheet; nothing typed is an empty draft."""
        known = self._known(person)
        return self._read(known) if known else PersonDraft(person, is_new=False)

    def lines(self) -> list[PersonDraftLine]:
        """Return the sheets that were typed and not saved, latest first."""
        lines = []
        for draft in self._all():
            read = self._read(draft)
            name = self._typed_name(read) if read.is_new else self.person_name(draft.person)
            lines.append(PersonDraftLine(read.person, name, read.is_new, draft.updated_at))
        return lines

    def person_name(self, person: PersonId) -> str:
        """Return how somebody is named on screens; nothing when she is not on this laptop."""
        return shown_name(self._workplace, person)

    def autosave(
        self, person: PersonId, changes: Mapping[str, object], *, is_new: bool
    ) -> Done[datetime]:
        """Keep what is being typed, on this laptop only; return when it was kept."""
        return keep_draft(
            self._workplace,
            self._known(person),
            DraftOf.PERSON,
            person=person,
            target=RecordId(person),
            # Escaped, so that half a character pasted from elsewhere does not stop the rest.
            content=json.dumps({_NEW: is_new, _CHANGES: dict(changes)}),
        )

    def discard(self, person: PersonId) -> Done[None]:
        """Forget what was typed on a sheet."""
        self._workplace.unwritten.forget(person)
        known = self._known(person)
        if known is None:
            return Done(None)
        with self._workplace.work() as work:
            work.delete(Draft, known.id)
        return Done(None, work.touched)

    def _all(self) -> list[Draft]:
        return self._records.select(Draft, _OURS, order='"updated_at" DESC')

    def _known(self, person: PersonId) -> Draft | None:
        found = self._records.select(Draft, f'{_OURS} AND "target" = ?', (person,))
        return found[0] if found else None

    def _read(self, draft: Draft) -> PersonDraft:
        content = json.loads(draft.content)
        # Power may fail between opening a dossier and forgetting its draft.
        is_new = content[_NEW] and self._records.get(Person, draft.person) is None
        return PersonDraft(draft.person, is_new, draft.updated_at, content[_CHANGES])

    def _typed_name(self, draft: PersonDraft) -> str:
        first, last = draft.changes.get("first_name", ""), draft.changes.get("birth_name", "")
        return self._workplace.names.of(str(first), str(last))
