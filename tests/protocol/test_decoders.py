"""Whatever arrives, on either side, is read, or refused in one of the declared ways.

Messages are frozen ones, spoilt: they go further in than random bytes.
"""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.services.persons import NewPerson
from desktop.store.state import Progress
from desktop.sync import messages
from desktop.sync.answers import Replayed, read_message
from desktop.sync.errors import BadReply, SyncError
from protocol import compression, limits, wire
from protocol.errors import MalformedMessage
from server.http.bodies import clear_body
from server.services.errors import MessageRefused
from server.services.incoming import OperationRefused, Reading, check_creation, check_edit
from tests.frozen.exchanges import Sample
from tests.protocol.mutations import HOSTILE, SAMPLES, broken, spoilt, synced
from tests.protocol.test_frozen_wire import pending_ops
from tests.support.laptop import Desk, make_desk
from tests.support.office import Office, office, premises
from tests.support.raw_device import Refused, enrol
from tests.sync.told_office import Answer, ToldOffice, synchroniser_of

__all__ = ["office", "premises"]

NOW_MS = 1_795_509_600_000
REQUESTS = [item.clear_request for item in synced()]
REPLIES = [item.clear_reply for item in synced()]
ENCODINGS = st.sampled_from([None, "", "identity", "zstd", "gzip", "br", "zstd, gzip"])
ANSWERS = st.sampled_from([wire.SyncReply, wire.Hello, wire.EnrolReply, wire.DigestsReply])
BOMB = 64 << 20
"""Bytes that must never be in memory because of a small message."""


# -- the office -------------------------------------------------------------------------------


def read_whole(body: bytes) -> None:
    """Do all that the office does with a request before it asks the database anything."""
    with suppress(MalformedMessage):
        request = wire.decode(body, wire.SyncRequest)
        reading = Reading(request, server_ms=NOW_MS)
        for index in range(len(request.ops)):
            with suppress(OperationRefused):
                operation = reading.operation(index)
                with suppress(OperationRefused):
                    check_creation(operation.spec, operation.values)
                for name, value in operation.values.items():
                    with suppress(OperationRefused):
                        check_edit(operation.spec.by_name[name], value)


@given(spoilt(REQUESTS))
def test_a_spoilt_request_is_read_or_refused_operation_by_operation(body: bytes) -> None:
    read_whole(body)


@given(broken(REQUESTS) | st.binary(max_size=200))
def test_a_request_of_broken_bytes_is_read_or_refused(body: bytes) -> None:
    read_whole(body)


@given(broken([item.request for item in synced()]), ENCODINGS)
def test_a_broken_body_is_unpacked_or_refused(body: bytes, encoding: str | None) -> None:
    with suppress(MessageRefused):
        assert len(clear_body(body, encoding)) <= limits.MAX_REQUEST


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_any_value_in_any_field_is_taken_or_refused(value: object) -> None:
    for sample in synced():
        request = wire.decode(sample.clear_request, wire.SyncRequest)
        for operation in request.ops:
            for place in range(1, len(operation.fields), 2):
                fields = [*operation.fields[:place], value, *operation.fields[place + 1 :]]
                changed = msgspec.structs.replace(operation, fields=fields)
                read_whole(wire.encode(msgspec.structs.replace(request, ops=[changed])))


def bombs() -> dict[str, tuple[bytes, str]]:
    """Return small bodies that would become large."""
    clear = bytes(BOMB)
    return {
        "zstd": (compression.compress(clear), "zstd"),
        "gzip": (gzip.compress(clear, 1), "gzip"),
        "frames one after the other": (compression.compress(bytes(1 << 20)) * 64, "zstd"),
        "members one after the other": (gzip.compress(bytes(1 << 20), 1) * 64, "gzip"),
    }


@pytest.mark.parametrize("name", bombs())
@pytest.mark.invariant(30)
def test_a_small_body_never_becomes_a_large_one(name: str) -> None:
    body, encoding = bombs()[name]

    def unpack() -> None:
        with suppress(MessageRefused):
            assert len(clear_body(body, encoding)) <= limits.MAX_REQUEST

    measured(unpack, most=4 * limits.MAX_BODY)


def crowds() -> dict[str, bytes]:
    """Return messages as large as is allowed, made of as many small things as will fit."""
    room = limits.MAX_REQUEST - 100
    return {
        "operations": b'{"p":1,"s":1,"ops":[' + b'[0,0,"",0,0,[]],' * (room // 16) + b"[]]}",
        "names": b'{"p":1,"s":1,"t":[' + b'"",' * (room // 3) + b'""]}',
        "fields": b'{"p":1,"s":1,"ops":[[0,0,"",0,0,[' + b"[]," * (room // 3) + b"0]]]}",
        "nesting": b'{"p":1,"s":1,"ops":[[0,0,"",0,0,' + b"[" * room,
        "digits": b'{"p":1,"s":1,"h":' + b"9" * room + b"}",
    }


@pytest.mark.parametrize("name", crowds())
def test_a_message_of_many_small_things_stays_within_bounds(name: str) -> None:
    body = crowds()[name]
    assert len(body) <= limits.MAX_REQUEST

    def read() -> None:
        with suppress(MalformedMessage):
            wire.decode(body, wire.SyncRequest)

    measured(read, most=32 * limits.MAX_REQUEST)


def test_the_office_itself_answers_spoilt_requests_and_goes_on(office: Office) -> None:
    claire = enrol(office)
    refused: list[int] = []

    @settings(max_examples=60)
    @given(spoilt([*REQUESTS, wire.encode(claire.request())]))
    def say(body: bytes) -> None:
        try:
            claire.send(compression.compress(body))
        except Refused as refusal:
            refused.append(refusal.status)

    say()
    assert refused
    assert max(refused) < 500
    assert claire.pull()


# -- the laptop -------------------------------------------------------------------------------


@given(
    status=st.sampled_from([200, 201, 204, 301, 400, 401, 404, 409, 410, 426, 429, 500, 503]),
    kind=st.sampled_from(["application/json", "text/html", ""]),
    encoding=ENCODINGS,
    body=broken([item.reply for item in SAMPLES]) | spoilt([item.clear_reply for item in SAMPLES]),
    message=ANSWERS,
)
def test_any_answer_is_a_message_or_an_error_of_its_family(
    status: int, kind: str, encoding: str | None, body: bytes, message: type[msgspec.Struct]
) -> None:
    headers = {"Content-Type": kind, "Content-Encoding": encoding or "identity"}
    try:
        read = read_message(status, headers, body, message)
    except (SyncError, Replayed):
        return
    assert isinstance(read, message)
    assert status in (200, 201)


@given(spoilt(REPLIES), st.sampled_from(synced()))
def test_a_spoilt_page_is_used_whole_or_not_at_all(body: bytes, sample: Sample) -> None:
    request = wire.decode(sample.clear_request, wire.SyncRequest)
    progress = Progress(epoch=request.epoch, cursor=request.cursor, after=request.after)
    with suppress(MalformedMessage, BadReply):
        reply = wire.decode(body, wire.SyncReply)
        page = messages.page(reply, pending_ops(request), progress)
        assert len(page.incoming) == len(reply.changes)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return Claire's laptop."""
    made = make_desk(tmp_path / "claire")
    yield made
    made.store.close()


def test_a_laptop_told_nonsense_keeps_all_it_had(desk: Desk) -> None:
    told = ToldOffice(patience=10**6)
    mine = desk.persons.create(NewPerson("Diallo", "Fatou")).value

    @settings(max_examples=60)
    @given(st.lists(spoilt(REPLIES), min_size=1, max_size=3))
    def tell(bodies: list[bytes]) -> None:
        before = state_of(desk)
        replies = [reply for body in bodies if (reply := read_reply(body)) is not None]
        told.told = [acknowledging(reply) for reply in replies]
        try:
            synchroniser_of(desk, told).run()
        except BadReply:
            # A page that was right before one that is not stays: each is whole in itself.
            assert len(replies) > 1 or state_of(desk) == before
        except SyncError:
            pass

    tell()
    assert desk.persons.sheet(mine).person.birth_name == "Diallo"
    assert [*desk.store.database.rows("PRAGMA quick_check")] == [("ok",)]


def state_of(desk: Desk) -> list[object]:
    """Return what the laptop holds: every table that synchronising writes."""
    tables = ("person", "circle_member", "follow_up", "conflict", "outbox", "unknown_record")
    held: list[object] = [desk.store.state.progress()]
    held += [list(desk.store.database.rows(f'SELECT * FROM "{table}"')) for table in tables]
    return held


def acknowledging(reply: wire.SyncReply) -> Answer:
    """Return an answer that counts rightly: one that does not makes a new device of a laptop."""
    return lambda request: msgspec.structs.replace(
        reply, ack=request.first_op + len(request.ops) - 1
    )


def read_reply(body: bytes) -> wire.SyncReply | None:
    """Return a reply, if it can be read at all."""
    try:
        return wire.decode(body, wire.SyncReply)
    except MalformedMessage:
        return None


def test_a_page_of_many_small_things_stays_within_bounds() -> None:
    room = limits.MAX_BODY - 200
    crowd = b'[0,"","",0,true,[]],' * (room // 20)
    body = b'{"e":"","ack":0,"h":0,"t":["person"],"ch":[' + crowd + b'[0,"","",0,true,[]]]}'
    packed = compression.compress(body)
    headers = {"Content-Type": "application/json", "Content-Encoding": "zstd"}

    def read() -> None:
        reply = read_message(200, headers, packed, wire.SyncReply)
        with pytest.raises(BadReply):
            messages.page(reply, [], Progress(None, 0, None))

    measured(read, most=32 * limits.MAX_BODY)


def measured(work: Callable[[], object], *, most: int) -> None:
    """Do some work; fail if it ever needs more memory than that at once."""
    tracemalloc.start()
    try:
        work()
    finally:
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak <= most, f"{peak >> 20} MiB"
