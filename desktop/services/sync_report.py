"""What the worker sees of synchronisation: what waits, what happened, what needs her."""

from dataclasses import dataclass
from datetime import datetime

from desktop.crypto.circle_texts import TextPlace
from desktop.domain.touched import Touched
from desktop.services.conflict_sheets import ToReview
from desktop.services.conflicts import Conflicts
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.errors import NotFound
from desktop.services.field_values import FieldValues, Readable
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from desktop.store.journal import JournalEntry
from desktop.store.outbox import PendingOp
from desktop.store.refusals import Refusals
from protocol.kinds import Rule, Shape
from protocol.values import Wire
from protocol.wire import DELETE

RefusedChange = PendingOp
"""A refused change as it was kept, for who puts it back on the list."""


_FOR_MACHINES = frozenset({"digest", "key"})
"""Of a document: nobody typed them, and a key is on no screen."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a change, as it was typed."""

    label: str
    value: Readable


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A change the office would not take; it is kept on this laptop."""

    id: int
    label: str
    """What it is: « Suivi », « Rendez-vous »…"""
    person_name: str
    reason: str
    """Code of the refusal (docs/protocol.md)."""
    typed: tuple[Typed, ...] = ()
    """Her words, for her to read and copy; sealed ones stay in their own place."""
    is_deletion: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """How the last comparison of this laptop with the office ended."""

    at: datetime | None
    dossiers: int
    diverged: bool
    """A difference was found and could not be mended."""


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
    verification: Verification


class SyncReports:
    """Reads the report, and deals with what the office refused."""

    def __init__(self, workplace: Workplace, directory: Directory, conflicts: Conflicts) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._conflicts = conflicts
        self._values = FieldValues(workplace, directory)
        self._refusals = Refusals(
            workplace.store.database, workplace.store.records, workplace.store.outbox
        )

    def read(self) -> SyncReport:
        """Return the state of synchronisation."""
        self._conflicts.sweep_quietly()
        progress = self._store.state.progress()
        return SyncReport(
            pending=self._store.outbox.typed_count(),
            last_success=self._store.journal.last_success(),
            journal=tuple(self._store.journal.latest(50)),
            refused=tuple(self._refused()),
            to_review=tuple(self._conflicts.to_review()),
            dossiers=self._store.records.count("person"),
            loading=progress.after is not None or progress.epoch is None,
            verification=self._verification(),
        )

    # -- what the office refused ----------------------------------------------------------------

    def send_again(self, op_id: int) -> Done[None]:
        """Plan a refused change again; raise ``NotFound``."""
        op = self._find(op_id)
        with self._workplace.store.database.transaction():
            shown = self._refusals.send_again(op)
            if op.kind == "person" and shown is not None:
                self._store.persons.refresh({op.rid: shown})
        return Done(None, self._touched(op))

    def withdraw(self, op_id: int) -> Done[RefusedChange]:
        """Drop a refused change; return it, so that the act can be undone. ``NotFound``."""
        op = self._find(op_id)
        with self._workplace.store.database.transaction():
            self._refusals.withdraw(op)
        return Done(op, self._touched(op))

    def bring_back(self, op: RefusedChange) -> Done[None]:
        """Undo ``withdraw``."""
        with self._workplace.store.database.transaction():
            self._refusals.bring_back(op)
        return Done(None, self._touched(op))

    # -- inside -----------------------------------------------------------------------------------

    def _find(self, op_id: int) -> PendingOp:
        op = self._refusals.find(op_id)
        if op is None:
            raise NotFound
        return op

    def _touched(self, op: PendingOp) -> frozenset[Touched]:
        return frozenset({Touched(op.kind, op.rid, _person_of(op) or None)})

    def _verification(self) -> Verification:
        state = self._store.state
        return Verification(
            at=state.verified_at(),
            dossiers=state.verified_dossiers(),
            diverged=state.is_diverged(),
        )

    def _refused(self) -> list[RefusedLine]:
        return [
            RefusedLine(
                id=op.id,
                label=op.spec.label,
                person_name=shown_name(self._workplace, self._subject(op)),
                reason=op.reason or "unknown",
                typed=tuple(self._typed(op)),
                is_deletion=op.verb == DELETE,
            )
            for op in self._store.outbox.refused()
        ]

    def _subject(self, op: PendingOp) -> str:
        """Return whose dossier a change belongs to."""
        known = self._store.records.data(op.spec, op.rid) or op.fields
        return op.rid if op.kind == "person" else str(known.get("person") or "")

    def _typed(self, op: PendingOp) -> list[Typed]:
        found = []
        for name, value in op.fields.items():
            item = op.spec.by_name.get(name)
            if item is None or (item.rule is Rule.IMMUTABLE and item.shape is not Shape.TEXT):
                continue  # who, when and about whom: the line says it
            if name in _FOR_MACHINES:
                continue
            if item.for_circle:
                place = TextPlace(op.bucket, op.kind, op.rid, name)
                value = self._store.texts.shown(place, value)
            shown = self._values.read(item, _added(value))
            if shown not in (None, "", ()):
                found.append(Typed(item.label, shown))
        return found


def _person_of(op: PendingOp) -> str:
    return op.rid if op.kind == "person" else str(op.fields.get("person") or "")


def _added(value: object) -> Wire:
    """Return what a change brings: of a set, what it adds."""
    is_change = isinstance(value, list) and any(isinstance(part, list) for part in value)
    return value[0] if is_change else value  # type: ignore[index,return-value]  # as sent
