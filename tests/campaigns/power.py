"""Cuts the power at every write of a real morning's work: what was acknowledged is on the disk.

A laptop saves under strace. From what it asked of the disk, every state is made that a power cut
could have left: at each point, all that was not synced is lost, or kept, or kept by halves, sector
by sector; names of files come and go in their order. Files know nothing of one another's order
beyond what was synced, which is harsher than disks are. Each state is opened and looked at.
"""

import hashlib
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.store import database as databases
from desktop.store.errors import StoreError
from desktop.store.put_back import PutBacks
from protocol.kinds.follow_ups import FollowUp
from tests.campaigns.field_laptop import number_in, prepared
from tests.campaigns.gate import Work
from tests.campaigns.known_vault import KnownVault
from tests.campaigns.shares import Part, share_out
from tests.campaigns.tally import Effort, Tally
from tests.campaigns.traced import Tracer, why_not

CASES = {Effort.SHORT: 12, Effort.NORMAL: 600, Effort.LONG: 30_000}
_CONTROL_CASES = 60
_SECTOR = 512
_SHARE = 1_000
_NOISE = "coffre.reserve"
"""Eight megabytes that nobody reads: linked, not copied, unless something was written there."""
_FILES = re.compile(r"/(coffre\.[a-z.-]+)$")
_TRACE = (
    "-e", "trace=openat,close,pwrite64,write,lseek,ftruncate,fsync,fdatasync,unlink,link,rename",
    "-xx", "-s", "2000000",
)  # fmt: skip
_FATES = ("lost", "kept", "halves", "halves")
ACK = "coffre.acknowledged"
"""A file of the campaign's own, never synced: its writes say, in the log, what was acknowledged."""
Look = Callable[[Path, dict[str, int]], list[str]]
"""Says what is wrong with what is left in a folder, from what had been acknowledged."""


def work(folder: str, key: str, line: Connection) -> None:
    """Save, settle, save: what each acknowledgement was worth is told in the log."""
    known = KnownVault(Path(folder), bytes.fromhex(key))
    laptop = known.unlock(known.folder)
    keeping = laptop.session.unlocked.keeping
    assert keeping is not None
    with (known.folder / ACK).open("wb", buffering=0) as told:
        for number in range(700, 708):
            form = laptop.meeting(laptop.persons()[number % 5], number)
            laptop.desk.follow_ups.autosave(form)
            laptop.desk.follow_ups.finish(form)
            told.write(f"{form.target} {number}\n".encode())
            if number in (702, 705):
                keeping._mark.sync()
                laptop.session.workplace.store.database.checkpoint()
    laptop.close()
    line.send(("done",))


def work_unsynced(folder: str, key: str, line: Connection) -> None:
    """The fault that must be seen: commits that do not wait for the disk."""
    databases._PRAGMAS = {**databases._PRAGMAS, "synchronous": 1}
    work(folder, key, line)


@dataclass
class _File:
    """What is surely on the disk, and what was written since."""

    durable: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """A position and bytes; ``None`` cuts the file there."""

    source: Path | None = None
    """Where it lies as it was, as long as nothing was written to it."""

    def sync(self) -> None:
        for at, content in self.pending:
            _apply(self.durable, at, content)
        self.pending.clear()

    def left(self, chance: random.Random, fate: str) -> bytes | Path:
        if self.source is not None and not self.pending:
            return self.source
        content = bytearray(self.durable)
        for at, written in self.pending:
            if fate == "kept" or (fate == "halves" and written is None and chance.random() < 0.5):
                _apply(content, at, written)
            elif fate == "halves" and written is not None:
                for start in range(0, len(written), _SECTOR):
                    if chance.random() < 0.5:
                        _apply(content, at + start, written[start : start + _SECTOR])
        return bytes(content)


def _apply(content: bytearray, at: int, written: bytes | None) -> None:
    if written is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(written)] = written


class _Disk:
    """The vault's folder as the system calls make it, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.files = {
            path.name: _File(
                bytearray() if path.name == _NOISE else bytearray(path.read_bytes()),
                source=path if path.name == _NOISE else None,
            )
            for path in folder.iterdir()
            if path.is_file()
        }
        self.acknowledged: dict[str, int] = {}
        self._open: dict[int, str] = {}
        self._at: dict[int, int] = {}

    def take(self, call: "_Call") -> bool:
        """Do what a call did; tell whether the power could be cut just after."""
        handler = getattr(self, f"_{call.name}", None)
        return bool(handler and handler(call))

    def _openat(self, call: "_Call") -> bool:
        found = _FILES.search(call.texts[0].decode("utf-8", "replace")) if call.texts else None
        if found is None or call.result < 0:
            return False
        self._open[call.result], self._at[call.result] = found.group(1), 0
        if "O_CREAT" in call.flags:
            self.files.setdefault(found.group(1), _File(bytearray()))
        if "O_TRUNC" in call.flags:
            self.files[found.group(1)].pending.append((0, None))
        return False

    def _close(self, call: "_Call") -> bool:
        self._open.pop(call.number(0), None)
        return False

    def _lseek(self, call: "_Call") -> bool:
        if call.number(0) in self._open:
            self._at[call.number(0)] = call.result
        return False

    def _write(self, call: "_Call") -> bool:
        name = self._open.get(call.number(0))
        if name is None:
            return False
        if name == ACK:
            target, number = call.texts[0].decode().split()
            self.acknowledged[target] = int(number)
            return True
        at = self._at[call.number(0)]
        self._at[call.number(0)] = at + call.result
        self.files[name].pending.append((at, call.texts[0][: call.result]))
        return True

    def _pwrite64(self, call: "_Call") -> bool:
        name = self._open.get(call.number(0))
        if name is None:
            return False
        self.files[name].pending.append((call.number(-1), call.texts[0][: call.result]))
        return True

    def _ftruncate(self, call: "_Call") -> bool:
        name = self._open.get(call.number(0))
        if name is not None:
            self.files[name].pending.append((call.number(-1), None))
        return name is not None

    def _fsync(self, call: "_Call") -> bool:
        name = self._open.get(call.number(0))
        if name is not None:
            self.files[name].sync()
        return name is not None

    _fdatasync = _fsync

    def _unlink(self, call: "_Call") -> bool:
        found = _FILES.search(call.texts[0].decode("utf-8", "replace"))
        return found is not None and self.files.pop(found.group(1), None) is not None

    def _rename(self, call: "_Call") -> bool:
        source, target = self._two_names(call)
        if source is None or target is None:
            return False
        self.files[target] = self.files.pop(source)
        return True

    def _link(self, call: "_Call") -> bool:
        source, target = self._two_names(call)
        if source is None or target is None:
            return False
        self.files[target] = self.files[source]
        return True

    def _two_names(self, call: "_Call") -> tuple[str | None, str | None]:
        found = [_FILES.search(text.decode("utf-8", "replace")) for text in call.texts]
        names = [name.group(1) for name in found if name is not None]
        is_known = len(names) == 2 and names[0] in self.files and call.result == 0
        return (names[0], names[1]) if is_known else (None, None)


@dataclass(frozen=True)
class _Call:
    """One line of the log."""

    name: str
    texts: Sequence[bytes]
    words: Sequence[str]
    flags: str
    result: int

    def number(self, place: int) -> int:
        return int(self.words[place], 0)


_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def _calls(log: Path) -> Iterator[_Call]:
    for line in log.read_text(encoding="ascii", errors="replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name, inside, result = found.groups()
        texts = [bytes.fromhex(it.replace("\\x", "")) for it in _TEXT.findall(inside)]
        words = [it.strip() for it in _TEXT.sub("", inside).split(",")]
        yield _Call(name, texts, words, inside if name == "openat" else "", int(result, 0))


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Trace a morning, cut it everywhere; then see that a morning that does not sync is seen."""
    tally = Tally("power", seed)
    if reason := why_not():
        tally.notes.append(f"not tried: {reason}")
        return tally
    known = KnownVault.of(prepared(folder / "vault"))
    look = partial(_faults, known)
    morning = Morning.of(known.copy, work, known.key.hex(), look, folder / "morning")
    wanted = morning.some(random.Random(seed), cases or CASES[effort])
    part = share_out(partial(play, morning, wanted, seed), len(wanted), _SHARE, folder)
    tally.take(part)
    tally.notes.append(f"{len(morning.points)} instants")
    tally.notes += [f"{many} {what}" for what, many in part.counts.items()]
    unsynced = Morning.of(known.copy, work_unsynced, known.key.hex(), look, folder / "unsynced")
    wanted = unsynced.some(random.Random(seed), _CONTROL_CASES)
    control = share_out(partial(play, unsynced, wanted, seed), len(wanted), _SHARE, folder)
    tally.controls["commits that do not wait for the disk"] = any(it for _, it in control.found)
    return tally


@dataclass(frozen=True)
class Morning:
    """What a laptop asked of the disk, and the folder before the first of it."""

    look: Look
    fresh: Path
    log: Path
    points: Sequence[int]
    """The calls after which the disk is another than before."""

    @classmethod
    def of(
        cls, prepare: Callable[[Path], object], doing: Work, key: str, look: Look, folder: Path
    ) -> "Morning":
        """Have it worked in a folder like this one, under strace."""
        folder.mkdir()
        vault, fresh, log = folder / "traced", folder / "fresh", folder / "log"
        prepare(vault)
        prepare(fresh)
        traced = Tracer(["tests.campaigns.power"]).run(doing, vault, key, _TRACE, log)
        assert traced.said, "the morning did not come to its end"
        shutil.rmtree(vault)
        return cls(look, fresh, log, _points(fresh, list(_calls(log))))

    def some(self, chance: random.Random, many: int) -> Sequence[int]:
        """Return at which calls the power is cut, in their order: several times at most."""
        return sorted(chance.choices(self.points, k=many))


def play(morning: Morning, wanted: Sequence[int], seed: int, cases: range, folder: Path) -> Part:
    """Look at each state that a cut could leave: the same one, once."""
    chance, part = random.Random(f"{seed} {cases.start}"), Part()
    calls = list(_calls(morning.log))
    disk, done = _Disk(morning.fresh), 0
    seen: dict[bytes, list[str]] = {}
    for case in cases:
        while done <= wanted[case]:
            disk.take(calls[done])
            done += 1
        fate = chance.choice(_FATES)
        state = _State.left(disk, chance, fate)
        if state.digest not in seen:
            seen[state.digest] = _seen(morning.look, state, folder / "state")
            part.count("different states")
        part.found.append((f"state {case}", [f"{fate}: {it}" for it in seen[state.digest]]))
    return part


def _points(fresh: Path, calls: Sequence[_Call]) -> list[int]:
    """Return after which calls the disk is another than before."""
    disk = _Disk(fresh)
    return [number for number, call in enumerate(calls) if disk.take(call)]


@dataclass(frozen=True)
class _State:
    """What a power cut leaves: files by name, and what had been acknowledged."""

    files: dict[str, bytes | Path]
    acknowledged: dict[str, int]
    digest: bytes

    @classmethod
    def left(cls, disk: _Disk, chance: random.Random, fate: str) -> "_State":
        files: dict[str, bytes | Path] = {}
        told = hashlib.blake2b(repr(disk.acknowledged).encode())
        for name, file in sorted(disk.files.items()):
            if name.endswith(("-shm", ".lock")) or name == ACK:
                continue
            content = files[name] = file.left(chance, fate)
            told.update(f"{name} ".encode())
            told.update(str(content).encode() if isinstance(content, Path) else content)
        return cls(files, dict(disk.acknowledged), told.digest())


def _seen(look: Look, state: _State, folder: Path) -> list[str]:
    folder.mkdir()
    for name, content in state.files.items():
        if isinstance(content, Path):
            os.link(content, folder / name)
        else:
            (folder / name).write_bytes(content)
    try:
        return look(folder, state.acknowledged)
    finally:
        shutil.rmtree(folder)


def _faults(known: KnownVault, folder: Path, acknowledged: dict[str, int]) -> list[str]:
    try:
        unlocked = known.open(folder)
    except StoreError as failure:
        return [f"the vault does not open: {type(failure).__name__}"]
    store = unlocked.store
    kept = {str(it.id): number_in(it.summary or "") for it in store.records.select(FollowUp)}
    found = [
        f"acknowledged follow-up {number} is lost"
        for target, number in acknowledged.items()
        if kept.get(target) != number
    ]
    assert unlocked.keeping is not None
    if any(unlocked.keeping.damaged_pages()):
        found.append("pages are damaged")
    if PutBacks(store).current() is not None:
        found.append("told that something is missing")
    found += [str(row[0]) for row in store.database.rows("PRAGMA quick_check") if row[0] != "ok"]
    unlocked.close()
    return found
