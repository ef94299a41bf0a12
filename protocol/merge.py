"""Field-level merge, as the server does it (protocol.md, "Merge").

Pure functions: what one incoming field does to one stored field. The same rules replay pending
operations over the mirror on a laptop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from protocol.kinds.declare import FieldSpec, Rule
from protocol.values import MAX_INTEGER, MIN_INTEGER, Wire


class Outcome(Enum):
    """What became of an incoming value."""

    TAKEN = "taken"
    """It is now the stored value, exactly as sent."""
    MERGED = "merged"
    """The stored value now holds both sides' contributions."""
    EQUAL = "equal"
    """It was already there."""
    LOST = "lost"
    """The stored value stands; the incoming one goes to a conflict."""
    WON = "won"
    """It replaced a concurrent value, which goes to a conflict."""
    STALE = "stale"
    """Sealed text whose sender had not seen the stored value: nothing changed, she merges."""
    REFUSED = "refused"
    """An immutable field that already holds something else."""


@dataclass(frozen=True, slots=True)
class Version:
    """When a stored value was written: the push, the device if it sent exactly this, the clock."""

    seq: int
    device: str | None
    hlc: int


def is_concurrent(stored: Version, base: int, device: str) -> bool:
    """Tell whether the sender wrote without having seen the stored value.

    ``base`` is the last complete cursor the sender had when she wrote.
    """
    return stored.seq > base and stored.device != device


def merge(
    item: FieldSpec,
    stored: Wire,
    version: Version,
    incoming: Wire,
    *,
    base: int,
    device: str,
    hlc: int,
) -> tuple[Wire, Outcome]:
    """Return the value to store and what became of the incoming one."""
    if item.rule is Rule.SET:
        return _result(stored, apply_set(stored, cast(Sequence[list[str]], incoming)))
    if item.rule is Rule.COUNTER:
        # Held within what a laptop takes: nobody adds so much that no page with it can be read.
        total = cast(int, stored or 0) + cast(int, incoming)
        return _result(stored, max(MIN_INTEGER, min(total, MAX_INTEGER)))
    if item.rule is Rule.APPEND_ONLY:
        return _result(stored, append(stored, cast(list[str], incoming)))
    if stored == incoming:
        return stored, Outcome.EQUAL
    if item.rule is Rule.IMMUTABLE:
        return stored, Outcome.REFUSED
    if not is_concurrent(version, base, device):
        return incoming, Outcome.TAKEN
    if item.rule is Rule.SEALED_TEXT:
        return stored, Outcome.STALE
    if item.rule is Rule.SAFETY:
        wins = _protection(item, incoming) > _protection(item, stored)
    else:
        wins = (hlc, device) > (version.hlc, version.device or "")
    return (incoming, Outcome.WON) if wins else (stored, Outcome.LOST)


def version_after(
    outcome: Outcome, version: Version, *, seq: int, base: int, device: str, hlc: int
) -> Version:
    """Return when the stored value counts as written, once an edit has been merged.

    Two machines that typed the same, unknown to each other, count as the later of the two: else the
    winner over a third would depend on which of them came home first.
    """
    if outcome in (Outcome.TAKEN, Outcome.WON):
        return Version(seq, device or None, hlc)
    crossed = is_concurrent(version, base, device)
    if outcome is Outcome.MERGED:
        return Version(seq, None if crossed else device or None, hlc)
    if outcome is Outcome.EQUAL and crossed and (hlc, device) > (version.hlc, version.device or ""):
        return Version(version.seq, device or None, hlc)
    return version


def set_change(before: Wire, after: Wire) -> list[list[str]]:
    """Return what an edit of a set sends: what it added and what it removed."""
    old, new = set(cast(list[str], before or [])), set(cast(list[str], after or []))
    return [sorted(new - old), sorted(old - new)]


def apply_set(stored: Wire, change: Sequence[list[str]]) -> Wire:
    """Return the set after a change: what is there, plus added, minus removed."""
    added, removed = change
    return sorted((set(cast(list[str], stored or [])) | set(added)) - set(removed)) or None


def append(stored: Wire, entries: Sequence[str]) -> Wire:
    """Return the entries with those not yet there added at the end."""
    known = cast(list[str], stored or [])
    return known + [entry for entry in entries if entry not in known] or None


def _protection(item: FieldSpec, value: Wire) -> int:
    return item.protective.index(str(value)) if value in item.protective else -1


def _result(stored: Wire, merged: Wire) -> tuple[Wire, Outcome]:
    return merged, Outcome.EQUAL if merged == stored else Outcome.MERGED
