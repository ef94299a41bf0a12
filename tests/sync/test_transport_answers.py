"""Whatever answers a laptop, it learns the truth or a named reason."""

from pathlib import Path

import pytest

from desktop.sync.errors import (
    BadReply,
    Busy,
    ClientTooOld,
    EpochChanged,
    InvitationReason,
    InvitationRefused,
    NotTheOffice,
    OfficeTooOld,
    OfficeTroubled,
    Offline,
    OfflineReason,
    OpGap,
    Refused,
    ReplyFault,
    RequestRejected,
    Revoked,
    StrangerReason,
    SyncError,
)
from desktop.sync.transport import HttpOffice
from protocol import compression, wire
from protocol.limits import MAX_BODY
from tests.support.hostile_http import (
    Behaviour,
    HostileServer,
    answer,
    message,
    page,
    problem,
    raw,
)
from tests.support.hostile_office import INVITATION, JSON_HEAD, authority, server, trusted
from tests.support.http_offices import (
    EPOCH,
    REPLY,
    REQUEST,
    SERVER_ID,
    laptop,
    learned,
)

__all__ = ["authority", "server", "trusted"]

# Portals, filters and other strangers


STRANGERS = {
    "a page for people": (page(), StrangerReason.NOT_JSON),
    "an empty answer": (answer(200, b""), StrangerReason.NOT_JSON),
    "another program's JSON": (answer(200, b'{"portal":"ok"}'), StrangerReason.WRONG_HELLO),
    "a JSON list": (answer(200, b"[]"), StrangerReason.WRONG_HELLO),
    "another product": (
        message(wire.Hello("other", SERVER_ID, 1, 1, 1, "")),
        StrangerReason.WRONG_HELLO,
    ),
    "a server without a name": (
        message(wire.Hello("coffre-server", "", 1, 1, 1, "")),
        StrangerReason.WRONG_HELLO,
    ),
    "another Coffre server": (
        message(wire.Hello("coffre-server", EPOCH, 1, 1, 1, "")),
        StrangerReason.OTHER_SERVER,
    ),
    "a portal that redirects": (
        page(302, {"Location": "https://portail.example/"}),
        StrangerReason.REDIRECTED,
    ),
    "a redirection to http": (
        page(307, {"Location": "http://portail.example/"}),
        StrangerReason.REDIRECTED,
    ),
    "a filter that forbids": (page(403), StrangerReason.NOT_JSON),
    "a site without this page": (page(404), StrangerReason.NOT_JSON),
    "a page that has gone": (page(410), StrangerReason.NOT_JSON),
    "another protocol": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), StrangerReason.NOT_HTTP),
}


@pytest.mark.parametrize(
    ("stranger", "reason"),
    STRANGERS.values(),
    ids=STRANGERS.keys(),
)
def test_somebody_else_who_answers_is_not_taken_for_the_office(
    server: HostileServer, trusted: Path, stranger: Behaviour, reason: StrangerReason
) -> None:
    told = learned(server, trusted, stranger, ask=HttpOffice.hello)

    assert isinstance(told, NotTheOffice)
    assert told.reason is reason


def test_a_redirection_is_not_followed_not_even_to_the_same_place(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(page(308, {"Location": f"https://127.0.0.1:{server.port}/v1/sync"}), message(REPLY))

    with pytest.raises(NotTheOffice):
        office.sync(REQUEST)

    office.close()
    assert len(server.received) == 1


def test_two_versions_that_have_grown_apart_say_which_side_is_old(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    newer, older = wire.PROTOCOL_VERSION + 1, wire.OLDEST_PROTOCOL - 1
    server.will(
        message(wire.Hello("coffre-server", SERVER_ID, newer, newer, 1, "")),
        message(wire.Hello("coffre-server", SERVER_ID, older, older, 1, "")),
    )

    with pytest.raises(ClientTooOld):
        office.hello()
    with pytest.raises(OfficeTooOld):
        office.hello()
    office.close()


# Refusals, and answers that are none


REFUSALS = {
    "unknown signature": (problem(401, "signature"), Refused("signature")),
    "no right": (problem(403, "grant"), Refused("grant")),
    "a text for a code": (problem(401, "Claire a dit <b>"), Refused("unspecified")),
    "revoked": (problem(410, "revoked"), Revoked()),
    "gone for another reason": (problem(410, "gone"), RequestRejected("gone")),
    "client too old": (problem(426, "protocol"), ClientTooOld()),
    "newer than the office": (
        problem(426, "protocol", {"oldest": 0, "newest": wire.PROTOCOL_VERSION - 1}),
        OfficeTooOld(),
    ),
    "a gap": (problem(409, "gap", {"expected": 12}), OpGap(12)),
    "another epoch": (
        problem(409, "epoch", {"epoch": EPOCH, "seq": 7, "last_op": 3}),
        EpochChanged(EPOCH, 7, 3),
    ),
    "an epoch alone": (
        problem(409, "epoch", {"epoch": EPOCH}),
        BadReply(ReplyFault.UNREADABLE),
    ),
    "a gap of text": (problem(409, "gap", {"expected": "12"}), BadReply(ReplyFault.UNREADABLE)),
    "an epoch without name": (problem(409, "epoch"), BadReply(ReplyFault.UNREADABLE)),
    "a negative counter": (problem(409, "replayed", {"last": -1}), BadReply(ReplyFault.UNREADABLE)),
    "another conflict": (problem(409, "elsewhere"), RequestRejected("elsewhere")),
    "malformed": (problem(400, "malformed"), RequestRejected("malformed")),
    "unknown address": (problem(404, "unknown"), RequestRejected("unknown")),
    "too large": (problem(413, "too_large"), RequestRejected("too_large")),
    "too many requests": (problem(429, "slow", headers={"Retry-After": "7"}), Busy(7)),
    "in maintenance": (problem(503, "later", headers={"Retry-After": "120"}), Busy(120)),
    "in maintenance for years": (
        problem(503, "later", headers={"Retry-After": "99999999"}),
        Busy(3600),
    ),
    "in maintenance until a date": (
        problem(503, "later", headers={"Retry-After": "Tue, 24 Nov 2026 08:00:00 GMT"}),
        Busy(30),
    ),
    "a proxy in maintenance": (page(503), Busy(30)),
    "internal trouble": (problem(500, "internal"), OfficeTroubled(500)),
    "a proxy without its server": (page(502), OfficeTroubled(502)),
    "a proxy that waited": (answer(504, b""), OfficeTroubled(504)),
    "another success": (answer(202, wire.encode(REPLY)), BadReply(ReplyFault.STATUS)),
    "a page for people": (page(), NotTheOffice(StrangerReason.NOT_JSON)),
    "a page that asks to log in": (page(401), NotTheOffice(StrangerReason.NOT_JSON)),
    "a page that is missing": (page(404), NotTheOffice(StrangerReason.NOT_JSON)),
    "nothing, missing": (answer(404, b""), NotTheOffice(StrangerReason.NOT_JSON)),
    "nothing at all": (answer(200, b""), NotTheOffice(StrangerReason.NOT_JSON)),
    "an empty object": (answer(200, b"{}"), BadReply(ReplyFault.UNREADABLE)),
    "endless nesting": (answer(200, b"[" * 100_000), NotTheOffice(StrangerReason.NOT_JSON)),
    "another compression": (
        answer(200, b"{}", headers={"Content-Encoding": "br"}),
        BadReply(ReplyFault.ENCODING),
    ),
    "compressed in name only": (
        answer(200, b"{}", headers={"Content-Encoding": "zstd"}),
        BadReply(ReplyFault.DAMAGED),
    ),
}


@pytest.mark.parametrize(
    ("refusal", "expected"),
    REFUSALS.values(),
    ids=REFUSALS.keys(),
)
def test_every_refusal_has_its_name_and_none_is_an_empty_success(
    server: HostileServer, trusted: Path, refusal: Behaviour, expected: SyncError
) -> None:
    told = learned(server, trusted, refusal)

    assert type(told) is type(expected)
    assert vars(told) == vars(expected)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (InvitationReason.UNKNOWN, 404),
        (InvitationReason.USED, 409),
        (InvitationReason.EXPIRED, 410),
        (InvitationReason.IDENTITY_DIFFERS, 409),
    ],
)
def test_an_invitation_is_refused_with_its_reason(
    server: HostileServer, trusted: Path, reason: InvitationReason, status: int
) -> None:
    told = learned(server, trusted, problem(status, reason.value), ask=_enrol)

    assert isinstance(told, InvitationRefused)
    assert told.reason is reason


def _enrol(office: HttpOffice) -> object:
    return office.enrol(INVITATION)


CUTS = {
    "one byte early": answer(
        200, wire.encode(REPLY)[:-1], declared=len(wire.encode(REPLY)), stay=False
    ),
    "in a chunk": raw(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n{"),
    "among the headers": raw(JSON_HEAD[:20]),
    "in a header": raw(JSON_HEAD + b"Content-Length: 5"),
}


@pytest.mark.parametrize(
    "cut",
    CUTS.values(),
    ids=CUTS.keys(),
)
def test_an_answer_cut_on_the_way_is_a_network_that_failed(
    server: HostileServer, trusted: Path, cut: Behaviour
) -> None:
    told = learned(server, trusted, cut)

    assert isinstance(told, Offline)
    assert told.reason is OfflineReason.DROPPED


def test_an_answer_without_a_length_that_is_cut_is_not_used(
    server: HostileServer, trusted: Path
) -> None:
    body = compression.compress(wire.encode(REPLY))
    told = learned(server, trusted, raw(JSON_HEAD + b"Content-Encoding: zstd\r\n\r\n" + body[:-3]))

    assert isinstance(told, BadReply)
    assert told.reason is ReplyFault.DAMAGED


# Too much


FLOODS = {
    "declared": answer(200, b"", declared=MAX_BODY + 1, stay=False),
    "sent with its length": answer(200, b" " * (MAX_BODY + 1)),
    "sent without a length": raw(JSON_HEAD + b"\r\n" + b" " * (MAX_BODY + (1 << 20))),
}


@pytest.mark.parametrize(
    "flood",
    FLOODS.values(),
    ids=FLOODS.keys(),
)
def test_an_answer_larger_than_agreed_is_not_read(
    server: HostileServer, trusted: Path, flood: Behaviour
) -> None:
    told = learned(server, trusted, flood)

    assert isinstance(told, BadReply)
    assert told.reason is ReplyFault.TOO_LARGE


def test_a_small_answer_that_unfolds_without_end_is_not_unfolded(
    server: HostileServer, trusted: Path
) -> None:
    bomb = compression.compress(b" " * (64 << 20))
    assert len(bomb) < 16 << 10
    told = learned(server, trusted, answer(200, bomb, headers={"Content-Encoding": "zstd"}))

    assert isinstance(told, BadReply)
    assert told.reason is ReplyFault.DAMAGED
