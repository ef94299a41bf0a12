"""When both sides no longer count from the same point: what the laptop does about it.

An office restored from a backup has forgotten: the laptop sends again what was lost and reads
everything anew. A laptop restored from a copy has forgotten: it goes on as a new device. Neither
ever removes anything from this laptop (docs/protocol.md, "Realignment").
"""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.config.clock import Clock
from desktop.store.sent_again import tell_as_read
from desktop.store.state import Progress
from desktop.store.store import Store
from desktop.sync.errors import EpochChanged, LaptopBehind, OpGap, Realignment
from desktop.sync.in_store import InStore
from protocol.values import instant_to_wire


@dataclass(frozen=True, slots=True)
class Realign:
    """Brings both sides back to one count."""

    store: Store
    in_store: InStore
    renew: Callable[[], None]
    """Makes a new device of this laptop."""
    clock: Clock

    def mend(self, found: Realignment) -> bool:
        """Do what makes another try worthwhile; False when nothing of ours can."""
        if isinstance(found, LaptopBehind):
            self.renew()
            return True
        if isinstance(found, OpGap):
            # Of an office that lost our work without saying so, nothing is known to be unchanged.
            return self._refill(None, seq=0, taken=found.expected - 1)
        if isinstance(found, EpochChanged) and found.epoch:
            return self._refill(found.epoch, seq=found.seq, taken=found.taken)
        return False

    def _refill(self, epoch: str | None, *, seq: int, taken: int) -> bool:
        if taken > self.in_store(self.store.state.last_op):
            self.renew()
        else:
            self.in_store(lambda: self._start_over(epoch, seq, taken))
        return True

    def _start_over(self, epoch: str | None, seq: int, taken: int) -> None:
        state, now = self.store.state, self.clock.now()
        with self.store.database.transaction():
            self.store.set_aside.keep_waiting(instant_to_wire(now))
            again = self.store.archive.refill(taken, seq)
            state.note_sent_again(again)
            tell_as_read(self.store.outbox, self.store.records, again)
            state.set_progress(Progress(epoch or state.progress().epoch, cursor=0, after=None))
            state.set_realigning(now)
