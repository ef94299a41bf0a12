"""What the laptop may ask the office, and the real office behind HTTPS.

Nothing is retried here, but for two things that are not failures: a counter the office had already
seen, and a kept connection the office had closed meanwhile. When to try again is `schedule`'s.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from desktop.sync.addresses import ProxyAddress, ServerAddress
from desktop.sync.answers import Replayed, read_message
from desktop.sync.errors import (
    BadReply,
    ClientTooOld,
    NotTheOffice,
    OfficeTooOld,
    Offline,
    OfflineReason,
    Refused,
    StrangerReason,
)
from desktop.sync.patience import Timeouts
from desktop.sync.tls import Trust, build_context
from protocol import compression, signing, wire
from protocol.limits import MAX_BODY

if TYPE_CHECKING:
    from desktop.sync.channel import Channel, RawReply

HELLO = "/v1/hello"
DEVICES = "/v1/devices"
RENEW = "/v1/devices/renew"
SYNC = "/v1/sync"
DIGESTS = "/v1/digests"
REREAD = "/v1/reread"
MISSING = "/v1/pieces/missing"
GIVE = "/v1/pieces/give"
TAKE = "/v1/pieces/take"
_SMALL_REPLY = 64 << 10
_BODY_HEADERS = {"Content-Type": "application/json", "Content-Encoding": compression.ENCODING}

M = TypeVar("M", bound=msgspec.Struct)
Cancellation = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes of HTTP in each direction, headers included; TLS adds 1–2 % and 2–5 kB to connect."""

    sent: int = 0
    received: int = 0

    @property
    def octets(self) -> int:
        """Both ways."""
        return self.sent + self.received

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.sent + other.sent, self.received + other.received)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the office answered to a sync, and what it cost."""

    reply: wire.SyncReply
    traffic: Traffic


class Office(Protocol):
    """All that the laptop may ask of the office. Each method raises ``SyncError`` only."""

    def hello(self) -> wire.Hello:
        """Make sure that the office answers and that we speak the same language."""

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        """Present an invitation; asking again with the same keys gets the same answer."""

    def sync(
        self,
        request: wire.SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        """Send pending changes and receive a page; ``cancelled`` is asked often.

        ``body``: the request as it is sent, where it is written down already.
        """

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        """Ask what the office holds; ``cancelled`` is asked often."""

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        """Ask for some records again; ``cancelled`` is asked often."""

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        """Say that this laptop goes on as a new device; asking again gets the same answer."""

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        """Speak as another device from now on."""


class RequestCounter(Protocol):
    """Numbers this device's requests, so that none can be played twice."""

    def next(self) -> int:
        """Return a number higher than all before."""

    def observe(self, last: int) -> None:
        """Learn the highest number the office has seen."""


class WallCounter:
    """Counts from the wall clock in microseconds: needs no file, and survives a restored laptop.

    Where the clock went back, the office says how far it was and `observe` catches up.
    """

    def __init__(self, now_us: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self._now_us = now_us
        self._last = 0

    def next(self) -> int:
        self._last = max(self._last + 1, self._now_us())
        return self._last

    def observe(self, last: int) -> None:
        self._last = max(self._last, last)


class HttpOffice:
    """The office at an address. For one thread at a time: the network lane."""

    def __init__(
        self,
        *,
        address: ServerAddress,
        department: str,
        device: str,
        signer: Callable[[bytes], bytes],
        counter: RequestCounter,
        trust: Trust,
        clock: Callable[[], int],
        proxy: ProxyAddress | None = None,
        server: str | None = None,
        known_time: Callable[[], int] = lambda: 0,
        timeouts: Timeouts | None = None,
    ) -> None:
        """``clock`` gives milliseconds since 1970, ``signer`` an Ed25519 signature.

        ``server`` is the identifier learned at enrolment: another one is refused. ``known_time`` is
        the latest time the office ever told, to tell a wrong clock from a wrong certificate.
        """
        self._address = address
        self._department = department
        self._device = device
        self._signer = signer
        self._counter = counter
        self._trust = trust
        self._clock = clock
        self._proxy = proxy
        self._server = server
        self._known_time = known_time
        self._timeouts = timeouts
        self._channel: Channel | None = None

    def hello(self) -> wire.Hello:
        raw = self._send_surely(
            lambda: self._open().exchange("GET", HELLO, {}, None, limit=_SMALL_REPLY)
        )
        try:
            hello = read_message(raw.status, raw.headers, raw.body, wire.Hello)
        except (BadReply, Replayed):
            raise NotTheOffice(StrangerReason.WRONG_HELLO) from None
        return self._recognise(hello)

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        return self.ask_unsigned(DEVICES, request, wire.EnrolReply)

    def sync(
        self,
        request: wire.SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        reply, traffic = self._ask(SYNC, request, wire.SyncReply, cancelled, body)
        return Exchange(reply, traffic)

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        return self._ask(DIGESTS, request, wire.DigestsReply, cancelled)[0]

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        return self._ask(REREAD, request, wire.RereadReply, cancelled)[0]

    def missing_pieces(self, request: wire.PiecesRequest) -> tuple[wire.PiecesReply, Traffic]:
        return self._ask(MISSING, request, wire.PiecesReply)

    def give_piece(
        self, request: wire.GiveRequest, cancelled: Cancellation | None = None
    ) -> tuple[wire.GiveReply, Traffic]:
        return self._ask(GIVE, request, wire.GiveReply, cancelled)

    def take_piece(
        self, request: wire.TakeRequest, cancelled: Cancellation | None = None
    ) -> tuple[wire.TakeReply, Traffic]:
        return self._ask(TAKE, request, wire.TakeReply, cancelled)

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        return self._ask(RENEW, request, wire.RenewReply)[0]

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        self._device, self._signer = device, signer

    def ask_signed(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        """Ask something about keys, as this device (``desktop.sync.own_keys``)."""
        return self._ask(target, request, answer)[0]

    def ask_unsigned(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        """Ask something with an invitation, as a laptop that nobody knows yet."""
        body = compression.compress(wire.encode(request))
        raw = self._send_surely(
            lambda: self._open().exchange("POST", target, _BODY_HEADERS, body, limit=_SMALL_REPLY)
        )
        try:
            return read_message(raw.status, raw.headers, raw.body, answer)
        except Replayed:
            raise Refused("replayed") from None

    def _ask(
        self,
        target: str,
        request: msgspec.Struct,
        answer: type[M],
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> tuple[M, Traffic]:
        server = self._server or self.hello().server
        sent = body or compression.compress(wire.encode(request))
        traffic = Traffic()
        for _ in range(2):
            raw = self._send_surely(lambda: self._post_signed(server, target, sent, cancelled))
            traffic += Traffic(raw.sent, raw.received)
            try:
                return read_message(raw.status, raw.headers, raw.body, answer), traffic
            except Replayed as refused:
                self._counter.observe(refused.last)
        # Twice in a row: somebody else counts with this laptop's key, most likely a copy of it.
        raise Refused("replayed")

    def close(self) -> None:
        """Hang up; the next request connects again."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _recognise(self, hello: wire.Hello) -> wire.Hello:
        if hello.coffre != "coffre-server" or not hello.server or "\n" in hello.server:
            raise NotTheOffice(StrangerReason.WRONG_HELLO)
        if self._server is not None and hello.server != self._server:
            raise NotTheOffice(StrangerReason.OTHER_SERVER)
        if hello.oldest_protocol > wire.PROTOCOL_VERSION:
            raise ClientTooOld
        if hello.protocol < wire.OLDEST_PROTOCOL:
            raise OfficeTooOld
        self._server = hello.server
        return hello

    def _post_signed(
        self, server: str, target: str, body: bytes, cancelled: Cancellation | None
    ) -> "RawReply | None":
        counter = self._counter.next()
        now = datetime.fromtimestamp(self._clock() / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = signing.SignedRequest(
            server=server,
            department=self._department,
            device=self._device,
            counter=counter,
            time=now,
            method="POST",
            target=target,
            body=body,
        )
        headers = _BODY_HEADERS | {
            signing.HEADER_DEPARTMENT: self._department,
            signing.HEADER_DEVICE: self._device,
            signing.HEADER_COUNTER: str(counter),
            signing.HEADER_TIME: now,
            signing.HEADER_SIGNATURE: self._signer(signed.message()).hex(),
        }
        return self._open().exchange(
            "POST", target, headers, body, limit=MAX_BODY, cancelled=cancelled
        )

    def _send_surely(self, send: "Callable[[], RawReply | None]") -> "RawReply":
        """Send, and once more if the connection we had kept was closed at the other end.

        Sending twice is safe: operations are numbered, an invitation answers its own device again.
        """
        raw = send() or send()
        if raw is None:
            raise Offline(OfflineReason.DROPPED)
        return raw

    def _open(self) -> "Channel":
        if self._channel is None:
            from desktop.sync.channel import Channel  # slow: after the window shows

            self._channel = Channel(
                self._address,
                build_context(self._trust),
                self._clock,
                self._known_time,
                self._proxy,
                self._timeouts,
            )
        return self._channel
