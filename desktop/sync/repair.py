"""Where a laptop and the office differ: found by digests, read again record by record.

Nothing is removed because the office is silent: a record that it does not know stays here, and is
offered to it again when its author works on this laptop. At most once a synchronisation, so that a
difference that cannot be mended costs little and is told (docs/protocol.md, "Repair"). Stopped, it
keeps what was read again, and the comparison stays owed: it is begun again.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from desktop.config.clock import Clock
from desktop.domain.touched import Touched
from desktop.store.proof import Key
from desktop.store.replica import Page
from desktop.store.state import LOOKED_INTO
from desktop.store.store import Store
from desktop.store.watched import Held
from desktop.sync import messages
from desktop.sync.brake import Brake
from desktop.sync.errors import BadReply, Refused, ReplyFault, RequestRejected
from desktop.sync.in_store import InStore, exhaust
from desktop.sync.offering import Offering
from desktop.sync.tally import Tally
from desktop.sync.transport import Office
from protocol.ids import is_id
from protocol.limits import PAGE_ROWS
from protocol.wire import DigestsReply, DigestsRequest, RereadRequest

_MOST_BUCKETS = 200
"""Buckets looked into at one synchronisation; what is left waits for the next."""
MOST_REREADS = 200
"""Questions for records again, at one synchronisation: a hundred thousand records."""
_DIGEST = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair came to."""

    reread: int
    """Records read again."""
    offered: int
    """Records of ours that the office did not know, to be sent at the next round."""
    is_whole: bool
    """Whether both sides hold the same now."""
    is_left: bool
    """Whether there is more for the next repair."""


class Repair:
    """Compares and reads again; for the network's lane."""

    def __init__(
        self, store: Store, office: Office, clock: Clock, me: str, in_store: InStore, work: Tally
    ) -> None:
        """``work``: the synchronisation it belongs to, told of each page, and asked to stop."""
        self._store = store
        self._office = office
        self._clock = clock
        self._offering = Offering(store, me)
        self._in_store = in_store
        self._work = work
        self._touched: set[Touched] = set()
        self._reread = 0
        self._is_left = False
        self._asked = 0

    def run(self) -> Repaired | None:
        """Repair; ``None`` when the office has moved on meanwhile: the next round compares anew.

        Raise ``SyncError``, ``Cancelled`` among them: what was read again until then is kept.
        """
        progress = self._in_store(self._store.state.progress)
        listing = self._ask(None)
        if (listing.epoch, listing.cursor) != (progress.epoch, progress.cursor):
            return None
        theirs = {it.bucket: Held(it.records, _digest(it.digest)) for it in listing.buckets}
        steps = self._in_store(self._store.proof.scrub)
        exhaust(self._in_store, steps)
        ours = self._in_store(self._store.proof.buckets)
        different = [b for b in {**theirs, **ours} if theirs.get(b) != ours.get(b)]
        self._in_store(lambda: self._note_given(theirs))
        looked_into = self._in_store(lambda: self._next_of(different))
        for number, bucket in enumerate(looked_into):
            if self._asked >= MOST_REREADS:
                self._in_store(partial(self._stop_after, looked_into[number - 1]))
                break
            self._mend(bucket, is_named=bucket in theirs)
        ours = self._in_store(self._store.proof.buckets)
        self._is_left |= self._in_store(lambda: self._store.state.get(LOOKED_INTO) is not None)
        return Repaired(self._reread, self._offering.count, ours == theirs, self._is_left)

    def _next_of(self, different: Sequence[str]) -> list[str]:
        """Return which buckets to look into: those that come after the last ones looked into."""
        before = self._store.state.get(LOOKED_INTO) or ""
        waiting = sorted(it for it in different if it > before) or sorted(different)
        looked_into = waiting[:_MOST_BUCKETS]
        self._stop_after(looked_into[-1] if len(looked_into) < len(waiting) else None)
        return looked_into

    def _stop_after(self, bucket: str | None) -> None:
        with self._store.database.transaction():
            self._store.state.set(LOOKED_INTO, bucket)

    def _mend(self, bucket: str, *, is_named: bool) -> None:
        try:
            listing = self._ask(bucket)
        except Refused as refused:
            if refused.code != "grant":
                raise
            # Closed to us, and we were not told: nothing is removed for all that.
            self._in_store(lambda: self._note_closed(bucket, is_named=is_named))
            self._tell()
            return
        theirs = {
            _key(listing, item.kind, item.rid): _digest(item.digest) for item in listing.records
        }
        ours = self._in_store(lambda: self._store.proof.records_of(bucket))
        keys = sorted(key for key in {**theirs, **ours} if theirs.get(key) != ours.get(key))
        for start in range(0, len(keys), PAGE_ROWS):
            self._read_again(bucket, keys[start : start + PAGE_ROWS])

    def _read_again(self, bucket: str, keys: Sequence[Key]) -> None:
        if self._asked >= MOST_REREADS:
            self._is_left = True
            return
        self._asked += 1
        self._work.stop_if_asked()
        try:
            reply = self._office.reread(_asking(bucket, keys), self._work.cancelled)
        except RequestRejected as refused:
            if refused.code != "too_large" or len(keys) == 1:
                raise
            middle = len(keys) // 2
            self._read_again(bucket, keys[:middle])
            self._read_again(bucket, keys[middle:])
            return
        page = messages.reread_page(reply, self._in_store(self._store.state.progress))
        given = {(item.kind, item.rid) for item in page.incoming}
        given |= {(item.kind, item.rid) for item in page.gone}
        if not given <= set(keys):
            raise BadReply(ReplyFault.UNREADABLE)
        self._in_store(lambda: self._apply(page, [key for key in keys if key not in given]))
        self._reread += len(given)
        self._tell()

    def _apply(self, page: Page, unknown: Sequence[Key]) -> None:
        now = self._clock.now()
        with self._store.database.transaction():
            Brake(self._store).check(page, now)
            applied = self._store.replica.apply(page, now)
            self._offering.offer(unknown)
        self._touched |= applied.touched

    def _note_closed(self, dossier: str, *, is_named: bool) -> None:
        with self._store.database.transaction():
            self._store.state.note_closed(dossier)
            self._is_left |= not is_named and not self._offering.found(dossier)

    def _note_given(self, named: Collection[str]) -> None:
        with self._store.database.transaction():
            self._store.state.note_given(named)

    def _tell(self) -> None:
        """Tell open screens what is shown otherwise."""
        self._work.tell(frozenset(self._touched | self._offering.touched))
        self._touched.clear()
        self._offering.touched.clear()

    def _ask(self, bucket: str | None) -> DigestsReply:
        self._work.stop_if_asked()
        reply = self._office.digests(DigestsRequest(bucket), self._work.cancelled)
        if not is_id(reply.epoch) or not all(is_id(item.bucket) for item in reply.buckets):
            raise BadReply(ReplyFault.UNREADABLE)
        return reply


def _asking(bucket: str, keys: Sequence[Key]) -> RereadRequest:
    kinds = sorted({kind for kind, _ in keys})
    return RereadRequest(bucket, kinds, [(kinds.index(kind), rid) for kind, rid in keys])


def _key(listing: DigestsReply, kind: int, rid: str) -> Key:
    if not 0 <= kind < len(listing.kinds) or not is_id(rid):
        raise BadReply(ReplyFault.UNREADABLE)
    return listing.kinds[kind], rid


def _digest(text: str) -> int:
    if not _DIGEST.fullmatch(text):
        raise BadReply(ReplyFault.UNREADABLE)
    return int(text, 16)
