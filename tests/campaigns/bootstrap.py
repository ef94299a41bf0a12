"""Cuts a newcomer's first download every 4 kB: going on costs little more than never being cut.

Bytes are those of the encrypted stream, greetings included. A laptop goes on at the last page it
was given, so that a cut costs one page at most.
"""

import random
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.sync.errors import SyncError
from protocol.ids import ProfessionalId
from protocol.kinds.people import Job
from tests.campaigns.caseload import Caseload
from tests.campaigns.images import LaptopImage, come_home, newcomer
from tests.campaigns.road import CuttingRoad
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import Laptop
from tests.support.laptop import TurnedClock
from tests.support.office import Office, Premises

STEP = 4 << 10
MOST = 1.2
"""Times the bytes of a download that was never cut."""
RECORDS = {Effort.SHORT: 2_500, Effort.NORMAL: 4_000, Effort.LONG: 20_000}
_CHARACTERS = 1_000
_CASES = {Effort.SHORT: 5, Effort.NORMAL: 40}
_CONTROL_CASES = 20
_TRIES = 5


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Cut at every 4 kB, or at some of them; then see that starting anew each time is seen."""
    chance = random.Random(seed)
    tally = Tally("bootstrap", seed)
    with closing(_Download.prepare(premises, folder, RECORDS[effort], seed)) as download:
        tally.add("never cut", download.once(None))
        whole = download.cost
        positions = list(range(STEP, download.received, STEP))
        count = min(cases or _CASES.get(effort, len(positions)), len(positions))
        for position in sorted(chance.sample(positions, count)):
            tally.add(f"cut after {position} bytes", download.once(position))
        tally.notes.append(
            f"{whole} bytes, never cut; {download.worst / whole:.3f} times that at most"
        )
        tally.controls["a laptop that starts anew"] = any(
            download.once(chance.choice(positions[len(positions) // 2 :]), forgets=True)
            for _ in range(_CONTROL_CASES)
        )
    return tally


@dataclass
class _Download:
    """A newcomer's first download, which can be done again and again."""

    office: Office
    road: CuttingRoad
    image: LaptopImage
    cost: int = 0
    """Bytes both ways, when never cut."""
    received: int = 0
    records: int = 0
    worst: int = 0

    @classmethod
    def prepare(cls, premises: Premises, folder: Path, records: int, seed: int) -> "_Download":
        """Return a newcomer who is about to be given so many records."""
        road = CuttingRoad(premises.port)
        premises.set_road(road, is_open=True)
        office = Office(premises, premises.new_department(), road)
        who: ProfessionalId = office.hire("Sofia Neveu", Job.NURSE)
        Caseload(office, seed, [who], characters=_CHARACTERS).grow(records)
        laptop = newcomer(office, folder / "sofia", "Sofia Neveu", Job.NURSE, TurnedClock())
        return cls(office, road, LaptopImage.take(laptop, folder / "images"))

    def once(self, position: int | None, *, forgets: bool = False) -> list[str]:
        """Download, cut once; return what is wrong with it."""
        self.road.open_wide()
        self.road.reply_bytes = position
        laptop = self.image.open()
        try:
            return self._persevere(laptop, position, forgets=forgets)
        finally:
            LaptopImage.discard(laptop)

    def _persevere(self, laptop: Laptop, position: int | None, *, forgets: bool) -> list[str]:
        cuts = 0
        while cuts < _TRIES:
            try:
                come_home(laptop, self.road.port)
            except SyncError:
                cuts += 1
                if forgets:
                    _start_anew(laptop)
            else:
                break
        return self._judge(laptop, position, cuts)

    def _judge(self, laptop: Laptop, position: int | None, cuts: int) -> list[str]:
        cost = self.road.sent + self.road.received
        row = laptop.session.workplace.store.database.row('SELECT count(*) FROM "follow_up"')
        held = int(row[0]) if row else 0
        if position is None:
            self.cost, self.received, self.records = cost, self.road.received, held
            return [] if held and not cuts else [f"{held} records after {cuts} cuts"]
        found = [] if held == self.records else [f"{held} records of {self.records}"]
        if not cuts:
            found.append("nothing was cut")
        self.worst = max(self.worst, cost)
        if cost > MOST * self.cost:
            found.append(f"{cost} bytes, {cost / self.cost:.2f} times {self.cost}")
        return found

    def close(self) -> None:
        """Close everything."""
        self.image.source.close()
        self.office.close()


def _start_anew(laptop: Laptop) -> None:
    """Forget at which page it was."""
    store = laptop.session.workplace.store
    with store.database.transaction():
        store.state.set_progress(replace(store.state.progress(), after=None))
