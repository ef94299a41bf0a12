"""What two people wrote unknown to each other: shown side by side, settled by one of them.

A conflict record holds the value that lost; the value that stands is the record's own. Settling
writes the record and the conflict's state in one transaction, so that it is settled everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.config.clock import unix_ms
from desktop.domain.touched import Touched
from desktop.services.circles import Circles
from desktop.services.conflict_cases import Case, read_case
from desktop.services.conflict_sheets import (
    ConflictReading,
    ConflictSheet,
    ToReview,
    joined_text,
)
from desktop.services.corrections import Corrections
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.errors import (
    AlreadySettled,
    InvalidInput,
    NotAllowed,
    NotFound,
    ServiceError,
    StandingChanged,
    StoreError,
)
from desktop.services.lease import LEASE_ENDS_DAYS
from desktop.services.workplace import UnitOfWork, Workplace
from desktop.store.records import Data
from desktop.store.refusals import Refusals
from protocol.errors import FieldRefused
from protocol.ids import PersonId, RecordId
from protocol.kinds import Conflict, Rule
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.follow_ups import Draft, DraftOf, FollowUp
from protocol.values import CIRCLE_KEY, Wire, check_value, clean_text, from_wire, value_to_wire

_KEYS_COME = timedelta(days=LEASE_ENDS_DAYS)
"""Every laptop that still writes has come home within that time, with the keys that it could give.

What has not opened by then may never open, and who reads the rest may choose without it.
"""
_OPEN = f"coalesce(\"state\", '{ConflictState.OPEN}') = '{ConflictState.OPEN}'"


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did, for who takes it back."""

    conflict: RecordId
    before: Wire
    after: Wire
    deleted: Data | None = None
    also: tuple[RecordId, ...] = ()
    """Other conflicts that were settled with it."""


class Conflicts:
    """Reads and settles conflicts."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._records = workplace.store.records
        self._circles = Circles(workplace, directory)
        self._reading = ConflictReading(workplace, directory)
        self._corrections = Corrections(workplace, directory)
        self._refusals = Refusals(
            workplace.store.database, workplace.store.records, workplace.store.outbox
        )

    # -- reading ------------------------------------------------------------------------------

    def to_review(self) -> list[ToReview]:
        """Return what waits for me, the oldest first: only what means something."""
        return [self._reading.line(case) for case in self._shown()]

    def waiting(self) -> frozenset[RecordId]:
        """Return those that wait for me."""
        return frozenset(case.conflict.id for case in self._shown())

    def count(self) -> int:
        """Return how many wait for me."""
        return len(self._shown())

    def sheet(self, conflict: str) -> ConflictSheet:
        """Return both versions of one; raise ``AlreadySettled``."""
        case = self._case(conflict)
        kept, lost = self._reading.versions(case)
        remains = tuple(map(self._reading.remain, self._left_of(case)))
        is_one = bool(remains) or self._is_a_colleagues(case)
        proposal = None if is_one else joined_text(case, kept, lost)
        data = case.data or {}
        happened = data.get("starts_at")
        is_mine = case.is_known and self._may_settle(case)
        return ConflictSheet(
            line=self._reading.line(case),
            kept=kept,
            lost=lost,
            place_name=self._reading.place_name(case),
            happened_at=datetime.fromisoformat(str(happened)) if happened else None,
            proposal=proposal,
            limit=case.item.limit if case.item else 0,
            is_protective=case.item is not None and case.item.rule is Rule.SAFETY,
            is_unread=self._is_unread(case),
            can_settle=is_mine and not self._is_to_wait(case),
            can_restore=is_mine and self._can_restore(case),
            standing=case.standing,
            remains=remains,
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
        kept = replace(draft, updated_at=now, content=clean_text(text))
        return Done(None, self._workplace.keep_typed(kept))

    # -- settling -----------------------------------------------------------------------------

    def keep(self, sheet: ConflictSheet) -> Done[Settled]:
        """Leave what stands; raise ``AlreadySettled``, ``StandingChanged``, ``NotAllowed``."""
        case = self._to_settle(sheet)
        also = [it.conflict for it in sheet.remains if it.conflict != sheet.line.id]
        with self._workplace.work() as work:
            self._close(work, case, ConflictState.KEPT)
            self._set_states(work, also, ConflictState.OPEN, ConflictState.KEPT)
        settled = Settled(sheet.line.id, case.standing, case.standing, also=tuple(also))
        return Done(settled, work.touched)

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
        case = read_case(self._store, conflict)
        with self._workplace.work() as work:
            if case.data is not None and case.standing == settled.after != settled.before:
                self._write(work, case, settled.before)
            work.save(replace(conflict, state=ConflictState.OPEN))
            self._set_states(work, settled.also, ConflictState.KEPT, ConflictState.OPEN)
            touched = work.touched
            if settled.deleted is not None and case.spec is not None and case.data is None:
                hlc = self._store.state.tick(unix_ms(self._workplace.clock.now()))
                self._refusals.undelete(case.spec, conflict.subject, settled.deleted, hlc)
                touched |= {Touched(case.spec.name, conflict.subject, conflict.dossier)}
        return Done(None, touched)

    def _to_settle(self, sheet: ConflictSheet) -> Case:
        case = self._case(sheet.line.id)
        if case.is_forgotten != sheet.is_forgotten:
            raise StandingChanged  # its author has brought the record back meanwhile
        if not case.is_known or not self._may_settle(case):
            raise NotAllowed("it belongs to who wrote the record")
        if self._is_to_wait(case):
            raise NotAllowed("some of the words cannot be read on this laptop yet")
        is_there = case.data is not None or case.is_forgotten
        if case.standing != sheet.standing or not is_there:
            raise StandingChanged
        return case

    def _close(self, work: UnitOfWork, case: Case, state: ConflictState) -> None:
        work.save(replace(case.conflict, state=state))
        if (draft := self._draft(case.conflict.id)) is not None:
            work.delete(Draft, draft.id)

    def _set_states(
        self, work: UnitOfWork, rids: Iterable[RecordId], before: ConflictState, now: ConflictState
    ) -> None:
        for rid in rids:
            known = self._records.get(Conflict, rid)
            if known is not None and known.state is before:
                work.save(replace(known, state=now))

    def _draft(self, conflict: str) -> Draft | None:
        found = self._records.select(Draft, '"target" = ?', (conflict,))
        return found[0] if found else None

    def _write(self, work: UnitOfWork, case: Case, value: Wire) -> Settled:
        if case.spec is None or case.data is None:
            raise NotFound
        name = case.conflict.field
        rid = case.conflict.subject
        data = self._store.texts.readable(case.spec, rid, case.data)
        data = {key: held for key, held in data.items() if key != name}
        if value is not None:
            data[name] = case.shown(value) if _is_envelope(value) else value
        record = from_wire(case.spec.record, rid, data)
        before = self._records.get(FollowUp, record.id) if isinstance(record, FollowUp) else None
        # Words that are put back go in the envelope they came in: the office knows them by it.
        work.save(record, as_it_was={name: value} if _is_envelope(value) else None)
        if isinstance(record, FollowUp) and before is not None:
            self._corrections.keep(work, before, record)
        after = (self._records.data(case.spec, rid) or {}).get(name)
        return Settled(case.conflict.id, before=case.standing, after=after)

    def _delete_after_all(self, work: UnitOfWork, case: Case) -> Settled:
        if case.spec is None or case.data is None:
            raise NotFound
        work.delete(case.spec.record, case.conflict.subject)
        return Settled(case.conflict.id, before=None, after=None, deleted=case.data)

    # -- what a conflict is about --------------------------------------------------------------

    def _cases(self) -> Iterable[Case]:
        return [
            read_case(self._store, conflict)
            for conflict in self._records.select(Conflict, _OPEN, order='"created_at", "id"')
        ]

    def _case(self, conflict: str) -> Case:
        known = self._records.get(Conflict, conflict)
        if known is None or known.state is not ConflictState.OPEN:
            raise AlreadySettled
        return read_case(self._store, known)

    def _shown(self) -> list[Case]:
        """Return what waits for me; of a record that was forgotten, its first value for all."""
        shown = [case for case in self._cases() if self._shows(case)]
        first = {case.about: case.conflict.id for case in reversed(shown)}
        return [
            case for case in shown if not case.is_forgotten or first[case.about] == case.conflict.id
        ]

    def _left_of(self, case: Case) -> list[Case]:
        """Return what is left of a record that was forgotten, in the order of its fields."""
        if not case.is_forgotten or case.spec is None:
            return []
        order = list(case.spec.by_name)
        same = [
            other for other in self._cases() if other.is_forgotten and other.about == case.about
        ]
        same.sort(key=lambda other: order.index(other.conflict.field))
        return same

    def _is_unread(self, case: Case) -> bool:
        """Tell whether there are words that whoever settles this cannot read here yet."""
        return any(it.is_unread for it in self._left_of(case) or [case])

    def _is_to_wait(self, case: Case) -> bool:
        """Tell whether the key of what cannot be read here is still expected.

        Of a conflict dated a month ahead, by a clock that was wrong, nobody knows since when.
        """
        waited = abs(self._workplace.clock.now() - case.conflict.created_at)
        return waited < _KEYS_COME and self._is_unread(case)

    def _shows(self, case: Case) -> bool:
        if case.spec is None:
            return True  # it waits for a newer Coffre, and is told
        if case.spec.is_in_drawer:
            return False
        if case.data is None:
            return case.is_forgotten and not self._may_come_back(case)
        return not case.says_nothing and self._may_settle(case)

    def _means_nothing(self, case: Case) -> bool:
        if case.spec is None or not self._may_settle(case):
            return False
        if case.data is None:
            return not case.is_forgotten and not self._may_come_back(case)
        return case.says_nothing

    def _may_come_back(self, case: Case) -> bool:
        """Tell whether a record was deleted here, and that is not yet sent."""
        about = case.conflict
        return bool(self._store.outbox.of_record(about.subject_kind, about.subject))

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


def _is_envelope(value: Wire) -> bool:
    return isinstance(value, str) and value.startswith(CIRCLE_KEY)
