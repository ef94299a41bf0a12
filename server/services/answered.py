"""The last two answers of each device, kept in case they are lost on their way.

A laptop sends a batch while it writes the answer to the one before. Stopped there, it sends both
again: it is answered what it was answered, once these are seen to be the same operations.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from protocol.wire import Result, SyncRequest
from server.services.errors import Forked
from server.store.devices import LastReply


class _Earlier(msgspec.Struct, array_like=True, frozen=True):
    """The answer before the last one."""

    first_op: int
    results: list[Result]
    fingerprint: str
    marks: str = ""


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """What is stored of the last answer, and of the one before it."""

    results: list[Result]
    fingerprint: str = ""
    """Of the operations that were answered; empty once something of them was erased."""
    earlier: _Earlier | None = None
    marks: str = ""
    """Of which operations they were, and when each was made: what is left to tell them by then."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the operations of one batch were answered."""

    first_op: int
    last_op: int
    results: list[Result]
    fingerprint: str
    marks: str


class Said:
    """The operations of a request, told from others: made ready while something else is awaited."""

    def __init__(self, request: SyncRequest) -> None:
        self._request = request

    @cached_property
    def fingerprint(self) -> str:
        """What tells them from others."""
        return _fingerprint(self._request, 0, len(self._request.ops))

    def make_ready(self) -> None:
        """Look at all of them now."""
        _ = self.fingerprint


def last_number(request: SyncRequest) -> int:
    """Return the number of the last operation of a request."""
    return request.first_op + len(request.ops) - 1


def known_results(last: LastReply, request: SyncRequest) -> list[Result]:
    """Return what those operations of a request were answered that came before.

    Raise ``Forked`` if they are others, or no whole batches: batches are sent again as they were,
    and a laptop goes on once both have been answered. One that reads with its last batch, and was
    answered another since, has forgotten it.
    """
    if request.pull and last_number(request) < last.last_op:
        raise Forked
    results: list[Result] = []
    awaited, until = request.first_op, min(last.last_op, last_number(request))
    for answer in _answers(last):
        if answer.first_op != awaited or answer.last_op > until:
            continue
        awaited = answer.last_op + 1
        start, end = answer.first_op - request.first_op, awaited - request.first_op
        said = answer.fingerprint
        if said and said != _fingerprint(request, start, end):
            raise Forked
        if not said and answer.marks and answer.marks != _marks(request, start, end):
            raise Forked
        results += [Result(it.index + start, it.outcome, it.detail) for it in answer.results]
    if awaited <= until:
        raise Forked
    return results


def kept_answer(
    last: LastReply, request: SyncRequest, results: list[Result], said: Said
) -> LastReply:
    """Return what is to be kept once a request has been answered."""
    before = [answer for answer in _answers(last) if answer.first_op < request.first_op]
    earlier = None
    if before:
        newest = before[-1]
        earlier = _Earlier(newest.first_op, newest.results, newest.fingerprint, newest.marks)
    kept = _Kept(results, said.fingerprint, earlier, _marks(request, 0, len(request.ops)))
    return LastReply(last_number(request), request.first_op, msgspec.json.encode(kept))


def without_fingerprint(reply: bytes) -> bytes:
    """Return kept answers that say nothing any more of what was sent."""
    kept = msgspec.json.decode(reply, type=_Kept)
    former = kept.earlier
    earlier = former and _Earlier(former.first_op, former.results, "", former.marks)
    return msgspec.json.encode(_Kept(kept.results, "", earlier, kept.marks))


def _answers(last: LastReply) -> Iterator[_Answer]:
    """Yield the answers that are kept, oldest first."""
    if last.reply is None or last.reply_first_op is None:
        return
    kept, first_op = msgspec.json.decode(last.reply, type=_Kept), last.reply_first_op
    earlier = kept.earlier
    if earlier is not None:
        yield _Answer(
            earlier.first_op, first_op - 1, earlier.results, earlier.fingerprint, earlier.marks
        )
    yield _Answer(first_op, last.last_op, kept.results, kept.fingerprint, kept.marks)


def _fingerprint(request: SyncRequest, start: int, end: int) -> str:
    """Return what tells these operations from others, however the message numbers its names."""
    kinds, names = request.kinds, request.fields
    known: dict[tuple[object, ...], list[object]] = {}
    said = []
    for operation in request.ops[start:end]:
        flat = operation.fields.copy()
        numbers = tuple(flat[::2])
        # Many operations name the same fields; True and 1 are one key, and not one number.
        if not set(map(type, numbers)) <= {int}:
            flat[::2] = [_named(number, names) for number in numbers]
        else:
            if numbers not in known:
                known[numbers] = [_named(number, names) for number in numbers]
            flat[::2] = known[numbers]
        said.append((operation.verb, _named(operation.kind, kinds), operation.rid, flat))
    return hashlib.blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()


def _marks(request: SyncRequest, start: int, end: int) -> str:
    """Return what tells these operations from others without a word of what they say."""
    marked = [(op.verb, op.rid, request.hlc + op.hlc) for op in request.ops[start:end]]
    return hashlib.blake2b(msgspec.json.encode(marked), digest_size=16).hexdigest()


def _named(number: object, names: list[str]) -> object:
    return names[number] if type(number) is int and 0 <= number < len(names) else number
