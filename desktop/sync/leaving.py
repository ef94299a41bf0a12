"""A request as it will leave, written down before the line is free for it.

The office waits for what the laptop has to send, and the laptop for the office: what can be written
while the other one works is written then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desktop.store.outbox import PendingOp
from desktop.store.state import Progress
from desktop.sync import messages
from protocol import compression, wire


@dataclass(frozen=True, slots=True)
class Known:
    """What a request says of this laptop."""

    progress: Progress
    last_op: int
    """The last number it ever gave a change."""
    is_realigning: bool
    erased: list[int]
    erased_notes: list[str]

    def once_told(self) -> "Known":
        """Return what the request after this one says: what was erased is told once."""
        return replace(self, erased=[], erased_notes=[])


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes to send in one request; none when nothing waits."""

    ops: Sequence[PendingOp] = ()
    has_more: bool = False
    """Whether anything waited after them."""

    @property
    def last_number(self) -> int:
        """The number of the last one."""
        return self.ops[-1].n or 0 if self.ops else 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """What one request asks, and its bytes."""

    batch: Batch
    known: Known
    pull: bool
    verify: bool
    request: wire.SyncRequest = field(init=False)
    body: bytes = field(init=False)

    def __post_init__(self) -> None:
        request = messages.request(
            self.batch.ops,
            self.known.progress,
            pull=self.pull,
            verify=self.verify,
            anew=self.known.is_realigning,
            erased=self.known.erased,
            erased_notes=self.known.erased_notes,
        )
        object.__setattr__(self, "request", request)
        object.__setattr__(self, "body", compression.compress(wire.encode(request)))
