"""One kind of record about a person: begun, opened, and written from its form in one transaction.

What is proper to a kind (what it starts with, what must hold) comes as functions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.dossiers import Dossiers
from desktop.services.errors import NotAllowed, NotFound
from desktop.services.persons import shown_name
from desktop.services.record_drafts import RecordDraft, RecordDrafts
from desktop.services.record_form import (
    RecordForm,
    Values,
    changed,
    editable,
    empty_values,
    form_values,
    record_values,
)
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.declare import Record, Shape, spec_of
from protocol.kinds.people import Structure, StructureKind

R = TypeVar("R", bound=Record)
_CATEGORIES: Mapping[str, frozenset[StructureKind]] = {
    "platform": frozenset({StructureKind.MOBILITY_PLATFORM})
}
"""Fields that name structures of one sort only."""


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """What opening a form brings."""

    form: RecordForm
    """All the values to show, the draft's over the others."""
    original: Values
    """Without the draft: what « Jeter » goes back to."""
    person_name: str
    """Empty of a draft whose dossier has left this laptop."""
    draft_saved_at: datetime | None
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    """For the fields that name a lieu or a structure: identifiers and names."""


class RecordKeeper(Generic[R]):
    """Reads and writes one kind of record through its form."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        drafts: RecordDrafts,
        record: type[R],
        *,
        preset: Callable[[PersonId], Values],
        settle: Callable[[Values], Values],
        by_author: bool,
    ) -> None:
        """``preset`` gives what a new form starts with; ``settle`` completes what is finished or
        raises ``InvalidInput``; ``by_author`` when nobody else may change it.
        """
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._drafts = drafts
        self._record = record
        self._spec = spec_of(record)
        self._preset = preset
        self._settle = settle
        self._by_author = by_author
        self._dossiers = Dossiers(workplace)

    @property
    def kind(self) -> str:
        """The name of the kind."""
        return self._spec.name

    def begin(self, person: PersonId) -> RecordSheet:
        """Open a new form about somebody, or the one that was being typed; raise ``NotFound``."""
        kept = self._dossiers.kept(person)
        original = {**empty_values(self._spec), **self._preset(kept)}
        draft = self._drafts.begun(self.kind, kept)
        target = draft.form.target if draft else RecordId(self._workplace.new_id())
        values = {**original, **(draft.form.values if draft else {})}
        form = RecordForm(self.kind, kept, target, is_new=True, values=values)
        return self._sheet(form, original, draft.saved_at if draft else None)

    def open(self, rid: RecordId) -> RecordSheet:
        """Open a record, or a draft by the identifier it will have; raise ``NotFound``,
        ``NotAllowed``.
        """
        draft = self._drafts.of(rid)
        known = self._records.get(self._record, rid)
        if known is None:
            if draft is None:
                raise NotFound
            if not self._name_of(draft.form):
                return self._of_departed(draft)
            if not draft.form.is_new:
                raise NotFound
            return self.begin(draft.form.person)
        self._allow(known)
        original = form_values(known)
        values = {**original, **(draft.form.values if draft else {})}
        form = RecordForm(self.kind, _person(known), rid, is_new=False, values=values)
        return self._sheet(form, original, draft.saved_at if draft else None)

    def finish(self, form: RecordForm) -> Done[RecordId]:
        """Write what was typed and forget its draft; raise ``InvalidInput``, ``NotAllowed``."""
        known = self._records.get(self._record, form.target)
        if known is None and not form.is_new:
            raise NotFound
        before = form_values(known) if known is not None else empty_values(self._spec)
        after = self._settle({**before, **form.values})
        if known is not None:
            self._allow(known)
            # What a colleague wrote meanwhile in another field stays.
            values = record_values(self._spec, changed(after, before))
            record = replace(known, **values)  # type: ignore[arg-type]  # as declared
        else:
            record = self._made(form, record_values(self._spec, after))
        with self._workplace.work() as work:
            work.save(record)
            self._drafts.forget(work, form.target)
        return Done(form.target, work.touched)

    def _made(self, form: RecordForm, values: dict[str, object]) -> R:
        me = self._workplace.me
        return self._record(
            id=form.target,
            created_at=self._workplace.clock.now(),
            created_by=me,
            person=self._dossiers.kept(form.person),
            professional=me,
            **values,
        )  # type: ignore[call-arg]  # the fields of this kind, by its declaration

    def _allow(self, known: R) -> None:
        if self._by_author and _author(known) != self._workplace.me:
            raise NotAllowed("it is corrected by its author")

    def _sheet(self, form: RecordForm, original: Values, saved_at: datetime | None) -> RecordSheet:
        name = self._name_of(form)
        if not name:
            raise NotFound
        return RecordSheet(form, original, name, saved_at, self._choices())

    def _of_departed(self, draft: RecordDraft) -> RecordSheet:
        """The dossier has left: what was typed is there to be copied, or thrown away."""
        nothing = empty_values(self._spec)
        form = replace(draft.form, values={**nothing, **draft.form.values})
        return RecordSheet(form, nothing, "", draft.saved_at, self._choices())

    def _name_of(self, form: RecordForm) -> str:
        return shown_name(self._workplace, self._dossiers.kept(form.person))

    def _choices(self) -> dict[str, tuple[tuple[str, str], ...]]:
        named = [item.name for item in editable(self._spec) if item.shape is Shape.ID]
        return {name: self._named(name) for name in named}

    def _named(self, name: str) -> tuple[tuple[str, str], ...]:
        if name == "place":
            return tuple((place.id, place.name) for place in self._directory.places())
        wanted = _CATEGORIES.get(name)
        structures = self._records.select(Structure, order='"name"')
        return tuple((s.id, s.name) for s in structures if wanted is None or s.category in wanted)


def _person(record: Record) -> PersonId:
    return PersonId(str(getattr(record, "person")))  # noqa: B009  # every kind kept here has one


def _author(record: Record) -> ProfessionalId:
    return ProfessionalId(str(getattr(record, "professional")))  # noqa: B009  # same
