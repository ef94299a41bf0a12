"""The road between a laptop and the office, which can be closed, opened and cut short."""

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass(slots=True)
class Relay:
    """Passes bytes between a port of its own and the server; TLS goes through untouched."""

    server_port: int
    port: int = 0
    reply_bytes: int | None = None
    """Bytes from the server to let through before the connection is cut; ``None``: all."""
    _listener: asyncio.Server | None = None
    _serving: set["asyncio.Task[None]"] = field(default_factory=set)

    async def open(self) -> None:
        """Let laptops through, on the same port as before."""
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse new connections and drop those there are."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        serving = tuple(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._pass(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._serving.discard(task)
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.server_port)
        sending = asyncio.create_task(_pump(reader, back))
        try:
            await self._pump_back(there, writer)
        finally:
            sending.cancel()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await sending
            back.transport.abort()

    async def _pump_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            if self.reply_bytes is not None:
                part = part[: self.reply_bytes]
                self.reply_bytes -= len(part)
            writer.write(part)
            await writer.drain()
            if self.reply_bytes == 0:
                self.reply_bytes = None
                return


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65_536):
        writer.write(part)
        await writer.drain()
    # Who left is seen to have left: an office counts the connections of an address.
    writer.write_eof()
