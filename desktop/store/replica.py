"""The laptop's copy of what the office holds: applying its replies without losing a local word.

Pending changes are replayed over what arrives, so that what the worker typed stays on her screen
until the office has it. Each call is one transaction, with the progress it speaks of.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

import msgspec

from desktop.config.clock import paris
from desktop.domain.touched import Touched
from desktop.store.archive import Archive
from desktop.store.departures import Departures, is_offer
from desktop.store.known_identities import KnownIdentities
from desktop.store.lacking_there import LackingThere
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.person_index import PersonIndex
from desktop.store.proof import Key, Proof
from desktop.store.records import Data, Records
from desktop.store.sealed_texts import SealedTexts
from desktop.store.set_aside import SetAside
from desktop.store.state import Progress, State
from desktop.store.text_joining import TextJoining, Unjoined
from desktop.store.unknown import UnknownRecords
from desktop.store.watched import Changes, Foreseen
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import SYNCED, ClinicalNote, FollowUp, Person, Professional, Rule, spec_of
from protocol.kinds.declare import KindSpec
from protocol.values import is_whole
from protocol.visibility import bucket_of
from protocol.wire import DELETE, Root

_PROFESSIONAL = spec_of(Professional)
_PERSON, _MEETING = spec_of(Person).name, spec_of(FollowUp).name
_NOTE = spec_of(ClinicalNote).name


class Incoming(msgspec.Struct, frozen=True, gc=False):
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
    erased: int | None = None
    """Number of the erasure that leaves nothing of it; ``None``: somebody deleted it."""
    is_one_of_all: bool = True
    """Whether all that this erasure takes is told with it; else nobody is told that it is done."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the office made of one operation it did not simply take."""

    refused: str | None = None
    """Why the whole operation was refused."""
    conflict: tuple[str, ...] = ()
    """Fields in which one of two values went to a conflict; ``deleted`` for a deletion undone."""
    stale: tuple[str, ...] = ()
    """Texts to join with the office's and send again."""
    late: bool = False
    """Kept for those who now hold the dossier, which is not ours any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """One reply of the office, decoded and checked."""

    sent: Sequence[PendingOp]
    """The operations that the request carried."""
    acknowledged: int
    """Number of our last operation that the office has stored."""
    verdicts: Mapping[int, Verdict]
    """By operation number."""
    dropped: Sequence[str]
    incoming: Sequence[Incoming]
    gone: Sequence[Gone]
    progress: Progress
    root: Root | None = None
    """What the office holds for us once this page is applied."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it needs writing, progress aside."""
        return not (self.sent or self.dropped or self.incoming or self.gone)

    @property
    def may_move_dossiers(self) -> bool:
        """Whether there may be more dossiers, or fewer, once it is applied."""
        named = {op.kind for op in self.sent} | {item.kind for item in self.incoming}
        return bool(self.dropped) or _PERSON in named | {item.kind for item in self.gone}

    def refused_erased(self, kind: str) -> list[str]:
        """Return the records of a kind whose operations are refused: they are of the erased."""
        refused = {n for n, verdict in self.verdicts.items() if verdict.refused == "erased"}
        if not refused:
            return []
        return [op.rid for op in self.sent if op.kind == kind and op.n in refused]


@dataclass(slots=True)
class Applied:
    """What applying a page did."""

    touched: set[Touched] = field(default_factory=set)
    received: int = 0
    removed: int = 0
    has_forgotten: bool = False
    """Whether words that waited for the office went, which are nobody's on this laptop."""
    unjoined: list[Unjoined] = field(default_factory=list)
    verified: bool | None = None
    """Whether both sides hold the same; ``None`` when the reply did not say."""
    erased: list[Key] = field(default_factory=list)


class Replica:
    """Applies the office's replies."""

    def __init__(
        self,
        records: Records,
        outbox: Outbox,
        state: State,
        index: PersonIndex,
        unknown: UnknownRecords,
        archive: Archive,
        proof: Proof,
        set_aside: SetAside,
        departures: Departures,
        identities: KnownIdentities,
        texts: SealedTexts,
        lacking: LackingThere,
    ) -> None:
        self._records = records
        self._outbox = outbox
        self._lacking = lacking
        self._state = state
        self._index = index
        self._unknown = unknown
        self._archive = archive
        self._proof = proof
        self._set_aside = set_aside
        self._departures = departures
        self._identities = identities
        self._texts = TextJoining(outbox, texts)

    def foresee(self, batch: Sequence[PendingOp]) -> Foreseen:
        """Do, while the office works, what its answer to a batch will most often ask for."""
        named = _grouped((op.kind, op.rid) for op in batch)
        return self._proof.foresee({kind: frozenset(rids) for kind, rids in named.items()})

    def apply(self, page: Page, now: datetime, foreseen: Foreseen | None = None) -> Applied:
        """Apply one reply in the caller's transaction."""
        applied = Applied()
        erased = [it.rid for it in page.gone if it.erased is not None and it.kind == _PERSON]
        hung = self._hung_on_erased(page, erased)
        self._acknowledge(page, now, applied, foreseen)
        changes = self._proof.changes()
        self._erase_elsewhere(hung, page, changes, applied)
        for bucket in page.dropped:
            # Dossiers this professional no longer reads: their rows go, her unsent work stays.
            self._note_left(self._departures.leave(bucket), bucket, applied)
            self._state.note_given([bucket])
        for kind, rids in _named(page).items():
            changes.watch(kind, rids)
        self._remove(page.gone, applied, self._state.realigning_since())
        written = self._take(page.incoming, changes, now, applied)
        # The first keys told for a colleague are those this laptop goes by.
        told = [(it.rid, it.data) for it in page.incoming if it.kind == _PROFESSIONAL.name]
        self._identities.pin(told, paris(now).date())
        changes.settle(written)
        for person in erased:
            self._proof.forget_bucket(person)  # what was watched of it went with the rest
        if applied.erased:
            self._state.note_erased(applied.erased)
        if page.may_move_dossiers:
            self._state.set_dossiers_to_count()
        before = self._state.progress()
        if page.progress != before:
            self._state.set_progress(page.progress)
        if page.progress.after is None and page.progress.cursor != before.cursor:
            self._texts.raise_bases(page.progress.cursor)
        if page.root is not None and self._state.is_realigning():
            self._proof.recount()
        applied.verified = self.compare(page)
        if applied.verified:
            counted = self._records.count(_PERSON) if self._state.are_dossiers_to_count() else None
            self._state.note_verified(now, counted)
        return applied

    def compare(self, page: Page) -> bool | None:
        """Tell whether both sides hold the same, once a page is applied, if the office said."""
        return None if page.root is None else self._proof.root() == page.root

    # -- our own operations ---------------------------------------------------------------------

    def _acknowledge(
        self, page: Page, now: datetime, applied: Applied, foreseen: Foreseen | None
    ) -> None:
        if not page.sent:
            return
        answered = [op for op in page.sent if (op.n or 0) <= page.acknowledged]
        taken = self._departures.forget_offers(answered)
        erased = self._erased_under_way(taken)
        taken = [op for op in taken if op.rid not in erased]
        changes = self._proof.changes(foreseen)
        applied.has_forgotten |= len(taken) < len(answered)
        known_there = {(op.kind, op.rid) for op in taken if not op.creates}
        made = {(op.kind, op.rid) for op in taken} - known_there
        for kind, rids in _grouped(known_there).items():
            changes.watch(kind, rids)
        for kind, rids in _grouped(made).items():
            changes.watch_new(kind, rids)
        judged = set(page.verdicts)
        is_simply_taken = not judged and self._outbox.is_alone(page.sent)
        is_as_foreseen = is_simply_taken and not self._outbox.has_refused()
        if not is_simply_taken:
            for op in self._outbox.sent_apart(page.acknowledged, page.verdicts):
                if op.rid in erased:
                    continue
                judged.add(op.n or 0)
                self._judge(op, page.verdicts.get(op.n or 0, Verdict()), applied)
        self._archive.take(page.acknowledged, now)
        for note in erased:
            self._departures.forget_record(SYNCED[_NOTE], note, is_answered=True)
            applied.erased.append((_NOTE, note))
        for bucket in {op.bucket for op in answered} if applied.has_forgotten else ():
            self._departures.forget_keys(bucket)
        # A creation simply taken is known: nothing was written since over what was sent.
        known: dict[str, dict[str, Data]] = defaultdict(dict)
        for op in taken:
            if op.creates and op.n not in judged and not is_offer(op):
                known[op.kind][op.rid] = op.fields
        changes.settle(known, as_foreseen=is_as_foreseen)

    def _erased_under_way(self, taken: Sequence[PendingOp]) -> set[str]:
        """Return the notes that were erased here while they were on their way to the office."""
        notes = {op.rid for op in taken if op.kind == _NOTE}
        return notes.intersection(self._state.untold_notes()) if notes else notes

    def _judge(self, op: PendingOp, verdict: Verdict, applied: Applied) -> None:
        if verdict.late and self._stays(op):
            verdict = Verdict()  # it goes with its dossier, when that is said to leave
        if verdict.late or verdict.refused == "erased":
            # Not ours any more, or nobody's: the office has it, or nothing may be left of it.
            self._outbox.forget(op)
            self._departures.forget_record(op.spec, op.rid, late=verdict.late, is_answered=True)
            applied.has_forgotten = True
            if verdict.refused:
                applied.erased.append((op.kind, op.rid))
            applied.touched.add(_touched(op.spec, op.rid, op.bucket))
            return
        if verdict.refused is not None:
            self._outbox.rewrite(replace(op, state="refused", reason=verdict.refused))
            self._settle(op, None, applied)
            return
        if verdict.stale:
            self._texts.plan_again(op, verdict.stale)
        # Somebody edited what we deleted: the edit wins, the record is shown again.
        stands = op.verb == DELETE and bool(verdict.conflict)
        left_out = {*verdict.conflict, *verdict.stale}
        taken = {name: value for name, value in op.fields.items() if name not in left_out}
        self._settle(op, None if stands else replace(op, fields=taken), applied)

    def _stays(self, op: PendingOp) -> bool:
        """Tell whether a record is kept although it is said to be somebody else's now.

        Not what was only offered: the office has it already, and made nothing of it.
        """
        if is_offer(op):
            return False
        return op.spec.is_in_drawer or self._records.holds("person", op.bucket)

    def _settle(self, op: PendingOp, taken: PendingOp | None, applied: Applied) -> None:
        """Make the mirror hold what the office took, and show it under what still waits.

        A record that the office refused to create hides nothing of the office's: it stays. So does
        one that it says it knew in other words, as long as it has not given them.
        """
        waiting = [o for o in self._outbox.of_record(op.kind, op.rid) if o.id > op.id]
        known = self._outbox.mirror.get(op.kind, op.rid)
        mirror = taken.replay(known) if taken else known
        self._outbox.mirror.set(op.kind, op.rid, mirror if waiting else None)
        if known is None or taken == op:
            return
        shown = mirror
        for later in waiting:
            shown = later.replay(shown)
        if shown is None or is_whole(op.spec, shown):
            self._put(op.spec, {op.rid: shown}, {})
            applied.touched.add(_touched(op.spec, op.rid, op.bucket))

    # -- the office's changes -------------------------------------------------------------------

    def _take(
        self, incoming: Sequence[Incoming], changes: Changes, now: datetime, applied: Applied
    ) -> dict[str, dict[str, Data]]:
        """Write records; return those whose rows are now known without being read again."""
        anew_since = self._state.realigning_since()
        written: dict[str, dict[str, Data]] = {}
        by_kind: dict[str, list[Incoming]] = defaultdict(list)
        for item in incoming:
            by_kind[item.kind].append(item)
        self._state.note_given([item.rid for item in by_kind[_PERSON] if item.whole])
        if _NOTE in by_kind:
            erased = self._state.untold_notes()
            by_kind[_NOTE] = [it for it in by_kind[_NOTE] if it.rid not in erased]
        refused = self._outbox.has_refused()
        for name, items in by_kind.items():
            # What it gives of these may be what stood before the words that it has forgotten.
            older = {item.rid for item in items if anew_since is not None}
            if refused:
                given = [item.rid for item in items if item.whole]
                older |= self._lacking.note_given(name, given)
            if name in SYNCED:
                spec, held = SYNCED[name], changes.held(name)
                if anew_since is not None:
                    self._set_aside.keep(spec, items, anew_since)
                written[name] = self._take_kind(spec, items, held, older, applied)
            else:
                self._unknown.keep(items)
        applied.received += len(incoming)
        return written

    def _take_kind(
        self,
        spec: KindSpec,
        items: list[Incoming],
        held: Mapping[str, Data],
        older: Collection[str],
        applied: Applied,
    ) -> dict[str, Data]:
        waiting, refused = self._outbox.records_waiting(spec.name)
        rows: dict[str, Data] = {}
        for item in items:
            before = rows.get(item.rid) or held.get(item.rid)
            if item.rid in waiting:
                shown = self._replayed(spec, item, applied, may_be_older=item.rid in older)
            elif item.whole or before is not None:
                shown = _overlaid(spec, before, item)
            else:
                shown = None  # some fields of what is not here are no record
            if shown is not None:
                rows[item.rid] = shown
            applied.touched.add(_touched(spec, item.rid, item.bucket))
        aside = waiting | refused
        # What is held of the others is their rows, read a moment ago.
        self._put(spec, rows, {rid: data for rid, data in held.items() if rid not in aside})
        return {rid: data for rid, data in rows.items() if rid not in aside}

    def _put(
        self, spec: KindSpec, rows: Mapping[str, Data | None], held: Mapping[str, Data]
    ) -> None:
        present = {rid: data for rid, data in rows.items() if data is not None}
        gone = rows.keys() - present.keys()
        self._records.change(spec, held, present)
        self._records.remove(spec, gone)
        if spec.name == "person":
            self._index.refresh(present)
            self._index.forget(gone)

    def _replayed(
        self, spec: KindSpec, item: Incoming, applied: Applied, *, may_be_older: bool
    ) -> Data | None:
        old = self._outbox.mirror.get(spec.name, item.rid)
        if old is None and not item.whole:
            return None  # some fields of what the office never gave are no record
        new = item.data if item.whole or old is None else old | item.data
        self._outbox.mirror.set(spec.name, item.rid, new)
        shown: Data | None = new
        for op in self._outbox.of_record(spec.name, item.rid):
            joined, unjoined = self._texts.join(
                op, old or {}, new, item.data, may_be_older=may_be_older
            )
            applied.unjoined += unjoined
            shown = replace(joined, creates=False).replay(shown)  # what it has is not made again
        if not self._outbox.of_record(spec.name, item.rid):
            # All that waited was kept apart, or said the same: the row is what both sides hold.
            self._outbox.mirror.forget(spec.name, [item.rid])
        return shown if shown is not None and is_whole(spec, shown) else None

    # -- what leaves this laptop ----------------------------------------------------------------

    def _remove(self, gone: Sequence[Gone], applied: Applied, anew_since: str | None) -> None:
        for item in gone:
            spec = SYNCED.get(item.kind)
            if item.erased is not None:
                self._erase(item, applied)
                if item.is_one_of_all:
                    self._state.note_erasure(item.erased)
            elif spec is None:
                self._unknown.forget(item.kind, item.rid)
            elif not self._outbox.of_record(item.kind, item.rid):
                before = self._records.data(spec, item.rid)
                if before is not None and anew_since is not None and spec.is_in_dossier:
                    self._set_aside.keep_gone(spec, item.rid, before, anew_since)
                self._records.remove(spec, [item.rid])
                self._departures.forget_content(item.kind, item.rid)
                if before is not None:
                    bucket = bucket_of(spec, item.rid, before)
                    applied.touched.add(_touched(spec, item.rid, bucket))
            applied.removed += 1
        self._index.forget([item.rid for item in gone if item.kind == "person"])

    def _erase(self, item: Gone, applied: Applied) -> None:
        """Leave nothing of a record, nor of the dossier it founded (RGPD, article 17)."""
        if item.kind == _PERSON:
            self._note_left(self._departures.erase(item.rid), item.rid, applied)
            self._state.note_given([item.rid])
        elif item.kind in SYNCED:
            self._departures.forget_record(SYNCED[item.kind], item.rid)
            applied.touched.add(Touched(item.kind, item.rid, None))
        else:
            self._unknown.forget(item.kind, item.rid)
        applied.erased.append((item.kind, item.rid))

    def _hung_on_erased(self, page: Page, erased: Sequence[str]) -> list[Key]:
        """Return what speaks of the erased outside their dossiers, while these are still here.

        A meeting that was still to be sent goes as it is refused, before the page that says whose
        it was: notes on it are found here too.
        """
        meetings = page.refused_erased(_MEETING)
        return self._departures.elsewhere_on(erased, meetings) if erased or meetings else []

    def _erase_elsewhere(
        self, hung: Sequence[Key], page: Page, changes: Changes, applied: Applied
    ) -> None:
        """Leave nothing of these records.

        The office names those that it knew to be about somebody erased. A note that it took of a
        meeting that it never had, or has forgotten, it cannot know: it is told.
        """
        for kind, rid in hung:
            changes.watch(kind, [rid])
            self._departures.forget_record(SYNCED[kind], rid, is_answered=True)
            applied.erased.append((kind, rid))
            applied.touched.add(Touched(kind, rid, None))
        if notes := {rid for kind, rid in hung if kind == _NOTE}:
            named = {it.rid for it in page.gone if it.erased is not None and it.kind == _NOTE}
            self._state.note_untold_notes(notes - named - set(page.refused_erased(_NOTE)))

    def _note_left(self, left: Mapping[str, Sequence[str]], bucket: str, applied: Applied) -> None:
        for kind, rids in left.items():
            applied.removed += len(rids)
            applied.touched.update(_touched(SYNCED[kind], rid, bucket) for rid in rids)


def _touched(spec: KindSpec, rid: str, bucket: str) -> Touched:
    return Touched(spec.name, rid, None if bucket == REFERENCE_BUCKET else bucket)


def _overlaid(spec: KindSpec, before: Data | None, item: Incoming) -> Data:
    """Return a record as its row will be: what is immutable was written once and stays."""
    if before is None:
        return item.data
    fixed = {name for name, it in spec.by_name.items() if it.rule is Rule.IMMUTABLE}
    after = item.data if item.whole else before | item.data
    kept = {name: value for name, value in before.items() if name in fixed}
    return {name: value for name, value in after.items() if name not in fixed} | kept


def _named(page: Page) -> dict[str, list[str]]:
    gone = ((item.kind, item.rid) for item in page.gone)
    return _grouped(chain(gone, ((item.kind, item.rid) for item in page.incoming)))


def _grouped(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, rid in keys:
        found[kind].append(rid)
    return found
