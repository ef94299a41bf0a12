"""The connection under `channel`: our TLS settings, our patience, and a count of what passes.

`requests` waits for an answer in one blocking read, trusts the public authorities besides ours,
and lets a server that sends a byte now and then hold it for ever; here it does not.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPSConnection

from desktop.sync.errors import Cancelled

_PIECE = 64 << 10
"""What is handed to the line at once."""
_SLICE_S = 0.2
"""How long a read blocks before asking again whether anybody wants to stop."""


class Watch:
    """Follows the exchange under way: whether to stop, until when, and how many bytes passed."""

    def __init__(self) -> None:
        self._cancelled: Callable[[], bool] | None = None
        self._deadline = 0.0
        self.sent = 0
        self.received = 0
        self.connected = False

    def begin(self, cancelled: Callable[[], bool] | None, whole_s: float) -> None:
        self._cancelled = cancelled
        self._deadline = time.monotonic() + whole_s
        self.sent = self.received = 0
        self.connected = False

    def check(self) -> None:
        """Raise ``Cancelled``, or ``TimeoutError`` after the deadline."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self.remaining_s <= 0:
            raise TimeoutError

    @property
    def remaining_s(self) -> float:
        return self._deadline - time.monotonic()


class OfficeAdapter(HTTPAdapter):
    """Gives each connection our TLS context and our watch, also through a proxy."""

    def __init__(self, context: ssl.SSLContext, watch: Watch, silence_s: float) -> None:
        self._context = context
        self._connection = _connection_class(watch, silence_s)
        self._pool: Any = None  # urllib3's, as the base class finds it
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **pool_kwargs: Any,  # urllib3's own keywords, handed on
    ) -> None:
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )

    def proxy_manager_for(
        self,
        proxy: str,
        **proxy_kwargs: Any,  # urllib3's own keywords, handed on
    ) -> Any:  # urllib3's ProxyManager, as the base class declares it
        return super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)

    def cert_verify(
        self,
        conn: Any,  # urllib3's pool, untyped in the base class
        url: str,
        verify: object,
        cert: object,
    ) -> None:
        """Keep to our context. The base class would add the public authorities to it."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ConnectionCls = self._connection

    def get_connection_with_tls_context(self, *asked: Any, **given: Any) -> Any:
        """Find where connections to the one address are kept: once, until they are closed."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*asked, **given)
        return self._pool

    def close(self) -> None:
        """Close what is kept."""
        self._pool = None
        super().close()

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Return an answer as it came: no cookie is looked for, nor what its text is written in."""
        response = requests.Response()
        response.status_code, response.raw = resp.status, resp
        response.headers = CaseInsensitiveDict(resp.headers)
        return response


class _Connection(HTTPSConnection):
    """A connection that counts, can be stopped, and does not confuse slow with dead."""

    watch: Watch
    silence_s: float
    _head: bytes | None = None
    """Of a request whose body is about to follow; empty until it is written."""

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,  # urllib3's own type
        headers: Any = None,
        **others: Any,  # urllib3's own keywords, handed on
    ) -> None:
        """Let the head leave with the first piece of the body: the office is woken up once."""
        self._head = None if body is None else b""
        try:
            super().request(method, url, body, headers, **others)
        finally:
            self._head = None

    def connect(self) -> None:
        self.watch.connected = True
        self.response_class = partial(_Response, watch=self.watch)  # type: ignore[assignment]  # http.client only calls it
        super().connect()
        # The connection has its own, short patience; a body leaving over 2G needs more.
        self.sock.settimeout(self.silence_s)

    def send(self, data: Any) -> None:  # as http.client declares it; bytes in practice
        """Send some bytes, and count them."""
        if self._head == b"":
            self._head = data
            return
        if self._head:
            data, self._head = self._head + data, None
        if self.sock is None:
            self.connect()
        # In few pieces, each of which waits for Python's lock when it has left; of each a slow line
        # takes what it can. Whoever wants to stop is asked in between.
        left = memoryview(data)
        while left:
            self.watch.check()
            count = self.sock.send(left[:_PIECE])
            self.watch.sent += count
            left = left[count:]


def _connection_class(watch: Watch, silence_s: float) -> type[HTTPSConnection]:
    return type("_OurConnection", (_Connection,), {"watch": watch, "silence_s": silence_s})


class _Response(http.client.HTTPResponse):
    """Reads through a `_Reader`."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        watch: Watch,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self._reader = _Reader(sock, watch)
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        if self._reader.has_ended:  # the base class takes headers cut in the middle for complete
            raise http.client.IncompleteRead(b"")


class _Reader(io.RawIOBase):
    """Reads in short waits: stops when told and at the deadline, among headers too."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        self._watch = watch
        self.has_ended = False
        # Keeps the socket open until the answer is read, as http.client expects of its file.
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # a writable buffer; typeshed's name needs 3.12
        patience = self._sock.gettimeout()
        silent_until = time.monotonic() + (patience if patience is not None else _SLICE_S)
        try:
            while True:
                self._watch.check()
                wait = min(_SLICE_S, silent_until - time.monotonic(), self._watch.remaining_s)
                if wait <= 0:
                    raise TimeoutError
                self._sock.settimeout(wait)
                try:
                    count = self._sock.recv_into(buffer)
                except TimeoutError:
                    continue
                self._watch.received += count
                self.has_ended = count == 0
                return count
        finally:
            if self._sock.fileno() >= 0:
                self._sock.settimeout(patience)

    def close(self) -> None:
        self._file.close()
        super().close()
