"""What was said in each version of the protocol is still understood, on both sides, byte for byte.

``tests/frozen/wire-N`` and ``wire-2-sealed`` are never made again. Today's office is told the same
life with the same bytes, and a laptop of then must be able to read its answers; today's laptop is
told what an office of then answered.
"""

from collections.abc import Callable
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
    ClientTooOld,
    EpochChanged,
    InvitationRefused,
    LaptopBehind,
    OfficeTooOld,
    OpGap,
    Refused,
    RequestRejected,
    Revoked,
    SyncError,
)
from protocol import compression, signing, wire, wire_keys
from protocol.kinds import SYNCED
from protocol.values import check_kind
from tests.frozen import life_2_keys, wire_1
from tests.frozen.exchanges import Exchange, Recorder, Sample, fingerprint, load
from tests.frozen.life import PERSON
from tests.frozen.office import SERVER, FixedOffice, fixed_office
from tests.support.office import Premises, premises

__all__ = ["premises"]

FROZEN = Path(__file__).parent.parent / "frozen"
DIGESTS = {
    "wire-1": "c57f4d3fc24a412c204631b676f43def",
    "wire-2": "0a9f908906dc17aa7fe6e0655797bbc3",
    "wire-2-sealed": "d9892deb3bf052d604454f5994a00303",
}
"""BLAKE2b of all the files of a version but its README: they are what they were."""
Known = dict[str, dict[str, Any]]  # what is declared of a field, by kind and name
PAGES = (wire_1.SyncReply, wire.SyncReply, wire.RereadReply)
FORMS = {"set", "counter", "append_only", "sealed_text"}
"""Rules whose fields travel in a form of their own; the others travel as their value."""


@dataclass(frozen=True, slots=True)
class Said:
    """One exchange, and the version of the protocol it was said in."""

    version: str
    sample: Sample

    @property
    def then(self) -> Exchange:
        """Return how it was said."""
        return self.sample.exchange

    def messages(self, side: str) -> tuple[type[msgspec.Struct], ...]:
        """Return the messages that read one side of it: today's, and that of then."""
        if side == "reply" and self.then.status != 200:
            return (wire.Problem, wire_1.Problem)
        name = NAMES[self.then.target, side]
        today = message_named(name)
        return (today, getattr(wire_1, name) if self.version == "wire-1" else today)


NAMES = {
    ("/v1/hello", "reply"): "Hello",
    ("/v1/devices", "request"): "EnrolRequest",
    ("/v1/devices", "reply"): "EnrolReply",
    ("/v1/devices/renew", "request"): "RenewRequest",
    ("/v1/devices/renew", "reply"): "RenewReply",
    ("/v1/sync", "request"): "SyncRequest",
    ("/v1/sync", "reply"): "SyncReply",
    ("/v1/digests", "request"): "DigestsRequest",
    ("/v1/digests", "reply"): "DigestsReply",
    ("/v1/reread", "request"): "RereadRequest",
    ("/v1/reread", "reply"): "RereadReply",
    ("/v1/pieces/missing", "request"): "PiecesRequest",
    ("/v1/pieces/missing", "reply"): "PiecesReply",
    ("/v1/pieces/give", "request"): "GiveRequest",
    ("/v1/pieces/give", "reply"): "GiveReply",
    ("/v1/pieces/take", "request"): "TakeRequest",
    ("/v1/pieces/take", "reply"): "TakeReply",
    ("/v1/invitations", "request"): "InvitedRequest",
    ("/v1/invitations", "reply"): "InvitedReply",
    ("/v1/pairings/join", "request"): "JoinRequest",
    ("/v1/pairings/join", "reply"): "PairReply",
    ("/v1/pairings", "request"): "PairRequest",
    ("/v1/pairings", "reply"): "PairReply",
    ("/v1/laptops", "request"): "LaptopsRequest",
    ("/v1/laptops", "reply"): "LaptopsReply",
    ("/v1/account", "request"): "BundleRequest",
    ("/v1/account", "reply"): "BundleReply",
    ("/v1/shares", "request"): "SharesRequest",
    ("/v1/shares", "reply"): "SharesReply",
}
SAID = [Said(version, sample) for version in DIGESTS for sample in load(FROZEN / version)]
KINDS = {
    version: msgspec.json.decode((FROZEN / version / "kinds.json").read_bytes())
    for version in DIGESTS
}
"""What a laptop of then knew of each field of each kind."""


def message_named(name: str) -> type[msgspec.Struct]:
    """Return a message of today."""
    message: type[msgspec.Struct] = getattr(wire if hasattr(wire, name) else wire_keys, name)
    return message


def each(*, keep: Callable[[Exchange], bool]) -> pytest.MarkDecorator:
    """Return the exchanges to try a test on."""
    kept = [said for said in SAID if keep(said.then)]
    return pytest.mark.parametrize(
        "said", kept, ids=[f"{said.version[5:]} {said.then.name}" for said in kept]
    )


each_said = each(keep=lambda then: True)
each_well_formed = each(keep=lambda then: then.method == "POST" and then.status != 400)
each_signed = each(
    keep=lambda then: signing.HEADER_SIGNATURE in then.headers and then.status != 401
)


@pytest.mark.parametrize("version", DIGESTS)
def test_nobody_has_touched_what_is_frozen(version: str) -> None:
    assert fingerprint(FROZEN / version) == DIGESTS[version]


@each_well_formed
def test_a_request_of_then_is_read_and_written_again_to_the_byte(said: Said) -> None:
    for message in said.messages("request"):
        decoded = wire.decode(said.sample.clear_request, message)
        assert wire.encode(decoded) == said.sample.clear_request


@each_said
def test_a_reply_of_then_is_read_and_written_again_to_the_byte(said: Said) -> None:
    for message in said.messages("reply"):
        decoded = wire.decode(said.sample.clear_reply, message)
        assert wire.encode(decoded) == said.sample.clear_reply


@each_said
def test_a_frame_of_then_is_unpacked_to_the_same_bytes(said: Said) -> None:
    folder = FROZEN / said.version
    for side, raw in (("request", said.sample.request), ("reply", said.sample.reply)):
        for packed in folder.glob(f"*-{said.then.name}.{side}.zst"):
            clear = packed.with_suffix(".json")
            assert packed.read_bytes() == raw
            assert not clear.exists() or compression.decompress(raw) == clear.read_bytes()


@each_signed
def test_a_signature_of_then_covers_the_same_bytes(said: Said) -> None:
    headers = said.then.headers
    signed = signing.SignedRequest(
        server=SERVER,
        department=headers[signing.HEADER_DEPARTMENT],
        device=headers[signing.HEADER_DEVICE],
        counter=int(headers[signing.HEADER_COUNTER]),
        time=headers[signing.HEADER_TIME],
        method=said.then.method,
        target=said.then.target,
        body=said.sample.request,
    )
    key = SigningKey(bytes([int(signed.device[-1])]) * 32)
    assert key.sign(signed.message()).signature.hex() == headers[signing.HEADER_SIGNATURE]


# -- the office of today, and a laptop of then ------------------------------------------------


@pytest.fixture(scope="module")
def said_again(
    premises: Premises, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Sample]:
    """Return what today's office answers to the same bytes, by version and name."""
    answers: dict[tuple[str, str], Sample] = {}
    for version in DIGESTS:
        with fixed_office(premises.url, tmp_path_factory.mktemp("office")) as office:
            recorder = Recorder(office.url)
            for said in SAID:
                if said.version == version:
                    _happens_before(said.then, office)
                    then = said.then
                    recorder.say(
                        then.name, then.method, then.target, said.sample.request, then.headers
                    )
            answers |= {(version, sample.exchange.name): sample for sample in recorder.samples}
    return answers


def _happens_before(then: Exchange, office: FixedOffice) -> None:
    """Do what an administrator did before an exchange."""
    if then.name == "a-laptop-withdrawn":
        office.revoke(then.headers[signing.HEADER_DEVICE])
    elif then.name == "claire-hears-of-an-erasure":
        office.erase(PERSON)
    elif then.name == "nadia-enrols":
        office.welcome(life_2_keys.COLLEAGUE)


@each_said
def test_the_office_of_today_answers_a_laptop_of_then_as_it_was_answered(
    said_again: dict[tuple[str, str], Sample], said: Said
) -> None:
    today = said_again[said.version, said.then.name]
    assert today.exchange.status == said.then.status
    assert today.exchange.reply_headers == said.then.reply_headers
    message = said.messages("reply")[1]
    then, now = (wire.decode(item.clear_reply, message) for item in (said.sample, today))
    if isinstance(then, wire_1.Problem | wire.Problem):
        assert isinstance(now, wire_1.Problem | wire.Problem)
        assert now.code == then.code
        assert now.detail.keys() >= then.detail.keys()
        return
    assert _plain(now) == _plain(then)
    known = KINDS[said.version]
    assert _records(then, known).items() <= _records(now, known).items()
    # What crossed a deletion has become a conflict of its own since protocol 1, which reads it too.
    added = _records(now, known).keys() - _records(then, known).keys()
    assert {kind for kind, _rid in added} <= {"conflict"}


def test_a_laptop_of_then_is_told_no_outcome_it_has_never_heard_of(
    said_again: dict[tuple[str, str], Sample],
) -> None:
    told = {
        result.outcome
        for (version, _name), sample in said_again.items()
        if version == "wire-1" and sample.exchange.target == "/v1/sync"
        if sample.exchange.status == 200
        for result in wire.decode(sample.clear_reply, wire_1.SyncReply).results
    }
    assert told == wire_1.OUTCOMES


@pytest.mark.parametrize("version", DIGESTS)
def test_what_a_laptop_of_then_checks_of_a_record_still_holds(version: str) -> None:
    assert KINDS[version].keys() <= SYNCED.keys()
    for kind, fields in KINDS[version].items():
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
    "another-epoch": EpochChanged,
    "too-far-ahead": EpochChanged,
    "a-protocol-of-tomorrow": ClientTooOld,
    "too-many-operations": RequestRejected,
    "other-words-under-the-same-numbers": LaptopBehind,
    "an-invitation-nobody-gave": InvitationRefused,
    "an-invitation-already-used": InvitationRefused,
    "a-laptop-withdrawn": Revoked,
    "digests-of-a-closed-dossier": Refused,
    "records-of-a-closed-dossier-again": Refused,
    "a-laptop-of-before-asks-for-a-page": ClientTooOld,
    "another-piece-under-its-number": RequestRejected,
    "a-piece-too-many": RequestRejected,
    "a-piece-from-somebody-else": Refused,
    "no-piece-of-what-is-closed": Refused,
    "one-share-is-too-few": RequestRejected,
    "a-promise-said-otherwise": RequestRejected,
    "mehdi-speaks-in-her-pairing": InvitationRefused,
    "an-invitation-that-has-served": InvitationRefused,
    "a-pairing-that-was-closed": InvitationRefused,
    "a-paper-that-is-none": RequestRejected,
    "a-laptop-withdraws-itself": RequestRejected,
    "a-laptop-of-somebody-else": RequestRejected,
    "a-laptop-she-withdrew": Revoked,
}
OF_AN_OFFICE_OF_PROTOCOL_1: dict[str, type[Exception]] = {
    # It does not say where the data ends: nothing is concluded from it.
    "another-epoch": BadReply,
    "too-far-ahead": BadReply,
    "a-protocol-of-tomorrow": OfficeTooOld,
}


@each(keep=lambda then: then.status != 200)
def test_the_laptop_of_today_knows_what_a_refusal_of_then_means(said: Said) -> None:
    meanings = MEANINGS | (OF_AN_OFFICE_OF_PROTOCOL_1 if said.version == "wire-1" else {})
    with pytest.raises((SyncError, Replayed)) as caught:
        _read(said)
    assert type(caught.value) is meanings[said.then.name]


@each(keep=lambda then: then.status == 200)
def test_the_laptop_of_today_reads_what_an_office_of_then_answered(said: Said) -> None:
    reply = _read(said)
    if not isinstance(reply, wire.SyncReply | wire.RereadReply):
        return
    if isinstance(reply, wire.SyncReply):
        request = wire.decode(said.sample.clear_request, wire.SyncRequest)
        progress = Progress(epoch=request.epoch, cursor=request.cursor, after=request.after)
        page = messages.page(reply, pending_ops(request), progress)
        assert page.acknowledged == reply.ack
    else:
        page = messages.reread_page(reply, Progress(reply.epoch, 0, None))
    assert len(page.incoming) == len(reply.changes)
    assert len(page.gone) == len(reply.removals)
    for item in page.incoming:
        if item.whole:
            check_kind(SYNCED[item.kind], item.data, strict_codes=True)


def _read(said: Said) -> msgspec.Struct:
    headers = {"Content-Encoding": "identity"} | said.then.reply_headers
    message = message_named(NAMES[said.then.target, "reply"])
    return read_message(said.then.status, headers, said.sample.reply, message)


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
    if isinstance(message, wire_1.Hello | wire.Hello):
        return (message.coffre, message.server, message.oldest_protocol, message.time)
    if isinstance(message, PAGES):
        # The numbers given to names are the message's own business.
        return msgspec.structs.replace(message, kinds=[], fields=[], changes=[], removals=[])
    return message


def _records(message: Any, known: Known) -> dict[tuple[str, str], bytes]:  # any message of then
    """Return the records of a page as a laptop of then reads them, by kind and identifier."""
    if not isinstance(message, PAGES):
        return {}
    found: dict[tuple[str, str], bytes] = {}
    for change in message.changes:
        kind = message.kinds[change.kind]
        pairs = zip(change.fields[::2], change.fields[1::2], strict=True)
        data = {message.fields[number]: value for number, value in pairs}
        read = {name: value for name, value in data.items() if name in known.get(kind, {})}
        place = (change.bucket, change.seq, change.whole)
        found[kind, change.rid] = msgspec.json.encode((place, read), order="deterministic")
    for item in message.removals:
        found[message.kinds[item.kind], item.rid] = msgspec.json.encode((item.seq, item.cause))
    return found
