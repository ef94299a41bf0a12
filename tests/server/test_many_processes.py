"""Several server processes on one PostgreSQL, several départements on one server."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import psycopg
import pytest
import requests
from nacl.signing import SigningKey

from protocol import compression, wire
from protocol.ids import uuid7
from protocol.kinds.people import Job
from tests.server.samples import edit, follow_up, member, person
from tests.support.office import Premises
from tests.support.raw_device import RawDevice, Refused, enrol, enrolment, post, post_enrolment
from tests.support.servers import ManyDoors, ServerProcess, office_at, running

T = TypeVar("T")


@pytest.fixture(scope="module")
def two_servers(premises: Premises) -> Iterator[tuple[int, int]]:
    """Two processes started at the same time; give their ports."""
    servers = ServerProcess(premises), ServerProcess(premises)
    with running(*servers):
        yield servers[0].port, servers[1].port


@pytest.fixture
def office(premises: Premises, two_servers: tuple[int, int]) -> Iterator[ManyDoors]:
    """An office reached by two doors in turn: each request comes to the other process."""
    opened = office_at(premises, *two_servers)
    yield opened
    premises.forget(opened.department)


@pytest.fixture
def neighbour(premises: Premises, two_servers: tuple[int, int]) -> Iterator[ManyDoors]:
    """Another département of the same servers."""
    opened = office_at(premises, *two_servers)
    yield opened
    premises.forget(opened.department)


@pytest.fixture
def claire(office: ManyDoors) -> RawDevice:
    """Return the laptop of Claire, the psychologist."""
    return enrol(office, "Claire Morin")


@pytest.fixture
def mehdi(office: ManyDoors) -> RawDevice:
    """Return the laptop of Mehdi, the référent."""
    return enrol(office, "Mehdi Belkacem", Job.REFERENT)


class TestTwoProcesses:
    """Nothing that matters is in the memory of one."""

    def test_laptops_that_meet_another_process_each_time_agree(
        self, claire: RawDevice, mehdi: RawDevice, office: ManyDoors
    ) -> None:
        dossier = person(claire)
        claire.push(dossier, member(claire, dossier.rid, mehdi.professional))
        for number in range(6):
            author = (claire, mehdi)[number % 2]
            author.pull()
            author.push(edit(dossier, author.cursor, phone1=f"06 {number}"))
            author.push(follow_up(author, dossier.rid))
        claire.pull()
        fresh = enrol(office, "Mehdi Belkacem", Job.REFERENT)  # reads all, his own work too
        fresh.pull()
        assert fresh.seen["person", dossier.rid]["phone1"] == "06 5"
        met = [rid for kind, rid in fresh.seen if kind == "follow_up"]
        assert len(met) == 6
        assert {rid for kind, rid in claire.seen if kind == "follow_up"} < set(met)

    def test_a_push_whose_answer_was_lost_is_asked_again_of_the_other_process(
        self, claire: RawDevice, office: ManyDoors
    ) -> None:
        dossier = person(claire)
        late = follow_up(claire, dossier.rid, summary="x" * 70_000)  # refused, and remembered so
        request = claire.request([dossier, late, follow_up(claire, dossier.rid)])
        answers = [claire.ask(request) for _ in range(4)]
        assert len({(one.ack, str(one.results)) for one in answers}) == 1
        assert answers[0].results[0].outcome == "refused"
        stored = [line for line in office.dump().splitlines() if line.startswith("record: (")]
        assert sum(dossier.rid in line for line in stored) == 2

    def test_a_request_recorded_at_one_process_is_not_played_at_the_other(
        self, claire: RawDevice, office: ManyDoors
    ) -> None:
        body = compression.compress(wire.encode(claire.request([person(claire)])))
        claire.counter += 1
        headers = {**claire.headers(body), "Content-Encoding": "zstd"}
        post(office, "/v1/sync", body, headers)
        for _ in range(4):
            with pytest.raises(Refused, match="replayed"):
                post(office, "/v1/sync", body, headers)

    def test_a_request_played_at_both_at_the_same_moment_serves_once(
        self, claire: RawDevice, office: ManyDoors
    ) -> None:
        for _ in range(5):
            body = compression.compress(wire.encode(claire.request()))
            claire.counter += 1
            headers = {**claire.headers(body), "Content-Encoding": "zstd"}
            play = partial(post, office, "/v1/sync", body, headers)
            told = _together(*(partial(_status, play),) * 4)
            assert sorted(told) == [200, 409, 409, 409]

    def test_a_laptop_revoked_is_refused_by_every_process_at_once(
        self, claire: RawDevice, office: ManyDoors
    ) -> None:
        for _ in range(2):
            claire.pull()
        office.revoke(claire.device)
        for _ in range(4):
            with pytest.raises(Refused, match="revoked"):
                claire.pull()

    def test_eight_laptops_write_at_both_and_a_ninth_misses_nothing(
        self, office: ManyDoors
    ) -> None:
        writers = [enrol(office, f"Autrice {number}") for number in range(8)]
        reader = enrol(office, "Lectrice")
        stop = threading.Event()

        def write(writer: RawDevice) -> list[str]:
            made = []
            for _ in range(12):
                dossier = person(writer)
                writer.push(dossier, member(writer, dossier.rid, reader.professional))
                made.append(dossier.rid)
            return made

        def read() -> list[str]:
            while not stop.is_set():
                reader.pull()
            return []

        reading = threading.Thread(target=read)
        reading.start()
        try:
            made = _together(*(partial(write, writer) for writer in writers))
        finally:
            stop.set()
            reading.join()
        reader.pull()
        seen = {rid for kind, rid in reader.seen if kind == "person"}
        assert seen == {rid for some in made for rid in some}


class TestTwoDepartments:
    """One schema each; nothing crosses."""

    def test_neither_reads_counts_or_overwrites_what_the_other_holds(
        self, claire: RawDevice, office: ManyDoors, neighbour: ManyDoors
    ) -> None:
        paul = enrol(neighbour, "Paul Estrade")
        rid = uuid7(1_700_000_000_000, b"both  here")  # the same identifier on both sides
        # As many turns as it takes psycopg to prepare each query on each connection.
        for number in range(15):
            for device, name in ((claire, "CANARI79"), (paul, "CANARI86")):
                mine = person(device, rid, birth_name=name)
                device.push(edit(mine, device.cursor, phone1=str(number)) if number else mine)
                device.pull()
                assert {kind for kind, _rid in device.seen} == {"professional"}  # no echo
        assert "CANARI86" not in office.dump()
        assert "CANARI79" not in neighbour.dump()
        for opened, name in ((office, "CANARI79"), (neighbour, "CANARI86")):
            again = enrol(opened, "Claire Morin" if opened is office else "Paul Estrade")
            pages = again.pull()
            assert again.seen["person", rid]["birth_name"] == name
            assert again.seen["person", rid]["phone1"] == "14"
            # A professional, an identity, fifteen pushes: nobody counts for the neighbour.
            assert pages[-1].cursor == 17

    def test_a_laptop_of_one_is_unknown_to_the_other(
        self, claire: RawDevice, neighbour: ManyDoors
    ) -> None:
        paul = enrol(neighbour, "Paul Estrade")
        claire.reply, ours = paul.reply, claire.reply  # signs for the other département
        for _ in range(4):
            with pytest.raises(Refused, match="unauthenticated"):
                claire.pull()
        claire.reply = ours
        body = compression.compress(wire.encode(claire.request()))
        with pytest.raises(Refused, match="unauthenticated"):
            claire.send(body, change={"Coffre-Department": paul.reply.department})
        claire.pull()

    def test_an_invitation_of_one_opens_nothing_in_the_other(
        self, office: ManyDoors, neighbour: ManyDoors
    ) -> None:
        code = office.invite("Claire Morin")
        neighbour.invite("Claire Morin")
        forged = f"{neighbour.department.code}-{code.partition('-')[2]}"
        request = enrolment(neighbour, forged, SigningKey.generate())
        with pytest.raises(Refused, match="invitation_unknown"):
            post_enrolment(neighbour, request)

    def test_a_professional_of_one_named_in_a_circle_of_the_other_receives_nothing(
        self, claire: RawDevice, neighbour: ManyDoors
    ) -> None:
        paul = enrol(neighbour, "Paul Estrade")
        dossier = person(claire, birth_name="CANARI79")
        claire.push(dossier, member(claire, dossier.rid, paul.professional))
        assert all("CANARI79" not in wire.encode(page).decode() for page in paul.pull())


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
class TestOneAddress:
    """``--workers``: several processes behind one port, watched over by their parent."""

    def test_they_share_the_work_and_one_that_dies_is_replaced(self, premises: Premises) -> None:
        server = ServerProcess(premises, workers=2)
        with running(server):
            office = office_at(premises, server.port)
            claire = enrol(office)
            _eventually(lambda: len(_children(server.pid)) >= 2)
            for _ in range(20):
                claire.session.close()
                claire.push(person(claire))
            counted = requests.get(
                f"{office.url}/v1/metrics", verify=str(office.authority), timeout=30
            ).text
            # Whichever process answers, it gives the sum.
            assert 'coffre_requests_total{route="/v1/sync",status="200"} 20.0' in counted
            workers = _serving(server.pid)
            # The worst moment: its parent has asked whether it lives, and waits for the answer.
            os.kill(workers[0], signal.SIGSTOP)
            time.sleep(1)
            os.kill(workers[0], signal.SIGKILL)
            _eventually(lambda: len(set(_serving(server.pid)) - set(workers)) == 1)
            claire.session.close()
            _eventually(lambda: _status(claire.pull) == 200)
            premises.forget(office.department)
        assert server.exit_code == 0

    def test_asked_to_stop_amid_work_nothing_acknowledged_is_lost_or_done_twice(
        self, premises: Premises
    ) -> None:
        server = ServerProcess(premises, workers=2)
        with running(server):
            office = office_at(premises, server.port)
            writers = [enrol(office, f"Autrice {number}") for number in range(3)]
            threads = [threading.Thread(target=_write_on, args=(writer,)) for writer in writers]
            for thread in threads:
                thread.start()
            _eventually(lambda: all(writer.next_op > 4 for writer in writers))
            assert server.stop() == 0
            again = ServerProcess(premises, workers=2, port=server.port)
            with running(again):
                for thread in threads:
                    thread.join(60)
                for writer in writers:
                    assert writer.next_op == 41
            people = [line for line in office.dump().splitlines() if line.startswith("record: (4,")]
            assert len(people) == 3 * 40
            assert '"failed"' not in server.output + again.output
            premises.forget(office.department)

    def test_a_request_being_served_when_the_stop_is_asked_is_answered(
        self, premises: Premises
    ) -> None:
        server = ServerProcess(premises)
        with running(server):
            office = office_at(premises, server.port)
            claire = enrol(office)
            dossier = person(claire)
            many = [dossier, *(follow_up(claire, dossier.rid) for _ in range(900))]
            schema = office.department.schema
            with psycopg.connect(premises.url) as holder:
                # The push is under way: it waits for its turn.
                holder.execute(f"SELECT * FROM {schema}.sequence FOR UPDATE".encode())
                answer: list[wire.SyncReply] = []
                pushing = threading.Thread(target=lambda: answer.append(claire.push(*many)))
                pushing.start()
                _eventually(lambda: _waits(premises))
                server.ask_to_stop()
                time.sleep(0.5)
            pushing.join(30)
            assert [one.ack for one in answer] == [901]
            assert server.stop() == 0
            premises.forget(office.department)

    def test_two_that_start_on_an_empty_database_make_it_once(self, premises: Premises) -> None:
        with psycopg.connect(premises.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE coffre_new")
        url = psycopg.conninfo.make_conninfo(premises.url, dbname="coffre_new")
        servers = [ServerProcess(premises, database_url=url) for _ in range(2)]
        with running(*servers):
            told = {
                requests.get(
                    f"https://localhost:{server.port}/v1/hello",
                    verify=str(premises.authority),
                    timeout=30,
                ).json()["server"]
                for server in servers
            }
        assert len(told) == 1
        with psycopg.connect(premises.url, autocommit=True) as connection:
            connection.execute("DROP DATABASE coffre_new WITH (FORCE)")


def _write_on(writer: RawDevice) -> None:
    """Push forty dossiers, each again until it is acknowledged, whatever the server does."""
    while writer.next_op <= 40:
        request = writer.request([person(writer)], pull=False)
        for _attempt in range(400):
            with contextlib.suppress(requests.RequestException):
                writer.next_op = writer.ask(request).ack + 1
                break
            time.sleep(0.05)


def _together(*works: Callable[[], T]) -> list[T]:
    """Do works at the same time; return what they return, as they end."""
    given: list[T] = []
    threads = [threading.Thread(target=lambda w=work: given.append(w())) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def _status(call: Callable[[], object]) -> int:
    try:
        call()
    except Refused as refused:
        return refused.status
    except requests.ConnectionError:
        return 0
    return 200


def _eventually(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def _waits(premises: Premises) -> bool:
    """Tell whether a push waits for its turn."""
    with psycopg.connect(premises.url) as watch:
        row = watch.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND application_name = 'coffre-server'"
        ).fetchone()
    return row != (0,)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return [int(child) for child in children.read().split()]


def _serving(pid: int) -> list[int]:
    """Return the children that serve; Python keeps one more to watch over resources."""
    found = []
    for child in _children(pid):
        with contextlib.suppress(OSError), open(f"/proc/{child}/cmdline", "rb") as command:
            if b"resource_tracker" not in command.read():
                found.append(child)
    return found
