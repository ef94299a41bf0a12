"""How far a synchronisation is, and what it came to."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.touched import Touched
from desktop.store.proof import Key
from desktop.store.replica import Applied
from desktop.sync.errors import Cancelled
from desktop.sync.transport import Traffic
from protocol.kinds import Conflict, spec_of

_CONFLICT = spec_of(Conflict).name


@dataclass(frozen=True, slots=True)
class PieceStep:
    """How far the contents of documents are, once the records are in."""

    done: int = 0
    to_do: int = 0
    octets_done: int = 0
    octets_to_do: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """How far a synchronisation is."""

    sent: int
    to_send: int
    received: int
    traffic: Traffic
    touched: frozenset[Touched]
    """What the last page changed, for open screens."""
    pieces: PieceStep | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a synchronisation did."""

    started_at: datetime
    ended_at: datetime
    sent: int
    received: int
    to_review: int
    traffic: Traffic
    exchanges: int = 0


class Tally:
    """Counts one synchronisation, and tells how far it is."""

    def __init__(
        self,
        started_at: datetime,
        to_send: int,
        on_step: Callable[[Step], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._receipt = Receipt(started_at, started_at, 0, 0, 0, Traffic())
        self._to_send = to_send
        self._on_step = on_step
        self.cancelled = cancelled
        self._to_review: set[Key] = set()
        """What is kept apart here comes back from the office in the next exchange: told once.

        A conflict only if it still waits for this person at the end.
        """
        self.is_complete = False
        self.is_repaired = False
        self._journaled = 0
        """How many exchanges the line already in the journal tells of."""
        self.verified: bool | None = None
        self.has_removed = False

    @property
    def is_journaled(self) -> bool:
        """Whether the line in the journal tells of every exchange until now."""
        return self._journaled == self._receipt.exchanges

    def note_journaled(self) -> None:
        """A line of the journal tells of every exchange until now."""
        self._journaled = self._receipt.exchanges

    def stop_if_asked(self) -> None:
        if self.cancelled():
            raise Cancelled

    def add(self, sent: int, traffic: Traffic, applied: Applied, kept: Iterable[Key] = ()) -> None:
        """Count one exchange, and what was ``kept`` apart in it."""
        self._to_review |= {(it.kind, it.id) for it in applied.touched if it.kind == _CONFLICT}
        self._to_review |= set(kept)
        self.has_removed |= applied.removed > 0 or applied.has_forgotten
        if applied.verified is not None:
            self.verified = applied.verified
        self._receipt = replace(
            self._receipt,
            sent=self._receipt.sent + sent,
            received=self._receipt.received + applied.received + applied.removed,
            traffic=self._receipt.traffic + traffic,
            exchanges=self._receipt.exchanges + 1,
        )

    def tell(self, touched: frozenset[Touched]) -> None:
        receipt = self._receipt
        to_send = max(self._to_send, receipt.sent)
        self._on_step(Step(receipt.sent, to_send, receipt.received, receipt.traffic, touched))

    def has_met_conflicts(self) -> bool:
        """Tell whether there were conflicts, of which some may wait for this person."""
        return any(kind == _CONFLICT for kind, _ in self._to_review)

    def receipt(self, ended_at: datetime, waiting: Collection[str] = ()) -> Receipt:
        """Return what it came to; ``waiting``: the conflicts that wait for this person now."""
        left = [rid for kind, rid in self._to_review if kind != _CONFLICT or rid in waiting]
        return replace(self._receipt, ended_at=ended_at, to_review=len(left))
