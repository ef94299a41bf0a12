"""What somebody on the network tries, without a key."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from protocol import compression
from protocol.errors import MalformedMessage
from protocol.kinds.people import Job
from server.app import build
from server.http.bodies import Patience, read_body
from server.services.errors import TooLarge, TooSlow
from tests.server.test_admin import Terminal, terminal
from tests.support.office import Office

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["terminal"]

Message = dict[str, Any]  # what ASGI passes
Receive = Callable[[], Awaitable[Message]]


def body_of(receive: Receive, **headers: str) -> bytes:
    """Read the body that ``receive`` brings, with little patience."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": "POST", "headers": named}, receive)
    return asyncio.run(read_body(request, 64, Patience(silence_s=0.1, whole_s=0.3)))


def test_a_body_that_stops_coming_is_not_waited_for() -> None:
    async def silence() -> Message:
        await asyncio.sleep(30)
        return {}

    with pytest.raises(TooSlow):
        body_of(silence)


def test_a_body_that_trickles_is_not_waited_for_either() -> None:
    async def trickle() -> Message:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(TooSlow):
        body_of(trickle)


def test_a_slow_line_has_its_time() -> None:
    pieces = [b"Cof", b"fre"]

    async def slow() -> Message:
        await asyncio.sleep(0.05)
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    assert body_of(slow) == b"Coffre"


@pytest.mark.parametrize("length", ["9" * 5_000, "65", "-1", "x", ""])
def test_a_length_that_cannot_be_is_refused_before_reading(length: str) -> None:
    async def never() -> Message:
        raise AssertionError("read")

    with pytest.raises(TooLarge):
        body_of(never, content_length=length)


def test_a_small_message_cannot_ask_for_a_large_memory() -> None:
    parameters = zstd.CompressionParameter
    greedy = zstd.ZstdCompressor(
        options={parameters.window_log: 27, parameters.content_size_flag: 0}
    )
    body = greedy.compress(b"{}") + greedy.flush()
    assert len(body) < 20
    with pytest.raises(MalformedMessage):
        compression.decompress(body)


def answer(office: Office, path: str, *, behind_proxy: bool) -> int:
    """Return the status of a request from this machine to an office of these settings."""
    settings = replace(office.premises.settings, behind_proxy=behind_proxy)
    app = build(office.database, settings)
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 50_000),
    }
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return int(sent[0]["status"])


def test_behind_a_proxy_that_hides_addresses_counts_are_not_everybodys(office: Office) -> None:
    assert answer(office, "/v1/metrics", behind_proxy=False) == 200
    assert answer(office, "/v1/metrics", behind_proxy=True) == 403


def test_a_name_does_not_command_the_administrators_terminal(
    terminal: Terminal, office: Office
) -> None:
    office.hire("Luc\x1b]0;\x07\x9b2J\u202eEvil", Job.NURSE)
    printed = terminal.types("list-professionals")
    assert "Luc" in printed
    assert printed.rstrip("\n").isprintable()
