"""One synchronisation: send what waits, read what is new, page by page, until both are done.

The engine runs on the network's lane and touches the store only through ``in_store``, one short
transaction at a time, so that autosave never waits for a network. Each page is applied in the same
transaction as the cursor it brings: killed anywhere, the next synchronisation goes on from there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import astuple

from desktop.config.clock import Clock, unix_ms
from desktop.store.copy_erasure import CopyErasure
from desktop.store.departures import NOTE
from desktop.store.journal import JournalEntry
from desktop.store.outbox import KEYS, PendingOp
from desktop.store.put_back import PutBacks
from desktop.store.replica import Applied, Page
from desktop.store.state import Progress
from desktop.store.store import Store
from desktop.store.watched import Foreseen
from desktop.sync import messages
from desktop.sync.brake import Brake
from desktop.sync.bring_back import BringBack
from desktop.sync.circles import Circles
from desktop.sync.errors import (
    BadReply,
    ClientTooOld,
    EpochChanged,
    LaptopBehind,
    Offline,
    Realignment,
    ReplyFault,
)
from desktop.sync.housekeeping import Housekeeping, PutAway
from desktop.sync.in_store import BeginInStore, InStore, waiting
from desktop.sync.keep_apart import Keeper
from desktop.sync.leaving import Batch, Known, Leaving
from desktop.sync.realign import Realign
from desktop.sync.renewal import Renewal
from desktop.sync.repair import Repair
from desktop.sync.tally import Receipt, Step, Tally
from desktop.sync.transport import Office, Traffic
from protocol.limits import MAX_OPS, TARGET_BODY
from protocol.wire import SyncReply

_ROUNDS = 4
"""Texts joined on arrival are sent again in the same synchronisation; never for ever."""
_FRESH_STARTS = 3
"""An office restored from a backup, a laptop found to be a copy, then so is who it chose to be."""
MOST_PAGES = 10_000
"""Read in one synchronisation, some 5 GB; the next one goes on from there."""
_QUIET = timedelta(minutes=15)
DONE = "done"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the office answered, checked."""

    asked: Leaving
    reply: SyncReply
    page: Page
    traffic: Traffic

    @property
    def erased(self) -> Sequence[int]:
        """Erasures that the request told of."""
        return self.asked.known.erased

    @property
    def erased_notes(self) -> Sequence[str]:
        """The notes that the office was told went with a meeting of somebody erased."""
        return self.asked.known.erased_notes

    @property
    def is_last(self) -> bool:
        """Whether all that is new has been read with it."""
        return self.reply.pulled and self.reply.more is None


class Synchroniser:
    """Brings a laptop and the office to agree."""

    def __init__(
        self,
        store: Store,
        office: Office,
        keeper: Keeper,
        clock: Clock,
        in_store: InStore,
        renewal: Renewal,
        copies: CopyErasure,
        to_review: Callable[[], Collection[str]],
        begin: BeginInStore | None = None,
    ) -> None:
        """``to_review`` returns the conflicts that wait for this person; on the store's lane."""
        self._store = store
        self._office = office
        self._keeper = keeper
        self._clock = clock
        self._in_store = in_store
        self._begin = begin or waiting(in_store)
        self._to_review = to_review
        self._renew = renewal.run
        self._realign = Realign(store, in_store, renewal.run, clock)
        self._brake = Brake(store)
        self._bring_back = BringBack(store, keeper)
        self._housekeeping = Housekeeping(store, keeper, clock, in_store, copies)
        self._circles = Circles(keeper.circle_keys, in_store)

    def run(
        self,
        on_step: Callable[[Step], None] = lambda step: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        verify: bool = False,
    ) -> Receipt:
        """Synchronise; raise ``SyncError`` with everything received so far kept.

        ``verify`` computes every digest again and compares, even when nothing is new. Either way
        one line goes to the journal.
        """
        outbox, state, care = self._store.outbox, self._store.state, self._housekeeping
        to_send, is_imported, is_due, is_asked = self._in_store(  # at once: it costs ten look-ups
            lambda: (
                *(outbox.typed_count(), state.is_imported()),
                *(care.is_scrub_due(), state.is_comparison_due()),
            )
        )
        work = Tally(self._clock.now(), to_send, on_step, cancelled)
        outcome = DONE
        try:
            self._agree(work, scrub=verify or is_due, verify=is_asked, is_imported=is_imported)
        except Exception as failure:  # a full disk too: the journal must not say that all went well
            outcome = type(failure).__name__
            raise
        finally:
            if work.has_removed:
                self._housekeeping.leave_nothing_behind()
            if outcome == DONE and work.is_journaled:
                receipt = work.receipt(self._clock.now())
            else:
                receipt = self._in_store(lambda: self._end(work, outcome))
        return receipt

    def _end(self, work: Tally, outcome: str) -> Receipt:
        """Write the line of a synchronisation, all that came with it being here."""
        receipt = work.receipt(self._clock.now(), self._waiting(work))
        self._journal(receipt, outcome)
        return receipt

    def _waiting(self, work: Tally) -> Collection[str]:
        """Return the conflicts that wait for this person, if any was met.

        One that cannot be read is told where conflicts are shown: it hides neither that this was
        done, nor how it failed.
        """
        try:
            return self._to_review() if work.has_met_conflicts() else ()
        except Exception:  # noqa: BLE001 - whatever keeps a row from being read
            return ()

    def _agree(self, work: Tally, *, scrub: bool, verify: bool, is_imported: bool) -> None:
        if is_imported:
            # Before anything is said: the laptop it comes from may still speak as that device.
            self._renew()
            self._in_store(self._note_renewed)
        if scrub:
            self._housekeeping.scrub()
        for fresh_start in range(_FRESH_STARTS, -1, -1):
            try:
                self._rounds(work, verify=verify or scrub)
            except ClientTooOld:
                self._push_all(work, then_pull=False)  # the office always takes what was written
                raise
            except Realignment as found:
                if not fresh_start or not self._realign.mend(found):
                    raise
                if isinstance(found, LaptopBehind):
                    self._in_store(self._note_put_back)
            else:
                return

    def _note_renewed(self) -> None:
        with self._store.database.transaction():
            self._store.state.set_imported(imported=False)

    def _note_put_back(self) -> None:
        """The office has more of this laptop than it remembers: told, unless it is known why."""
        with self._store.database.transaction():
            PutBacks(self._store).note_from_office(self._clock.now())

    def _rounds(self, work: Tally, *, verify: bool) -> None:
        put_away = None
        for left in reversed(range(_ROUNDS)):
            known = self._push_all(work, verify=verify)
            self._pull_all(work, known, verify=verify)
            if work.verified is False and self._in_store(self._store.state.untold_notes):
                self._pull_all(work, verify=True)  # it says which, and the office takes them out
            if work.verified is False:
                self._repair(work)
            if opened := self._circles.settle():
                work.tell(frozenset(opened))
            put_away = self._in_store(partial(self._put_away, work.verified, is_last=not left))
            if put_away is not None:
                break
        if put_away and self._housekeeping.finish(put_away, work.stop_if_asked):
            # An erasure that was carried out is told, and what nobody brought back leaves.
            self._pull_all(work, self._push_all(work))

    def _put_away(self, verified: bool | None, *, is_last: bool) -> PutAway | None:
        """Put away what is left, unless more waits to be sent.

        One piece of work for the store's lane: each hand-over costs what ten look-ups do.
        """
        if not is_last and self._store.outbox.is_waiting():
            return None
        return self._housekeeping.put_away(verified)

    def _push_all(
        self, work: Tally, *, then_pull: bool = True, verify: bool = False
    ) -> Known | None:
        """Send batch after batch; each leaves while the answer to the one before is written.

        The office keeps its last two answers: stopped anywhere, both batches are sent again.
        Return what a request says of this laptop, when there was nothing to send.
        """

        def leaving(batch: Batch, known: Known) -> Leaving:
            reads = then_pull and not batch.has_more
            known = replace(known, last_op=max(known.last_op, batch.last_number))
            return Leaving(batch, known, reads, reads and verify)

        def following(before: Leaving) -> Leaving:
            return leaving(self._freeze(before.batch.ops), before.known.once_told())

        batch, known = self._in_store(lambda: (self._freeze(), self._known()))
        if not batch.ops:
            return known
        asked = leaving(batch, known)
        taken: Callable[[], None] = _nothing
        while True:
            # Behind the answer before, and ready to leave when the one to this batch comes.
            begun = self._begin(partial(following, asked)) if asked.batch.has_more else None
            foreseen = None if begun else self._begin(partial(self._foresee, asked.batch))
            try:
                answer = self._ask(asked, work)
            finally:
                taken()  # what had arrived is kept, whatever became of this one
            after = begun() if begun else None
            seen = foreseen() if foreseen else None
            applied = self._begin(partial(self._apply, answer, work, seen))
            taken = partial(self._take, answer, work, applied)
            if answer.page.acknowledged < asked.batch.last_number:
                taken()
                raise BadReply(ReplyFault.UNREADABLE)
            known = replace(asked.known.once_told(), progress=answer.page.progress)
            if after is None or not after.batch.ops:
                taken()
                taken = _nothing
                batch = self._in_store(self._freeze) if asked.batch.has_more else Batch()
                if not batch.ops:
                    return None
                after = leaving(batch, known)
            elif after.known.progress != known.progress:
                after = leaving(after.batch, known)  # the first answer says which data these are
            asked = after

    def _pull_all(self, work: Tally, known: Known | None = None, *, verify: bool = False) -> None:
        """Read page after page; the next one is asked for while one is written."""
        if work.is_complete and (not verify or work.verified is not None):
            work.is_complete = False
            return
        known = known or self._in_store(self._known)
        answer = self._ask(Leaving(Batch(), known, pull=True, verify=verify), work)
        for _ in range(MOST_PAGES):
            applied = self._begin(partial(self._apply, answer, work))
            following = None
            if answer.page.progress.after is not None and answer.reply.pulled:
                known = replace(known.once_told(), progress=answer.page.progress)
                try:
                    asked = Leaving(Batch(), known, pull=True, verify=verify)
                    following = self._ask(asked, work)
                except BaseException:
                    self._take(answer, work, applied)  # what has arrived is kept
                    raise
            self._take(answer, work, applied)
            if following is None:
                work.is_complete = False
                return
            answer = following
        raise BadReply(ReplyFault.UNREADABLE)

    def _ask(self, asked: Leaving, work: Tally) -> _Answer:
        work.stop_if_asked()
        known = asked.known
        exchange = self._office.sync(asked.request, work.cancelled, asked.body)
        reply = exchange.reply
        if (reply.pulled or reply.changes) and not asked.pull:
            raise BadReply(ReplyFault.UNREADABLE)  # it would say that all that is new was read
        page = messages.page(reply, asked.batch.ops, known.progress)
        if page.acknowledged > known.last_op:
            raise LaptopBehind
        if asked.batch.ops and page.acknowledged > asked.batch.last_number:
            raise BadReply(ReplyFault.UNREADABLE)  # numbered, and never sent: it stays to be sent
        _check_progress(page, known.progress, pulled=reply.pulled)
        return _Answer(asked, reply, page, exchange.traffic)

    def _take(self, answer: _Answer, work: Tally, applied: Callable[[], Applied]) -> None:
        """Wait until an answer is in the store, and tell."""
        done = applied()
        if answer.asked.pull and not answer.reply.pulled:
            raise BadReply(ReplyFault.UNREADABLE)  # asked again, it would be so for ever
        work.is_complete = answer.is_last
        work.tell(frozenset(done.touched))

    def _foresee(self, batch: Batch) -> Foreseen:
        return self._store.replica.foresee(batch.ops)

    def _apply(self, answer: _Answer, work: Tally, foreseen: Foreseen | None = None) -> Applied:
        now, state, page = self._clock.now(), self._store.state, answer.page
        has_told = bool(answer.erased or answer.erased_notes)
        is_idle = page.is_empty and page.progress == state.progress() and not has_told
        if is_idle and state.is_fresh_contact(now):
            applied = Applied(verified=self._store.replica.compare(page))  # nothing is written
            work.add(_typed(answer.asked.batch.ops), answer.traffic, applied)
            self._close(answer, work, now)
            return applied
        with self._store.database.transaction():
            self._brake.check(page, now)
            self._bring_back.before(page.dropped)
            applied = self._store.replica.apply(page, now, foreseen)
            applied.touched |= self._circles.take(applied.touched)
            kept = [self._keeper.keep(unjoined) for unjoined in applied.unjoined]
            if answer.is_last and state.is_realigning():
                state.set_realigning(None)
                if applied.verified is False:
                    state.note_diverged()  # at once: what leaves from here on may be here alone
            if applied.verified is False and not work.is_repaired:
                state.ask_comparison()  # until a repair has been to its end
            if answer.erased:
                state.forget_erasures(answer.erased)
            if answer.erased_notes:
                state.forget_untold_notes(answer.erased_notes)
            state.note_contact(now, answer.reply.hlc)
            state.observe(answer.reply.hlc, unix_ms(now))
            work.add(_typed(answer.asked.batch.ops), answer.traffic, applied, filter(None, kept))
            # In the same transaction: a wait for the disk less at each synchronisation.
            self._close(answer, work, now)
        return applied

    def _close(self, answer: _Answer, work: Tally, now: datetime) -> None:
        """Write the line of a synchronisation whose last answer this seems to be."""
        if work.has_met_conflicts():
            return  # which of them wait for her is known at the end
        if answer.is_last and not self._store.outbox.is_waiting():
            self._journal(work.receipt(now), DONE)
            work.note_journaled()

    def _repair(self, work: Tally) -> None:
        """Both sides differ: look where, once, and read again what differs."""
        if work.is_repaired:
            return
        work.is_repaired = True
        me = str(self._keeper.me)
        repair = Repair(self._store, self._office, self._clock, me, self._in_store, work)
        repaired = repair.run()
        if repaired is not None:
            work.verified = repaired.is_whole
            now = self._clock.now()
            self._in_store(lambda: self._housekeeping.note_repair(repaired, now))

    def _known(self) -> Known:
        """Return what the next request says of this laptop."""
        state = self._store.state
        # An erasure is told once nothing is left of it in the file.
        erased = [] if state.is_compaction_due() else state.erasures()[:MAX_OPS]
        is_under_way = partial(self._store.outbox.of_record, NOTE)  # the office may not have it
        notes = [note for note in state.untold_notes() if not is_under_way(note)][:MAX_OPS]
        return Known(state.progress(), state.last_op(), state.is_realigning(), erased, notes)

    def _freeze(self, beside: Sequence[PendingOp] = ()) -> Batch:
        outbox = self._store.outbox
        if outbox.is_empty():
            return Batch()  # most often: not even a transaction is opened
        with self._store.database.transaction():
            ops = outbox.freeze(max_ops=MAX_OPS, max_bytes=TARGET_BODY, beside=beside)
        return Batch(ops, has_more=bool(ops) and outbox.has_more(ops))

    def _is_usual(self, receipt: Receipt, outcome: str) -> bool:
        """Tell whether nothing happened, as several times an hour: no network, or nothing new."""
        if outcome == Offline.__name__:
            return True
        last = self._store.journal.last_success()
        if outcome != DONE or last is None:
            return False
        return timedelta(0) <= receipt.ended_at - last < _QUIET  # not one dated years ahead

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


def _nothing() -> None:
    """Before the first answer."""


def _typed(batch: Sequence[PendingOp]) -> int:
    """Return how many of these changes somebody made: keys travel unseen."""
    return sum(op.kind != KEYS for op in batch)


def _check_progress(page: Page, before: Progress, *, pulled: bool) -> None:
    """Refuse a reply that would make this laptop forget, loop, or mix two offices' data."""
    after = page.progress
    if before.epoch is not None and after.epoch != before.epoch:
        # An office that changed its data says so, with what is needed to go on: this one did not.
        raise EpochChanged("")
    if after.cursor < before.cursor:
        raise BadReply(ReplyFault.UNREADABLE)
    if not pulled or after.after is None or before.after is None:
        return
    # Pages go forward: one that ends where an earlier one did would be read for ever.
    if astuple(after.after) <= astuple(before.after):
        raise BadReply(ReplyFault.UNREADABLE)
