"""An office so far away that somebody types while its answer comes."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.app.session import office_of, synchroniser
from desktop.sync.transport import Cancellation, Exchange, HttpOffice
from protocol import wire
from tests.support.fleet import Laptop


@dataclass
class SlowOffice:
    """The real office; ``meanwhile`` happens before its first answer is taken."""

    office: HttpOffice
    meanwhile: Callable[[], object] | None

    def hello(self) -> wire.Hello:
        return self.office.hello()

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        return self.office.enrol(request)

    def sync(
        self,
        request: wire.SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        exchange = self.office.sync(request, cancelled, body)
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None
        return exchange

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        return self.office.digests(request, cancelled)

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        return self.office.reread(request, cancelled)

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        return self.office.renew(request)

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        self.office.become(device, signer)


def synchronise(laptop: Laptop, *, meanwhile: Callable[[], object] | None = None) -> None:
    """Synchronise once; ``meanwhile`` is done while the first answer comes."""
    session = laptop.session
    road = office_of(session.enrolment, session.workplace.identity, laptop.clock)
    office = SlowOffice(road, meanwhile)
    try:
        synchroniser(session, office, laptop.clock, in_store=lambda work: work()).run()
    finally:
        road.close()
