"""The copies of the store kept on this laptop: which there are, which stay, and their destruction.

They lie in a folder of their own beside the store, readable by their owner only. A copy has a
number, which orders it, and a date, which only labels it: a clock that was wrong for a day makes
no copy older or younger than it is.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from desktop.config.clock import paris
from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import FolderFiles, VaultFiles
from desktop.store.database import from_system

FOLDER = "snapshots"
DAYS_KEPT, WEEKS_KEPT = 7, 4
_UNFINISHED = "unfinished.tmp"
_ANEW = "anew.tmp"
"""A copy that is being written anew; files beside it begin with the same name."""
_NAME = re.compile(r"snapshot-(\d{6,9})-(\d{8}T\d{4})\.db")
_AT_ONCE = 2**20
_STAMP = "%Y%m%dT%H%M"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy of the store, verified when it was made."""

    number: int
    made_at: datetime
    """To the minute, by the laptop's clock."""
    size: int

    @property
    def name(self) -> str:
        """The name of its file: a number and a date, nobody's name."""
        return f"snapshot-{self.number:06d}-{self.made_at.strftime(_STAMP)}.db"

    @property
    def day(self) -> date:
        """The day it is of, on a wall of the Département."""
        return paris(self.made_at).date()


@dataclass(frozen=True, slots=True)
class Begun:
    """A copy that is being written."""

    path: Path
    age: int
    """How many times all copies had been dropped when it began."""


def kept(snapshots: Iterable[Snapshot]) -> set[int]:
    """Return the numbers of those that stay: the last of 7 days, then the last of 4 weeks."""
    days: set[date] = set()
    weeks: set[tuple[int, int]] = set()
    numbers: set[int] = set()
    for item in sorted(snapshots, key=lambda one: one.number, reverse=True):
        year, week, _ = item.day.isocalendar()
        if item.day in days:
            continue
        if len(days) < DAYS_KEPT:
            days.add(item.day)
        elif (year, week) not in weeks and len(weeks) < WEEKS_KEPT:
            weeks.add((year, week))
        else:
            continue
        numbers.add(item.number)
    return numbers


class SnapshotFolder:
    """The folder of copies; used from the store's lane and from the one that copies."""

    def __init__(self, path: Path, files: VaultFiles | None = None) -> None:
        self.path = path
        self._files = files or FolderFiles(path)
        self._guard = Lock()
        self._age = 0

    def all(self) -> list[Snapshot]:
        """Return the copies, newest first."""
        found = [self._read(name) for name in self._names()]
        known = [item for item in found if item is not None]
        return sorted(known, key=lambda item: item.number, reverse=True)

    def path_of(self, snapshot: Snapshot) -> Path:
        """Return where a copy is."""
        return self.path / snapshot.name

    def begin(self) -> Begun:
        """Return the empty file of a copy to come; what an earlier one left unfinished goes."""
        with self._guard:
            self._clear_unfinished()
            path = self.path / _UNFINISHED
            try:
                self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
                if sys.platform != "win32":
                    self.path.chmod(0o700)
                open_private(path).close()
            except OSError as refusal:
                raise from_system(refusal) from None
            return Begun(path, self._age)

    def publish(self, begun: Begun, made_at: datetime) -> Snapshot | None:
        """Make a written and verified copy one of the copies; ``None`` when all were dropped
        since it began: it may hold what had to go.
        """
        with self._guard:
            if begun.age != self._age:
                self._clear_unfinished()
                return None
            last = max((item.number for item in self.all()), default=0)
            at = made_at.astimezone(UTC).replace(second=0, microsecond=0)
            snapshot = Snapshot(last + 1, at, begun.path.stat().st_size)
            with _told():
                self._files.sync(_UNFINISHED)
                self._files.rename(_UNFINISHED, snapshot.name)
                self._files.sync_folder()
            return snapshot

    def abandon(self) -> None:
        """Remove a copy that did not come to its end."""
        with self._guard:
            self._clear_unfinished()

    def thin(self) -> None:
        """Remove the copies that need not stay; only after a newer one has been verified."""
        with self._guard:
            there = self.all()
            stays = kept(there)
            with _told():
                for item in there:
                    if item.number not in stays:
                        self._files.remove(item.name)
                if len(stays) != len(there):
                    self._files.sync_folder()

    def remove(self, snapshot: Snapshot) -> None:
        """Remove one copy: it turned out to be damaged."""
        with self._guard, _told():
            self._files.remove(snapshot.name)
            self._files.sync_folder()

    def outdate(self) -> None:
        """Refuse its name to a copy that is being written: it may hold what was erased since."""
        with self._guard:
            self._age += 1

    def begin_anew(self, snapshot: Snapshot) -> Path:
        """Return the file of a copy to be changed, the same as it to the byte."""
        self.end_anew()
        path = self.path / _ANEW
        try:
            with self.path_of(snapshot).open("rb") as source, open_private(path) as target:
                shutil.copyfileobj(source, target, _AT_ONCE)
        except OSError as refusal:
            raise from_system(refusal) from None
        return path

    def put_anew(self, snapshot: Snapshot, number: int) -> None:
        """Put what was written anew in the place of a copy, under its number or a later one."""
        anew = replace(snapshot, number=number)
        with self._guard, _told():
            self._files.sync(_ANEW)
            self._files.rename(_ANEW, anew.name)
            if anew.name != snapshot.name:
                self._files.remove(snapshot.name)
            self._files.sync_folder()

    def end_anew(self) -> None:
        """Remove what was being written anew, and what lies beside it."""
        with _told():
            for name in self._files.names():
                if name.startswith(_ANEW):
                    self._files.remove(name)

    def drop_all(self) -> None:
        """Remove every copy, the one being written included: somebody is erased from them too."""
        with self._guard:
            self._age += 1
            names = self._names()
            with _told():
                for name in names:
                    self._files.remove(name)
                if names:
                    self._files.sync_folder()

    def destroy(self) -> None:
        """Remove every copy and the folder: the vault was withdrawn. Raises ``StoreError``."""
        self.drop_all()
        try:
            if self.path.exists():
                self.path.rmdir()
        except OSError as refusal:
            raise from_system(refusal) from None

    def _names(self) -> list[str]:
        with _told():
            return self._files.names()

    def _clear_unfinished(self) -> None:
        with _told():
            for name in self._files.names():
                if name.startswith(_UNFINISHED):
                    self._files.remove(name)

    def _read(self, name: str) -> Snapshot | None:
        try:
            return snapshot_named(name, (self.path / name).stat().st_size)
        except OSError:  # gone meanwhile
            return None


def open_private(path: Path) -> BinaryIO:
    """Make a file for its owner only; raise ``OSError``."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def snapshot_named(name: str, size: int) -> Snapshot | None:
    """Return the copy whose file has this name, if a copy can have it."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        made_at = datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC)
        paris(made_at)  # the last evening of the year 9999 is on no wall
    except (ValueError, OverflowError):
        return None
    return Snapshot(int(found[1]), made_at, size)


@contextmanager
def _told() -> Iterator[None]:
    """What the disk refuses, as the store says it."""
    try:
        yield
    except VaultUnreachable as failure:
        raise from_system(OSError(failure.errno or 0, "")) from None
