"""One exchange between a laptop and the office, awoken again and again from the same two images."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from desktop.sync.errors import SyncError
from desktop.sync.patience import Timeouts
from tests.campaigns.exact_office import ExactOffice
from tests.campaigns.images import LaptopImage, OfficeImage, come_home, comparable, laptop_picture
from tests.campaigns.proxy import Fault, Harm, Way
from tests.campaigns.road import CuttingRoad
from tests.support.fleet import Laptop

_TRIES = 5
_PATIENT = Timeouts(connect_s=5, silence_s=5, whole_s=20)
_HASTY = Timeouts(connect_s=5, silence_s=0.12, whole_s=5)
"""For a line that stalls: nobody waits half a minute for a test."""

Variant = Callable[[Laptop], AbstractContextManager[object]]
"""A part with a known fault, put in place for one exchange."""


@dataclass(frozen=True, slots=True)
class BelowTls:
    """A cut in the encrypted stream, greetings included."""

    way: Way
    position: int

    def __str__(self) -> str:
        return f"below tls, {self.way.value} at {self.position}"


Disturbance = Fault | BelowTls


@dataclass
class Scene:
    """What is about to happen, and how it ends when nothing disturbs it."""

    name: str
    office: ExactOffice
    road: CuttingRoad
    """In front of the office, where the stream is still encrypted."""
    laptop_image: LaptopImage
    office_image: OfficeImage
    expected: Counter[str] = field(default_factory=Counter)
    """Every row of both sides, and how many times."""
    lengths: dict[Way, int] | None = None
    """Bytes of HTTP, requests and replies."""
    encrypted: dict[Way, int] | None = None
    """Bytes of TLS."""

    def rehearse(self) -> list[str]:
        """Let it happen undisturbed, twice; return what differs, which must be nothing."""
        self.expected = Counter(self._play(None))
        proxy, road = self.office.proxy, self.road
        self.lengths = {Way.REQUEST: proxy.sent, Way.REPLY: proxy.received}
        self.encrypted = {Way.REQUEST: road.sent, Way.REPLY: road.received}
        return self.differences(None)

    def differences(
        self, disturbance: Disturbance | None, variant: Variant | None = None
    ) -> list[str]:
        """Let it happen, disturbed; return what is otherwise in the end."""
        try:
            found = Counter(self._play(disturbance, variant))
        except TimeoutError as failure:
            return [str(failure)]
        lost = [f"lost: {line[:400]}" for line in sorted(self.expected - found)]
        return [*lost, *(f"new: {line[:400]}" for line in sorted(found - self.expected))][:6]

    def _play(self, disturbance: Disturbance | None, variant: Variant | None = None) -> list[str]:
        self.office_image.restore()
        self.office.begin_again()
        self.office.proxy.expect(disturbance if isinstance(disturbance, Fault) else None)
        self.road.open_wide()
        if isinstance(disturbance, BelowTls):
            side = "request_bytes" if disturbance.way is Way.REQUEST else "reply_bytes"
            setattr(self.road, side, disturbance.position)
        laptop = self.laptop_image.open()
        try:
            with variant(laptop) if variant else nullcontext():
                stalls = isinstance(disturbance, Fault) and disturbance.harm is Harm.STALL
                self._persevere(laptop, _HASTY if stalls else _PATIENT)
                self.office.proxy.deliver_late()
            return comparable([*laptop_picture(laptop), *self.office_image.picture()])
        finally:
            LaptopImage.discard(laptop)

    def _persevere(self, laptop: Laptop, patience: Timeouts) -> None:
        """Synchronise until it succeeds, as the app does when the network is back."""
        for _ in range(_TRIES):
            try:
                come_home(laptop, self.road.port, patience)
            except SyncError:
                self.road.request_bytes = self.road.reply_bytes = None
                patience = _PATIENT
            else:
                return
        raise TimeoutError("it never succeeds again")
