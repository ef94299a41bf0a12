"""The pieces of documents: sent and fetched after the records, one at a time, never twice.

Each piece is kept before the next one is asked for: cut anywhere, the next synchronisation goes on
from there. What stands in the way of one document leaves the others alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from desktop.config.clock import Clock
from desktop.crypto.errors import SealBroken
from desktop.crypto.pieces import key_from_hex, open_piece
from desktop.domain.touched import Touched
from desktop.store.journal import JournalEntry
from desktop.store.store import Store
from desktop.sync.errors import Cancelled, Refused, RequestRejected
from desktop.sync.in_store import InStore
from desktop.sync.revocation import Engine
from desktop.sync.tally import PieceStep, Receipt, Step
from desktop.sync.transport import Cancellation, Traffic
from protocol.kinds import Document, spec_of
from protocol.limits import MAX_DOCUMENTS, MAX_PIECES, PIECE
from protocol.values import instant_from_wire, instant_to_wire
from protocol.wire import (
    GiveReply,
    GiveRequest,
    PiecesReply,
    PiecesRequest,
    TakeReply,
    TakeRequest,
)

_KIND = spec_of(Document).name
_CHECK_EVERY = timedelta(days=7)
_CHECKED_AT, _CHECKED_EPOCH = "pieces_checked_at", "pieces_checked_epoch"
_OF_ONE_DOCUMENT = frozenset({"grant", "malformed", "piece_differs", "too_large"})
"""What the office may refuse of one document, and of no other."""

MOVED, CUT = "documents", "documents_cut"
"""How the journal says that all pieces have moved, or some."""

OnStep = Callable[[Step], None]


class PieceOffice(Protocol):
    """What the laptop may ask the office about pieces. Each method raises ``SyncError`` only."""

    def missing_pieces(self, request: PiecesRequest) -> tuple[PiecesReply, Traffic]:
        """Ask which pieces the office lacks."""

    def give_piece(
        self, request: GiveRequest, cancelled: Cancellation | None = None
    ) -> tuple[GiveReply, Traffic]:
        """Send one piece."""

    def take_piece(
        self, request: TakeRequest, cancelled: Cancellation | None = None
    ) -> tuple[TakeReply, Traffic]:
        """Ask for one piece."""


@dataclass(frozen=True, slots=True)
class _Transfer:
    """What there is to do for one document."""

    document: str
    numbers: list[int]
    octets: list[int]
    """Of each of these pieces."""


@dataclass(slots=True)
class _Work:
    """One run: what it says, and whether somebody asks it to stop."""

    on_step: OnStep
    cancelled: Cancellation
    start: Step
    begun: datetime
    progress: PieceStep = field(default_factory=PieceStep)
    given: int = 0
    """Documents whose last piece left."""
    taken: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    has_moved: bool = False

    def stop_if_asked(self) -> None:
        if self.cancelled():
            raise Cancelled

    def expect(self, transfers: Collection[_Transfer]) -> None:
        """Learn how much there is to do."""
        self.progress = PieceStep(
            to_do=sum(len(item.numbers) for item in transfers),
            octets_to_do=sum(sum(item.octets) for item in transfers),
        )

    def moved(self, octets: int, touched: Touched | None) -> None:
        """Count one piece, and say how far it is."""
        self.has_moved = True
        before = self.progress
        self.progress = replace(
            before, done=before.done + 1, octets_done=before.octets_done + octets
        )
        self.on_step(
            replace(
                self.start,
                traffic=self.start.traffic + self.traffic,
                touched=frozenset({touched} if touched else ()),
                pieces=self.progress,
            )
        )


class PieceExchange:
    """Brings the contents of documents where they are missing; for the network's lane."""

    def __init__(
        self, store: Store, office: PieceOffice, clock: Clock, me: str, in_store: InStore
    ) -> None:
        self._store = store
        self._office = office
        self._clock = clock
        self._me = me
        self._in_store = in_store

    def run(
        self, on_step: OnStep, cancelled: Cancellation, start: Step, *, verify: bool = False
    ) -> Traffic:
        """Send what the office lacks and fetch what is not here; raise ``SyncError``.

        Asks nothing when nothing is missing. ``verify``, another epoch and every week: asks about
        everything of ours, which an office put back from a backup may have lost.
        """
        work = _Work(on_step, cancelled, start, self._clock.now())
        outcome = CUT
        try:
            is_due = self._in_store(lambda: self._is_check_due(asked=verify))
            if is_due:
                self._check_ours(work)
            give, take = self._plan(work)
            work.expect([*give, *take])
            for transfer in give:
                with _one_document():
                    self._give(transfer, work)
            for transfer in take:
                with _one_document():
                    self._take(transfer, work)
            outcome = MOVED
            if is_due and work.given:
                self._in_store(partial(self._note_check, {}))  # the first ones: just seen there
        finally:
            if work.has_moved:
                self._in_store(partial(self._journal, work, outcome))
        return work.traffic

    # -- what there is to do ------------------------------------------------------------------

    def _plan(self, work: _Work) -> tuple[list[_Transfer], list[_Transfer]]:
        mine = self._in_store(self._store.pieces.to_send)
        wanted = self._in_store(self._store.pieces.incomplete)
        lacking = self._ask({*mine, *wanted}, work)
        give, take = [], []
        for document, numbers in mine.items():
            if document not in lacking:
                self._in_store(partial(self._give_up, document))
                continue
            there = set(numbers) - lacking[document]
            self._in_store(partial(self._note_sent, document, there))
            left = sorted(set(numbers) - there)
            give.append(self._in_store(partial(self._transfer, document, left)))
        for document in wanted:
            if document in lacking:
                absent = self._in_store(partial(self._absent, document, lacking[document]))
                take.append(self._in_store(partial(self._transfer, document, absent)))
        return give, take

    def _ask(self, documents: Iterable[str], work: _Work) -> dict[str, set[int]]:
        """Return which pieces the office lacks, of the documents that it tells us of."""
        asked = sorted(documents)
        lacking: dict[str, set[int]] = {}
        for start in range(0, len(asked), MAX_DOCUMENTS):
            work.stop_if_asked()
            some = asked[start : start + MAX_DOCUMENTS]
            reply, traffic = self._office.missing_pieces(PiecesRequest(some))
            work.traffic += traffic
            told: list[set[int]] = [set() for _ in reply.documents]
            for piece in reply.missing:
                if 0 <= piece.document < len(told) and 0 <= piece.number < MAX_PIECES:
                    told[piece.document].add(piece.number)
            said = dict(zip(reply.documents, told, strict=True))
            lacking |= {document: said[document] for document in some if document in said}
        return lacking

    def _absent(self, document: str, lacking: set[int]) -> list[int]:
        known = self._store.records.get(Document, document)
        count = min(known.pieces, MAX_PIECES) if known is not None else 0
        return sorted(set(range(count)) - self._store.pieces.numbers_of(document) - lacking)

    def _transfer(self, document: str, numbers: list[int]) -> _Transfer:
        known = self._store.records.get(Document, document)
        size = known.size if known is not None else MAX_PIECES * PIECE
        octets = [max(0, min(PIECE, size - number * PIECE)) for number in numbers]
        return _Transfer(document, numbers, octets)

    def _give_up(self, document: str) -> None:
        """The office does not want a document: nothing of it stays once its record has left."""
        if not self._store.outbox.all_of_record(_KIND, document):
            self._forget_if_gone(document)

    # -- one document -------------------------------------------------------------------------

    def _give(self, transfer: _Transfer, work: _Work) -> None:
        document = transfer.document
        for number, octets in zip(transfer.numbers, transfer.octets, strict=True):
            work.stop_if_asked()
            body = self._in_store(partial(self._store.pieces.body, document, number))
            if body is None:
                return  # removed meanwhile
            request = GiveRequest(document, number, body)
            _, traffic = self._office.give_piece(request, work.cancelled)
            work.traffic += traffic
            self._in_store(partial(self._note_sent, document, [number]))
            is_last = number == transfer.numbers[-1]
            work.given += is_last
            touched = self._in_store(partial(self._finish, document)) if is_last else None
            work.moved(octets, touched)

    def _take(self, transfer: _Transfer, work: _Work) -> None:
        document = transfer.document
        known = self._in_store(partial(self._store.records.get, Document, document))
        if known is None:
            return
        for number, octets in zip(transfer.numbers, transfer.octets, strict=True):
            work.stop_if_asked()
            reply, traffic = self._office.take_piece(TakeRequest(document, number), work.cancelled)
            work.traffic += traffic
            if reply.body is None:
                return
            # Checked before it is kept: what was altered on the way never fills this laptop.
            open_piece(key_from_hex(known.key), document, number, known.pieces, reply.body)
            self._in_store(partial(self._keep, document, known.person, number, reply.body))
            is_last = number == transfer.numbers[-1]
            work.taken += is_last
            work.moved(octets, Touched(_KIND, document, known.person) if is_last else None)

    def _keep(self, document: str, person: str, number: int, body: bytes) -> None:
        with self._store.database.transaction():
            if self._store.records.holds(_KIND, document):  # it may have left meanwhile
                self._store.pieces.put(document, person, {number: body}, is_sent=True)

    def _note_sent(self, document: str, numbers: Collection[int]) -> None:
        if numbers:
            with self._store.database.transaction():
                self._store.pieces.note_sent(document, numbers)

    def _finish(self, document: str) -> Touched | None:
        """All is sent; when its dossier had left this laptop before, so do its pieces now."""
        known = self._store.records.get(Document, document)
        self._forget_if_gone(document)
        return None if known is None else Touched(_KIND, document, known.person)

    def _forget_if_gone(self, document: str) -> None:
        if not self._store.records.holds(_KIND, document):
            with self._store.database.transaction():
                self._store.pieces.forget(document)

    # -- what the office may have lost --------------------------------------------------------

    def _is_check_due(self, *, asked: bool) -> bool:
        state = self._store.state
        if state.get(_CHECKED_EPOCH) != (state.progress().epoch or ""):
            return True
        last = state.get(_CHECKED_AT)
        is_recent = last is not None and (
            timedelta(0) <= self._clock.now() - instant_from_wire(last) < _CHECK_EVERY
        )
        return asked or not is_recent

    def _check_ours(self, work: _Work) -> None:
        ours = self._in_store(partial(self._store.pieces.whole_of, self._me))
        if ours:
            lacking = self._ask(ours, work)
            self._in_store(partial(self._note_check, lacking))

    def _note_check(self, lacking: Mapping[str, set[int]]) -> None:
        state = self._store.state
        with self._store.database.transaction():
            for document, numbers in lacking.items():
                self._store.pieces.note_sent(document, numbers, is_sent=False)
            state.set(_CHECKED_EPOCH, state.progress().epoch or "")
            state.set(_CHECKED_AT, instant_to_wire(self._clock.now()))

    def _journal(self, work: _Work, outcome: str) -> None:
        entry = JournalEntry(
            started_at=work.begun,
            ended_at=self._clock.now(),
            outcome=outcome,
            sent=work.given,
            received=work.taken,
            to_review=0,
            bytes_up=work.traffic.sent,
            bytes_down=work.traffic.received,
        )
        with self._store.database.transaction():
            self._store.journal.add(entry)


class RecordsThenPieces:
    """Synchronises records as always, then the contents of documents."""

    def __init__(self, engine: Engine, pieces: PieceExchange) -> None:
        self._engine = engine
        self._pieces = pieces

    def run(
        self,
        on_step: OnStep = lambda step: None,
        cancelled: Cancellation = lambda: False,
        *,
        verify: bool = False,
    ) -> Receipt:
        """Synchronise; raise ``SyncError``. Records are in when the first piece moves."""
        receipt = self._engine.run(on_step, cancelled, verify=verify)
        start = Step(receipt.sent, receipt.sent, receipt.received, receipt.traffic, frozenset())
        traffic = self._pieces.run(on_step, cancelled, start, verify=verify)
        return replace(receipt, traffic=receipt.traffic + traffic)


@contextmanager
def _one_document() -> Iterator[None]:
    """Leave one document for another day when it alone cannot be sent or fetched."""
    try:
        yield
    except SealBroken:
        pass  # the office gave something else: asked again next time, and shown as on its way
    except (Refused, RequestRejected) as refused:
        if refused.code not in _OF_ONE_DOCUMENT:
            raise
