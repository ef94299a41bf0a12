"""A slow or hostile client does not slow the others, and gets no further than a laptop would."""

import contextlib
import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest
import requests

from protocol import compression, limits, wire
from protocol.kinds.people import Job
from server.config.settings import Bounds, Rate
from server.http.limits import Admission, TokenBuckets, TooManyRequests
from tests.server.samples import follow_up, member, person
from tests.server.test_pieces import document, give, take
from tests.support.office import Office, Premises
from tests.support.raw_device import RawDevice, Refused, enrol, fresh_id, hello
from tests.support.servers import office_at, server_within

SLOW = 50


@contextmanager
def office_with(premises: Premises, bounds: Bounds) -> Iterator[Office]:
    """Serve a new département with bounds of one's own."""
    with server_within(premises, bounds) as port:
        opened = office_at(premises, port)
        yield opened
        premises.forget(opened.department)


def connected(office: Office, *, small: bool = False) -> ssl.SSLSocket:
    """Open a connection; ``small`` leaves hardly any room for what the office answers."""
    context = ssl.create_default_context(cafile=str(office.authority))
    bare = socket.socket()
    if small:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    bare.connect(("127.0.0.1", int(office.url.rpartition(":")[2])))
    return context.wrap_socket(bare, server_hostname="localhost")


def head(headers: dict[str, str], length: int, path: str = "/v1/sync") -> bytes:
    """Return the head of a request."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def is_closed_within(connection: socket.socket, seconds: float) -> bool:
    """Tell whether the office hangs up."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


class TestTheBucketOfTokens:
    """What is granted at once, and what with time."""

    def test_it_gives_what_it_holds_then_fills_up_with_time(self) -> None:
        now = [100.0]
        buckets = TokenBuckets(Rate(3, 0.5), lambda: now[0])
        for _ in range(3):
            assert buckets.wait_s("claire") == 0
            buckets.take("claire")
        assert buckets.wait_s("claire") == pytest.approx(2)
        assert buckets.wait_s("mehdi") == 0
        now[0] += 2
        assert buckets.wait_s("claire") == 0
        now[0] += 3_600
        buckets.take("claire", 3)
        assert buckets.wait_s("claire") == pytest.approx(2)

    def test_a_million_names_do_not_fill_the_memory(self) -> None:
        now = [0.0]
        buckets = TokenBuckets(Rate(2, 1), lambda: now[0], most_names=100)
        for number in range(1_000):
            now[0] += 0.001
            buckets.take(str(number), 2)
        assert sum(str(number) in buckets for number in range(1_000)) <= 100
        assert "999" in buckets


class TestTheRateOfRequests:
    """Each is told to come back, and nobody else is."""

    def test_a_laptop_that_never_stops_is_told_to_wait_and_the_others_are_served(
        self, premises: Premises
    ) -> None:
        with office_with(premises, Bounds(device=Rate(20, 0.01))) as office:
            claire, mehdi = enrol(office), enrol(office, "Mehdi Belkacem", Job.REFERENT)
            with pytest.raises(Refused) as refused:
                _pull_on(claire, 40)
            assert (refused.value.status, refused.value.code) == (429, "busy")
            assert refused.value.detail["retry_after_s"] > 0
            mehdi.push(person(mehdi))

    def test_a_large_body_counts_for_several_requests(self, premises: Premises) -> None:
        with office_with(premises, Bounds(device=Rate(20, 0.01))) as office:
            claire = enrol(office)
            large = b" " * (15 * 65_536)  # unreadable, and yet read
            with pytest.raises(Refused, match="malformed"):
                claire.send(large, encoding=None)
            with pytest.raises(Refused, match="busy"):
                _pull_on(claire, 10)

    def test_one_laptop_does_not_fill_the_disk_with_documents(self, premises: Premises) -> None:
        with office_with(premises, Bounds(given=Rate(5, 0.01))) as office:
            claire, mehdi = enrol(office), enrol(office, "Mehdi Belkacem", Job.REFERENT)
            for author, count in ((claire, 9), (mehdi, 5)):
                dossier = person(author)
                scan = document(author, dossier.rid, pieces=9)
                author.push(dossier, member(author, dossier.rid, author.professional), scan)
                for number in range(min(count, 5)):
                    assert give(author, scan.rid, number)
                if count > 5:
                    with pytest.raises(Refused, match="busy"):
                        give(author, scan.rid, 5)
                assert take(author, scan.rid) is not None, "who may not give for now still reads"

    def test_whoever_is_told_to_wait_is_told_in_the_words_laptops_know(
        self, premises: Premises
    ) -> None:
        with office_with(premises, Bounds(stranger=Rate(5, 0.02))) as office:
            answers = [
                requests.get(f"{office.url}/v1/hello", verify=str(office.authority), timeout=30)
                for _ in range(7)
            ]
            assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
            assert 1 <= int(answers[-1].headers["Retry-After"]) <= 51

    def test_strangers_of_one_address_do_not_stop_the_laptops_that_share_it(
        self, premises: Premises
    ) -> None:
        bounds = Bounds(stranger=Rate(30, 0.01), failure=Rate(5, 0.01))
        with office_with(premises, bounds) as office:
            claire, mehdi = enrol(office), enrol(office, "Mehdi Belkacem", Job.REFERENT)
            claire.pull()
            forged = {"Coffre-Signature": "00" * 64, "Coffre-Device": fresh_id()}
            body = compression.compress(wire.encode(claire.request()))
            told = []
            for _ in range(8):
                with pytest.raises(Refused) as refused:
                    claire.send(body, change=forged)
                told.append(refused.value.status)
            assert told == [401] * 5 + [429] * 3
            claire.pull()  # her signature has been seen here
            with pytest.raises(Refused, match="busy"):
                mehdi.pull()  # his has not: he comes back later

    def test_one_device_does_not_occupy_every_hand(self) -> None:
        admission = Admission(Bounds(device_at_once=2))
        with admission.serving("a", 10), admission.serving("a", 10):
            with pytest.raises(TooManyRequests), admission.serving("a", 10):
                pass
            with admission.serving("b", 10):
                pass
        with admission.serving("a", 10):
            pass

    def test_a_first_load_and_a_long_day_meet_no_bound(self, premises: Premises) -> None:
        with office_with(premises, Bounds()) as office:
            claire = enrol(office)
            dossier = person(claire)
            claire.push(dossier)
            for _ in range(100):
                claire.push(*(follow_up(claire, dossier.rid) for _ in range(5)))
                claire.pull()


@pytest.mark.invariant(30)
class TestBodies:
    """Invariant 30: decompressed size, operations, text and nesting are bounded before parsing."""

    def test_a_bomb_is_refused_without_being_unfolded(self, claire: RawDevice) -> None:
        for factor in (2, 64):
            bomb = compression.compress(bytes(limits.MAX_BODY * factor))
            with pytest.raises(Refused, match="malformed"):
                claire.send(bomb)
        claire.pull()

    def test_bodies_held_in_memory_are_bounded_for_one_address_and_for_all(self) -> None:
        admission = Admission(Bounds(body_bytes=100, body_bytes_per_address=60))
        admission.hold("a", 60)
        with pytest.raises(TooManyRequests):
            admission.hold("a", 1)
        admission.hold("b", 40)
        with pytest.raises(TooManyRequests):
            admission.hold("c", 1)
        admission.release("a", 60)
        admission.hold("c", 50)

    def test_a_body_beyond_what_its_address_may_hold_is_sent_back_for_later(
        self, premises: Premises
    ) -> None:
        with office_with(premises, Bounds(body_bytes_per_address=300_000)) as office:
            claire = enrol(office)
            for _ in range(3):  # and what was held is let go of each time
                with pytest.raises(Refused, match="busy"):
                    claire.send(b" " * 400_000, encoding=None)
            claire.push(person(claire))

    @pytest.mark.parametrize("count", [limits.MAX_OPS, limits.MAX_OPS + 1])
    def test_a_thousand_operations_pass_and_one_more_does_not(
        self, claire: RawDevice, count: int
    ) -> None:
        dossier = person(claire)
        many = [dossier, *(follow_up(claire, dossier.rid) for _ in range(count - 1))]
        if count <= limits.MAX_OPS:
            assert claire.push(*many).ack == count
        else:
            with pytest.raises(Refused, match="too_large"):
                claire.push(*many)
            assert claire.push(dossier).ack == 1

    def test_a_text_too_long_is_refused_and_the_rest_of_its_batch_is_not(
        self, claire: RawDevice
    ) -> None:
        dossier = person(claire)
        long = follow_up(claire, dossier.rid, summary="0" + "é" * (limits.LONG_TEXT + 1))
        fits = follow_up(claire, dossier.rid, summary="0" + "é" * limits.LONG_TEXT)
        reply = claire.push(dossier, long, fits)
        assert [(result.index, result.outcome) for result in reply.results] == [(1, "refused")]

    def test_what_is_unknown_is_refused_alone(self, claire: RawDevice) -> None:
        dossier = person(claire)
        odd = person(claire, colour="bleu")
        ghost = follow_up(claire, dossier.rid)
        reply = claire.push(dossier, odd, ghost)
        assert [(result.index, result.outcome) for result in reply.results] == [(1, "refused")]


class TestSlowHands:
    """A connection held open costs others nothing."""

    def test_fifty_slow_clients_do_not_slow_a_laptop(
        self, claire: RawDevice, mehdi: RawDevice, office: Office
    ) -> None:
        dossier = person(mehdi)
        texts = (follow_up(mehdi, dossier.rid, summary="Mot " * 300) for _ in range(400))
        mehdi.push(dossier, *texts)
        before = statistics.median(_sync_times(claire))
        with contextlib.ExitStack() as slow:
            for number in range(SLOW):
                connection = slow.enter_context(connected(office, small=number % 2 == 0))
                if number % 2 == 0:
                    _ask_and_never_read(connection, mehdi)
                else:
                    connection.sendall(head({}, 1_000_000) + b"x" * 100)
            beside = statistics.median(_sync_times(claire))
            # None of them waits in PostgreSQL, nor holds a transaction.
            with psycopg.connect(office.premises.url) as watch:
                row = watch.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state LIKE '%in transaction%'"
                ).fetchone()
            assert row == (0,)
        # A thread or a connection to PostgreSQL held by each would be a wait of ten seconds.
        assert beside < 10 * before + 0.1

    @pytest.mark.parametrize("start", [b"", b"POST /v1/sync HTTP/1.1\r\nHost: lo"])
    def test_a_request_that_never_comes_is_not_awaited_for_ever(
        self, premises: Premises, start: bytes
    ) -> None:
        with (
            office_with(premises, Bounds(request_s=0.3)) as office,
            connected(office) as connection,
        ):
            connection.sendall(start)
            assert is_closed_within(connection, 10)

    def test_nor_is_a_second_request_of_which_a_byte_comes_now_and_then(
        self, premises: Premises
    ) -> None:
        with (
            office_with(premises, Bounds(request_s=0.5)) as office,
            connected(office) as connection,
        ):
            connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
            with pytest.raises(OSError):  # noqa: PT011 - reset or broken, as the system names it
                _drip(connection)

    def test_a_connection_left_in_silence_is_closed(self, premises: Premises) -> None:
        with (
            office_with(premises, Bounds(idle_s=1)) as office,
            connected(office) as connection,
        ):
            connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert is_closed_within(connection, 10)

    def test_an_answer_that_nobody_reads_is_given_up(self, premises: Premises) -> None:
        bounds = Bounds(idle_s=1, leaving_s=0.2)
        with office_with(premises, bounds) as office:
            mehdi = enrol(office, "Mehdi Belkacem", Job.REFERENT)
            dossier = person(mehdi)
            texts = (follow_up(mehdi, dossier.rid, summary=fresh_id() * 40) for _ in range(300))
            mehdi.push(dossier, *texts)
            with connected(office, small=True) as connection:
                _ask_and_never_read(connection, mehdi)
                time.sleep(3)
                # What the system had taken comes; the end of the answer does not.
                assert _read_to_the_end(connection) < 400_000

    def test_an_address_has_so_many_connections_and_no_more(self, premises: Premises) -> None:
        with (
            office_with(premises, Bounds(connections_per_address=5)) as office,
            contextlib.ExitStack() as held,
        ):
            many = [held.enter_context(connected(office)) for _ in range(5)]
            with pytest.raises(requests.ConnectionError):
                hello(office)
            many.pop().close()
            give_up = time.monotonic() + 10
            while time.monotonic() < give_up:
                with contextlib.suppress(requests.ConnectionError):
                    assert hello(office).coffre == "coffre-server"
                    return
            pytest.fail("the place of a connection that was closed stays taken")

    def test_laptops_that_share_an_address_and_keep_their_connection_make_room_for_others(
        self, premises: Premises
    ) -> None:
        for bounds in (Bounds(connections_per_address=10), Bounds(connections=20)):
            with office_with(premises, bounds) as office:
                laptops = [enrol(office, f"Agente {number}") for number in range(25)]
                for _ in range(2):
                    for laptop in laptops:  # each keeps its connection
                        laptop.push(person(laptop))


def _pull_on(device: RawDevice, times: int) -> None:
    for _ in range(times):
        device.pull()


def _drip(connection: ssl.SSLSocket) -> None:
    for _ in range(100):
        connection.sendall(b"G")
        time.sleep(0.1)


def _sync_times(device: RawDevice) -> list[float]:
    times = []
    for _ in range(15):
        dossier = person(device)
        start = time.perf_counter()
        device.push(dossier)
        device.pull()
        times.append(time.perf_counter() - start)
    return times


def _ask_and_never_read(connection: ssl.SSLSocket, device: RawDevice) -> None:
    body = compression.compress(wire.encode(device.request(cursor=0)))
    device.counter += 1
    headers = {
        **device.headers(body),
        "Content-Encoding": "zstd",
        "Accept-Encoding": "identity",
    }
    connection.sendall(head(headers, len(body)) + body)


def _read_to_the_end(connection: ssl.SSLSocket) -> int:
    connection.settimeout(10)
    size = 0
    with contextlib.suppress(OSError):
        for part in iter(partial(connection.recv, 65_536), b""):
            size += len(part)
    return size
