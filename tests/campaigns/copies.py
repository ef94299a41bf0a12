"""Kills upgrades, copies, erasures from them and a giving back: the old or the new, no mixture.

The vault is small, or of 500 MB with ``--long``. A power cut is a kill that also loses what was
written and never synced: half of such a file is what stands afterwards.
"""

import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from desktop.app.backups import backups_of
from desktop.crypto.files import FolderFiles
from desktop.store import upgrade
from desktop.store.copy_erasure import CopyErasure
from desktop.store.copying import copy_store, reading, verify_copy
from desktop.store.driver import Database
from desktop.store.errors import BrokenSnapshot, StoreError
from desktop.store.migrations import HISTORY, History, Migration, version_of
from desktop.store.snapshot_folder import SnapshotFolder
from desktop.store.store import Store
from desktop.store.upgrade import NEXT, prepare
from protocol.kinds import Appointment, FollowUp
from tests.campaigns.field_laptop import prepared, unlock
from tests.campaigns.kill import _launcher
from tests.campaigns.tally import Effort, Tally

KEY, SNAPSHOT_KEY = "5a" * 48, "a1" * 48
MEGABYTES = {Effort.SHORT: 0, Effort.NORMAL: 20, Effort.LONG: 500}
AT_RANDOM = {Effort.SHORT: 2, Effort.NORMAL: 30, Effort.LONG: 60}
STEPS = ("clear", "copy", "apply", "verify", "sync", "keep", "swap", "sync folder")
_PIECE = 256 * 1024
_FACTS = 200


class Cut(StrEnum):
    """How an upgrade ends before its time."""

    KILL = "killed"
    POWER = "power cut"


class Killed(BaseException):
    """The process dies here."""


def _grow(database: Database) -> None:
    database.execute('CREATE TABLE "tomorrow" ("id" INTEGER PRIMARY KEY, "text" TEXT)')
    database.execute("INSERT INTO tomorrow SELECT rowid, value FROM sync_state")


TOMORROW: History = (*HISTORY, Migration("m_tomorrow", _grow))


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Try each step, then random instants; then see that known faults are seen."""
    chance = random.Random(seed)
    tally = Tally("copies", seed)
    fresh = folder / "fresh"
    _fill(fresh, MEGABYTES[effort])
    size = (fresh / "coffre.db").stat().st_size
    tally.notes.append(f"a vault of {size / 1e6:.1f} MB")
    for step in STEPS:
        for cut in Cut:
            tally.add(f"{cut} at « {step} »", _upgrade_cut(fresh, folder / "case", step, cut))
    count = AT_RANDOM[effort] if cases is None else cases
    longest = _duration(lambda: prepare(_copied(fresh, folder / "case"), KEY, TOMORROW))
    for case in range(count):
        moment = chance.uniform(0, longest)
        tally.add(f"upgrade, kill {case}", _killed_upgrade(fresh, folder / "case", moment))
    longest = _duration(lambda: _copy(str(_copied(fresh, folder / "case"))))
    for case in range(count):
        moment = chance.uniform(0, longest)
        tally.add(f"copy, kill {case}", _killed_copy(fresh, folder / "case", moment))
    if effort is not Effort.SHORT:
        _erasure_cases(tally, fresh, folder / "case", chance, count)
    _give_back_cases(tally, folder / "vault", chance, count)
    tally.controls["swapped without a sync"] = bool(
        _upgrade_cut(fresh, folder / "case", "sync folder", Cut.POWER, is_careless=True)
    )
    tally.controls["swapped without verifying"] = bool(_unverified(fresh, folder / "case"))
    shutil.rmtree(folder / "case", ignore_errors=True)
    return tally


# -- upgrades -------------------------------------------------------------------------------------


class _Disk(FolderFiles):
    """Knows what was synced; a power cut halves the rest."""

    def __init__(self, folder: Path, *, is_careless: bool = False) -> None:
        super().__init__(folder)
        self._folder_of = folder
        self._is_careless = is_careless
        self._synced: set[str] = set()

    def sync(self, name: str) -> None:
        if not self._is_careless:
            super().sync(name)
            self._synced.add(name)

    def rename(self, source: str, target: str) -> None:
        super().rename(source, target)
        if source in self._synced:
            self._synced.add(target)
        else:
            self._synced.discard(target)

    def cut_power(self, renamed: str) -> None:
        """Lose what only the memory held: a copy that is being made, or that took the name."""
        for name in (renamed + NEXT, renamed):
            path = self._folder_of / name
            was_written = name != renamed or renamed in self._renamed
            if was_written and name not in self._synced and path.exists():
                os.truncate(path, path.stat().st_size // 2)

    @property
    def _renamed(self) -> set[str]:
        """The store itself, once the copy has taken its name."""
        return {"coffre.db"} if not (self._folder_of / f"coffre.db{NEXT}").exists() else set()


def _upgrade_cut(
    fresh: Path, folder: Path, step: str, cut: Cut, *, is_careless: bool = False
) -> list[str]:
    path = _copied(fresh, folder)
    cut_upgrade(path, step, cut, is_careless=is_careless)
    return _faults(path)


def cut_upgrade(path: Path, step: str, cut: Cut, *, is_careless: bool = False) -> list[str]:
    """Stop an upgrade before a step, and the power with it; return the steps that it reached."""
    disk = _Disk(path.parent, is_careless=is_careless)
    reached: list[str] = []

    def die(at: str) -> None:
        reached.append(at)
        if at == step:
            raise Killed

    with suppress(Killed):
        prepare(path, KEY, TOMORROW, files=disk, on_step=die)
    if cut is Cut.POWER and "copy" in reached[:-1]:
        disk.cut_power(path.name)
    return reached


def _killed_upgrade(fresh: Path, folder: Path, after_s: float) -> list[str]:
    path = _copied(fresh, folder)
    _kill(_upgrade, str(path), after_s)
    return _faults(path)


def _upgrade(path: str) -> None:
    prepare(Path(path), KEY, TOMORROW)


def _unverified(fresh: Path, folder: Path) -> list[str]:
    """A disk that spoils the copy, under an upgrade that trusts it."""
    path = _copied(fresh, folder)

    class Careless(upgrade._Upgrade):
        def _verify(self, version: int, counts: object) -> None:
            content = bytearray(self._next.read_bytes())
            content[len(content) // 2] ^= 1
            self._next.write_bytes(content)

    Careless(path, KEY, TOMORROW, FolderFiles(folder), lambda step: None).run(1, lambda done: None)
    return _faults(path)


def _faults(path: Path) -> list[str]:
    """Open as the product does, twice; return what is wrong."""
    found: list[str] = []
    for _ in range(2):
        try:
            store = Store.open(path, KEY, TOMORROW)
        except (StoreError, BrokenSnapshot) as failure:
            return [f"does not open: {type(failure).__name__}"]
        if version_of(store.database) != len(TOMORROW):
            found.append("is not of the new version")
        held = store.database.row("SELECT count(*) FROM sync_state WHERE key LIKE 'fact%'")
        if held != (_FACTS,):
            found.append(f"holds {held} of {_FACTS} facts")
        copied = store.database.row("SELECT count(*) FROM tomorrow WHERE text LIKE 'said%'")
        if copied != (_FACTS,):
            found.append(f"was migrated with {copied} of {_FACTS} facts")
        if store.database.rows("PRAGMA cipher_integrity_check"):
            found.append("has damaged pages")
        store.close()
    found += [f"left {name}" for name in os.listdir(path.parent) if NEXT in name]
    return found


# -- copies ---------------------------------------------------------------------------------------


def _killed_copy(fresh: Path, folder: Path, after_s: float) -> list[str]:
    path = _copied(fresh, folder)
    _copy(str(path))
    _kill(_copy, str(path), after_s)
    snapshots = SnapshotFolder(path.parent / "snapshots")
    found = [f"left {name}" for name in os.listdir(folder) if name.endswith(".tmp")]
    if not snapshots.all():
        found.append("the copy of before is gone")
    for snapshot in snapshots.all():
        found += _copy_faults(snapshots.path_of(snapshot))
    _copy(str(path))
    if any("unfinished" in name for name in os.listdir(snapshots.path)):
        found.append("what was cut is still there after the next copy")
    return found


def _copy(path: str) -> None:
    folder = SnapshotFolder(Path(path).parent / "snapshots")
    begun = folder.begin()
    counts = copy_store(Path(path), KEY, begun.path, SNAPSHOT_KEY, lambda: False)
    verify_copy(begun.path, SNAPSHOT_KEY, counts)
    folder.publish(begun, datetime.now(UTC))
    folder.thin()


# -- what is erased leaves the copies -------------------------------------------------------------


def _erasure_cases(
    tally: Tally, fresh: Path, folder: Path, chance: random.Random, count: int
) -> None:
    path = _copied(fresh, folder)
    _copy(str(path))
    longest = _duration(lambda: _erase(str(path)))
    for case in range(count):
        moment = chance.uniform(0, 2 * longest)
        tally.add(f"erasure from the copies, kill {case}", _killed_erasure(fresh, folder, moment))


def _killed_erasure(fresh: Path, folder: Path, after_s: float) -> list[str]:
    """Of two copies each is as it was or without what was erased; then both are without."""
    path = _copied(fresh, folder)
    _copy(str(path))
    _copy_again(path)
    _kill(_erase, str(path), after_s)
    copies = SnapshotFolder(path.parent / "snapshots")
    found = [] if len(copies.all()) in (2, 3) else [f"{len(copies.all())} copies are left"]
    found += [fault for one in copies.all() for fault in _copy_faults(copies.path_of(one))]
    _erase(str(path))
    for one in copies.all():
        found += _copy_faults(copies.path_of(one))
        with reading(copies.path_of(one), SNAPSHOT_KEY) as copy:
            if copy.execute('SELECT count(*) FROM "piece"').fetchone() != (0,):
                found.append("a copy holds what was erased")
    found += [f"left {name}" for name in os.listdir(copies.path) if not name.endswith(".db")]
    return found


def _copy_again(path: Path) -> None:
    """Make the copy of another day."""
    copies = SnapshotFolder(path.parent / "snapshots")
    first = copies.all()[0]
    begun = copies.begin()
    shutil.copyfile(copies.path_of(first), begun.path)
    copies.publish(begun, first.made_at + timedelta(days=1))


def _copy_faults(path: Path) -> list[str]:
    try:
        verify_copy(path, SNAPSHOT_KEY)
    except BrokenSnapshot:
        return ["a copy is not whole"]
    with reading(path, SNAPSHOT_KEY) as copy:
        held = copy.execute("SELECT count(*) FROM sync_state WHERE key LIKE 'fact%'").fetchone()
    return [] if held == (_FACTS,) else ["a copy lacks facts"]


def _erase(path: str) -> None:
    copies = SnapshotFolder(Path(path).parent / "snapshots")
    erased = [("person", "dossier")]
    CopyErasure(copies, lambda: SNAPSHOT_KEY).run(erased, 0, lambda number: None, lambda: None)


# -- giving back ----------------------------------------------------------------------------------


def _give_back_cases(tally: Tally, folder: Path, chance: random.Random, count: int) -> None:
    """A giving back that is killed is done whole, or not at all."""
    laptop = unlock(prepared(folder))
    for number, person in enumerate(laptop.persons()):
        laptop.desk.follow_ups.finish(laptop.meeting(person, number))
    backups_of(laptop.session).snapshots.make()
    store = laptop.session.workplace.store
    lost = [(kind, rid) for kind in (FollowUp, Appointment) for rid in _ids(store, kind)]
    with laptop.session.workplace.work() as work:
        for kind, rid in lost:
            work.delete(kind, rid)
    laptop.close()
    case = folder.with_name("given")
    began = time.monotonic()
    shutil.copytree(folder, case, ignore=shutil.ignore_patterns("coffre.lock"))
    _give_back(str(case))
    longest = time.monotonic() - began
    for number in range(count):
        shutil.rmtree(case)
        shutil.copytree(folder, case, ignore=shutil.ignore_patterns("coffre.lock"))
        _kill(_give_back, str(case), chance.uniform(longest / 2, longest))
        again = unlock(case)
        store = again.session.workplace.store
        held = sum(len(_ids(store, kind)) for kind in (FollowUp, Appointment))
        planned = sum(
            bool(store.outbox.of_record(kind, rid))
            for kind in ("follow_up", "appointment")
            for rid in _ids(store, FollowUp if kind == "follow_up" else Appointment)
        )
        again.close()
        whole = held in (0, len(lost)) and planned == held
        found = [] if whole else [f"{held} of {len(lost)} records are back"]
        tally.add(f"giving back, kill {number}", found)


def _ids(store: Store, kind: type[FollowUp] | type[Appointment]) -> list[str]:
    return [str(record.id) for record in store.records.select(kind)]


def _give_back(folder: str) -> None:
    laptop = unlock(Path(folder))
    backups = backups_of(laptop.session)
    newest = backups.snapshots.all()[0]
    preview = backups.restoring.preview(newest, backups.restoring.compare(newest))
    backups.restoring.give_back(preview, [line.key for line in preview.lines])
    laptop.close()


# -- inside ---------------------------------------------------------------------------------------


def _fill(folder: Path, megabytes: int) -> None:
    folder.mkdir(parents=True)
    store = Store.create(folder / "coffre.db", KEY)
    with store.database.transaction():
        for number in range(_FACTS):
            store.state.set(f"fact{number}", f"said {number}")
    for number in range(megabytes * 4):
        with store.database.transaction():
            store.pieces.put("document", "dossier", {number: os.urandom(_PIECE)}, is_sent=True)
    store.close()


def _copied(fresh: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(fresh, folder)
    return folder / "coffre.db"


def _duration(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _kill(work: Callable[[str], None], path: str, after_s: float) -> None:
    worker = _launcher().Process(target=work, args=(path,))
    worker.start()
    worker.join(after_s)
    worker.kill()
    worker.join()
    worker.close()
