"""Between the store's words and the wire's: requests built, replies checked and resolved.

Nothing of a reply reaches the store unchecked: a field that breaks its declaration makes the whole
reply a ``BadReply``, and nothing of it is applied.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.store.outbox import PendingOp
from desktop.store.replica import Gone, Incoming, Page, Verdict
from desktop.store.state import Progress
from desktop.sync.errors import BadReply, ReplyFault
from protocol import wire
from protocol.errors import ProtocolError
from protocol.ids import is_id
from protocol.kinds import SCHEMA_VERSION, SYNCED, Rule
from protocol.limits import NUMBERS_END
from protocol.values import check_kind, check_value

_LONGEST_REASON = 60
_NEVER = {
    "stale": frozenset({Rule.IMMUTABLE}),
    "conflict": frozenset({Rule.IMMUTABLE, Rule.SEALED_TEXT}),
}
"""What the office may answer about some fields of an operation, and the rules of those it is never
true of: where a record is crosses nothing, and between two texts the office does not choose.
"""


class _Dictionary:
    """Names used in one message, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._several: dict[tuple[str, ...], list[int]] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def numbered(self, values: Mapping[str, Any]) -> wire.FlatFields:
        """Return values, each after the number of its name; many hold the same names."""
        names = tuple(values)
        numbers = self._several.get(names)
        if numbers is None:
            numbers = self._several[names] = [self.number(name) for name in names]
        flat: wire.FlatFields = [None] * (2 * len(names))
        flat[::2] = numbers
        flat[1::2] = values.values()
        return flat

    def names(self) -> list[str]:
        return list(self._numbers)


def request(
    batch: Sequence[PendingOp],
    progress: Progress,
    *,
    pull: bool,
    verify: bool = False,
    anew: bool = False,
    erased: Sequence[int] = (),
    erased_notes: Sequence[str] = (),
) -> wire.SyncRequest:
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
            fields=fields.numbered(op.fields),
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
        verify=verify,
        anew=anew,
        erased=list(erased),
        erased_notes=list(erased_notes),
    )


def page(reply: wire.SyncReply, batch: Sequence[PendingOp], before: Progress) -> Page:
    """Return what a reply says, its names resolved; raise ``BadReply``."""
    try:
        return Page(
            sent=tuple(batch),
            acknowledged=_number(reply.ack),
            verdicts=_verdicts(reply, batch),
            dropped=tuple(map(_identifier, reply.dropped)),
            incoming=tuple(map(_Reading(reply.kinds, reply.fields).incoming, reply.changes)),
            gone=tuple(_gone(reply.kinds, item) for item in reply.removals),
            progress=_progress(reply, before),
            root=reply.root if reply.pulled and reply.more is None else None,
        )
    except (IndexError, TypeError, ValueError, ProtocolError):
        raise BadReply(ReplyFault.UNREADABLE) from None


def reread_page(reply: wire.RereadReply, progress: Progress) -> Page:
    """Return the records read again, as a page that moves nothing on; raise ``BadReply``."""
    try:
        return Page(
            sent=(),
            acknowledged=0,
            verdicts={},
            dropped=(),
            incoming=tuple(map(_Reading(reply.kinds, reply.fields).incoming, reply.changes)),
            gone=tuple(
                replace(_gone(reply.kinds, item), is_one_of_all=False) for item in reply.removals
            ),
            progress=progress,
        )
    except (IndexError, TypeError, ValueError, ProtocolError):
        raise BadReply(ReplyFault.UNREADABLE) from None


def _verdicts(reply: wire.SyncReply, batch: Sequence[PendingOp]) -> dict[int, Verdict]:
    """Return what became of each operation that was not simply taken; one may have two answers."""
    verdicts: dict[int, Verdict] = {}
    for item in reply.results:
        op = batch[_number(item.index)]
        n = op.n or 0
        known = verdicts.get(n, Verdict())
        never = _NEVER.get(item.outcome)
        if never is not None and not _may_change(op, item.detail, never):
            raise ValueError("no office that is one answers so of such a field")
        if item.outcome == "refused":
            verdicts[n] = replace(known, refused=_reason(item.detail[0]))
        elif item.outcome == "stale":
            verdicts[n] = replace(known, stale=tuple(item.detail))
        elif item.outcome == "late":
            verdicts[n] = replace(known, late=True)
        elif item.outcome == "conflict":
            verdicts[n] = replace(known, conflict=tuple(item.detail))
        else:
            raise TypeError(item.outcome)
    return verdicts


def _may_change(op: PendingOp, names: Sequence[str], never: Collection[Rule]) -> bool:
    fields = op.spec.by_name
    return not any(name in fields and fields[name].rule in never for name in names)


def _progress(reply: wire.SyncReply, before: Progress) -> Progress:
    epoch = _identifier(reply.epoch)
    if not reply.pulled:
        return Progress(epoch=epoch, cursor=before.cursor, after=before.after)
    if reply.more is not None:
        _number(reply.more.seq), _number(reply.more.kind), _identifier(reply.more.rid)
        return Progress(epoch=epoch, cursor=before.cursor, after=reply.more)
    return Progress(epoch=epoch, cursor=_number(reply.cursor), after=None)


def _gone(kinds: Sequence[str], item: wire.Removal) -> Gone:
    erased = _number(item.seq) if item.cause == "erased" else None
    return Gone(kinds[_number(item.kind)], _identifier(item.rid), erased)


class _Reading:
    """Resolves the names of one message: many records name the same fields, looked up once."""

    def __init__(self, kinds: Sequence[str], fields: Sequence[str]) -> None:
        self._kinds = kinds
        self._fields = fields
        self._known: dict[tuple[int, ...], list[str]] = {}

    def incoming(self, change: wire.Change) -> Incoming:
        kind = self._kinds[_number(change.kind)]
        numbers = tuple(change.fields[0::2])
        names = self._known.get(numbers)
        if names is None:
            _number(min(numbers, default=0))
            names = self._known[numbers] = [self._fields[number] for number in numbers]
        data: dict[str, Any] = dict(zip(names, change.fields[1::2], strict=True))  # checked below
        if change.whole and None in change.fields:
            data = {name: value for name, value in data.items() if value is not None}
        spec = SYNCED.get(kind)
        if spec is not None and change.whole:
            check_kind(spec, data, strict_codes=False)
        elif spec is not None:
            for name in data.keys() & spec.by_name.keys():
                check_value(spec.by_name[name], data[name], strict_codes=False)
        bucket, rid = _identifier(change.bucket), _identifier(change.rid)
        return Incoming(kind, bucket, rid, change.whole, data)


def _number(value: int) -> int:
    if not 0 <= value < NUMBERS_END:
        raise ValueError("out of range")
    return value


def _reason(text: str) -> str:
    if len(text) > _LONGEST_REASON:
        raise ValueError("no reason is that long")
    return text


def _identifier(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an identifier")
    return text
