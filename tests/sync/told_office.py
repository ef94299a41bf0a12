"""An office that answers as it is told: for what the real one does rarely, or never."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from desktop.store.copy_erasure import CopyErasure
from desktop.sync.engine import Synchroniser
from desktop.sync.errors import SyncError
from desktop.sync.keep_apart import Keeper
from desktop.sync.renewal import Renewal
from desktop.sync.transport import Cancellation, Exchange, Traffic
from protocol import wire
from protocol.clock import from_millis
from tests.support.laptop import Desk

SNAPSHOT_KEY = "a1" * 48
EPOCH = "0199c0de-0000-7000-8000-0000000000e0"
Answer = Callable[[wire.SyncRequest], wire.SyncReply]


@dataclass
class ToldOffice:
    """Answers each request with the next thing it was told; then, that there is nothing new."""

    told: list[Answer | SyncError] = field(default_factory=list)
    requests: list[wire.SyncRequest] = field(default_factory=list)
    renewals: list[wire.RenewRequest] = field(default_factory=list)
    cursor: int = 0
    patience: int = 50
    """Requests after which whoever asks is asking for ever."""

    def tell(self, *answers: Answer | SyncError) -> None:
        """Prepare answers, in order."""
        self.told += answers

    def hello(self) -> wire.Hello:
        return wire.Hello("coffre-server", EPOCH, 1, 1, 1, "2026-11-24T08:00:00Z")

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        raise LookupError(f"{request.device} is enrolled already")

    def sync(
        self,
        request: wire.SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        self.requests.append(request)
        assert len(self.requests) <= self.patience, "the laptop asks for ever"
        answer = self.told.pop(0) if self.told else self.nothing_new
        if isinstance(answer, SyncError):
            raise answer
        reply = answer(request)
        self.cursor = max(self.cursor, reply.cursor)
        return Exchange(reply, Traffic(100, 1_000))

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        """Say that it holds nothing at all, of a moment long gone."""
        return wire.DigestsReply(EPOCH, 0)

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        return wire.RereadReply(EPOCH, 0)

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        self.renewals.append(request)
        return wire.RenewReply(request.device, EPOCH)

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        """It knows nobody."""

    def nothing_new(self, request: wire.SyncRequest) -> wire.SyncReply:
        """Take what was sent; there is nothing to read."""
        return replying(request, cursor=max(self.cursor, request.cursor))


def replying(request: wire.SyncRequest, **given: object) -> wire.SyncReply:
    """Return a reply that acknowledges what was sent, and says what is given."""
    ack = request.first_op + len(request.ops) - 1
    empty = wire.SyncReply(epoch=EPOCH, ack=ack, hlc=0, cursor=request.cursor, pulled=request.pull)
    return msgspec.structs.replace(empty, **given)


def answering(**given: object) -> Answer:
    """Return an answer that acknowledges what was sent, and says what is given."""
    return lambda request: replying(request, **given)


def page(
    *records: tuple[str, str, str, Mapping[str, object]], whole: bool = True, **given: object
) -> Answer:
    """Return an answer that brings records: their kind, bucket, identifier and fields."""
    kinds = list(dict.fromkeys(kind for kind, _, _, _ in records))
    names = list(dict.fromkeys(name for _, _, _, data in records for name in data))
    changes = [
        wire.Change(
            kind=kinds.index(kind),
            bucket=bucket,
            rid=rid,
            seq=1,
            whole=whole,
            fields=[x for name, value in data.items() for x in (names.index(name), value)],
        )
        for kind, bucket, rid, data in records
    ]
    return answering(kinds=kinds, fields=names, changes=changes, **given)


def keeper_of(desk: Desk) -> Keeper:
    """Return what keeps apart the versions that cannot be joined."""
    workplace = desk.workplace
    return Keeper(
        store=workplace.store,
        clock=desk.clock,
        random=workplace.random,
        identity=workplace.identity,
        me=workplace.me,
        department=workplace.department,
        escrow=workplace.escrow,
    )


def synchroniser_of(desk: Desk, office: ToldOffice) -> Synchroniser:
    """Return what brings a laptop and this office to agree; both lanes are this thread."""
    workplace = desk.workplace
    renewal = Renewal(desk.store, office, desk.clock, workplace.random, lambda work: work())
    copies = copies_of(desk)
    to_review = desk.conflicts.waiting
    return Synchroniser(
        *(desk.store, office, keeper_of(desk), desk.clock),
        *(lambda work: work(), renewal, copies, to_review),
    )


def copies_of(desk: Desk) -> CopyErasure:
    """Return what leaves nothing of the erased in the copies of a laptop."""
    return CopyErasure(desk.store.snapshots, lambda: SNAPSHOT_KEY)


def hlc_at(unix_ms: int) -> int:
    """Return the clock value of a moment."""
    return from_millis(unix_ms)
