"""The road between the laptops and the office: a relay on loopback that can really be cut.

Bytes pass untouched, TLS included. It has a thread and an event loop of its own, so that cutting
it never waits for a window.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_PART = 65_536
_PATIENCE_S = 10.0


class RoadTaken(Exception):
    """Another program listens at the address the laptops know."""


class Road:
    """Passes bytes from ``port`` to the office's; open until it is cut."""

    def __init__(self, port: int, office_port: int) -> None:
        self.port = port
        self._office_port = office_port
        self._listener: asyncio.Server | None = None
        self._travellers: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="road", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether laptops reach the office."""
        return self._listener is not None

    def open(self) -> None:
        """Let laptops through; raise ``RoadTaken``."""
        self._call(self._open())

    def cut(self) -> None:
        """Refuse new connections and drop those there are."""
        self._call(self._cut())

    def close(self) -> None:
        """Cut for good; safe to call twice."""
        if self._loop.is_closed():
            return
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_S)
        self._loop.close()

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:  # what it awaits does not matter
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE_S)

    async def _open(self) -> None:
        if self._listener is not None:
            return
        try:
            self._listener = await asyncio.start_server(self._travel, "127.0.0.1", self.port)
        except OSError:
            raise RoadTaken from None

    async def _cut(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        travellers = tuple(self._travellers)
        for task in travellers:
            task.cancel()
        await asyncio.gather(*travellers, return_exceptions=True)

    async def _travel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._travellers.add(task)
        # A connection that breaks is what roads are for: both ends notice by themselves.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._both_ways(reader, writer)
        self._travellers.discard(task)
        writer.transport.abort()

    async def _both_ways(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_office, to_office = await asyncio.open_connection("127.0.0.1", self._office_port)
        going = asyncio.create_task(_pass(reader, to_office))
        try:
            await _pass(from_office, writer)
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)
            to_office.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(_PART):
        writer.write(part)
        await writer.drain()
