"""A département and its laptops, built once; each life starts from the same instant of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from desktop.app.session import read_packaged
from desktop.crypto.account_bundle import unwrap_account
from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.crypto.identity import Identity
from desktop.crypto.recovery import RecoveryKey
from desktop.services.vault_access import Unlocked
from desktop.sync import engine, repair
from desktop.sync.enrolment import IDENTITY, Enroller, identity_of
from protocol import limits
from protocol.kinds.people import Job
from server.services.administration import Administration
from server.services.opening import server_of
from tests.simulation.machine import Blueprint, Machine
from tests.simulation.road import ADDRESS, Road, RoadOffice
from tests.simulation.served import Served
from tests.support.fleet import PASSPHRASE, access
from tests.support.laptop import TUESDAY, SeededRandom, TurnedClock
from tests.support.office import Office, Premises
from tests.support.relay import Relay

LAPTOPS = (
    ("Claire", "Claire Martin", Job.PSYCHOLOGIST),
    ("Mehdi", "Mehdi Belkacem", Job.REFERENT),
    ("Claire’s other", "Claire Martin", Job.PSYCHOLOGIST),
    ("Sofia", "Sofia Neveu", Job.NURSE),
    ("Paul", "Paul Guérin", Job.MOBILITY_ADVISOR),
)
_FEW_ROWS, _FEW_OPS = 6, 5


@dataclass
class TownOffice(Office):
    """An office whose clock and chance are those of the simulation."""

    moment: datetime = TUESDAY
    chance: Random = field(default_factory=lambda: Random(0))

    def now(self) -> datetime:
        """Return the office's time."""
        return self.moment

    def drawn(self, count: int) -> bytes:
        """Return bytes that a seed repeats."""
        return self.chance.randbytes(count)

    @property
    def administration(self) -> Administration:
        """Return what an administrator may do, at the office's time."""
        return Administration(self.database, server_of(self.database), self.now, self.drawn)


class Town:
    """Builds the town, then lends it to one life after the other."""

    def __init__(self, premises: Premises) -> None:
        self._folder = _quick_folder()
        self.office = TownOffice(premises, premises.new_department(), Relay(0))
        self.served = Served(premises, self.office.now, self.office.drawn)
        self.road = Road(self.served)
        self.blueprints: list[Blueprint] = []
        self._territory = read_packaged()
        for index, _ in enumerate(LAPTOPS):
            self._introduce(index)
        for blueprint in self.blueprints:
            self._read_everything(blueprint)
        self._backup = self.office.backup()
        self._lives = 0

    @contextmanager
    def life(
        self, laptops: int, *, small: bool, escrow: Escrow = NO_ESCROW
    ) -> Iterator[list[Machine]]:
        """Lend the town; ``small``: pages and batches of a few lines, so that there are several."""
        self._lives += 1
        folder = self._folder / f"life-{self._lives}"
        folder.mkdir()
        # Its own seed: with that of a laptop, both would one day draw the same identifier.
        self.office.moment, self.office.chance = TUESDAY, Random("office")
        self.office.restore(self._backup, new_epoch=False)
        self.road.begin_again()
        machines: list[Machine] = []
        try:
            for blueprint in self.blueprints[:laptops]:
                clock = TurnedClock(TUESDAY)
                place = folder / f"{blueprint.index}-1"
                machines.append(
                    Machine.start(blueprint, place, self.office, clock, self.road, escrow)
                )
            with _few_at_once() if small else _as_many_as_usual():
                yield machines
        finally:
            for machine in machines:
                machine.close()
            shutil.rmtree(folder)

    def close(self) -> None:
        """Leave nothing behind."""
        self.served.close()
        for blueprint in self.blueprints:
            blueprint.unlocked.close()
        self.office.premises.forget(self.office.department)
        shutil.rmtree(self._folder)

    # -- building -----------------------------------------------------------------------------

    def _introduce(self, index: int) -> None:
        """Make and enrol one laptop."""
        short, name, job = LAPTOPS[index]
        folder, random, clock = self._folder / short, SeededRandom(100 + index), TurnedClock()
        entry = access(folder, random)
        unlocked, recovery = entry.create(PASSPHRASE)
        first = next((b for b in self.blueprints if LAPTOPS[b.index][1] == name), None)
        if first is not None:
            recovery = RecoveryKey.from_words(" ".join(first.recovery_words))
            self._same_person(unlocked, first, recovery, random)
        contact = Enroller(
            clock,
            random,
            lambda address: RoadOffice(self.road, clock, address=address),
            None,
            None,
        )
        contact.prepare(unlocked.store, recovery)
        found = contact.find_office(ADDRESS.url)
        invitation = self.office.invite(name, job)
        contact.enrol(unlocked.store, found, invitation, lambda work: work())
        unlocked.store.close()
        words = tuple(recovery.words())
        territory = self._territory
        self.blueprints.append(Blueprint(index, short, folder, unlocked, words, territory))

    def _same_person(
        self, unlocked: Unlocked, first: Blueprint, paper: RecoveryKey, random: SeededRandom
    ) -> None:
        """Give a laptop the keys of its owner, from the bundle that her paper key opens."""
        known = Machine.start(first, self._folder / "known", self.office, TurnedClock(), self.road)
        bundle = known.store.keyring.get("account_bundle")
        assert bundle is not None
        user = identity_of(known.store).public.signing.hex()
        known.close()
        shutil.rmtree(known.folder)
        keys = unwrap_account(bundle, paper, user=user)
        identity = Identity.on_new_device(keys.signing, keys.encryption, random)
        with unlocked.store.database.transaction():
            unlocked.store.keyring.put(IDENTITY, identity.to_bytes())

    def _read_everything(self, blueprint: Blueprint) -> None:
        """Let a laptop know all its colleagues."""
        folder = self._folder / f"fresh-{blueprint.index}"
        clock = TurnedClock(TUESDAY - timedelta(minutes=1))
        machine = Machine.start(blueprint, folder, self.office, clock, self.road)
        machine.sync()
        machine.close()
        shutil.rmtree(blueprint.disk)
        folder.rename(blueprint.disk)


def _quick_folder() -> Path:
    """Return a folder in memory where there is one: a life copies many small files."""
    memory = Path("/dev/shm")  # noqa: S108  # a file system in memory, on Linux
    parent = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="coffre-town-", dir=parent))


@contextmanager
def _few_at_once() -> Iterator[None]:
    with (
        patch.object(limits, "PAGE_ROWS", _FEW_ROWS),
        patch.object(repair, "PAGE_ROWS", _FEW_ROWS),
        patch.object(engine, "MAX_OPS", _FEW_OPS),
    ):
        yield


@contextmanager
def _as_many_as_usual() -> Iterator[None]:
    yield
