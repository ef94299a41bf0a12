"""What a copy of the vault could give back, and giving it back as new edits.

The database is never turned back: numbers, cursors and keys would go back with it, under an office
that remembers. What somebody chooses is written as she would have typed it again, in one unit of
work, and travels with the next synchronisation; a follow-up keeps what it said meanwhile as a
correction, and everything can be taken back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from desktop.crypto.errors import SealBroken
from desktop.crypto.vault import OpenVault
from desktop.domain.closed_texts import BROKEN, NOT_YET
from desktop.domain.text_differences import compare as compare_texts
from desktop.services.clinical_notes import ClinicalNotes
from desktop.services.corrections import Change, Corrections
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.drafts_in_copies import DRAFT, DraftsInCopies
from desktop.services.field_values import FieldValues, Readable
from desktop.services.given_back import GivenBack, Key, Line, Preview
from desktop.services.persons import shown_name
from desktop.services.snapshots import Snapshots
from desktop.services.workplace import UnitOfWork, Workplace
from desktop.store.comparison import ComparedStore, Comparison, Difference, compared
from desktop.store.journal import JournalEntry
from desktop.store.records import Data
from desktop.store.snapshot_folder import Snapshot
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec, Record, Rule, Shape
from protocol.kinds.follow_ups import ClinicalNote, FollowUp
from protocol.values import CLEAR_KEY, Wire, from_wire, instant_from_wire
from protocol.visibility import bucket_of, may_write

__all__ = ["Comparison", "GivenBack", "Key", "Line", "Preview", "Restoring"]

_NEVER = frozenset(
    {"professional", "circle_member", "circle_key", "conflict", "same_person", "correction"}
)
"""Who reads what, and what follows from edits, is decided today, not by a copy."""
_NOTE, _MEETING = "clinical_note", "follow_up"
_DATED = (
    *("starts_at", "at", "reviewed_on", "due_on"),
    *("driven_on", "started_on", "added_on", "since"),
)


class Restoring:
    """Previews a copy, gives back what is chosen."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        notes: ClinicalNotes,
        vault: OpenVault,
        snapshots: Snapshots,
    ) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._directory = directory
        self._notes = notes
        self._vault = vault
        self._snapshots = snapshots
        self._corrections = Corrections(workplace, directory)
        self._values = FieldValues(workplace, directory)
        self._drafts = DraftsInCopies(workplace, self._values)

    # -- looking ------------------------------------------------------------------------------

    def compare(self, snapshot: Snapshot) -> Comparison:
        """Compare a copy with the store, in the lane that copies; raise ``BrokenSnapshot``."""
        with self._beside(snapshot) as both:
            return both.compare()

    def preview(self, snapshot: Snapshot, comparison: Comparison) -> Preview:
        """Tell what the copy could give back, in the words of the present."""
        mine: dict[Key, Difference] = {}
        for raw in comparison.differences:  # meetings before the notes on them
            item = self._opened(raw)
            if self._is_mine(item, mine):
                mine[item.spec.name, item.rid] = item
        others = sum(_is_of_others(item, mine) for item in comparison.differences)
        drafts = (self._drafts.opened(item) for item in comparison.drafts)
        mine |= {(DRAFT.name, item.rid): item for item in drafts if item is not None}
        lines = self._lines(mine)
        return Preview(snapshot, lines, others, comparison.unlisted, comparison.added, mine)

    def named_again(self, preview: Preview) -> Preview:
        """Tell the same with persons named as screens name them now."""
        return replace(preview, lines=self._lines(preview.differences))

    def detail(self, preview: Preview, key: Key) -> tuple[Change, ...]:
        """Return the fields of one record, as the copy has them (``before``) and as they are."""
        item = preview.differences[key]
        if item.spec is DRAFT:
            return self._drafts.detail(item)
        if item.spec.name == _NOTE:
            return (self._note_change(item),)
        return tuple(
            self._change(item, name)
            for name in _changed(item)
            if name not in ("created_at", "created_by")
        )

    # -- giving back --------------------------------------------------------------------------

    def give_back(self, preview: Preview, keys: Iterable[Key]) -> Done[GivenBack]:
        """Write the chosen records as the copy has them, or none of them.

        Raises ``LeaseOver``, ``BrokenSnapshot``, ``InvalidInput``. What has come to say the same
        meanwhile is left alone.
        """
        chosen = set(keys)
        for kind, rid in tuple(chosen):
            if kind == _NOTE:  # a note comes back with the meeting it hangs on
                meeting = str(preview.differences[kind, rid].was.get(_MEETING))
                if not self._store.records.holds(_MEETING, meeting):
                    chosen.add((_MEETING, meeting))
        order = [item for key, item in preview.differences.items() if key in chosen]
        order.sort(key=lambda item: [*SYNCED, DRAFT.name].index(item.spec.name))
        written = []
        with self._workplace.work() as work:
            for item in order:
                before = self._store.records.data(item.spec, item.rid)
                self._write(work, item, before)
                after = self._store.records.data(item.spec, item.rid)
                if after is not None and after != before:
                    written.append((item.spec, item.rid, before, after))
            self._bring_documents(
                preview.snapshot, [i.rid for i in order if i.spec.name == "document"]
            )
            self._journal(len(written))
        return Done(GivenBack(tuple(written)), work.touched)

    def take_back(self, given: GivenBack) -> Done[int]:
        """Undo: each record says again what it said, unless somebody wrote in it since."""
        undone = 0
        with self._workplace.work() as work:
            for spec, rid, before, after in reversed(given.written):
                if self._store.records.data(spec, rid) != after:
                    continue
                undone += 1
                if before is not None:
                    readable = self._store.texts.readable(spec, rid, before)
                    work.save(_record(spec, rid, readable), as_it_was=before)
                    continue
                work.delete(spec.record, rid)
                if spec.name == "document":
                    self._store.pieces.forget(rid)
        return Done(undone, work.touched)

    def _write(self, work: UnitOfWork, item: Difference, before: Data | None) -> None:
        if item.spec.name == _NOTE:
            self._notes.give_back(work, _note(item.rid, item.was))
            return
        if item.spec is DRAFT and self._drafts.standing(item.was) is not None:
            return  # she has begun meanwhile: what is typed here is never written over
        after = _record(item.spec, item.rid, _given(item, before))
        if before is not None and isinstance(after, FollowUp):
            readable = self._store.texts.readable(item.spec, item.rid, before)
            known = cast(FollowUp, _record(item.spec, item.rid, readable))
            self._corrections.keep(work, known, after)
        work.save(after)

    def _bring_documents(self, snapshot: Snapshot, documents: Sequence[str]) -> None:
        if not documents:
            return
        with self._beside(snapshot) as both:
            for document in documents:
                for number, bucket, body in both.pieces(document):
                    self._store.pieces.put(document, bucket, {number: body}, is_sent=False)

    def _journal(self, count: int) -> None:
        now = self._workplace.clock.now()
        if count:
            self._store.journal.add(JournalEntry(now, now, "given_back", count, 0, 0, 0, 0))

    # -- inside -------------------------------------------------------------------------------

    @contextmanager
    def _beside(self, snapshot: Snapshot) -> Iterator[ComparedStore]:
        key, own = self._vault.database_key(), self._vault.snapshot_database_key()
        path = self._store.snapshots.path_of(snapshot)
        try:
            with compared(
                self._store.path,
                key.hexadecimal(),
                path,
                own.hexadecimal(),
                self._snapshots.readers,
            ) as both:
                yield both
        finally:
            key.forget()
            own.forget()

    def _opened(self, item: Difference) -> Difference:
        """Return a difference with the texts of the circle as they are read."""
        spec, rid, texts = item.spec, item.rid, self._store.texts
        now = None if item.now is None else texts.readable(spec, rid, item.now)
        return replace(item, was=texts.readable(spec, rid, item.was), now=now)

    def _is_closed(self, item: Difference) -> bool:
        """Whether a text of the copy cannot be read here: nothing could be given back of it."""
        shown = (item.was.get(field.name) for field in item.spec.circle_texts)
        return any(value in (CLEAR_KEY + NOT_YET, CLEAR_KEY + BROKEN) for value in shown)

    def _is_mine(self, item: Difference, others: Mapping[Key, Difference]) -> bool:
        spec, data, me = item.spec, item.was, str(self._workplace.me)
        if spec.name in _NEVER or self._is_closed(item):
            return False
        if spec.signed is not None and data.get(spec.signed) != me:
            return False
        if spec.is_in_drawer:
            return data.get("created_by") == me and self._opens(item, others)
        if spec.bucket_field is None:
            return may_write(spec, data, self._directory.me().job, me)
        # A dossier that left this laptop is not read from a copy either.
        return self._store.records.holds("person", bucket_of(spec, item.rid, data))

    def _opens(self, item: Difference, others: Mapping[Key, Difference]) -> bool:
        """Whether a note opens, says something else, and has a meeting; true of what is no note."""
        if item.spec.name != _NOTE:
            return True
        meeting = str(item.was.get(_MEETING))
        if (_MEETING, meeting) not in others and not self._store.records.holds(_MEETING, meeting):
            return False
        try:
            # Sealed anew, the same words are other bytes.
            return self._notes.read(_note(item.rid, item.was)) != self._stands(item)
        except SealBroken:
            return False

    def _stands(self, item: Difference) -> str | None:
        """What a note says today; nothing when it is gone or does not open."""
        if item.now is None:
            return None
        try:
            return self._notes.read(_note(item.rid, item.now))
        except SealBroken:
            return None

    def _lines(self, mine: Mapping[Key, Difference]) -> tuple[Line, ...]:
        names: dict[str, str] = {}
        found = (self._line(item, names, mine) for item in mine.values())
        latest_first = sorted(
            found, key=lambda line: line.at.isoformat() if line.at else "", reverse=True
        )
        return tuple(latest_first)

    def _line(
        self, item: Difference, names: dict[str, str], mine: Mapping[Key, Difference]
    ) -> Line:
        meeting = self._meeting(item, mine)
        if item.spec is DRAFT:
            return self._draft_line(item)
        person = item.rid if item.spec.name == "person" else str(meeting.get("person") or "")
        if person and person not in names:
            names[person] = shown_name(self._workplace, person)
        labels = [item.spec.by_name[name].label for name in _changed(item)]
        return Line(
            kind=item.spec.name,
            rid=item.rid,
            label=item.spec.label,
            person=names.get(person, ""),
            at=self._at(item.spec if meeting is item.was else SYNCED[_MEETING], meeting),
            is_missing=item.now is None,
            fields=() if item.now is None else tuple(labels),
        )

    def _draft_line(self, item: Difference) -> Line:
        return Line(
            kind=DRAFT.name,
            rid=item.rid,
            label=self._drafts.label(item.was),
            person=self._drafts.person(item.was),
            at=instant_from_wire(str(item.was["updated_at"])),
            is_missing=item.now is None,
            fields=(),
            is_draft=True,
        )

    def _meeting(self, item: Difference, mine: Mapping[Key, Difference]) -> Data:
        """The record that says whose and when: of a note, its follow-up."""
        if item.spec.name != _NOTE:
            return item.was
        meeting = str(item.was.get(_MEETING))
        if (_MEETING, meeting) in mine:
            return mine[_MEETING, meeting].was
        return self._store.records.data(SYNCED[_MEETING], meeting) or item.was

    def _at(self, spec: KindSpec, data: Data) -> datetime | date | None:
        for name in (*_DATED, "created_at"):
            if name in spec.by_name and data.get(name):
                value = self._values.read(spec.by_name[name], data[name])
                return value if isinstance(value, date) else None
        return None

    def _change(self, item: Difference, name: str) -> Change:
        field = item.spec.by_name[name]
        was = self._values.read(field, item.was.get(name))
        now = self._values.read(field, item.now.get(name)) if item.now is not None else None
        if field.rule is Rule.SEALED_TEXT and item.now is not None:
            spans = compare_texts(str(was or ""), str(now or ""))
            return Change(field.label, was, now, spans.first, spans.second)
        return Change(field.label, was, now)

    def _note_change(self, item: Difference) -> Change:
        was: Readable = self._notes.read(_note(item.rid, item.was))
        now = self._stands(item)
        if now is None:
            return Change(item.spec.label, was, None)
        spans = compare_texts(str(was), now)
        return Change(item.spec.label, was, now, spans.first, spans.second)


def _is_of_others(item: Difference, mine: Mapping[Key, Difference]) -> bool:
    """Whether a difference is told as somebody else's; a note sealed anew is none."""
    return item.spec.name != _NOTE and (item.spec.name, item.rid) not in mine


def _changed(item: Difference) -> list[str]:
    """The fields that are not the same; of what is missing, those that say something."""
    if item.now is None:
        return [
            name
            for name, field in item.spec.by_name.items()
            if item.was.get(name) not in (None, [], "") and field.shape is not Shape.ID
        ]
    now = item.now
    return [
        name
        for name, field in item.spec.by_name.items()
        if field.rule is not Rule.IMMUTABLE and item.was.get(name) != now.get(name)
    ]


def _given(item: Difference, before: Data | None) -> dict[str, Wire]:
    """The record as it is to stand: what never changes as it is, the rest as the copy has it."""
    if before is None:
        return dict(item.was)
    fixed = {name for name, field in item.spec.by_name.items() if field.rule is Rule.IMMUTABLE}
    return {name: before[name] for name in fixed & before.keys()} | {
        name: value for name, value in item.was.items() if name not in fixed
    }


def _record(spec: KindSpec, rid: str, data: Data) -> Record:
    known = {name: value for name, value in data.items() if name in spec.by_name}
    return from_wire(spec.record, rid, known)


def _note(rid: str, data: Data) -> ClinicalNote:
    return cast(ClinicalNote, _record(SYNCED[_NOTE], rid, data))
