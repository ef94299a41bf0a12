"""What was said in each version of the protocol is still understood, on both sides, byte for byte.

``tests/frozen/wire-N`` is never made again. Today's office is told the same life with the same
bytes, and a laptop of then must be able to read its answers; today's laptop is told what an office
of then answered.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey

from desktop.store.outbox import PendingOp
from desktop.store.state import Progress
from desktop.sync import messages
from desktop.sync.answers import Replayed, read_message
from desktop.sync.errors import (
    BadReply,
    InvitationRefused,
    LaptopBehind,
    OfficeTooOld,
    OpGap,
    Refused,
    RequestRejected,
    Revoked,
)
from protocol import compression, signing, wire
from protocol.kinds import SYNCED
from protocol.values import check_kind
from tests.frozen import wire_1
from tests.frozen.exchanges import Recorder, Sample, load
from tests.frozen.office import SERVER, FixedOffice, fixed_office
from tests.support.office import Premises, premises

__all__ = ["premises"]

FROZEN = Path(__file__).parent.parent / "frozen"
SAMPLES = load(FROZEN / "wire-1")
KINDS = msgspec.json.decode((FROZEN / "wire-1" / "kinds.json").read_bytes())
"""What a laptop of then knew of each field of each kind."""
FORMS = {"set", "counter", "append_only", "sealed_text"}
"""Rules whose fields travel in a form of their own; the others travel as their value."""
DIGEST = "c57f4d3fc24a412c204631b676f43def"
"""BLAKE2b of all the files of ``wire-1`` but its README: they are what they were."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The messages of one address, as they were and as they are."""

    request: type[msgspec.Struct]
    request_then: type[msgspec.Struct]
    reply: type[msgspec.Struct]
    reply_then: type[msgspec.Struct]


SPOKEN = {
    "/v1/hello": Spoken(wire.Hello, wire_1.Hello, wire.Hello, wire_1.Hello),
    "/v1/devices": Spoken(
        wire.EnrolRequest, wire_1.EnrolRequest, wire.EnrolReply, wire_1.EnrolReply
    ),
    "/v1/sync": Spoken(wire.SyncRequest, wire_1.SyncRequest, wire.SyncReply, wire_1.SyncReply),
}

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda item: item.exchange.name)
well_formed = pytest.mark.parametrize(
    "sample",
    [item for item in SAMPLES if item.exchange.method == "POST" and item.exchange.status != 400],
    ids=lambda item: item.exchange.name,
)


def test_nobody_has_touched_what_is_frozen() -> None:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted((FROZEN / "wire-1").iterdir()):
        if path.name != "README.md":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    assert digest.hexdigest() == DIGEST


@well_formed
def test_a_request_of_then_is_read_and_written_again_to_the_byte(sample: Sample) -> None:
    spoken = SPOKEN[sample.exchange.target]
    for message in (spoken.request, spoken.request_then):
        decoded = wire.decode(sample.clear_request, message)
        assert wire.encode(decoded) == sample.clear_request


@each_sample
def test_a_reply_of_then_is_read_and_written_again_to_the_byte(sample: Sample) -> None:
    spoken = SPOKEN[sample.exchange.target]
    refused = sample.exchange.status != 200
    for message in (wire.Problem, wire_1.Problem) if refused else (spoken.reply, spoken.reply_then):
        assert wire.encode(wire.decode(sample.clear_reply, message)) == sample.clear_reply


@each_sample
def test_a_frame_of_then_holds_the_same_bytes(sample: Sample) -> None:
    for raw, clear in (
        (sample.request, sample.clear_request),
        (sample.reply, sample.clear_reply),
    ):
        if raw != clear:
            assert compression.decompress(compression.compress(clear)) == clear
            assert compression.decompress(raw) == clear


@each_sample
def test_a_signature_of_then_covers_the_same_bytes(sample: Sample) -> None:
    headers = sample.exchange.headers
    if signing.HEADER_SIGNATURE not in headers or sample.exchange.status == 401:
        pytest.skip("not signed")
    signed = signing.SignedRequest(
        server=SERVER,
        department=headers[signing.HEADER_DEPARTMENT],
        device=headers[signing.HEADER_DEVICE],
        counter=int(headers[signing.HEADER_COUNTER]),
        time=headers[signing.HEADER_TIME],
        method=sample.exchange.method,
        target=sample.exchange.target,
        body=sample.request,
    )
    key = SigningKey(bytes([int(signed.device[-1])]) * 32)
    assert key.sign(signed.message()).signature.hex() == headers[signing.HEADER_SIGNATURE]


# -- the office of today, and a laptop of then ------------------------------------------------


@pytest.fixture(scope="module")
def office(premises: Premises, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FixedOffice]:
    """Return today's office, as the laptops of then knew theirs."""
    with fixed_office(premises.url, tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture(scope="module")
def said_again(office: FixedOffice) -> dict[str, Sample]:
    """Return what today's office answers to the same bytes, by name of exchange."""
    recorder = Recorder(office.url)
    for sample in SAMPLES:
        then = sample.exchange
        if then.name == "a-laptop-withdrawn":
            office.revoke(then.headers[signing.HEADER_DEVICE])
        recorder.say(then.name, then.method, then.target, sample.request, then.headers)
    return {sample.exchange.name: sample for sample in recorder.samples}


@each_sample
def test_the_office_of_today_answers_a_laptop_of_then_as_it_was_answered(
    said_again: dict[str, Sample], sample: Sample
) -> None:
    today = said_again[sample.exchange.name]
    assert today.exchange.status == sample.exchange.status
    assert today.exchange.reply_headers == sample.exchange.reply_headers
    if sample.exchange.status != 200:
        then, now = (wire.decode(item.clear_reply, wire_1.Problem) for item in (sample, today))
        assert now.code == then.code
        assert now.detail.keys() >= then.detail.keys()
        return
    message = SPOKEN[sample.exchange.target].reply_then
    said_then, said_now = (wire.decode(item.clear_reply, message) for item in (sample, today))
    assert _plain(said_now) == _plain(said_then)
    assert _records(said_then).items() <= _records(said_now).items()
    # What crossed a deletion has become a conflict of its own since; a laptop of then reads it too.
    added = _records(said_now).keys() - _records(said_then).keys()
    assert {kind for kind, _rid in added} <= {"conflict"}


def test_a_laptop_of_then_is_told_no_outcome_it_has_never_heard_of(
    said_again: dict[str, Sample],
) -> None:
    told = {
        result.outcome
        for sample in said_again.values()
        if sample.exchange.target == "/v1/sync" and sample.exchange.status == 200
        for result in wire.decode(sample.clear_reply, wire_1.SyncReply).results
    }
    assert told == {"conflict", "stale", "refused"}


def test_what_a_laptop_of_then_checks_of_a_record_still_holds() -> None:
    assert KINDS.keys() <= SYNCED.keys()
    for kind, fields in KINDS.items():
        today = SYNCED[kind].by_name
        assert fields.keys() <= today.keys(), kind
        for name, then in fields.items():
            now = today[name]
            assert str(now.shape) == then["shape"], (kind, name)
            assert {str(now.rule)} & FORMS == {then["rule"]} & FORMS, (kind, name)
            # It would read nothing of a page that holds a longer text, or misses a field.
            assert now.limit <= then["limit"], (kind, name)
            assert now.required >= then["required"], (kind, name)


# -- the laptop of today, and an office of then -----------------------------------------------

MEANINGS: dict[str, type[Exception]] = {
    "a-request-said-twice": Replayed,
    "a-wrong-signature": Refused,
    "not-a-message": RequestRejected,
    "operations-are-missing": OpGap,
    "another-epoch": BadReply,  # it does not say where the data ends: nothing is done
    "too-far-ahead": BadReply,
    "a-protocol-of-tomorrow": OfficeTooOld,
    "too-many-operations": RequestRejected,
    "other-words-under-the-same-numbers": LaptopBehind,
    "an-invitation-nobody-gave": InvitationRefused,
    "an-invitation-already-used": InvitationRefused,
    "a-laptop-withdrawn": Revoked,
}


@each_sample
def test_the_laptop_of_today_understands_what_an_office_of_then_answered(sample: Sample) -> None:
    then = sample.exchange
    headers = {"Content-Encoding": "identity"} | then.reply_headers
    expected = SPOKEN[then.target].reply
    if then.status != 200:
        with pytest.raises((*MEANINGS.values(),)) as caught:
            read_message(then.status, headers, sample.reply, expected)
        assert type(caught.value) is MEANINGS[then.name]
        return
    reply = read_message(then.status, headers, sample.reply, expected)
    if isinstance(reply, wire.SyncReply):
        request = wire.decode(sample.clear_request, wire.SyncRequest)
        progress = Progress(epoch=request.epoch, cursor=request.cursor, after=request.after)
        page = messages.page(reply, pending_ops(request), progress)
        assert len(page.incoming) == len(reply.changes)
        assert len(page.gone) == len(reply.removals)
        assert page.acknowledged == reply.ack
        for item in page.incoming:
            if item.whole:
                check_kind(SYNCED[item.kind], item.data, strict_codes=True)


def pending_ops(request: wire.SyncRequest) -> list[PendingOp]:
    """Return the operations of a request, as the laptop that sent it held them."""
    return [
        PendingOp(
            id=number,
            n=request.first_op + number,
            kind=request.kinds[op.kind],
            rid=op.rid,
            bucket=op.rid,
            verb=op.verb,
            creates=False,
            base=op.base,
            hlc=request.hlc + op.hlc,
            fields={},
            state="sent",
            reason=None,
        )
        for number, op in enumerate(request.ops)
    ]


def _plain(message: Any) -> object:  # any message of then
    """Return a message without its records, and without what says which version answers."""
    if isinstance(message, wire_1.Hello):
        return (message.coffre, message.server, message.oldest_protocol, message.time)
    if isinstance(message, wire_1.SyncReply):
        # The numbers given to names are the message's own business.
        return msgspec.structs.replace(message, kinds=[], fields=[], changes=[], removals=[])
    return message


def _records(message: Any) -> dict[tuple[str, str], bytes]:  # any message of then
    """Return the records of a page as a laptop of then reads them, by kind and identifier."""
    if not isinstance(message, wire_1.SyncReply):
        return {}
    found: dict[tuple[str, str], bytes] = {}
    for change in message.changes:
        kind = message.kinds[change.kind]
        pairs = zip(change.fields[::2], change.fields[1::2], strict=True)
        data = {message.fields[number]: value for number, value in pairs}
        known = {name: value for name, value in data.items() if name in KINDS.get(kind, {})}
        place = (change.bucket, change.seq, change.whole)
        found[kind, change.rid] = msgspec.json.encode((place, known), order="deterministic")
    for item in message.removals:
        found[message.kinds[item.kind], item.rid] = msgspec.json.encode((item.seq, item.cause))
    return found
