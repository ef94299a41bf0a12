"""A road that understands HTTP, and does to one exchange what bad networks do.

It ends the laptop's TLS and speaks in clear to the office, so that a cut falls on a byte of the
request or of the reply, and so that a request can come twice. Positions count from the first byte
of the first request after ``expect``; a fault happens once, then the road is good again.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE_S = 30.0


class Harm(Enum):
    """What happens."""

    CUT = "cut"
    RESET = "reset"
    STALL = "stall: the line stays open, nothing more comes"
    TRICKLE = "one byte at a time"
    TWICE = "the request comes twice, the first answer goes back"
    TWICE_LAST = "the request comes twice, the second answer goes back"
    AGAIN_LATER = "the request comes again once all is done"
    ECHO = "the reply comes twice"
    LOST = "the request is taken, its reply never leaves"


AT_A_BYTE = frozenset({Harm.CUT, Harm.RESET, Harm.STALL})


class Way(Enum):
    """Which half of the exchange."""

    REQUEST = "request"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Fault:
    """One harm: at a byte of one way for those that happen there, else to the first exchange."""

    harm: Harm
    way: Way = Way.REQUEST
    position: int = 0

    def __str__(self) -> str:
        where = f" {self.way.value} at {self.position}" if self.harm in AT_A_BYTE else ""
        return f"{self.harm.name.lower()}{where}"


@dataclass(slots=True)
class _Way:
    """How much passed, and where to stop."""

    passed: int = 0
    stop: int | None = None

    def let_through(self, data: bytes) -> tuple[bytes, bool]:
        """Return what passes of this message, and whether the fault falls in it."""
        room = None if self.stop is None else self.stop - self.passed
        if room is None or room >= len(data):
            self.passed += len(data)
            return data, False
        self.stop = None
        self.passed += room
        return data[:room], True


@dataclass
class FaultProxy:
    """Listens on a port of its own, in a thread of its own."""

    server_port: int
    certificate: ssl.SSLContext
    requests: int = 0
    happened: bool = False
    """Whether the fault has happened."""
    port: int = 0
    _fault: Fault | None = None
    _there: _Way = field(default_factory=_Way)
    _back: _Way = field(default_factory=_Way)
    _late: bytes | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def open(self) -> None:
        """Let laptops through."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._listener = self._call(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.certificate)
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Refuse everybody, and drop those there are."""
        self._call(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_PATIENCE_S)
        self._loop.close()

    def expect(self, fault: Fault | None) -> None:
        """Count from zero; let this fault happen to the next exchange."""
        self._call(self._expect(fault))

    def deliver_late(self) -> None:
        """Send again what was kept of a former request; nobody hears the answer."""
        late, self._late = self._late, None
        if late is not None:
            self._call(self._ask(late))

    @property
    def sent(self) -> int:
        """Bytes of requests let through."""
        return self._there.passed

    @property
    def received(self) -> int:
        """Bytes of replies let through."""
        return self._back.passed

    async def _expect(self, fault: Fault | None) -> None:
        await self._drop_all()
        self.requests, self.happened, self._fault = 0, False, fault
        self._there, self._back = _Way(), _Way()
        if fault is not None and fault.harm in AT_A_BYTE:
            way = self._there if fault.way is Way.REQUEST else self._back
            way.stop = fault.position

    def _call(self, work: Coroutine[Any, Any, T]) -> T:  # what it awaits does not matter
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)

    async def _hang_up(self) -> None:
        self._listener.close()
        await self._drop_all()

    async def _drop_all(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _message(reader)
        self.requests += 1
        passed, is_hit = self._there.let_through(request)
        if is_hit:
            await self._leave_unfinished(passed, writer)
            return False
        reply = await self._answered(request)
        if reply is None:
            return False
        passed, is_hit = self._back.let_through(reply)
        if not is_hit:
            await self._give(passed, writer)
            return True
        writer.write(passed)
        await writer.drain()
        await self._end(writer)
        return False

    async def _leave_unfinished(self, passed: bytes, writer: asyncio.StreamWriter) -> None:
        """Hand the office the beginning of a request, and no more."""
        _, there = await asyncio.open_connection("127.0.0.1", self.server_port)
        there.write(passed)
        await there.drain()
        try:
            await self._end(writer)
        finally:
            there.transport.abort()

    async def _end(self, writer: asyncio.StreamWriter) -> None:
        fault = self._happen()
        if fault.harm is Harm.STALL:
            await asyncio.sleep(_PATIENCE_S)
        elif fault.harm is Harm.CUT:
            writer.close()  # what was written still arrives, then the end
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1.0)
        writer.transport.abort()

    async def _answered(self, request: bytes) -> bytes | None:
        """Return what goes back to the laptop."""
        harm = self._fault.harm if self._fault and not self.happened else None
        if harm in (Harm.TWICE, Harm.TWICE_LAST):
            self._happen()
            both = await asyncio.gather(self._ask(request), self._ask(request))
            return both[0] if harm is Harm.TWICE else both[1]
        if harm is Harm.AGAIN_LATER:
            self._happen()
            self._late = request
        reply = await self._ask(request)
        if harm is Harm.LOST:
            self._happen()
            return None
        return reply

    async def _give(self, reply: bytes, writer: asyncio.StreamWriter) -> None:
        harm = self._fault.harm if self._fault and not self.happened else None
        if harm is Harm.TRICKLE:
            self._happen()
            for position in range(len(reply)):
                writer.write(reply[position : position + 1])
                await writer.drain()
            return
        if harm is Harm.ECHO:
            self._happen()
            reply += reply
        writer.write(reply)
        await writer.drain()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.transport.abort()

    def _happen(self) -> Fault:
        assert self._fault is not None
        self.happened = True
        return self._fault


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return one whole request or reply, which says how long it is."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head
