"""What the worker sees of synchronisation: what waits, what happened, what needs her."""

from dataclasses import dataclass
from datetime import datetime

from desktop.services.persons import name_of
from desktop.services.workplace import Workplace
from desktop.store.journal import JournalEntry
from protocol.kinds import KINDS
from protocol.kinds.conflicts import Conflict


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A change the office would not take; it is kept on this laptop."""

    id: int
    label: str
    """What it is: « Suivi », « Rendez-vous »…"""
    person_name: str
    reason: str
    """Code of the refusal (docs/protocol.md)."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """One field two people changed unknown to each other."""

    id: str
    person: str
    person_name: str
    subject: str
    """« Personne », « Rendez-vous »…"""
    field: str
    """The field's label."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The state of synchronisation on this laptop."""

    pending: int
    last_success: datetime | None
    journal: tuple[JournalEntry, ...]
    refused: tuple[RefusedLine, ...]
    to_review: tuple[ToReview, ...]
    dossiers: int
    """Dossiers on this laptop."""
    loading: bool
    """The first reading of the office's dossiers has not finished yet."""


class SyncReports:
    """Reads the report."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._store = workplace.store

    def read(self) -> SyncReport:
        """Return the state of synchronisation."""
        persons = self._store.database.row('SELECT count(*) FROM "person"')
        progress = self._store.state.progress()
        return SyncReport(
            pending=self._store.outbox.pending_count(),
            last_success=self._store.journal.last_success(),
            journal=tuple(self._store.journal.latest(50)),
            refused=tuple(self._refused()),
            to_review=tuple(self._to_review()),
            dossiers=int(persons[0]) if persons else 0,
            loading=progress.after is not None or progress.epoch is None,
        )

    def _refused(self) -> list[RefusedLine]:
        lines = []
        for op in self._store.outbox.refused():
            data = self._store.records.data(op.spec, op.rid) or op.fields
            person = op.rid if op.kind == "person" else str(data.get("person") or "")
            lines.append(
                RefusedLine(
                    op.id,
                    op.spec.label,
                    name_of(self._store.records, person),
                    op.reason or "unknown",
                )
            )
        return lines

    def _to_review(self) -> list[ToReview]:
        lines = []
        for conflict in self._store.records.select(Conflict, "\"state\" = 'open'"):
            spec = KINDS.get(conflict.subject_kind)
            item = spec.by_name.get(conflict.field) if spec else None
            lines.append(
                ToReview(
                    id=conflict.id,
                    person=conflict.dossier,
                    person_name=name_of(self._store.records, conflict.dossier),
                    subject=spec.label if spec else conflict.subject_kind,
                    field=item.label if item else conflict.field,
                )
            )
        return lines
