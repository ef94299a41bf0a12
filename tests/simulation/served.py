"""The real server application, called without a network: its answers depend on nothing else."""

import asyncio
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from requests.structures import CaseInsensitiveDict

from desktop.sync.channel import RawReply
from server.app import build
from server.config.logs import make_log
from server.http import api
from tests.support.office import Premises

_ROOM = 200_000
"""Characters of the log that are kept."""
_BROKEN = 500


class Served:
    """One server on the premises' PostgreSQL; its time and its chance are given to it."""

    def __init__(
        self, premises: Premises, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self._log = io.StringIO()
        self._app: FastAPI = build(
            premises.database,
            premises.settings,
            clock=clock,
            random=random,
            log=make_log(self._log),
        )
        self._loop = asyncio.new_event_loop()

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> RawReply:
        """Serve one request; an answer that only a defect can give stops everything."""
        sent = {**headers, "User-Agent": "coffre", "Accept-Encoding": "zstd, identity"}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": target,
            "raw_path": target.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in sent.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("localhost", 443),
        }
        # One request at a time: a thread of its own would only cost its start.
        with patch.object(api, "run_in_threadpool", _at_once):
            reply = self._loop.run_until_complete(self._exchange(scope, body or b""))
        if reply.status == _BROKEN:
            raise AssertionError(f"the server failed: {self._log.getvalue()[-2_000:]}")
        if self._log.tell() > _ROOM:
            self._log.seek(0)
            self._log.truncate()
        return reply

    def close(self) -> None:
        """Stop serving; the database is its owner's to close."""
        self._loop.close()

    async def _exchange(self, scope: dict[str, Any], body: bytes) -> RawReply:  # as ASGI has it
        messages: list[dict[str, Any]] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]  # dicts of that shape
        start, *parts = messages
        given = b"".join(part.get("body", b"") for part in parts)
        headers = CaseInsensitiveDict(
            {name.decode(): value.decode() for name, value in start["headers"]}
        )
        return RawReply(start["status"], headers, given, len(body), len(given))


async def _at_once(work: Callable[..., Any], *given: Any) -> Any:  # whatever the routes run
    return work(*given)
