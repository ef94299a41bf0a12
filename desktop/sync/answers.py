"""From what came over the wire to a message, or to the one error that says why there is none.

Only a well-formed message with the right status is a success. An empty answer, a page of HTML, a
401, 403, 404 or 5xx is always an error: nothing on the laptop is ever touched because of it.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from desktop.sync.errors import (
    BadReply,
    Busy,
    ClientTooOld,
    EpochChanged,
    InvitationReason,
    InvitationRefused,
    LaptopBehind,
    NotTheOffice,
    OfficeTooOld,
    OfficeTroubled,
    OpGap,
    Refused,
    ReplyFault,
    RequestRejected,
    Revoked,
    StrangerReason,
    SyncError,
    checked_code,
)
from protocol import compression, wire
from protocol.errors import MalformedMessage
from protocol.ids import is_id
from protocol.limits import MAX_BODY, NUMBERS_END

DEFAULT_PATIENCE_S = 30.0
_LONGEST_PATIENCE_S = 3600.0
_SUCCESSES = frozenset({200, 201})
_BUSY = frozenset({429, 503})
_NOT_WELCOME = frozenset({401, 403})

M = TypeVar("M", bound=msgspec.Struct)


class Replayed(Exception):
    """The office has already seen a counter at least as high; ``last`` is the one it knows."""

    def __init__(self, last: int) -> None:
        super().__init__(f"last {last}")
        self.last = last


def read_message(status: int, headers: Mapping[str, str], body: bytes, message: type[M]) -> M:
    """Return the message, or raise what the answer means."""
    if status not in _SUCCESSES:
        raise _refusal(status, headers, body)
    clear = _clear(headers, body)
    try:
        return wire.decode(clear, message)
    except MalformedMessage:
        stranger = not _claims_json(headers) or not _is_json(clear)
    if stranger and not _is_compressed(headers):
        raise NotTheOffice(StrangerReason.NOT_JSON)
    raise BadReply(ReplyFault.UNREADABLE)


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> SyncError | Replayed:
    if 300 <= status < 400:
        return NotTheOffice(StrangerReason.REDIRECTED)
    if status in _BUSY:
        return Busy(_patience(headers))
    if status >= 500:
        return OfficeTroubled(status)
    if status < 400:
        return BadReply(ReplyFault.STATUS)
    problem = _problem(headers, body)
    # A filter or a proxy also answers 403 or 404, in HTML: that says nothing about this laptop.
    if problem is None:
        return NotTheOffice(StrangerReason.NOT_JSON)
    judged = _judge(status, problem)
    # Of all answers the one that destroys: it must be ours down to its label.
    if isinstance(judged, Revoked) and not _claims_json(headers):
        return NotTheOffice(StrangerReason.NOT_JSON)
    return judged


def _judge(status: int, problem: wire.Problem) -> SyncError | Replayed:
    code = problem.code
    if code in set(InvitationReason):
        return InvitationRefused(InvitationReason(code))
    if status == 409:
        return _realignment(problem)
    if status == 410 and code == "revoked":
        return Revoked()
    if status == 426:
        newest = problem.detail.get("newest")
        is_older = isinstance(newest, int) and newest < wire.PROTOCOL_VERSION
        return OfficeTooOld() if is_older else ClientTooOld()
    if status in _NOT_WELCOME:
        return Refused(code)
    return RequestRejected(checked_code(code))


def _realignment(problem: wire.Problem) -> SyncError | Replayed:
    match problem.code, problem.detail:
        case "forked", _:
            return LaptopBehind()
        case "replayed", {"last": int(last)} if 0 <= last < NUMBERS_END:
            return Replayed(last)
        case "gap", {"expected": int(expected)} if 1 <= expected < NUMBERS_END:
            return OpGap(expected)
        case "epoch", {"epoch": str(epoch), "seq": int(seq), "last_op": int(taken)} if (
            is_id(epoch) and 0 <= seq < NUMBERS_END and 0 <= taken < NUMBERS_END
        ):
            return EpochChanged(epoch, seq, taken)
        case (("replayed" | "gap" | "epoch"), _):
            return BadReply(ReplyFault.UNREADABLE)
    return RequestRejected(problem.code)


def _problem(headers: Mapping[str, str], body: bytes) -> wire.Problem | None:
    try:
        return wire.decode(_clear(headers, body), wire.Problem)
    except (MalformedMessage, BadReply):
        return None


def _clear(headers: Mapping[str, str], body: bytes) -> bytes:
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return body
    if encoding != compression.ENCODING:
        raise BadReply(ReplyFault.ENCODING)
    try:
        return compression.decompress(body, limit=MAX_BODY)
    except MalformedMessage:
        raise BadReply(ReplyFault.DAMAGED) from None


def _is_compressed(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "").strip().lower() == compression.ENCODING


def _claims_json(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/json"


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _patience(headers: Mapping[str, str]) -> float:
    asked = headers.get("Retry-After", "").strip()
    # The form with a date would depend on this computer's clock, which may be wrong.
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        return DEFAULT_PATIENCE_S
    return min(float(asked), _LONGEST_PATIENCE_S)
