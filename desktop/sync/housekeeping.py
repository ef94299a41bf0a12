"""What a synchronisation looks after besides messages: scrubs, what was set aside, compaction."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from desktop.config.clock import Clock
from desktop.store.after_salvage import TO_COPY
from desktop.store.copy_erasure import CopyErasure
from desktop.store.errors import StoreError
from desktop.store.journal import JournalEntry
from desktop.store.state import SCRUBBED
from desktop.store.store import Store
from desktop.sync.brake import Brake
from desktop.sync.bring_back import BringBack
from desktop.sync.in_store import InStore, exhaust
from desktop.sync.keep_apart import Keeper
from desktop.sync.repair import Repaired
from protocol.values import instant_from_wire, instant_to_wire

_SCRUB_EVERY = timedelta(days=7)
_A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PutAway:
    """What putting away left to do."""

    is_kept: bool
    """Whether something was made of what nobody brought back: it is to be sent."""
    is_erasing: bool
    """Whether the store, and its copies, still hold bytes of what was erased."""


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """For the network's lane; each step is a short piece of work in the store."""

    store: Store
    keeper: Keeper
    clock: Clock
    in_store: InStore
    copies: CopyErasure

    def is_scrub_due(self) -> bool:
        """Tell whether every digest is to be computed again, as once a week."""
        last = self.store.state.get(SCRUBBED)
        if last is None:
            self._note_scrub()  # a new laptop has nothing to check yet
            return False
        return not timedelta(0) <= self.clock.now() - instant_from_wire(last) < _SCRUB_EVERY

    def scrub(self) -> None:
        """Compute every digest again: both sides are to be compared then, were it another day."""
        steps = self.in_store(self.store.proof.scrub)
        exhaust(self.in_store, steps)
        self.in_store(lambda: self._note_scrub(is_to_compare=True))

    def put_away(self, verified: bool | None) -> PutAway:
        """Put away what this synchronisation leaves, on the store's lane."""
        state, now = self.store.state, self.clock.now()
        if verified is False and not state.is_diverged():
            with self.store.database.transaction():
                state.note_diverged()
        elif verified and (
            state.is_diverged() or not self._is_noted(now) or state.is_comparison_due()
        ):
            with self.store.database.transaction():
                state.note_verified(now, self.store.records.count("person"))
        Brake(self.store).begin_again()
        is_kept = not self.store.set_aside.is_empty() and self._keep_missing(now)
        return PutAway(is_kept, is_erasing=state.is_compaction_due())

    def finish(self, put_away: PutAway, check: Callable[[], None]) -> bool:
        """Leave nothing of what was erased; tell whether the office is to hear of anything.

        ``check`` is asked before each copy of the store that is written anew, and may raise.
        """
        if not put_away.is_erasing:
            return put_away.is_kept
        # The copies first: what was erased must be nowhere before the office is told that it is so.
        self._clear_copies(check)
        return self.in_store(self._compact) or put_away.is_kept

    def _clear_copies(self, check: Callable[[], None]) -> None:
        state = self.store.state
        erased, done, are_clear = self.in_store(
            lambda: (state.erased(), state.copies_done(), state.are_copies_clear())
        )
        if are_clear:
            return
        if erased:
            noted = partial(self._note, state.note_copy_done)
            self.copies.run(erased, done, noted, check)
        else:  # an earlier Coffre did not keep what it was
            self.in_store(self.store.snapshots.drop_all)
        self._note(state.note_copies_clear)

    def _note(self, what: Callable[..., None], *values: int) -> None:
        def note() -> None:
            with self.store.database.transaction():
                what(*values)

        self.in_store(note)

    def _compact(self) -> bool:
        """Write the store anew, the copies being so; tell whether an erasure is to be told of."""
        self.store.forget_former()
        state = self.store.state
        with self.store.database.transaction():
            state.forget_names()
        self.store.database.compact()
        with self.store.database.transaction():
            state.note_compacted()
            if self.store.snapshots.all():
                state.set(TO_COPY, "1")  # tables begin elsewhere than in those
        return bool(state.erasures())

    def leave_nothing_behind(self) -> None:
        """Empty the side file, where what has just been removed still stands as it was written."""
        with suppress(StoreError):  # a full disk keeps it until Coffre is locked
            self.in_store(self.store.database.checkpoint)

    def note_repair(self, repaired: Repaired, now: datetime) -> None:
        """Write in the journal that records were read again, every digest being computed anew."""
        with self.store.database.transaction():
            self._note_scrub()
            self.store.state.note_compared()
            if repaired.is_left:
                self.store.state.ask_comparison()
            outcome = "repaired" if repaired.is_whole else "diverged"
            entry = JournalEntry(now, now, outcome, repaired.offered, repaired.reread, 0, 0, 0)
            self.store.journal.add(entry)

    def _keep_missing(self, now: datetime) -> bool:
        """Keep what nobody has brought back in time; tell whether there was any of it."""
        with self.store.database.transaction():
            found = self.store.set_aside.review(now)
            for missing in found:
                self.keeper.keep_missing(missing)
            is_offered = BringBack(self.store, self.keeper).after_deletions()
        return bool(found) or is_offered

    def _is_noted(self, now: datetime) -> bool:
        noted = self.store.state.verified_at()
        return noted is not None and timedelta(0) <= now - noted < _A_MOMENT

    def _note_scrub(self, *, is_to_compare: bool = False) -> None:
        with self.store.database.transaction():
            if is_to_compare:
                self.store.state.ask_comparison()
            self.store.state.set(SCRUBBED, instant_to_wire(self.clock.now()))
