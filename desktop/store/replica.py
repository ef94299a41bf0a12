"""The laptop's copy of what the office holds: applying its replies without losing a local word.

Pending changes are replayed over what arrives, so that what the worker typed stays on her screen
until the office has it. Each call is one transaction, with the progress it speaks of.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from desktop.domain.touched import Touched
from desktop.store.database import EncryptedDatabase
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.person_index import PersonIndex
from desktop.store.records import Data, Records
from desktop.store.state import Progress, State
from desktop.store.unknown import UnknownRecords
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import SYNCED, Rule
from protocol.kinds.declare import KindSpec
from protocol.text_merge import merge_text
from protocol.values import CLEAR_KEY, Wire
from protocol.wire import DELETE


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record of a page, its names resolved."""

    kind: str
    bucket: str
    rid: str
    whole: bool
    data: Data


@dataclass(frozen=True, slots=True)
class Gone:
    """One record to remove."""

    kind: str
    rid: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the office made of one operation it did not simply take."""

    refused: str | None = None
    """Why the whole operation was refused."""
    conflict: tuple[str, ...] = ()
    """Fields in which one of two values went to a conflict; ``deleted`` for a deletion undone."""
    stale: tuple[str, ...] = ()
    """Texts to join with the office's and send again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One reply of the office, decoded and checked."""

    batch: int
    """How many operations the request carried."""
    acknowledged: int
    """Number of our last operation that the office has stored."""
    verdicts: Mapping[int, Verdict]
    """By operation number."""
    dropped: Sequence[str]
    incoming: Sequence[Incoming]
    gone: Sequence[Gone]
    progress: Progress

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it needs writing, progress aside."""
        return not (self.batch or self.dropped or self.incoming or self.gone)


@dataclass(frozen=True, slots=True)
class Unjoined:
    """A sealed text that two people rewrote: the office's stands, ours must be kept apart."""

    kind: str
    rid: str
    field: str
    mine: Wire
    theirs: Wire


@dataclass(slots=True)
class Applied:
    """What applying a page did."""

    touched: set[Touched] = field(default_factory=set)
    received: int = 0
    removed: int = 0
    unjoined: list[Unjoined] = field(default_factory=list)


class Replica:
    """Applies the office's replies."""

    def __init__(
        self,
        database: EncryptedDatabase,
        records: Records,
        outbox: Outbox,
        state: State,
        index: PersonIndex,
        unknown: UnknownRecords,
    ) -> None:
        self._database = database
        self._records = records
        self._outbox = outbox
        self._state = state
        self._index = index
        self._unknown = unknown

    def apply(self, page: Page, now: datetime) -> Applied:
        """Apply one reply in the caller's transaction."""
        applied = Applied()
        self._acknowledge(page, now, applied)
        for bucket in page.dropped:
            self._drop(bucket, applied)
        self._remove(page.gone, applied)
        self._take(page.incoming, applied)
        before = self._state.progress()
        self._state.set_progress(page.progress)
        if page.progress.after is None and page.progress.cursor != before.cursor:
            self._raise_bases(page.progress.cursor)
        return applied

    # -- our own operations ---------------------------------------------------------------------

    def _acknowledge(self, page: Page, now: datetime, applied: Applied) -> None:
        for op in self._outbox.sent_apart(page.acknowledged, page.verdicts):
            verdict = page.verdicts.get(op.n or 0, Verdict())
            if verdict.refused is not None:
                self._outbox.rewrite(replace(op, state="refused", reason=verdict.refused))
                self._settle(op, None, applied)
                continue
            if verdict.stale:
                self._plan_again(op, verdict.stale)
            # Somebody edited what we deleted: the edit wins, the record is shown again.
            stands = op.verb == DELETE and bool(verdict.conflict)
            left_out = {*verdict.conflict, *verdict.stale}
            taken = {name: value for name, value in op.fields.items() if name not in left_out}
            self._settle(op, None if stands else replace(op, fields=taken), applied)
        if page.batch:
            self._outbox.archive(page.acknowledged, now)

    def _plan_again(self, op: PendingOp, names: Sequence[str]) -> None:
        texts = {name: op.fields[name] for name in names if name in op.fields}
        if texts:
            self._outbox.put_back(op, texts, op.base)

    def _settle(self, op: PendingOp, taken: PendingOp | None, applied: Applied) -> None:
        """Make the mirror hold what the office took, and show it under what still waits.

        A record that the office refused to create hides nothing of the office's: it stays.
        """
        waiting = [o for o in self._outbox.of_record(op.kind, op.rid) if o.id > op.id]
        known = self._outbox.mirror(op.kind, op.rid)
        mirror = taken.replay(known) if taken else known
        self._outbox.set_mirror(op.kind, op.rid, mirror if waiting else None)
        if known is None or taken == op:
            return
        shown = mirror
        for later in waiting:
            shown = later.replay(shown)
        self._put(op.spec, {op.rid: shown})
        applied.touched.add(_touched(op.spec, op.rid, _bucket(op.spec, op.rid, known)))

    # -- the office's changes -------------------------------------------------------------------

    def _take(self, incoming: Sequence[Incoming], applied: Applied) -> None:
        by_kind: dict[str, list[Incoming]] = defaultdict(list)
        for item in incoming:
            by_kind[item.kind].append(item)
        for name, items in by_kind.items():
            if name in SYNCED:
                self._take_kind(SYNCED[name], items, applied)
            else:
                self._unknown.keep(items)
        applied.received += len(incoming)

    def _take_kind(self, spec: KindSpec, items: list[Incoming], applied: Applied) -> None:
        waiting = self._records_with_pending(spec.name)
        rows: dict[str, Data] = {}
        for item in items:
            if item.rid in waiting:
                shown = self._replayed(spec, item, applied)
            elif item.whole:
                shown = item.data
            else:
                current = rows.get(item.rid) or self._records.data(spec, item.rid)
                # Some fields of what is not here are no record: shown, they would stop a list.
                shown = None if current is None else current | item.data
            if shown is not None:
                rows[item.rid] = shown
            applied.touched.add(_touched(spec, item.rid, item.bucket))
        self._put(spec, rows)

    def _put(self, spec: KindSpec, rows: Mapping[str, Data | None]) -> None:
        present = {rid: data for rid, data in rows.items() if data is not None}
        gone = rows.keys() - present.keys()
        self._records.put(spec, present.items())
        self._records.remove(spec, gone)
        if spec.name == "person":
            self._index.refresh(present)
            self._index.forget(gone)

    def _replayed(self, spec: KindSpec, item: Incoming, applied: Applied) -> Data | None:
        old = self._outbox.mirror(spec.name, item.rid)
        if old is None and not item.whole:
            return None  # some fields of what the office never gave are no record
        new = item.data if item.whole or old is None else old | item.data
        self._outbox.set_mirror(spec.name, item.rid, new)
        shown: Data | None = new
        for op in self._outbox.of_record(spec.name, item.rid):
            joined = self._join_texts(op, old or {}, new, item.data, applied)
            # What the office has is not made again; but a creation holds whole values.
            shown = replace(joined, creates=joined.creates and shown is not None).replay(shown)
        return shown

    def _join_texts(
        self, op: PendingOp, old: Data, new: Data, arrived: Data, applied: Applied
    ) -> PendingOp:
        """Join by words the texts of a pending change with those that have just arrived.

        A joined text becomes a change of its own, whose base may be raised once everything has
        arrived: its companions keep the base they were written on.
        """
        names = [n for n in op.fields.keys() & arrived.keys() if _is_text(op.spec, n)]
        if not names or op.state != "pending":
            return op
        joined: dict[str, Any] = {}
        for name in names:
            text = _joined(old.get(name), new.get(name), op.fields[name])
            if text is None:
                applied.unjoined.append(
                    Unjoined(op.kind, op.rid, name, mine=op.fields[name], theirs=new.get(name))
                )
            elif text != new.get(name):
                joined[name] = text
        rest = {name: value for name, value in op.fields.items() if name not in names}
        self._outbox.replace_fields(op, rest)
        if joined:
            self._outbox.put_back(op, joined, op.base)
        return replace(op, fields=rest | joined)

    def _raise_bases(self, cursor: int) -> None:
        """All has arrived: texts joined with what arrived may now claim to have seen it."""
        for op in self._outbox.pending_texts():
            if op.base < cursor:
                self._outbox.rewrite(replace(op, base=cursor))

    # -- what leaves this laptop ----------------------------------------------------------------

    def _remove(self, gone: Sequence[Gone], applied: Applied) -> None:
        for item in gone:
            spec = SYNCED.get(item.kind)
            if spec is None:
                self._unknown.forget(item.kind, item.rid)
            elif not self._outbox.of_record(item.kind, item.rid):
                before = self._records.data(spec, item.rid)
                self._records.remove(spec, [item.rid])
                bucket = _bucket(spec, item.rid, before or {})
                applied.touched.add(_touched(spec, item.rid, bucket))
            applied.removed += 1
        self._index.forget([item.rid for item in gone if item.kind == "person"])

    def _drop(self, bucket: str, applied: Applied) -> None:
        """A dossier this professional no longer reads: its rows go, its unsent work stays."""
        for spec in SYNCED.values():
            if spec.bucket_field in (None, "created_by"):
                continue
            column = spec.bucket_field
            rows = self._database.rows(
                f'SELECT "id" FROM "{spec.name}" WHERE "{column}" = ?',  # noqa: S608
                (bucket,),
            )
            rids = [str(row[0]) for row in rows]
            self._records.remove(spec, rids)
            self._outbox.forget_mirrors(spec.name, rids)
            applied.removed += len(rids)
            applied.touched.update(_touched(spec, rid, bucket) for rid in rids)
        self._index.forget([bucket])
        self._unknown.forget_bucket(bucket)

    def _records_with_pending(self, kind: str) -> set[str]:
        rows = self._database.rows(
            'SELECT "rid" FROM "outbox" WHERE "kind" = ? AND "state" <> \'refused\'', (kind,)
        )
        return {str(row[0]) for row in rows}


def _is_text(spec: KindSpec, name: str) -> bool:
    item = spec.by_name.get(name)
    return item is not None and item.rule is Rule.SEALED_TEXT


def _joined(base: Wire, theirs: Wire, mine: Wire) -> Wire:
    """Return the text that holds both sides' words, or nothing if they cannot be joined here."""
    if mine == theirs:
        return mine
    texts = [str(value or CLEAR_KEY) for value in (base, theirs, mine)]
    if any(text[0] != CLEAR_KEY for text in texts):
        return None
    merged = merge_text(*(text[1:] for text in texts))
    return None if merged is None else CLEAR_KEY + merged


def _touched(spec: KindSpec, rid: str, bucket: str) -> Touched:
    return Touched(spec.name, rid, None if bucket == REFERENCE_BUCKET else bucket)


def _bucket(spec: KindSpec, rid: str, data: Mapping[str, object]) -> str:
    if spec.bucket_field is None:
        return REFERENCE_BUCKET
    return rid if spec.bucket_field == "id" else str(data.get(spec.bucket_field, rid))
