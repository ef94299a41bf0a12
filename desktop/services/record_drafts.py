"""What is being typed in the forms of the professions, kept on this laptop until it is finished."""

import json
from dataclasses import dataclass
from datetime import datetime

from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.drafts import keep_draft
from desktop.services.persons import shown_name
from desktop.services.record_form import RecordForm, values_from_json, values_to_json
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds import KINDS
from protocol.kinds.follow_ups import Draft, DraftOf

_OURS = f"\"subject\" = '{DraftOf.RECORD}'"
_KIND, _NEW, _VALUES = "kind", "new", "values"


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A form that was left, and when it was kept."""

    form: RecordForm
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class RecordDraftLine:
    """An unfinished form, as a list tells it."""

    target: RecordId
    kind: str
    label: str
    """« Relais », « Diagnostic mobilité »."""
    person: PersonId
    person_name: str
    """Empty when her dossier has left this laptop: the words are still to be copied, or thrown."""
    is_new: bool
    saved_at: datetime


class RecordDrafts:
    """Reads and writes the drafts of forms."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)

    def of(self, target: RecordId) -> RecordDraft | None:
        """Return what was typed of one record."""
        known = self._known(target)
        return _read(known) if known else None

    def begun(self, kind: str, person: PersonId) -> RecordDraft | None:
        """Return the new record of a kind that was being typed about somebody."""
        for draft in self._of_person(person):
            read = _read(draft)
            if read.form.kind == kind and read.form.is_new:
                return read
        return None

    def lines(self, person: PersonId | None = None) -> list[RecordDraftLine]:
        """Return the unfinished forms, of one person or of all, latest first."""
        found = self._all() if person is None else self._of_person(person)
        together = self._dossiers.together()
        lines = []
        for draft in found:
            read = _read(draft)
            kept = PersonId(together.kept_of(draft.person))
            form = read.form
            lines.append(
                RecordDraftLine(
                    target=form.target,
                    kind=form.kind,
                    label=KINDS[form.kind].label,
                    person=kept,
                    person_name=shown_name(self._workplace, kept),
                    is_new=form.is_new,
                    saved_at=read.saved_at,
                )
            )
        return lines

    def dossiers_of(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return the dossiers that are somebody's, the one that is kept first."""
        return self._dossiers.all_of(person)

    def person_name(self, person: PersonId) -> str:
        """Return how the person a form is about is named on screens."""
        return shown_name(self._workplace, self._dossiers.kept(person))

    def autosave(self, form: RecordForm) -> Done[datetime]:
        """Keep what is being typed, on this laptop only; return when it was kept."""
        values = values_to_json(form.values)
        return keep_draft(
            self._workplace,
            self._known(form.target),
            DraftOf.RECORD,
            person=form.person,
            target=form.target,
            content=json.dumps({_KIND: form.kind, _NEW: form.is_new, _VALUES: values}),
        )

    def discard(self, target: RecordId) -> Done[None]:
        """Forget what was typed of one record."""
        with self._workplace.work() as work:
            self.forget(work, target)
        return Done(None, work.touched)

    def forget(self, work: UnitOfWork, target: RecordId) -> None:
        """Same, inside a larger piece of work."""
        self._workplace.unwritten.forget(target)
        known = self._known(target)
        if known is not None:
            work.delete(Draft, known.id)

    def _all(self) -> list[Draft]:
        return self._records.select(Draft, _OURS, order='"updated_at" DESC')

    def _of_person(self, person: PersonId) -> list[Draft]:
        hers = these(self._dossiers.all_of(person))
        return self._records.select(
            Draft, f"{_OURS} AND {OF_THESE}", (hers,), order='"updated_at" DESC'
        )

    def _known(self, target: RecordId) -> Draft | None:
        found = self._records.select(Draft, f'{_OURS} AND "target" = ?', (target,))
        return found[0] if found else None


def _read(draft: Draft) -> RecordDraft:
    content = json.loads(draft.content)
    kind = content[_KIND]
    form = RecordForm(
        kind=kind,
        person=draft.person,
        target=draft.target,
        is_new=content[_NEW],
        values=values_from_json(KINDS[kind], content[_VALUES]),
    )
    return RecordDraft(form, draft.updated_at)
