"""What an edit comes to, field by field, before anything is changed."""

from collections.abc import Collection
from dataclasses import dataclass

from protocol.merge import Outcome, Version
from protocol.values import Wire
from protocol.wire import Result
from server.services.incoming import Incoming, OperationRefused

WRITTEN = frozenset({Outcome.TAKEN, Outcome.WON, Outcome.MERGED})
"""The record changes."""
INSTEAD = frozenset({Outcome.LOST, Outcome.STALE})
"""The value decided is not the one sent."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What one field of an edit comes to."""

    name: str
    incoming: Wire
    value: Wire
    outcome: Outcome
    version: Version


def check_fixed(decided: Collection[Decided]) -> None:
    """All or nothing: a laptop that is refused puts back the whole record it knew."""
    for item in decided:
        if item.outcome is Outcome.REFUSED:
            raise OperationRefused("immutable", item.name)


def results_of(operation: Incoming, decided: Collection[Decided]) -> list[Result]:
    """Return what the sender is told of an edit."""
    # Only who lost is told: she shows the other's value; who won shows her own already.
    crossed = [item.name for item in decided if item.outcome is Outcome.LOST]
    stale = [item.name for item in decided if item.outcome is Outcome.STALE]
    told = []
    if crossed:
        told.append(Result(operation.index, "conflict", crossed))
    if stale:
        told.append(Result(operation.index, "stale", stale))
    return told
