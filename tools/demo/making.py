"""Makes the département come into being: the office founded, ten laptops enrolled and written on.

Nothing is written in a table: every record goes through the services of a laptop whose clock is
turned by hand, then through the sync, over TLS.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from desktop.domain.territory import Territory
from protocol.ids import PersonId
from protocol.kinds.people import Job
from tools.demo.days import TurnedClock, at, previous_working_day
from tools.demo.laptops import Laptop, enrol
from tools.demo.office import OfficeProcess, found
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.story import Story
from tools.demo.writing import Writer

Say = Callable[[str], None]
CHECKED = "scrubbed_at"
"""Where a laptop keeps when it last computed all digests again (``desktop.sync.housekeeping``)."""


class MadeWrong(Exception):
    """A laptop does not hold what the office says it should; the text says whose."""


@dataclass
class Took:
    """Where the time went, in seconds."""

    enrolling: float = 0.0
    writing: float = 0.0
    syncing: float = 0.0


@dataclass
class Made:
    """What came into being."""

    acts: int = 0
    sent: int = 0
    received: int = 0
    took: Took = field(default_factory=Took)


class Making:
    """Tells a story to a département that does not exist yet."""

    def __init__(self, stage: Stage, story: Story, territory: Territory, say: Say) -> None:
        self._stage = stage
        self._story = story
        self._territory = territory
        self._say = say
        self._clock = TurnedClock(at(story.today - timedelta(days=735), 8, 30))
        self._known: dict[int, PersonId] = {}
        self._made = Made()

    def make(self, port: int) -> Made:
        """Make everything; laptops know the office at ``https://localhost:port``."""
        stage = self._stage
        stage.certificates.make()
        with OfficeProcess(stage.office, stage.certificates, stage.server_log) as office:
            road = Road(port, office.port)
            try:
                road.open()
                invitations = found(office, stage.folder, self._territory)
                self._tell(road, invitations)
            finally:
                road.close()
        return self._made

    def _tell(self, road: Road, invitations: dict[str, str]) -> None:
        # Référents first: most dossiers are opened by them, and the others must know them.
        team = sorted(self._story.team, key=lambda colleague: colleague.job is not Job.REFERENT)
        laptops: list[Laptop] = []
        try:
            for number, colleague in enumerate(team, start=1):
                laptop = self._enrolled(colleague.name, road, invitations[colleague.name])
                laptops.append(laptop)
                acts = self._written(laptop)
                self._say(f"  {number}/{len(team)} {colleague.name}\u00a0: {acts} actes")
            self._evening(17, 42)
            for laptop in laptops:
                self._sync(laptop, verify=True)
                if not laptop.agrees():
                    raise MadeWrong(laptop.name)
        finally:
            for laptop in laptops:
                laptop.close()

    def _enrolled(self, name: str, road: Road, invitation: str) -> Laptop:
        started = time.monotonic()
        self._clock.moment = at(self._story.today - timedelta(days=735), 8, 30)
        laptop = enrol(
            self._stage.laptops,
            name,
            self._clock,
            address=f"https://localhost:{road.port}",
            authority=self._stage.certificates.authority,
            invitation=invitation,
        )
        self._made.took.enrolling += time.monotonic() - started
        return laptop

    def _written(self, laptop: Laptop) -> int:
        self._sync(laptop)
        started = time.monotonic()
        session = laptop.session
        writer = Writer(laptop.name, session.workplace, session.services, self._clock, self._known)
        synced = self._made.took.syncing
        acts = writer.write(self._story, lambda: self._come_home(laptop))
        self._made.acts += acts
        synced = self._made.took.syncing - synced
        self._made.took.writing += time.monotonic() - started - synced
        self._evening(17, 5)
        self._come_home(laptop)
        return acts

    def _come_home(self, laptop: Laptop) -> None:
        """Synchronise on the way through two years told in a minute.

        What a disk may lose in a week is not looked for at each return: nothing is older than a few
        seconds. It is on the last evening, on all the laptops.
        """
        store = laptop.session.workplace.store
        with store.database.transaction():
            store.state.set(CHECKED, None)
        self._sync(laptop)

    def _evening(self, hour: int, minute: int) -> None:
        self._clock.moment = at(previous_working_day(self._story.today), hour, minute)

    def _sync(self, laptop: Laptop, *, verify: bool = False) -> None:
        started = time.monotonic()
        receipt = laptop.sync(verify=verify)
        self._made.sent += receipt.sent
        self._made.received += receipt.received
        self._made.took.syncing += time.monotonic() - started
