"""Texts that two people wrote: joined by words where they can be, told where they cannot.

A joined text becomes a change of its own, whose base may be raised once everything has arrived: its
companions keep the base they were written on. Writes in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.crypto.circle_texts import TextPlace
from desktop.store.circle_places import who_left
from desktop.store.circle_said import SaidOfCircles
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.records import Data
from desktop.store.sealed_texts import SealedTexts, key_name
from protocol.kinds import Rule
from protocol.kinds.declare import KindSpec
from protocol.text_merge import common_text, merge_text
from protocol.values import CLEAR_KEY, Wire


@dataclass(frozen=True, slots=True)
class Unjoined:
    """A sealed text that two people rewrote: the office's stands, ours must be kept apart."""

    kind: str
    rid: str
    field: str
    mine: Wire
    theirs: Wire
    hlc: int | None = None
    """When ours was typed, if it is known."""


class TextJoining:
    """Works on the pending changes of the outbox."""

    def __init__(self, outbox: Outbox, texts: SealedTexts) -> None:
        self._outbox = outbox
        self._sealed = texts

    def join(
        self, op: PendingOp, old: Data, new: Data, arrived: Data, *, may_be_older: bool = False
    ) -> tuple[PendingOp, list[Unjoined]]:
        """Join the texts of a pending change with those that have just arrived.

        ``may_be_older``: the office was put back from a backup, and what it gives may be what stood
        before ``old``; it has removed none of the words that it has forgotten. So it may where
        nothing is known to have been read but the change itself. Return the change as it now is,
        and what could not be joined.
        """
        names = [n for n in op.fields.keys() & arrived.keys() if _is_text(op.spec, n)]
        if not names or op.state != "pending":
            return op, []
        joined: dict[str, Any] = {}
        unjoined: list[Unjoined] = []
        for name in names:
            is_unread = not op.base and op.fields[name] == old.get(name)
            older = may_be_older or is_unread
            text = self._joined(op, name, old.get(name), new.get(name), older=older)
            if text is None:
                mine, theirs = op.fields[name], new.get(name)
                unjoined.append(Unjoined(op.kind, op.rid, name, mine, theirs, op.hlc))
            elif text != new.get(name):
                joined[name] = text
        rest = {name: value for name, value in op.fields.items() if name not in names}
        self._outbox.replace_fields(op, rest)
        if joined:
            self._outbox.put_back(op, joined, op.base)
        return replace(op, fields=rest | joined), unjoined

    def plan_again(self, op: PendingOp, names: Sequence[str]) -> None:
        """Plan to send again texts that the office would not take before they are joined.

        Not those typed over since: the later change holds them, and must not come before.
        """
        later = [it for it in self._outbox.of_record(op.kind, op.rid) if it.id > op.id]
        retyped = {name for it in later for name in it.fields}
        texts = {n: op.fields[n] for n in names if n in op.fields and n not in retyped}
        if texts:
            self._outbox.put_back(op, texts, op.base)

    def raise_bases(self, cursor: int) -> None:
        """All has arrived: texts joined with what arrived may now claim to have seen it."""
        for op in self._outbox.pending_texts():
            if op.base < cursor:
                self._outbox.rewrite(replace(op, base=cursor))

    def _joined(self, op: PendingOp, name: str, base: Wire, theirs: Wire, *, older: bool) -> Wire:
        """Return the text that holds both sides' words, or nothing if they cannot be joined here.

        Joined words are sealed under the key of one of the two: whoever reads that one reads them.
        """
        mine: Wire = op.fields[name]
        if mine == theirs:
            return mine
        place = TextPlace(op.bucket, op.kind, op.rid, name)
        words = [self._words(place, op.spec, value) for value in (base, theirs, mine)]
        if any(text is None for text in words):
            return None
        before, arrived, typed = map(str, words)
        if older:
            # Where nothing waited before, what the text was written over is not known.
            before = common_text(before or typed, arrived)
        merged = merge_text(before, arrived, typed)
        if merged is None:
            return None
        if op.spec.by_name[name].for_circle:
            for kept, text in zip((theirs, mine), words[1:], strict=True):
                if kept and merged == text:
                    return kept
            sealed = self._sealed.sealed_like(place, merged, *self._fresher(place, theirs, mine))
            if sealed is not None:
                return sealed
        return CLEAR_KEY + merged

    def _fresher(self, place: TextPlace, theirs: Wire, mine: Wire) -> tuple[Wire, Wire]:
        """Return both, first the one under the newer key of those that nobody who left has.

        An office may give an older text again, for words typed since to be read by who left.
        """
        database = self._sealed.database
        circle = SaidOfCircles(database).circle(place.dossier)
        left = who_left(database, circle, place.dossier)
        ranks = {
            name: (circle.holders(name).isdisjoint(left) and not circle.came_from_escrow(name), at)
            for at, (_, name) in enumerate(reversed(circle.epochs()))
        }
        of_mine, of_theirs = (
            ranks.get(key_name(value) or b"", (False, -1)) for value in (mine, theirs)
        )
        return (mine, theirs) if of_mine > of_theirs else (theirs, mine)

    def _words(self, place: TextPlace, spec: KindSpec, value: Wire) -> str | None:
        if spec.by_name[place.field].for_circle:
            return self._sealed.words(place, value)
        text = str(value or CLEAR_KEY)
        return text[1:] if text[0] == CLEAR_KEY else None


def _is_text(spec: KindSpec, name: str) -> bool:
    item = spec.by_name.get(name)
    return item is not None and item.rule is Rule.SEALED_TEXT
