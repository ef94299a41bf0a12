"""One synchronisation: send what waits, read what is new, page by page, until both are done.

The engine runs on the network's lane and touches the store only through ``in_store``, one short
transaction at a time, so that autosave never waits for a network. Each page is applied in the same
transaction as the cursor it brings: killed anywhere, the next synchronisation goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec.structs import astuple

from desktop.config.clock import Clock, unix_ms
from desktop.domain.touched import Touched
from desktop.store.journal import JournalEntry
from desktop.store.outbox import PendingOp
from desktop.store.replica import Applied, Page
from desktop.store.state import Progress
from desktop.store.store import Store
from desktop.sync import messages
from desktop.sync.errors import (
    BadReply,
    Cancelled,
    EpochChanged,
    LaptopBehind,
    Offline,
    ReplyFault,
)
from desktop.sync.in_store import InStore
from desktop.sync.keep_apart import Keeper
from desktop.sync.transport import Office, Traffic
from protocol import clock as hlc_clock
from protocol.limits import MAX_OPS, TARGET_BODY
from protocol.wire import SyncReply

_ROUNDS = 4
"""Texts joined on arrival are sent again in the same synchronisation; never for ever."""
_MAX_PAGES = 100_000
_QUIET = timedelta(minutes=15)
DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a synchronisation is."""

    sent: int
    to_send: int
    received: int
    traffic: Traffic
    touched: frozenset[Touched]
    """What the last page changed, for open screens."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a synchronisation did."""

    started_at: datetime
    ended_at: datetime
    sent: int
    received: int
    to_review: int
    traffic: Traffic


class Synchroniser:
    """Brings a laptop and the office to agree."""

    def __init__(
        self, store: Store, office: Office, keeper: Keeper, clock: Clock, in_store: InStore
    ) -> None:
        self._store = store
        self._office = office
        self._keeper = keeper
        self._clock = clock
        self._in_store = in_store

    def run(
        self,
        on_step: Callable[[Step], None] = lambda step: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Receipt:
        """Synchronise; raise ``SyncError`` with everything received so far kept.

        Either way one line goes to the journal.
        """
        work = _Tally(self._clock.now(), self._in_store(self._store.outbox.pending_count))
        outcome = DONE
        try:
            for _ in range(_ROUNDS):
                self._push_all(work, on_step, cancelled)
                self._pull_all(work, on_step, cancelled)
                if not self._in_store(self._store.outbox.pending_count):
                    break
        except Exception as failure:  # a full disk too: the journal must not say that all went well
            outcome = type(failure).__name__
            raise
        finally:
            receipt = work.receipt(self._clock.now())
            self._in_store(lambda: self._journal(receipt, outcome))
        return receipt

    def _push_all(
        self, work: "_Tally", on_step: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> None:
        while batch := self._in_store(self._freeze):
            waiting = self._in_store(self._store.outbox.pending_count)
            last = waiting <= len(batch)
            acknowledged = self._exchange(batch, work, on_step, cancelled, pull=last)
            if acknowledged < (batch[-1].n or 0):
                raise BadReply(ReplyFault.UNREADABLE)
            if last:
                return

    def _pull_all(
        self, work: "_Tally", on_step: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> None:
        for _ in range(_MAX_PAGES):
            if work.is_complete:
                work.is_complete = False
                return
            self._exchange([], work, on_step, cancelled, pull=True)
        raise BadReply(ReplyFault.UNREADABLE)

    def _exchange(
        self,
        batch: list[PendingOp],
        work: "_Tally",
        on_step: Callable[[Step], None],
        cancelled: Callable[[], bool],
        *,
        pull: bool,
    ) -> int:
        if cancelled():
            raise Cancelled
        before, sent = self._in_store(self._known)
        request = messages.request(batch, before, pull=pull)
        exchange = self._office.sync(request, cancelled)
        reply = exchange.reply
        page = messages.page(reply, batch, before)
        if page.acknowledged > sent:
            raise LaptopBehind
        _check_progress(page, before, pulled=reply.pulled)
        applied = self._in_store(lambda: self._apply(page, reply))
        work.add(len(batch), applied, exchange.traffic)
        if pull and not reply.pulled:
            raise BadReply(ReplyFault.UNREADABLE)  # asked again, it would be so for ever
        work.is_complete = reply.pulled and reply.more is None
        on_step(work.step(frozenset(applied.touched)))
        return reply.ack

    def _apply(self, page: Page, reply: SyncReply) -> Applied:
        if page.is_empty and page.progress == self._store.state.progress():
            return Applied()  # nothing new: nothing is written
        with self._store.database.transaction():
            applied = self._store.replica.apply(page, self._clock.now())
            for unjoined in applied.unjoined:
                self._keeper.keep(unjoined)
            state = self._store.state
            last = hlc_clock.Hlc(int(state.get("hlc") or 0))
            now = unix_ms(self._clock.now())
            seen = hlc_clock.observe(last, hlc_clock.Hlc(reply.hlc), now)
            if seen != last:
                state.set("hlc", str(seen))
        return applied

    def _known(self) -> tuple[Progress, int]:
        """Return how far this laptop has read, and the last number it ever gave a change."""
        state = self._store.state
        return state.progress(), state.last_op()

    def _freeze(self) -> list[PendingOp]:
        with self._store.database.transaction():
            return self._store.outbox.freeze(max_ops=MAX_OPS, max_bytes=TARGET_BODY)

    def _is_usual(self, receipt: Receipt, outcome: str) -> bool:
        """Tell whether nothing happened, as several times an hour: no network, or nothing new."""
        if outcome == Offline.__name__:
            return True
        last = self._store.journal.last_success()
        return outcome == DONE and last is not None and receipt.ended_at - last < _QUIET

    def _journal(self, receipt: Receipt, outcome: str) -> None:
        if not receipt.sent and not receipt.received and self._is_usual(receipt, outcome):
            return
        with self._store.database.transaction():
            self._store.journal.add(
                JournalEntry(
                    started_at=receipt.started_at,
                    ended_at=receipt.ended_at,
                    outcome=outcome,
                    sent=receipt.sent,
                    received=receipt.received,
                    to_review=receipt.to_review,
                    bytes_up=receipt.traffic.sent,
                    bytes_down=receipt.traffic.received,
                )
            )


class _Tally:
    """Counts one synchronisation."""

    def __init__(self, started_at: datetime, to_send: int) -> None:
        self._receipt = Receipt(started_at, started_at, 0, 0, 0, Traffic())
        self._to_send = to_send
        self.is_complete = False

    def add(self, sent: int, applied: Applied, traffic: Traffic) -> None:
        conflicts = sum(item.kind == "conflict" for item in applied.touched)
        self._receipt = replace(
            self._receipt,
            sent=self._receipt.sent + sent,
            received=self._receipt.received + applied.received + applied.removed,
            to_review=self._receipt.to_review + conflicts + len(applied.unjoined),
            traffic=self._receipt.traffic + traffic,
        )

    def step(self, touched: frozenset[Touched]) -> Step:
        receipt = self._receipt
        to_send = max(self._to_send, receipt.sent)
        return Step(receipt.sent, to_send, receipt.received, receipt.traffic, touched)

    def receipt(self, ended_at: datetime) -> Receipt:
        return replace(self._receipt, ended_at=ended_at)


def _check_progress(page: Page, before: Progress, *, pulled: bool) -> None:
    """Refuse a reply that would make this laptop forget, loop, or mix two offices' data."""
    after = page.progress
    if before.epoch is not None and after.epoch != before.epoch:
        raise EpochChanged(after.epoch or "")
    if after.cursor < before.cursor:
        raise BadReply(ReplyFault.UNREADABLE)
    if not pulled or after.after is None or before.after is None:
        return
    # Pages go forward: one that ends where an earlier one did would be read for ever.
    if astuple(after.after) <= astuple(before.after):
        raise BadReply(ReplyFault.UNREADABLE)
