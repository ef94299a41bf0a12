"""The laptop asks, and what it says is what the protocol says."""

import subprocess
import sys
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from desktop.sync.errors import (
    Offline,
)
from desktop.sync.patience import Timeouts
from protocol import compression, signing, wire
from tests.support.hostile_http import (
    HostileServer,
    answer,
    hang_up,
    message,
    raw,
)
from tests.support.hostile_office import INVITATION, JSON_HEAD, authority, server, trusted
from tests.support.http_offices import (
    ENROLLED,
    HELLO,
    REPLY,
    REQUEST,
    SERVER_ID,
    laptop,
)

__all__ = ["authority", "server", "trusted"]


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
