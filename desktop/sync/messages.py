"""Between the store's words and the wire's: requests built, replies checked and resolved.

Nothing of a reply reaches the store unchecked: a field that breaks its declaration makes the whole
reply a ``BadReply``, and nothing of it is applied.
"""

from collections.abc import Sequence
from typing import Any

from desktop.store.outbox import PendingOp
from desktop.store.replica import Gone, Incoming, Page, Verdict
from desktop.store.state import Progress
from desktop.sync.errors import BadReply, ReplyFault
from protocol import wire
from protocol.errors import ProtocolError
from protocol.kinds import SCHEMA_VERSION, SYNCED
from protocol.values import Wire, check_value


class _Dictionary:
    """Names used in one message, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def names(self) -> list[str]:
        return list(self._numbers)


def request(batch: Sequence[PendingOp], progress: Progress, *, pull: bool) -> wire.SyncRequest:
    """Return the request that sends a batch and asks for what is new."""
    kinds, fields = _Dictionary(), _Dictionary()
    start = min((op.hlc for op in batch), default=0)
    ops = [
        wire.Operation(
            verb=op.verb,
            kind=kinds.number(op.kind),
            rid=op.rid,
            base=op.base,
            hlc=op.hlc - start,
            fields=[x for name, value in op.fields.items() for x in (fields.number(name), value)],
        )
        for op in batch
    ]
    return wire.SyncRequest(
        protocol=wire.PROTOCOL_VERSION,
        schema=SCHEMA_VERSION,
        epoch=progress.epoch,
        hlc=start,
        first_op=batch[0].n or 1 if batch else 1,
        kinds=kinds.names(),
        fields=fields.names(),
        ops=ops,
        cursor=progress.cursor,
        after=progress.after,
        pull=pull,
    )


def page(reply: wire.SyncReply, batch: Sequence[PendingOp], before: Progress) -> Page:
    """Return what a reply says, its names resolved; raise ``BadReply``."""
    try:
        return Page(
            batch=len(batch),
            acknowledged=reply.ack,
            verdicts={
                batch[item.index].n or 0: Verdict(item.outcome, tuple(item.detail))
                for item in reply.results
            },
            dropped=tuple(reply.dropped),
            incoming=tuple(_incoming(reply, change) for change in reply.changes),
            gone=tuple(Gone(reply.kinds[item.kind], item.rid) for item in reply.removals),
            progress=_progress(reply, before),
        )
    except (IndexError, TypeError, ProtocolError):
        raise BadReply(ReplyFault.UNREADABLE) from None


def _progress(reply: wire.SyncReply, before: Progress) -> Progress:
    if not reply.pulled:
        return Progress(epoch=reply.epoch, cursor=before.cursor, after=before.after)
    if reply.more is not None:
        return Progress(epoch=reply.epoch, cursor=before.cursor, after=reply.more)
    return Progress(epoch=reply.epoch, cursor=reply.cursor, after=None)


def _incoming(reply: wire.SyncReply, change: wire.Change) -> Incoming:
    kind = reply.kinds[change.kind]
    names, values = change.fields[0::2], change.fields[1::2]
    data: dict[str, Any] = {  # checked just below
        reply.fields[name]: value for name, value in zip(names, values, strict=True)
    }
    spec = SYNCED.get(kind)
    if spec is not None:
        items = spec.fields if change.whole else [f for f in spec.fields if f.name in data]
        for item in items:
            check_value(item, data.get(item.name), strict_codes=False)
    if change.whole:
        data = {name: value for name, value in data.items() if value is not None}
    typed: dict[str, Wire] = data
    return Incoming(kind, change.bucket, change.rid, change.whole, typed)
