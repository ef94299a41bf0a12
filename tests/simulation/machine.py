"""A laptop whose power goes when told, between two statements, and that starts again from its disk.

Its vault is opened by its key: the passphrase takes half a second, and has tests of its own.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from desktop.app.session import Services, Session, build_services
from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.domain.territory import Territory
from desktop.services.lease import Lease
from desktop.services.vault_access import Unlocked
from desktop.services.workplace import Workplace
from desktop.store.store import Store
from desktop.sync.enrolment import identity_of
from desktop.sync.transport import HttpOffice, WallCounter
from protocol.ids import ProfessionalId
from tests.simulation.road import Road, RoadOffice, counter_of
from tests.support.fleet import Laptop, place_of
from tests.support.laptop import Desk, SeededRandom, TurnedClock
from tests.support.office import Office

_CALLS = ("execute", "execute_many", "row", "rows")


class PowerCut(BaseException):
    """The laptop is off: no handler of any ``Exception`` runs."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What all the lives of one laptop have in common."""

    index: int
    name: str
    disk: Path
    """Its folder as the life of the town begins."""
    unlocked: Unlocked
    """Its vault, as it was when it was made."""
    recovery_words: tuple[str, ...]
    territory: Territory
    """Read once: it is the same for everybody."""


@dataclass
class Machine(Laptop):
    """One laptop of the town, through all its restarts."""

    blueprint: Blueprint
    random: SeededRandom
    way: Road
    counter: WallCounter
    kept: Path
    """An older image of its disk."""
    escrow: Escrow = NO_ESCROW
    """The Département's key, by its policy."""
    starts: int = 1
    is_revoked: bool = False
    _countdown: int = field(default=0, repr=False)

    @classmethod
    def start(
        cls,
        blueprint: Blueprint,
        folder: Path,
        office: Office,
        clock: TurnedClock,
        road: Road,
        escrow: Escrow = NO_ESCROW,
    ) -> "Machine":
        """Return the laptop as the life of the town begins."""
        _copy(blueprint.disk, folder)
        random = SeededRandom(blueprint.index + 1)
        session, desk = _opened(blueprint, folder, clock, random, escrow)
        return cls(
            folder=folder,
            office=office,
            clock=clock,
            session=session,
            desk=desk,
            recovery_words=blueprint.recovery_words,
            blueprint=blueprint,
            random=random,
            way=road,
            counter=counter_of(clock),
            kept=blueprint.disk,
            escrow=escrow,
        )

    def __str__(self) -> str:
        return self.blueprint.name

    @property
    def index(self) -> int:
        """Return its place in the town."""
        return self.blueprint.index

    @property
    def store(self) -> Store:
        """Return what it remembers."""
        return self.session.workplace.store

    @property
    def who(self) -> str:
        """Return whose it is."""
        return str(self.session.workplace.me)

    @property
    def device(self) -> str:
        """Return who it is to the office now."""
        enrolment = self.store.state.enrolment()
        assert enrolment is not None
        return enrolment.device

    def road(self) -> HttpOffice:
        """Return the way to the office, as who this laptop is now."""
        enrolment = self.store.state.enrolment()
        assert enrolment is not None
        return RoadOffice(
            self.way,
            self.clock,
            self.counter,
            department=enrolment.department,
            device=enrolment.device,
            signer=identity_of(self.store).sign,
            server=enrolment.server,
        )

    # -- power --------------------------------------------------------------------------------

    def cut_power_before(self, statement: int) -> None:
        """Let the power go before the n-th statement from now, the first being 1."""
        self._countdown = statement
        for name in _CALLS:
            setattr(self.store.database, name, self._counted(name))

    def leave_power(self) -> None:
        """Cut nothing any more."""
        for name in _CALLS:
            vars(self.store.database).pop(name, None)

    def restart(self, disk: Path | None = None) -> None:
        """Start again from the disk as it is this instant, or from an image of it."""
        image = disk or self._image()
        self._drop()
        self.starts += 1
        folder = self.folder.with_name(f"{self.index}-{self.starts}")
        _copy(image, folder)
        shutil.rmtree(self.folder)
        if disk is None:
            shutil.rmtree(image)
        self.folder = folder
        self.counter = counter_of(self.clock)
        self.session, self.desk = _opened(
            self.blueprint, folder, self.clock, self.random, self.escrow
        )

    def keep_disk(self) -> None:
        """Keep an image of the disk as it is."""
        if self.kept != self.blueprint.disk:
            shutil.rmtree(self.kept)
        self.kept = self.folder.with_name(f"{self.index}-kept-{self.starts}")
        shutil.rmtree(self.kept, ignore_errors=True)
        _copy(self.folder, self.kept)

    def reopen(self) -> None:
        self.restart()

    def close(self) -> None:
        self.leave_power()
        self.store.close()

    def _counted(self, name: str) -> Callable[..., Any]:  # as what it stands for
        called = getattr(self.store.database, name)

        def call(*given: Any) -> Any:
            self._countdown -= 1
            if self._countdown == 0:
                _copy(self.folder, self._frozen)
            if self._countdown <= 0:
                raise PowerCut
            return called(*given)

        return call

    @property
    def _frozen(self) -> Path:
        return self.folder.with_name(f"{self.index}-frozen")

    def _image(self) -> Path:
        """Return the disk as it was when the power went, or as it is."""
        if not self._frozen.exists():
            _copy(self.folder, self._frozen)
        return self._frozen

    def _drop(self) -> None:
        """Let go of the files, as the system does of a process that died."""
        self.leave_power()
        connection, self.store.database._connection = self.store.database._connection, None
        connection.close()


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("coffre.lock", "*-shm")
    shutil.copytree(source, target, ignore=ignored, copy_function=shutil.copyfile)


def _opened(
    blueprint: Blueprint, folder: Path, clock: TurnedClock, random: SeededRandom, escrow: Escrow
) -> tuple[Session, Desk]:
    """Open what a disk holds, as ``open_session`` does once a passphrase has opened the vault."""
    made = blueprint.unlocked
    key = made.vault.database_key()
    store = Store.open(place_of(folder).database, key.hexadecimal())
    enrolment = store.state.enrolment()
    assert enrolment is not None
    workplace = Workplace(
        store=store,
        clock=clock,
        random=random,
        me=ProfessionalId(enrolment.professional),
        department=enrolment.department,
        identity=identity_of(store),
        lease=Lease(store, clock),
        escrow=escrow,
    )
    services = build_services(workplace, blueprint.territory)
    unlocked = Unlocked(made.vault, store, made._lock)
    named = {item.name: getattr(services, item.name) for item in fields(Services)}
    desk = Desk(**named, workplace=workplace, clock=clock)
    return Session(unlocked, workplace, enrolment, services), desk
