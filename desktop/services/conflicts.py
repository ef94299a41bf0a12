"""What two people wrote unknown to each other: shown side by side, settled by one of them.

A conflict record holds the value that lost; the value that stands is the record's own. Settling
writes the record and the conflict's state in one transaction, so that it is settled everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desktop.config.clock import unix_ms
from desktop.domain.text_differences import Span, compare, join
from desktop.domain.touched import Touched
from desktop.services.circles import Circles
from desktop.services.conflict_cases import Case, read_case
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotAllowed, NotFound, ServiceError, StoreError
from desktop.services.field_values import FieldValues, Readable
from desktop.services.persons import name_of
from desktop.services.workplace import UnitOfWork, Workplace
from desktop.store.records import Data
from desktop.store.refusals import Refusals
from protocol.clock import Hlc, millis
from protocol.errors import FieldRefused
from protocol.ids import PersonId, RecordId
from protocol.kinds import Conflict, Rule, Tier
from protocol.kinds.conflicts import ConflictState, value_mark
from protocol.kinds.follow_ups import Draft, DraftOf
from protocol.values import Wire, check_value, clean_text, from_wire, value_to_wire

_OPEN = f"coalesce(\"state\", '{ConflictState.OPEN}') = '{ConflictState.OPEN}'"


class AlreadySettled(NotFound):
    """Somebody settled it meanwhile."""


class StandingChanged(ServiceError):
    """The version in place is no longer the one that was shown: it is to be read again."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """One line of the list."""

    id: RecordId
    person: str
    person_name: str
    subject: str
    """« Personne », « Rendez-vous »…"""
    field: str
    """The field's label; empty when the record itself was deleted by one and edited by another."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two values: whose, when, and what it says."""

    author: str
    """Her name; empty when it is not known."""
    mine: bool
    written_at: datetime | None
    value: Readable
    spans: tuple[Span, ...] = ()
    """For a text: what the other version lacks is marked."""
    is_later: bool = False
    """It was written over since the two met: its author is not known here."""


@dataclass(frozen=True, slots=True)
class ConflictSheet:
    """What is needed to settle one."""

    line: ToReview
    kept: Version
    lost: Version
    place_name: str
    """Where the meeting is or was, for what belongs to a meeting."""
    happened_at: datetime | None
    """When that meeting is or was."""
    proposal: str | None
    """Both texts in one, to be edited; ``None`` for anything but a text."""
    limit: int
    """Characters that a text may hold."""
    is_protective: bool
    """The version in place was preferred because it protects more."""
    can_settle: bool
    can_restore: bool
    standing: Wire
    """What stood as this was read: settling what has changed since is refused."""

    @property
    def is_deletion(self) -> bool:
        """Whether one of the two wanted the record gone."""
        return not self.line.field


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did, for who takes it back."""

    conflict: RecordId
    before: Wire
    after: Wire
    deleted: Data | None = None


class Conflicts:
    """Reads and settles conflicts."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._records = workplace.store.records
        self._directory = directory
        self._circles = Circles(workplace, directory)
        self._values = FieldValues(workplace.store.records, directory)
        self._refusals = Refusals(
            workplace.store.database, workplace.store.records, workplace.store.outbox
        )

    # -- reading ------------------------------------------------------------------------------

    def to_review(self) -> list[ToReview]:
        """Return what waits for me, the oldest first: only what means something."""
        return [self._line(case) for case in self._cases() if self._shows(case)]

    def count(self) -> int:
        """Return how many wait for me."""
        return sum(self._shows(case) for case in self._cases())

    def sheet(self, conflict: str) -> ConflictSheet:
        """Return both versions of one; raise ``AlreadySettled``."""
        case = self._case(conflict)
        first, second = self._version_in_place(case), self._other_version(case)
        proposal = None
        if case.is_text:
            one, two = str(first.value or ""), str(second.value or "")
            spans = compare(one, two)
            first, second = replace(first, spans=spans.first), replace(second, spans=spans.second)
            is_older = case.conflict.lost_hlc < (case.conflict.kept_hlc or case.conflict.lost_hlc)
            proposal = join(two, one) if is_older else join(one, two)
            if self._is_a_colleagues(case):
                proposal = None  # her words are put back or left, never rewritten
        data = case.data or {}
        happened = data.get("starts_at")
        can_settle = case.is_known and self._may_settle(case)
        return ConflictSheet(
            line=self._line(case),
            kept=first,
            lost=second,
            place_name="" if case.conflict.field == "place" else self._place_name(data),
            happened_at=datetime.fromisoformat(str(happened)) if happened else None,
            proposal=proposal,
            limit=case.item.limit if case.item else 0,
            is_protective=case.item is not None and case.item.rule is Rule.SAFETY,
            can_settle=can_settle,
            can_restore=can_settle and self._can_restore(case),
            standing=case.standing,
        )

    def sweep(self) -> frozenset[Touched]:
        """Settle, where it is mine to do, what means nothing any more.

        Never while records are still arriving: what is missing may come with the next page.
        """
        state = self._store.state
        if state.progress().after is not None or state.is_diverged():
            return frozenset()
        empty = [case for case in self._cases() if self._means_nothing(case)]
        if not empty:
            return frozenset()
        with self._workplace.work() as work:
            for case in empty:
                work.save(replace(case.conflict, state=ConflictState.KEPT))
        return work.touched

    def sweep_quietly(self) -> None:
        """Same, for a reader to whom it does not matter whether this laptop may write now."""
        try:
            self.sweep()
        except (ServiceError, StoreError):
            return

    def typed(self, conflict: str) -> str | None:
        """Return the joined text that was being typed, if one was."""
        draft = self._draft(conflict)
        return draft.content if draft else None

    def keep_typed(self, sheet: ConflictSheet, text: str) -> Done[None]:
        """Keep the joined text that is being typed, on this laptop only."""
        known, now = self._draft(sheet.line.id), self._workplace.clock.now()
        draft = known or Draft(
            id=RecordId(self._workplace.new_id()),
            created_at=now,
            created_by=self._workplace.me,
            subject=DraftOf.JOINED_TEXT,
            person=PersonId(sheet.line.person),
            target=sheet.line.id,
            updated_at=now,
            content="",
        )
        with self._workplace.work() as work:
            work.save(replace(draft, updated_at=now, content=clean_text(text)))
        return Done(None, work.touched)

    # -- settling -----------------------------------------------------------------------------

    def keep(self, sheet: ConflictSheet) -> Done[Settled]:
        """Leave what stands; raise ``AlreadySettled``, ``StandingChanged``, ``NotAllowed``."""
        case = self._to_settle(sheet)
        with self._workplace.work() as work:
            self._close(work, case, ConflictState.KEPT)
        return Done(Settled(sheet.line.id, case.standing, case.standing), work.touched)

    def restore(self, sheet: ConflictSheet) -> Done[Settled]:
        """Put the other version in place, or delete what the other person had deleted."""
        case = self._to_settle(sheet)
        if not self._can_restore(case):
            raise NotAllowed("this version cannot be put back from here")
        with self._workplace.work() as work:
            if case.is_deletion:
                settled = self._delete_after_all(work, case)
            else:
                settled = self._write(work, case, case.lost)
            self._close(work, case, ConflictState.RESTORED)
        return Done(settled, work.touched)

    def join(self, sheet: ConflictSheet, text: str) -> Done[Settled]:
        """Put a text made of both in place; raise ``InvalidInput`` as well."""
        case = self._to_settle(sheet)
        if not case.is_text or case.item is None or self._is_a_colleagues(case):
            raise NotAllowed("only texts are joined")
        typed = clean_text(text).strip()
        if len(typed) > case.item.limit:
            raise InvalidInput(case.item.name, "too_long")
        if not typed and case.item.required:
            raise InvalidInput(case.item.name, "missing")
        with self._workplace.work() as work:
            settled = self._write(work, case, value_to_wire(case.item, typed or None))
            self._close(work, case, ConflictState.JOINED)
        return Done(settled, work.touched)

    def take_back(self, settled: Settled) -> Done[None]:
        """Open a conflict again; the record is put back unless somebody wrote it since."""
        conflict = self._records.get(Conflict, settled.conflict)
        if conflict is None:
            raise NotFound
        case = read_case(self._records, conflict)
        with self._workplace.work() as work:
            if case.data is not None and case.standing == settled.after != settled.before:
                self._write(work, case, settled.before)
            work.save(replace(conflict, state=ConflictState.OPEN))
            touched = work.touched
            if settled.deleted is not None and case.spec is not None and case.data is None:
                hlc = self._store.state.tick(unix_ms(self._workplace.clock.now()))
                self._refusals.undelete(case.spec, conflict.subject, settled.deleted, hlc)
                touched |= {Touched(case.spec.name, conflict.subject, conflict.dossier)}
        return Done(None, touched)

    def _to_settle(self, sheet: ConflictSheet) -> Case:
        case = self._case(sheet.line.id)
        if not case.is_known or not self._may_settle(case):
            raise NotAllowed("it belongs to who wrote the record")
        if case.standing != sheet.standing or case.data is None:
            raise StandingChanged
        return case

    def _close(self, work: UnitOfWork, case: Case, state: ConflictState) -> None:
        work.save(replace(case.conflict, state=state))
        if (draft := self._draft(case.conflict.id)) is not None:
            work.delete(Draft, draft.id)

    def _draft(self, conflict: str) -> Draft | None:
        found = self._records.select(Draft, '"target" = ?', (conflict,))
        return found[0] if found else None

    def _write(self, work: UnitOfWork, case: Case, value: Wire) -> Settled:
        if case.spec is None or case.data is None:
            raise NotFound
        name = case.conflict.field
        data = {key: held for key, held in case.data.items() if key != name}
        if value is not None:
            data[name] = value
        work.save(from_wire(case.spec.record, case.conflict.subject, data))
        return Settled(case.conflict.id, before=case.standing, after=value)

    def _delete_after_all(self, work: UnitOfWork, case: Case) -> Settled:
        if case.spec is None or case.data is None:
            raise NotFound
        work.delete(case.spec.record, case.conflict.subject)
        return Settled(case.conflict.id, before=None, after=None, deleted=case.data)

    # -- what a conflict is about --------------------------------------------------------------

    def _cases(self) -> Iterable[Case]:
        return [
            read_case(self._records, conflict)
            for conflict in self._records.select(Conflict, _OPEN, order='"created_at", "id"')
        ]

    def _case(self, conflict: str) -> Case:
        known = self._records.get(Conflict, conflict)
        if known is None or known.state is not ConflictState.OPEN:
            raise AlreadySettled
        return read_case(self._records, known)

    def _shows(self, case: Case) -> bool:
        if case.spec is None:
            return True  # it waits for a newer Coffre, and is told
        if case.data is None or case.spec.tier is Tier.PRIVATE or case.says_nothing:
            return False
        return self._may_settle(case)

    def _means_nothing(self, case: Case) -> bool:
        if case.spec is None or not self._may_settle(case):
            return False
        if case.data is None:
            # Deleted here and not yet sent, it may still come back.
            return not self._store.outbox.of_record(case.spec.name, case.conflict.subject)
        return case.says_nothing

    def _may_settle(self, case: Case) -> bool:
        """A follow-up is its author's to correct; when she has left the circle, anybody's."""
        if case.spec is None or case.spec.name != "follow_up" or case.data is None:
            return True
        author = case.data.get("professional")
        if author == self._workplace.me:
            return True
        readers = self._circles.readers(case.conflict.dossier)
        return all(reader.id != author for reader in readers)

    def _is_a_colleagues(self, case: Case) -> bool:
        is_follow_up = case.spec is not None and case.spec.name == "follow_up"
        author = (case.data or {}).get("professional")
        return is_follow_up and author != self._workplace.me

    def _can_restore(self, case: Case) -> bool:
        if case.data is None or case.spec is None:
            return False
        if case.is_deletion:
            # A whole dossier is erased by the office alone.
            return case.spec.bucket_field != "id" and not self._is_a_colleagues(case)
        if case.is_text and self._is_a_colleagues(case):
            return case.conflict.lost_by == case.data.get("professional")
        if case.item is None or case.item.rule is Rule.IMMUTABLE:
            return False
        try:
            check_value(case.item, case.lost, strict_codes=False)
        except FieldRefused:
            return False
        return True

    def _line(self, case: Case) -> ToReview:
        conflict = case.conflict
        label = "" if case.is_deletion else conflict.field
        return ToReview(
            id=conflict.id,
            person=conflict.dossier,
            person_name=name_of(self._records, conflict.dossier),
            subject=case.spec.label if case.spec else conflict.subject_kind,
            field=case.item.label if case.item else label,
        )

    def _place_name(self, data: Data) -> str:
        return self._values.place_name(data.get("place"))

    def _version_in_place(self, case: Case) -> Version:
        conflict, value = case.conflict, self._readable(case, case.standing)
        typed_here = [
            op.hlc
            for op in self._store.outbox.of_record(conflict.subject_kind, conflict.subject)
            if conflict.field in op.fields
        ]
        if typed_here:
            return self._version(self._workplace.me, typed_here[-1], value)
        mark = conflict.kept_mark
        if not case.is_deletion and mark is not None and mark != value_mark(case.standing):
            return Version("", mine=False, written_at=None, value=value, is_later=True)
        return self._version(conflict.kept_by, conflict.kept_hlc, value)

    def _other_version(self, case: Case) -> Version:
        conflict = case.conflict
        return self._version(conflict.lost_by, conflict.lost_hlc, self._readable(case, case.lost))

    def _version(self, author: str | None, hlc: int | None, value: Readable) -> Version:
        known = self._directory.colleagues().get(author or "")
        return Version(
            author=known.name if known else "",
            mine=author == self._workplace.me,
            written_at=_moment(hlc),
            value=value,
        )

    def _readable(self, case: Case, value: Wire) -> Readable:
        if case.is_deletion:
            return None
        if case.item is not None:
            shown = value_to_wire(case.item, case.item.default) if value is None else value
            return self._values.read(case.item, shown)
        return None if value is None else str(value)


def _moment(hlc: int | None) -> datetime | None:
    if not hlc:
        return None
    try:
        return datetime.fromtimestamp(millis(Hlc(hlc)) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
