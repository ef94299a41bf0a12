"""One conversation at a time with the office, over the adapter of `requests`.

Importing this module costs what importing `requests` costs (135 ms): `transport` does it at the
first exchange, after the window shows. Without a session of `requests` there is nothing of what it
would do by itself, and would take a quarter of a millisecond to find that it need not: environment
proxies and certificate bundles, ``.netrc``, redirects, cookies. What the adapter would do and we do
not want: public authorities added to our own, transparent decompression without a bound.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from desktop.sync.addresses import ProxyAddress, ServerAddress
from desktop.sync.connection import OfficeAdapter, Watch
from desktop.sync.errors import (
    BadReply,
    NotTheOffice,
    Offline,
    OfflineReason,
    ReplyFault,
    StrangerReason,
    SyncError,
)
from desktop.sync.patience import Timeouts
from desktop.sync.tls import handshake_failure

_CHUNK = 64 << 10
_HEADERS = {"User-Agent": "coffre", "Accept-Encoding": "zstd, identity"}


@dataclass(frozen=True, slots=True)
class RawReply:
    """An answer before anybody has judged it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: int
    received: int


class _Lost(Exception):
    """The office had closed the connection we kept; nothing of an answer came."""


class Channel:
    """Sends requests to one address, believing one set of authorities, and keeps the connection."""

    def __init__(
        self,
        address: ServerAddress,
        context: ssl.SSLContext,
        clock: Callable[[], int],
        known_time: Callable[[], int],
        proxy: ProxyAddress | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._url = address.url
        self._clock = clock
        self._known_time = known_time
        self._timeouts = timeouts or Timeouts()
        self._watch = Watch()
        self._proxies = {"https": proxy.url} if proxy else {}
        self._used_at = time.monotonic()
        self._adapter = OfficeAdapter(context, self._watch, self._timeouts.silence_s)

    def exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        limit: int,
        cancelled: Callable[[], bool] | None = None,
    ) -> RawReply | None:
        """Send one request and return the answer, at most ``limit`` bytes of body.

        ``None``: the kept connection turned out to be closed. The request may be sent again.
        """
        self._forget_stale_connection()
        self._watch.begin(cancelled, self._timeouts.whole_s)
        try:
            self._watch.check()
            return self._exchange(method, target, headers, body, limit)
        except _Lost:
            return None
        except SyncError:
            raise
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError) as found:
            failure = self._understand(found)
        finally:
            self._used_at = time.monotonic()
        # Outside the handler: the library's exception holds the request and must not travel along.
        raise failure

    def close(self) -> None:
        self._adapter.close()

    def _exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        limit: int,
    ) -> RawReply:
        request = requests.PreparedRequest()
        request.method, request.url = method, self._url + target
        request.headers = CaseInsensitiveDict(_HEADERS | dict(headers))
        if body is not None:
            request.headers["Content-Length"] = str(len(body))
            request.body = body or None
        try:
            response = self._adapter.send(
                request,
                stream=True,
                timeout=(self._timeouts.connect_s, self._timeouts.silence_s),
                verify=True,
                proxies=self._proxies,
            )
        except requests.ConnectionError as failure:
            if not self._watch.connected and not self._watch.received and _was_dropped(failure):
                raise _Lost from None
            raise
        with response:
            received = b"".join(self._pieces(response, limit))
        watch = self._watch
        return RawReply(
            response.status_code, response.headers, received, watch.sent, watch.received
        )

    def _pieces(self, response: requests.Response, limit: int) -> Iterator[bytes]:
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            raise BadReply(ReplyFault.TOO_LARGE)
        total = 0
        while piece := response.raw.read(_CHUNK, decode_content=False):
            total += len(piece)
            if total > limit:
                raise BadReply(ReplyFault.TOO_LARGE)
            self._watch.check()
            yield piece

    def _forget_stale_connection(self) -> None:
        if time.monotonic() - self._used_at > self._timeouts.idle_s:
            self._adapter.close()

    def _understand(self, failure: Exception) -> SyncError:
        """Return what a failure of the libraries means for people."""
        found = list(_causes(failure))
        for cause in found:
            if isinstance(cause, ssl.SSLError):
                return handshake_failure(cause, now_ms=self._clock(), known_ms=self._known_time())
        if any(isinstance(cause, requests.exceptions.ProxyError) for cause in found):
            return Offline(OfflineReason.PROXY)
        for kind, reason in _OFFLINE:
            if any(isinstance(cause, kind) for cause in found):
                return Offline(reason)
        if any(isinstance(cause, http.client.HTTPException) for cause in found):
            return NotTheOffice(StrangerReason.NOT_HTTP)
        return Offline(OfflineReason.NO_ROUTE if _is_os(found) else OfflineReason.DROPPED)


_DROPPED = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)

_OFFLINE: tuple[tuple[type[BaseException], OfflineReason], ...] = (
    (socket.gaierror, OfflineReason.NAME_UNKNOWN),
    (ConnectionRefusedError, OfflineReason.REFUSED),
    (TimeoutError, OfflineReason.TIMEOUT),
    *((kind, OfflineReason.DROPPED) for kind in _DROPPED),
    (http.client.IncompleteRead, OfflineReason.DROPPED),
)


def _was_dropped(failure: Exception) -> bool:
    dropped = (*_DROPPED, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return any(isinstance(cause, dropped) for cause in _causes(failure))


def _is_os(found: list[BaseException]) -> bool:
    # requests' own exceptions are OSErrors too, without a number.
    return any(isinstance(cause, OSError) and cause.errno for cause in found)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all it wraps: these libraries put the real one three levels down."""
    seen: set[int] = set()
    waiting: list[object] = [failure]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [*found.args, getattr(found, "reason", None)]
        waiting += [found.__cause__, found.__context__]
