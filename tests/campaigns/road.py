"""A road that can be cut after any byte, in either direction, and counts what passes."""

import asyncio
import contextlib
from dataclasses import dataclass

from tests.support.relay import Relay


@dataclass(slots=True)
class CuttingRoad(Relay):
    """Like any road; besides, it can be cut while a laptop is still speaking.

    When one side hangs up so does the other, at once: an office serves so many connections only.
    """

    request_bytes: int | None = None
    """Bytes from laptops to let through before the connection is cut; ``None``: all."""
    sent: int = 0
    received: int = 0

    def open_wide(self) -> None:
        """Cut nothing any more, and count from zero."""
        self.request_bytes = self.reply_bytes = None
        self.sent = self.received = 0

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.server_port)
        ways = {
            asyncio.create_task(self._pump_there(reader, back)),
            asyncio.create_task(self._pump_back(there, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for way in ways:
                with contextlib.suppress(OSError, asyncio.CancelledError):
                    await way
            back.close()  # what was let through still arrives

    async def _pump_there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            if self.request_bytes is not None:
                part = part[: self.request_bytes]
                self.request_bytes -= len(part)
            self.sent += len(part)
            writer.write(part)
            await writer.drain()
            if self.request_bytes == 0:
                self.request_bytes = None
                return

    async def _pump_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65_536):
            if self.reply_bytes is not None:
                part = part[: self.reply_bytes]
                self.reply_bytes -= len(part)
            self.received += len(part)
            writer.write(part)
            await writer.drain()
            if self.reply_bytes == 0:
                self.reply_bytes = None
                return
