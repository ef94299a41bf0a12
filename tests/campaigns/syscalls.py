"""Kills, or refuses with « full » or « failed », at one system call after the other.

Five scenes: a first run, saves, a passphrase that changes, a side file that is emptied, a repair.
Whatever happened at whichever call, the vault opens again, what was acknowledged is there and
whole, and nobody is told that something is missing when nothing is.
"""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.crypto import vault as vaults
from desktop.crypto.errors import CryptoError
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.services.vault_access import Found
from desktop.services.vault_repair import repair
from desktop.store.errors import StoreError
from desktop.store.put_back import PutBacks
from tests.campaigns.field_laptop import faults, prepare
from tests.campaigns.known_vault import KnownVault
from tests.campaigns.tally import Effort, Tally
from tests.campaigns.traced import RAISED, Run, Said, Tracer, Work, why_not
from tests.support.fleet import PASSPHRASE, access, place_of
from tests.support.laptop import TurnedClock

CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,openat"
STEPS = {Effort.SHORT: 0, Effort.NORMAL: 7, Effort.LONG: 1}
"""Of how many calls one is struck; at the shortest, three of each kind in the saves."""
_SHORT_POINTS = 2
_NEW = "une autre phrase de sept mots que celle-là"
_REFUSALS = (StoreError, CryptoError, OSError)


def save(folder: str, key: str, line: Connection) -> None:
    """Autosave and finish; say each once it is acknowledged."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
    except _REFUSALS:
        return
    for number in (500, 501):
        form = laptop.meeting(laptop.persons()[number % 5], number)
        try:
            laptop.desk.follow_ups.autosave(form)
            laptop.desk.follow_ups.finish(form)
        except _REFUSALS:
            continue
        line.send((str(form.target), number))
    _close(laptop)


def save_early(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: acknowledged before the commit."""
    laptop = KnownVault(Path(folder), bytes.fromhex(key)).unlock(Path(folder))
    for number in (500, 501):
        form = laptop.meeting(laptop.persons()[number % 5], number)
        with laptop.session.workplace.store.database.transaction():
            laptop.desk.follow_ups.finish(form)
            line.send((str(form.target), number))
    _close(laptop)


def settle(folder: str, key: str, line: Connection) -> None:
    """Save, then empty the side file and make the reserve."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    try:
        laptop = known.unlock(known.folder)
        form = laptop.meeting(laptop.persons()[0], 600)
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 600))
        keeping = laptop.session.unlocked.keeping
        assert keeping is not None
        keeping.settle()
        form = laptop.meeting(laptop.persons()[1], 601)
        laptop.desk.follow_ups.finish(form)
        line.send((str(form.target), 601))
    except _REFUSALS:
        return
    _close(laptop)


def first_run(folder: str, key: str, line: Connection) -> None:
    """Make a vault in an empty folder."""
    try:
        unlocked, recovery = access(Path(folder)).create(PASSPHRASE)
        line.send(("created", 0))
        access(Path(folder)).confirm_recovery_key(unlocked, " ".join(recovery.words()))
        unlocked.close()
    except _REFUSALS:
        return


def header(folder: str, key: str, line: Connection) -> None:
    """Change the passphrase."""
    files = place_of(Path(folder)).files
    try:
        vault = vaults.open_vault(files, PASSPHRASE)
        vaults.change_passphrase(files, vault, _NEW, SystemRandom(), FLOOR)
        line.send(("changed", 0))
    except _REFUSALS:
        return


def mend(folder: str, key: str, line: Connection) -> None:
    """Repair a vault of which a page is spoilt."""
    place, known = place_of(Path(folder)), KnownVault(Path(folder), bytes.fromhex(key))
    try:
        repair(place.files, place.database, known.key_hex(known.folder), TurnedClock(), _unheard)
        line.send(("repaired", 0))
    except _REFUSALS:
        return


@dataclass(frozen=True)
class _Scene:
    name: str
    work: Work
    calls: str = CALLS


_SCENES = (
    _Scene("save", save),
    _Scene("settle", settle),
    _Scene("first run", first_run),
    _Scene("header", header),
    _Scene("repair", mend),
)
_HARMS = {
    "kill": "signal=KILL",
    "full": "error=ENOSPC",
    "failed": "error=EIO",
}


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Strike at one call after the other; then see that a known fault is seen."""
    tally = Tally("syscalls", seed)
    if reason := why_not():
        tally.notes.append(f"not tried: {reason}")
        return tally
    stage = _Stage(folder, random.Random(seed))
    scenes = _SCENES[:1] if effort is Effort.SHORT else _SCENES
    for scene in scenes:
        total = stage.count(scene)
        points = list(stage.points(total, STEPS[effort]))[: cases or None]
        tally.notes.append(f"{scene.name}: {total} calls, {len(points)} of them struck")
        for point in points:
            for harm, how in _HARMS.items():
                tally.add(f"{scene.name}, {harm} at {point}", stage.strike(scene, point, how))
    early = _Scene("saves acknowledged before the commit", save_early, "pwrite64")
    total = stage.count(early)
    tally.controls[early.name] = any(
        stage.strike(early, point, _HARMS["kill"]) for point in range(total, max(0, total - 40), -1)
    )
    return tally


class _Stage:
    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder
        self._chance = chance
        self._tracer = Tracer(["tests.campaigns.syscalls"])
        prepare(folder / "vault")
        self._known = KnownVault.of(folder / "vault")

    def count(self, scene: _Scene) -> int:
        """Return how many calls the scene makes when nothing happens."""
        vault = self._prepared(scene)
        run = self._run(scene, vault, f"trace={scene.calls}")
        assert run.said, scene.name
        assert run.log is not None
        return len(run.log.read_text(encoding="utf-8", errors="replace").splitlines())

    def points(self, total: int, step: int) -> Iterator[int]:
        """Return which calls are struck, the first being 1."""
        if step:
            yield from range(1 + self._chance.randrange(step), total + 1, step)
        else:
            yield from sorted(self._chance.sample(range(1, total + 1), _SHORT_POINTS))

    def strike(self, scene: _Scene, point: int, how: str) -> list[str]:
        """Play the scene with a harm at one call, then look."""
        vault = self._prepared(scene)
        when = f"inject={scene.calls}:{how}:when={point}"
        run = self._run(scene, vault, f"trace={scene.calls}", "-e", when)
        try:
            return self._look(scene, vault, run)
        finally:
            shutil.rmtree(vault)

    def _run(self, scene: _Scene, vault: Path, *options: str) -> Run:
        log = self._folder / "log"
        return self._tracer.run(scene.work, vault, self._known.key.hex(), ["-e", *options], log)

    def _prepared(self, scene: _Scene) -> Path:
        vault = self._folder / "struck"
        shutil.rmtree(vault, ignore_errors=True)
        if scene.work is first_run:
            vault.mkdir()
            return vault
        self._known.copy(vault)
        if scene.work is mend:
            content = bytearray((vault / "coffre.db").read_bytes())
            content[-5_000] ^= 1
            (vault / "coffre.db").write_bytes(content)
        return vault

    def _look(self, scene: _Scene, vault: Path, run: Run) -> list[str]:
        raised = [f"raised {said[1]}" for said in run.said if said[0] == RAISED]
        said = [it for it in run.said if it[0] != RAISED]
        if scene.work is first_run:
            return raised + _first_run_faults(vault, has_created=bool(said))
        if scene.work is header:
            return raised + _header_faults(vault, has_changed=bool(said))
        return raised + self._laptop_faults(scene, vault, said)

    def _laptop_faults(self, scene: _Scene, vault: Path, said: Sequence[Said]) -> list[str]:
        acknowledged = {str(target): int(str(number)) for target, number in said if number}
        try:
            if scene.work is mend and not said:
                _finish_repair(self._known, vault)
            laptop = self._known.unlock(vault)
        except (*_REFUSALS, LookupError) as failure:
            return [f"the vault does not open: {type(failure).__name__}"]
        try:
            found = faults(laptop, acknowledged)
            told = PutBacks(laptop.session.workplace.store).current()
            if told is not None:
                found.append(f"told that something is missing ({told.witness})")
        except StoreError as failure:
            found = [f"the vault does not read: {type(failure).__name__}"]
        laptop.close()
        return found


def _finish_repair(known: KnownVault, vault: Path) -> None:
    """What somebody does whose repair was cut: the next opening, and the repair again."""
    try:
        unlocked = known.open(vault)
    except StoreError:
        mend_quietly(known, vault)
        return
    is_damaged = unlocked.keeping is not None and any(unlocked.keeping.damaged_pages())
    unlocked.close()
    if is_damaged:
        mend_quietly(known, vault)


def mend_quietly(known: KnownVault, vault: Path) -> None:
    """Repair, here."""
    place = place_of(vault)
    repair(place.files, place.database, known.key_hex(vault), TurnedClock(), _unheard)


def _first_run_faults(vault: Path, *, has_created: bool) -> list[str]:
    way_in = access(vault)
    standing = way_in.look()
    if standing is Found.NOTHING:
        return ["a vault that was made is gone"] if has_created else []
    if standing in (Found.DAMAGED, Found.NEWER):
        return [f"a first run that was cut leaves a vault that is {standing}"]
    try:
        way_in.open(PASSPHRASE).close()
    except _REFUSALS as failure:
        return [f"a first run that was cut cannot go on: {type(failure).__name__}"]
    return []


def _header_faults(vault: Path, *, has_changed: bool) -> list[str]:
    opens = []
    for passphrase in (PASSPHRASE, _NEW):
        try:
            access(vault).open(passphrase).close()
            opens.append(passphrase)
        except CryptoError:
            continue
        except StoreError as failure:
            return [f"the vault does not open: {type(failure).__name__}"]
    if has_changed and opens != [_NEW]:
        return ["a change of passphrase that was acknowledged is lost"]
    return [] if len(opens) == 1 else [f"{len(opens)} passphrases open"]


def _close(laptop: object) -> None:
    try:
        laptop.close()  # type: ignore[attr-defined]  # a laptop in the field
    except _REFUSALS:
        return


def _unheard(done: int, of: int) -> None:
    """Nobody waits."""
