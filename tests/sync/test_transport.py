"""The laptop asks, and whatever answers, it learns the truth or a named reason."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from nacl.signing import SigningKey

from desktop.sync.errors import (
    BadReply,
    Busy,
    Cancelled,
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
from desktop.sync.patience import Timeouts
from desktop.sync.transport import WallCounter
from protocol import compression, signing, wire
from protocol.limits import MAX_BODY
from tests.support.hostile_http import (
    Behaviour,
    HostileServer,
    answer,
    hang_up,
    message,
    page,
    problem,
    raw,
    server_context,
    silence,
    trickle,
)
from tests.support.http_offices import (
    DEVICE,
    ENROLLED,
    EPOCH,
    HELLO,
    REPLY,
    REQUEST,
    SERVER_ID,
    laptop,
    write_authority,
)

INVITATION = wire.EnrolRequest("79-ABCDE", DEVICE, "k", "i", "e", "c", "b", "p")
SHORT = Timeouts(connect_s=2, silence_s=0.3, whole_s=1.0)
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_authority(authority, tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[HostileServer]:
    with HostileServer(server_context(authority.issue_cert("127.0.0.1"))) as running:
        yield running


def test_a_laptop_sends_its_changes_and_gets_its_page(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted)
    server.will(message(REPLY))

    exchange = office.sync(REQUEST)

    office.close()
    assert exchange.reply == REPLY
    [asked] = server.received
    assert (asked.method, asked.target) == ("POST", "/v1/sync")
    assert wire.decode(compression.decompress(asked.body), wire.SyncRequest) == REQUEST


def test_the_office_can_verify_that_the_request_is_this_laptops(
    server: HostileServer, trusted: Path
) -> None:
    key = SigningKey.generate()
    office = laptop(server, trusted, key=key, clock=lambda: 1_795_500_000_000)
    server.will(message(REPLY))

    office.sync(REQUEST)

    office.close()
    [asked] = server.received
    signed = signing.SignedRequest(
        server=SERVER_ID,
        department=asked.headers["coffre-department"],
        device=asked.headers["coffre-device"],
        counter=int(asked.headers["coffre-counter"]),
        time=asked.headers["coffre-time"],
        method=asked.method,
        target=asked.target,
        body=asked.body,
    )
    key.verify_key.verify(signed.message(), bytes.fromhex(asked.headers["coffre-signature"]))
    assert asked.headers["coffre-time"] == "2026-11-24T06:00:00Z"


def test_requests_tell_nothing_about_the_laptop_but_what_the_protocol_says(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(message(REPLY))

    office.sync(REQUEST)

    office.close()
    expected = {"host", "user-agent", "accept-encoding", "content-type", "content-encoding"}
    expected |= {"content-length", "coffre-department", "coffre-device", "coffre-counter"}
    assert set(server.received[0].headers) == expected | {"coffre-time", "coffre-signature"}
    assert server.received[0].headers["user-agent"] == "coffre"


def test_a_laptop_that_does_not_know_the_office_yet_greets_it_before_signing(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted, server=None)
    server.will(message(HELLO), message(REPLY), message(REPLY))

    office.sync(REQUEST)
    office.sync(REQUEST)

    office.close()
    targets = [asked.target for asked in server.received]
    assert targets == ["/v1/hello", "/v1/sync", "/v1/sync"]
    assert "coffre-signature" not in server.received[0].headers


def test_one_connection_serves_a_whole_evening_of_pages(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(*[message(REPLY)] * 4)

    for _ in range(4):
        office.sync(REQUEST)

    office.close()
    assert {asked.connection for asked in server.received} == {1}


def test_an_idle_connection_is_left_for_a_new_one(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted, timeouts=Timeouts(idle_s=0))
    server.will(message(REPLY), message(REPLY))

    office.sync(REQUEST)
    office.sync(REQUEST)

    office.close()
    assert [asked.connection for asked in server.received] == [1, 2]


def test_the_traffic_is_what_passed_headers_included(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted)
    body = compression.compress(wire.encode(REPLY))
    whole = JSON_HEAD + b"Content-Encoding: zstd\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    server.will(raw(whole))

    traffic = office.sync(REQUEST).traffic

    office.close()
    assert traffic.received == len(whole)
    [asked] = server.received
    least = len(asked.body) + sum(len(f"{n}: {v}\r\n") for n, v in asked.headers.items())
    assert least < traffic.sent < least + 60


@pytest.mark.parametrize("encoded", [True, False])
def test_the_office_greets_compressed_or_not(
    server: HostileServer, trusted: Path, encoded: bool
) -> None:
    office = laptop(server, trusted)
    server.will(message(HELLO) if encoded else answer(200, wire.encode(HELLO)))

    assert office.hello() == HELLO
    office.close()


def test_a_new_laptop_presents_its_invitation(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted)
    server.will(message(ENROLLED, status=201))

    assert office.enrol(INVITATION) == ENROLLED
    office.close()
    assert server.received[0].target == "/v1/devices"


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
    office = laptop(server, trusted)
    server.will(stranger)

    with pytest.raises(NotTheOffice) as refused:
        office.hello()

    office.close()
    assert refused.value.reason is reason


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
    office = laptop(server, trusted)
    server.will(refusal)

    with pytest.raises(SyncError) as refused:
        office.sync(REQUEST)

    office.close()
    assert type(refused.value) is type(expected)
    assert vars(refused.value) == vars(expected)
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
    office = laptop(server, trusted)
    server.will(problem(status, reason.value))

    with pytest.raises(InvitationRefused) as refused:
        office.enrol(INVITATION)

    office.close()
    assert refused.value.reason is reason


# Counters


def test_a_laptop_whose_clock_went_back_catches_up_and_is_served(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted, counter=WallCounter(lambda: 1_000))
    server.will(problem(409, "replayed", {"last": 5_000_000}), message(REPLY))

    exchange = office.sync(REQUEST)

    office.close()
    assert exchange.reply == REPLY
    counters = [int(asked.headers["coffre-counter"]) for asked in server.received]
    assert counters == [1_000, 5_000_001]
    assert exchange.traffic.sent > 2 * len(server.received[0].body)


def test_a_counter_refused_twice_is_told_and_not_tried_for_ever(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(*[problem(409, "replayed", {"last": 1 << 60})] * 3)

    with pytest.raises(Refused) as refused:
        office.sync(REQUEST)

    office.close()
    assert refused.value.code == "replayed"
    assert len(server.received) == 2


def test_a_counter_never_goes_back_with_the_clock() -> None:
    hours = iter([5_000, 4_000, 4_000, 9_000])
    counter = WallCounter(lambda: next(hours))

    assert [counter.next() for _ in range(4)] == [5_000, 5_001, 5_002, 9_000]


# Bad networks


def test_a_kept_connection_that_the_office_closed_is_opened_again_unnoticed(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(message(REPLY), hang_up, message(REPLY))

    office.sync(REQUEST)
    exchange = office.sync(REQUEST)

    office.close()
    assert exchange.reply == REPLY
    assert [asked.connection for asked in server.received] == [1, 1, 2]
    counters = [int(asked.headers["coffre-counter"]) for asked in server.received]
    assert counters == sorted(set(counters))


def test_a_connection_closed_in_silence_between_two_requests_is_opened_again(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(message(REPLY, stay=False), message(REPLY))

    office.sync(REQUEST)
    assert office.sync(REQUEST).reply == REPLY

    office.close()
    assert [asked.connection for asked in server.received] == [1, 2]


def test_an_office_that_hangs_up_on_a_new_connection_is_not_asked_again(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(hang_up, message(REPLY))

    with pytest.raises(Offline) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is OfflineReason.DROPPED
    assert len(server.received) == 1


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
    office = laptop(server, trusted)
    server.will(cut)

    with pytest.raises(SyncError) as failed:
        office.sync(REQUEST)

    office.close()
    assert isinstance(failed.value, Offline)
    assert failed.value.reason is OfflineReason.DROPPED


def test_an_answer_without_a_length_that_is_cut_is_not_used(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    body = compression.compress(wire.encode(REPLY))
    server.will(raw(JSON_HEAD + b"Content-Encoding: zstd\r\n\r\n" + body[:-3]))

    with pytest.raises(BadReply) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is ReplyFault.DAMAGED


TRICKLES = {
    "in the body": (JSON_HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "in a header": (JSON_HEAD + b"X-Slow: ", b"a"),
    "from the first byte": (b"", b"H"),
}


@pytest.mark.parametrize(
    ("head", "piece"),
    TRICKLES.values(),
    ids=TRICKLES.keys(),
)
def test_an_answer_that_trickles_is_given_up_at_the_deadline(
    server: HostileServer, trusted: Path, head: bytes, piece: bytes
) -> None:
    office = laptop(server, trusted, timeouts=SHORT)
    server.will(trickle(server, head, piece, 0.05))
    started = time.monotonic()

    with pytest.raises(Offline) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is OfflineReason.TIMEOUT
    assert 0.9 < time.monotonic() - started < 3


def test_an_office_that_says_nothing_is_given_up_sooner(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted, timeouts=Timeouts(silence_s=0.3, whole_s=60))
    server.will(silence(server))
    started = time.monotonic()

    with pytest.raises(Offline) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is OfflineReason.TIMEOUT
    assert time.monotonic() - started < 3


def test_nobody_at_the_address_is_being_offline(trusted: Path, authority: trustme.CA) -> None:
    with HostileServer(None) as gone:
        port = gone.port
    for host, reason in (
        ("127.0.0.1", OfflineReason.REFUSED),
        ("coffre.invalid", OfflineReason.NAME_UNKNOWN),
    ):
        office = laptop(port, trusted, host=host)
        with pytest.raises(Offline) as failed:
            office.hello()
        office.close()
        assert failed.value.reason is reason


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
    office = laptop(server, trusted)
    server.will(flood)

    with pytest.raises(BadReply) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is ReplyFault.TOO_LARGE


def test_a_small_answer_that_unfolds_without_end_is_not_unfolded(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    bomb = compression.compress(b" " * (64 << 20))
    assert len(bomb) < 16 << 10
    server.will(answer(200, bomb, headers={"Content-Encoding": "zstd"}))

    with pytest.raises(BadReply) as failed:
        office.sync(REQUEST)

    office.close()
    assert failed.value.reason is ReplyFault.DAMAGED


# Stopping


def test_a_sync_stopped_in_the_middle_of_an_answer_stops_at_once(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    head = JSON_HEAD + b"Content-Length: 100000\r\n\r\n"
    server.will(trickle(server, head, b" ", 0.02), message(REPLY))
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    started = time.monotonic()

    with pytest.raises(Cancelled):
        office.sync(REQUEST, stop.is_set)

    assert time.monotonic() - started < 2
    timer.join()
    assert office.sync(REQUEST, lambda: False).reply == REPLY
    office.close()


def test_a_sync_stopped_while_the_office_thinks_stops_at_once(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(silence(server))
    started = time.monotonic()

    with pytest.raises(Cancelled):
        office.sync(REQUEST, lambda: time.monotonic() - started > 0.3)

    office.close()
    assert time.monotonic() - started < 2


def test_a_sync_stopped_before_it_began_sends_nothing(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted)

    with pytest.raises(Cancelled):
        office.sync(REQUEST, lambda: True)

    office.close()
    assert server.connections == 0


def test_a_sync_stopped_while_the_changes_leave_is_not_received(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    large = wire.SyncRequest(protocol=1, schema=1, kinds=[os.urandom(300_000).hex()])
    asked = iter([False] * 5)

    with pytest.raises(Cancelled):
        office.sync(large, lambda: next(asked, True))

    server.will(message(REPLY))
    assert office.sync(REQUEST).reply == REPLY
    office.close()
    [received] = server.received
    assert wire.decode(compression.decompress(received.body), wire.SyncRequest) == REQUEST


# What a failure may carry


def test_a_failure_carries_no_address_no_body_and_no_library_exception(
    server: HostileServer, trusted: Path
) -> None:
    office = laptop(server, trusted)
    server.will(hang_up)

    with pytest.raises(Offline) as failed:
        office.sync(REQUEST)

    office.close()
    assert str(failed.value) == "dropped"
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_the_window_can_show_before_the_http_library_is_loaded() -> None:
    program = "import sys, desktop.sync.transport; print('requests' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "False"
