"""What a restored office may have forgotten of a dossier that leaves: offered before it goes.

A colleague's words may be on this laptop alone. Each value leaves as a conflict of nobody's, a
record of one's own whole; they wait in the outbox and arrive late. The office makes nothing of what
it has, or had (docs/protocol.md, "Realignment"). So does what is kept of a record that was deleted.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from desktop.store.outbox import PendingOp
from desktop.store.records import Data
from desktop.store.set_aside import Missing
from desktop.store.store import Store
from desktop.sync.keep_apart import Keeper
from protocol.kinds import (
    KINDS,
    SYNCED,
    CircleKey,
    CircleMember,
    Conflict,
    Document,
    KindSpec,
    Rule,
    SamePerson,
    Shape,
    spec_of,
)
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.declare import FieldSpec
from protocol.values import CIRCLE_KEY, Wire, is_whole

_CONFLICT, _DOCUMENT = spec_of(Conflict), spec_of(Document)
_DECIDE = frozenset({spec_of(CircleMember).name, spec_of(SamePerson).name})
"""Kinds that decide who reads what: whoever has left a circle decides of it no more."""
_OF_ITS_AUTHOR = frozenset({spec_of(CircleMember).name, spec_of(CircleKey).name})
"""Kinds that hold no words, and mean nothing but whole."""
_SAID_ANYWAY = frozenset({"created_at", "created_by"})
_OF_NO_USE_APART = {_DOCUMENT.name: frozenset({"media", "size", "pieces", "digest", "key"})}


@dataclass(frozen=True, slots=True)
class BringBack:
    """Plans what is offered; writes inside the caller's transaction."""

    store: Store
    keeper: Keeper

    def before(self, leaving: Sequence[str]) -> None:
        """Plan to offer what may be here alone, of dossiers that are about to leave."""
        state = self.store.state
        may_have_forgotten = state.is_realigning() or state.is_diverged()
        for bucket in leaving:
            for missing in self.store.set_aside.of_bucket(bucket):
                self._offer(bucket, missing)
            if may_have_forgotten:
                self._offer_all(bucket)

    def after_deletions(self) -> bool:
        """Plan to offer what is kept here of records that were deleted; tell whether any is."""
        gone = self.store.set_aside.gone()
        for bucket, missing in gone:
            self._offer(bucket, missing)
        return bool(gone)

    def _offer_all(self, bucket: str) -> None:
        waiting: dict[tuple[str, str], list[PendingOp]] = defaultdict(list)
        for op in self.store.outbox.of_bucket(bucket):
            waiting[op.kind, op.rid].append(op)
        for spec in SYNCED.values():
            if not spec.is_in_dossier:
                continue
            for rid, data in self.store.records.of_bucket(spec, bucket).items():
                ops = waiting.get((spec.name, rid), ())
                if spec is _DOCUMENT and self._is_ours(data):
                    self._keep_pieces(rid)
                if any(op.creates and op.state == "refused" for op in ops):
                    continue  # the office would not have it
                if spec is _CONFLICT:
                    self._offer_again(bucket, data)
                elif not ops and self._is_ours(data) and spec.name not in _DECIDE:
                    self._offer_whole(spec, rid, data)
                else:
                    told = self.store.outbox.mirror.told(spec, rid, data) if ops else data
                    self._offer_values(bucket, spec, rid, told)

    def _is_ours(self, data: Data) -> bool:
        return data.get("created_by") == self.keeper.me

    def _offer_whole(self, spec: KindSpec, rid: str, data: Data) -> None:
        """Offer a record of one's own: a laptop says again what it said."""
        known = {n: v for n, v in data.items() if n in spec.by_name and v is not None}
        given: Data = {n: v for n, v in known.items() if _may_travel(spec.by_name[n], v)}
        if is_whole(spec, given):
            self.store.outbox.offer(spec, rid, given, self.store.state.hlc())

    def _offer_values(self, bucket: str, spec: KindSpec, rid: str, told: Data) -> None:
        """Offer what a colleague's record says: nobody makes it again in her name."""
        if spec.name in _OF_ITS_AUTHOR:
            return
        aside = _SAID_ANYWAY | {spec.bucket_field} | _OF_NO_USE_APART.get(spec.name, frozenset())
        for name, value in told.items():
            if name not in aside:
                self._offer(bucket, Missing(spec.name, rid, name, value))

    def _offer_again(self, bucket: str, conflict: Data) -> None:
        """Open again a conflict that waits to be settled, with the hour of its other value.

        By that hour the office knows that it waited, were its value one that stood there before.
        A damaged row has nothing to say, and keeps no dossier here.
        """
        is_open = conflict.get("state") in (None, ConflictState.OPEN)
        if not is_open or not is_whole(_CONFLICT, conflict):
            return
        kind, rid, name = (str(conflict[key]) for key in ("subject_kind", "subject", "field"))
        with suppress(ValueError, RecursionError):  # a colleague's laptop wrote it
            value, hlc = json.loads(str(conflict["lost"])[1:]), int(str(conflict["lost_hlc"]))
            self._offer(bucket, Missing(kind, rid, name, value), hlc)

    def _offer(self, bucket: str, missing: Missing, hlc: int = 0) -> None:
        spec = KINDS.get(missing.kind)
        item = spec.by_name.get(missing.field) if spec else None
        if spec is None or not spec.is_in_dossier or item is None:
            return
        if missing.value not in (None, []) and _may_travel(item, missing.value):
            self.keeper.offer(missing, bucket, hlc)

    def _keep_pieces(self, document: str) -> None:
        """The office may lack the content as well: it is asked before the pieces go."""
        pieces = self.store.pieces
        pieces.note_sent(document, pieces.numbers_of(document), is_sent=False)


def _may_travel(item: FieldSpec, value: Wire) -> bool:
    """Tell whether a value leaves as it is here: what circles share in its envelope, or not at all.

    A text in clear would be refused; sealed here, it would pass for somebody's whom nobody knows.
    """
    if item.for_circle:
        return isinstance(value, str) and value.startswith(CIRCLE_KEY)
    return not item.retired and item.shape is not Shape.SEALED and item.rule is not Rule.COUNTER
