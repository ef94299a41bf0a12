"""The road between the laptops and the office, on which everything is lost, late or twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import cast

from requests.structures import CaseInsensitiveDict

from desktop.config.clock import Clock, unix_ms
from desktop.sync.addresses import ServerAddress, parse_address
from desktop.sync.channel import Channel, RawReply
from desktop.sync.errors import Offline, OfflineReason
from desktop.sync.tls import Trust
from desktop.sync.transport import HttpOffice, RequestCounter, WallCounter
from tests.simulation.served import Served

ADDRESS = parse_address("https://localhost:8443")


class Mishap(StrEnum):
    """What becomes of one exchange."""

    NONE = "none"
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"
    REPLY_CUT = "reply cut"
    TWICE = "delivered twice, first answer"
    TWICE_LAST = "delivered twice, last answer"
    LATE = "delivered later"
    PORTAL = "answered by a portal"
    BUSY = "the office is starting"
    GATEWAY = "served, and answered by the machine in front"
    STALE = "the connection had been closed"
    STALE_SERVED = "the connection was closed once all was served"


MISHAPS = tuple(Mishap)[1:]
Weather = Callable[[], Mishap]


def fair() -> Mishap:
    """Nothing happens."""
    return Mishap.NONE


@dataclass(frozen=True, slots=True)
class _Request:
    """A request as it was sent, signature included."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass
class Road:
    """One for all laptops: what is late waits here."""

    served: Served
    weather: Weather = fair
    late: list[_Request] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    """Done once, after the next answer has left the office and before it arrives."""
    met: list[Mishap] = field(default_factory=list)
    """Mishaps since this was last emptied."""

    def begin_again(self) -> None:
        """Forget what is on its way."""
        self.weather, self.meanwhile = fair, None
        self.late.clear()
        self.met.clear()

    def deliver(self, which: int) -> None:
        """Deliver what was late; nobody waits for the answer any more."""
        self._serve(self.late.pop(which))

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
        """Carry one exchange, as ``Channel`` does."""
        mishap = self.weather()
        if mishap is not Mishap.NONE:
            self.met.append(mishap)
        reply = self._carry(_Request(method, target, headers, body), mishap)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return reply

    def close(self) -> None:
        """Nothing is kept open."""

    def _serve(self, request: _Request) -> RawReply:
        return self.served.answer(request.method, request.target, request.headers, request.body)

    def _carry(self, request: _Request, mishap: Mishap) -> RawReply | None:
        match mishap:
            case Mishap.NONE:
                return self._serve(request)
            case Mishap.REQUEST_LOST | Mishap.STALE | Mishap.LATE:
                self._not_now(request, mishap)
                return None
            case Mishap.PORTAL:
                return _page(200, b"<html>Bienvenue</html>")
            case Mishap.BUSY:
                return _page(503, b"")
            case Mishap.TWICE:
                first = self._serve(request)
                self._serve(request)
                return first
        reply = self._serve(request)
        match mishap:
            case Mishap.REPLY_LOST:
                raise Offline(OfflineReason.DROPPED)
            case Mishap.STALE_SERVED:
                return None
            case Mishap.GATEWAY:
                return _page(502, b"")
            case Mishap.REPLY_CUT:
                return replace(reply, body=reply.body[: len(reply.body) // 2])
        return self._serve(request)  # the same, again

    def _not_now(self, request: _Request, mishap: Mishap) -> None:
        if mishap is Mishap.STALE:
            return
        if mishap is Mishap.LATE:
            self.late.append(request)
        raise Offline(OfflineReason.TIMEOUT)


class RoadOffice(HttpOffice):
    """The laptop's own way to speak to the office, along our road."""

    def __init__(
        self,
        road: Road,
        clock: Clock,
        counter: RequestCounter | None = None,
        *,
        address: ServerAddress = ADDRESS,
        department: str = "",
        device: str = "",
        signer: Callable[[bytes], bytes] = lambda message: b"",
        server: str | None = None,
    ) -> None:
        super().__init__(
            address=address,
            department=department,
            device=device,
            signer=signer,
            counter=counter or counter_of(clock),
            trust=Trust(None),
            clock=lambda: unix_ms(clock.now()),
            server=server,
        )
        self._road = road

    def _open(self) -> Channel:
        return cast(Channel, self._road)  # it exchanges as a channel does


def counter_of(clock: Clock) -> WallCounter:
    """Return what numbers the requests of a laptop until it starts again."""
    return WallCounter(lambda: unix_ms(clock.now()) * 1000)


def _page(status: int, body: bytes) -> RawReply:
    headers = CaseInsensitiveDict({"Content-Type": "text/html"})
    return RawReply(status, headers, body, 0, len(body))
