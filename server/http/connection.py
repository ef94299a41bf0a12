"""A connection that is given time, but not for ever.

uvicorn waits without end for a request that was begun, and for an answer to be read. A hand that
holds many such connections would keep laptops out.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from server.config.settings import Bounds

_GO_ON = b"HTTP/1.1 100 "
"""What is said to a laptop that waits before it sends a body."""
_NEARLY_ALL = 0.9
"""Of the connections of a process: from there on, silent ones make room for those that come."""


class PatientConnection(H11Protocol):
    """HTTP/1.1 over one connection, within ``bounds``."""

    def __init__(self, *, bounds: Bounds, alone: bool, **given: Any) -> None:  # uvicorn's own
        super().__init__(**given)
        self._bounds = bounds
        self._counts_addresses = alone
        """False behind a proxy, from which every connection comes."""
        self._deadline: asyncio.TimerHandle | None = None
        self._leaving_s = bounds.leaving_s
        self._silent_since: float | None = None
        """Since it was answered, when it has asked nothing more."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        """Keep a connection, unless its address has too many that are all at work."""
        super().connection_made(_InOnePiece(transport))  # type: ignore[arg-type]  # it stands for one
        if self._finds_room():
            self._look_at_the_time()
        else:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in some bytes; those of a request that does not end are awaited for a while."""
        self._silent_since = None
        super().data_received(data)
        self._look_at_the_time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._stop_waiting()

    def on_response_complete(self) -> None:
        """Keep the connection for a next request, or see it close."""
        super().on_response_complete()
        self._silent_since = self.loop.time()
        if self.transport.is_closing():
            self._leave()

    def timeout_keep_alive_handler(self) -> None:
        """Close a silent connection."""
        super().timeout_keep_alive_handler()
        self._leave()

    def shutdown(self) -> None:
        """Finish the request being served, if there is one, and close."""
        super().shutdown()
        # Over TLS a closed connection waits for a goodbye that laptops do not always say.
        self._leaving_s = self._bounds.stopping_s
        if self.transport.is_closing():
            self._leave()

    def _look_at_the_time(self) -> None:
        if self.transport.is_closing() or not self._is_idle():
            self._stop_waiting()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self._bounds.request_s, self._give_up)

    def _is_idle(self) -> bool:
        # Before the first request there is no cycle, whatever uvicorn declares.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _give_up(self) -> None:
        self._deadline = None
        if self._is_idle():
            self.transport.abort()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _leave(self) -> None:
        """Closing waits for the answer to be read; give up on that too."""
        self.loop.call_later(self._leaving_s, self.transport.abort)

    def _finds_room(self) -> bool:
        others = [one for one in self.connections if isinstance(one, PatientConnection)]
        if len(others) > _NEARLY_ALL * self._bounds.connections:
            _make_room(others)
        if not self._counts_addresses:
            return True
        same = [one for one in others if one._host == self._host]
        return len(same) <= self._bounds.connections_per_address or _make_room(same)

    def _hang_up(self) -> None:
        self._silent_since = None
        self.transport.abort()

    @property
    def _host(self) -> str:
        return self.client[0] if self.client else ""


class _InOnePiece:
    """A transport on which the head of an answer leaves with its body: a laptop is woken once."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # whatever a transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send some bytes; uvicorn gives a body, were it empty, right after a head."""
        if not self._head and data.startswith(b"HTTP/1.1 ") and not data.startswith(_GO_ON):
            self._head = data
            return
        whole, self._head = self._head + data, b""
        self._transport.write(whole)

    def close(self) -> None:
        """Send what is left, and close."""
        self.write(b"")
        self._transport.close()


def _make_room(connections: list[PatientConnection]) -> bool:
    """Hang up on the laptop that has been silent longest: it connects again when it has to."""
    silent = [(one._silent_since, n) for n, one in enumerate(connections) if one._silent_since]
    if not silent:
        return False
    connections[min(silent)[1]]._hang_up()
    return True
