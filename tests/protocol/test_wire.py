"""Messages survive the wire; whatever else arrives is refused, and nothing of it used."""

import gzip
import os
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocol import compression, wire
from protocol.compression import compress, decompress
from protocol.errors import MalformedMessage
from protocol.limits import MAX_BODY
from protocol.signing import SignedRequest

MESSAGES = (wire.SyncRequest, wire.SyncReply, wire.EnrolRequest, wire.EnrolReply, wire.Hello)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)
OPERATIONS = st.builds(
    wire.Operation,
    st.integers(0, 1),
    st.integers(0, 9),
    st.uuids().map(str),
    st.integers(0, 2**60),
    st.integers(-(2**40), 2**40),
    st.lists(st.integers(0, 9) | st.text(), max_size=6),
)
REQUESTS = st.builds(
    wire.SyncRequest,
    protocol=st.just(1),
    schema=st.just(1),
    epoch=st.none() | st.uuids().map(str),
    hlc=st.integers(0, 2**62),
    first_op=st.integers(1, 2**40),
    kinds=st.lists(st.text(), max_size=3),
    fields=st.lists(st.text(), max_size=3),
    ops=st.lists(OPERATIONS, max_size=4),
    cursor=st.integers(0, 2**60),
    after=st.none() | st.builds(wire.Position, st.integers(0, 9), st.integers(0, 9), st.text()),
    pull=st.booleans(),
)


@given(REQUESTS)
def test_a_request_comes_out_as_it_went_in(request: wire.SyncRequest) -> None:
    body = compress(wire.encode(request))
    assert wire.decode(decompress(body), wire.SyncRequest) == request


@given(st.sampled_from(MESSAGES), st.binary() | JSON.map(msgspec.json.encode))
@example(wire.SyncRequest, b"[" * 100_000)
@example(wire.SyncRequest, b'{"p":1,"s":1,"ops":[' + b"[" * 50_000)
@example(wire.SyncRequest, b'{"p":1,"s":1,"t":["\\ud800"]}')
@example(wire.SyncRequest, b'{"p":1,"s":1,"h":1e999}')
@example(wire.SyncRequest, b"\xff\xfe{}")
@example(wire.SyncRequest, b"<!doctype html><title>Portail captif</title>")
def test_hostile_bytes_become_a_message_or_a_refusal_and_nothing_else(
    message: type[msgspec.Struct], body: bytes
) -> None:
    try:
        decoded: Any = wire.decode(body, message)
    except MalformedMessage:
        return
    assert isinstance(decoded, message)


@given(REQUESTS, st.data())
def test_a_request_cut_anywhere_is_refused(request: wire.SyncRequest, data: st.DataObject) -> None:
    body = compress(wire.encode(request))
    cut = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(MalformedMessage):
        decompress(body[:cut])


@given(st.binary(max_size=500))
def test_bytes_that_are_not_zstd_are_refused_without_a_crash(body: bytes) -> None:
    try:
        clear = decompress(body)
    except MalformedMessage:
        return
    assert len(clear) <= MAX_BODY


def test_a_small_message_cannot_become_a_large_one() -> None:
    bomb = compress(bytes(4 * MAX_BODY))
    assert len(bomb) < 10_000
    with pytest.raises(MalformedMessage):
        decompress(bomb)


def test_what_is_just_small_enough_passes() -> None:
    body = os.urandom(1000)
    assert decompress(compress(body), limit=1000) == body
    with pytest.raises(MalformedMessage):
        decompress(compress(body), limit=999)


def test_another_encoding_is_not_taken_for_ours() -> None:
    with pytest.raises(MalformedMessage):
        decompress(gzip.compress(b"{}"))
    assert compression.ENCODING == "zstd"


SIGNED = {
    "server": "s",
    "department": "79",
    "device": "d",
    "counter": 7,
    "time": "2026-11-24T08:40:00Z",
    "method": "POST",
    "target": "/v1/sync",
    "body": b"body",
}


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_a_signature_covers_everything_a_thief_could_change(name: str) -> None:
    changed = {"counter": 8, "body": b"other"}.get(name, "other")
    original = SignedRequest(**SIGNED)  # type: ignore[arg-type]  # by name, each of its type
    altered = SignedRequest(**{**SIGNED, name: changed})  # type: ignore[arg-type]  # same
    assert original.message() != altered.message()
