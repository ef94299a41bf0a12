"""Messages without measure, and hands that never stop: the office answers the others meanwhile."""

import socket
import ssl
import time
from typing import Any

import msgspec
import pytest
import requests

from protocol import compression, wire
from protocol.kinds.people import Job
from server.config.settings import Bounds, Rate
from tests.server.samples import person
from tests.server.test_attacks_on_proof import details, failures
from tests.server.test_limits import connected, head, office_with
from tests.server.test_requests import pack, refusal
from tests.support.office import Office, Premises
from tests.support.raw_device import RawDevice, Refused, enrol, post

# -- messages without measure ------------------------------------------------------------------


def nested(claire: RawDevice, depth: int) -> bytes:
    """Return a request whose one operation holds lists within lists."""
    clear = wire.encode(claire.request([person(claire, birth_name="X")], pull=False))
    return clear.replace(b'"X"', b"[" * depth + b"]" * depth)


def test_lists_within_lists_are_a_fault_of_who_sends_them_at_any_depth(
    claire: RawDevice, office: Office
) -> None:
    """Deep enough, what could just be read can no longer be written; that is not our fault."""
    before = len(failures(office))
    for depth in (1, 2, 100, *range(820, 1000, 4), 5_000, 200_000):
        told = None
        try:
            claire.send(compression.compress(nested(claire, depth)))
            claire.next_op += 1
        except Refused as refused:
            told = refused.code
        assert told in (None, "malformed"), depth
    assert len(failures(office)) == before
    assert claire.push(person(claire)).results == []


def test_a_protocol_of_the_far_future_only_pushes_and_stops_nothing(
    claire: RawDevice, office: Office
) -> None:
    before = len(failures(office))
    office.clock.advance(minutes=30)
    for protocol in (2**31, 2**63, 10**30):
        request = claire.request([person(claire)], pull=False, protocol=protocol)
        with pytest.raises(Refused) as refused:
            claire.ask(request)
        assert (refused.value.status, refused.value.code) == (426, "protocol")
    assert len(failures(office)) == before
    reply = claire.ask(claire.request([person(claire)], pull=False, protocol=999))
    assert reply.ack == 1, "a laptop of tomorrow brings its work home"


def test_a_request_full_of_names_or_numbers_is_answered_soon(claire: RawDevice) -> None:
    many = 400_000
    started = time.monotonic()
    claire.ask(claire.request(kinds=["x"] * many))
    claire.ask(claire.request(fields=["x"] * many))
    told = refusal(lambda: claire.ask(claire.request(erased=[1] * many)))
    assert told == (400, "malformed")
    ops = [wire.Operation(0, 0, "", 0, 0, [])] * 100_000
    crowd = msgspec.structs.replace(claire.request(), ops=ops)
    told = refusal(lambda: claire.ask(crowd))
    assert told == (413, "too_large")
    wide = claire.request([person(claire)], fields=["birth_name"] * (many // 4))
    assert details(claire.ask(wide)) == [["malformed", "birth_name"]]
    assert time.monotonic() - started < 20


# -- hands that never stop ---------------------------------------------------------------------


def codes(office: Office, device: RawDevice, body: bytes, times: int) -> list[str]:
    """Send the very same bytes again and again; return what is answered."""
    headers = {**device.headers(body), "Content-Encoding": "zstd"}
    told = []
    for _ in range(times):
        try:
            post(office, "/v1/sync", body, headers, device.session)
        except Refused as refused:
            told.append(refused.code)
        else:
            told.append("")
    return told


def test_one_request_played_again_without_end_is_told_to_wait(premises: Premises) -> None:
    """Whoever saw it pass needs no key to send it again."""
    with office_with(premises, Bounds(device=Rate(20, 0.01), failure=Rate(30, 0.01))) as office:
        claire = enrol(office)
        claire.pull()
        claire.counter += 1
        told = codes(office, claire, pack(claire.request()), 60)
        assert told[0] == ""
        assert set(told) == {"", "replayed", "busy"}
        assert told[-1] == "busy"


def test_a_revoked_laptop_that_never_stops_asking_is_told_to_wait(premises: Premises) -> None:
    with office_with(premises, Bounds(device=Rate(20, 0.01), failure=Rate(30, 0.01))) as office:
        claire, mehdi = enrol(office), enrol(office, "Mehdi Belkacem", Job.REFERENT)
        mehdi.pull()
        office.revoke(claire.device)
        claire.counter += 1
        told = codes(office, claire, pack(claire.request()), 60)
        assert told[0] == "revoked", "it has to be told once"
        assert told[-1] == "busy"
        mehdi.pull()  # nobody else is kept waiting


def test_a_body_of_crumbs_keeps_nobody_waiting(office: Office) -> None:
    """A million pieces of one byte, without a length and without a key: the office hangs up."""
    lines = ["POST /v1/sync HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked"]
    crumbs = b"1\r\nx\r\n" * 10_000
    with connected(office) as hand:
        hand.settimeout(20)
        hand.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        with pytest.raises((ssl.SSLError, ConnectionError)):
            hand.sendall(crumbs * 400)
    started = time.monotonic()
    requests.get(f"{office.url}/v1/hello", verify=str(office.authority), timeout=30)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("path", ["/v1/hello", "/v1/sync", "/v1/devices", "/nowhere"])
def test_a_body_that_does_not_say_how_long_it_is_is_refused_anywhere(
    office: Office, path: str
) -> None:
    def endless() -> Any:  # what requests sends in chunks
        yield b"{}"

    answer = requests.post(
        office.url + path, data=endless(), verify=str(office.authority), timeout=30
    )
    assert answer.status_code == 413
    assert answer.json()["detail"]["reason"] == "body"
    assert answer.headers["Connection"] == "close"


def test_two_requests_in_one_breath_are_two_requests(claire: RawDevice, office: Office) -> None:
    """A second head hidden in a body is a body, whatever length the first one says."""
    hidden = head({}, 0, "/v1/devices")
    with connected(office) as hand:
        hand.settimeout(20)
        hand.sendall(head({}, len(hidden), "/v1/sync") + hidden)
        answer = received(hand)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"401" in answer.splitlines()[0]


def received(hand: socket.socket) -> bytes:
    """Return what comes until nothing more does."""
    hand.settimeout(0.7)
    parts = []
    try:
        while part := hand.recv(65_536):
            parts.append(part)
    except TimeoutError:
        pass
    return b"".join(parts)
