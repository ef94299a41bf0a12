"""Connections are kept, opened again, given up in time and stopped when asked."""

import os
import threading
import time
from pathlib import Path

import pytest
import trustme

from desktop.sync.errors import (
    Cancelled,
    Offline,
    OfflineReason,
    Refused,
)
from desktop.sync.patience import Timeouts
from desktop.sync.transport import WallCounter
from protocol import compression, wire
from tests.support.hostile_http import (
    HostileServer,
    hang_up,
    message,
    problem,
    silence,
    trickle,
)
from tests.support.hostile_office import JSON_HEAD, SHORT, authority, server, trusted
from tests.support.http_offices import (
    REPLY,
    REQUEST,
    laptop,
    learned,
)

__all__ = ["authority", "server", "trusted"]

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
    told = learned(server, trusted, *[problem(409, "replayed", {"last": 1 << 60})] * 3)

    assert isinstance(told, Refused)
    assert told.code == "replayed"
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
    told = learned(server, trusted, hang_up, message(REPLY))

    assert isinstance(told, Offline)
    assert told.reason is OfflineReason.DROPPED
    assert len(server.received) == 1


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
    started = time.monotonic()
    told = learned(server, trusted, trickle(server, head, piece, 0.05), timeouts=SHORT)

    assert isinstance(told, Offline)
    assert told.reason is OfflineReason.TIMEOUT
    assert 0.9 < time.monotonic() - started < 3


def test_an_office_that_says_nothing_is_given_up_sooner(
    server: HostileServer, trusted: Path
) -> None:
    started = time.monotonic()
    told = learned(server, trusted, silence(server), timeouts=Timeouts(silence_s=0.3, whole_s=60))

    assert isinstance(told, Offline)
    assert told.reason is OfflineReason.TIMEOUT
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
