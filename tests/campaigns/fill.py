"""Fills the disk while a laptop saves: what it acknowledged stays, what was typed can be saved.

The store is given so many more pages and no more, from none to what a save needs several times;
where a small disk can be mounted (Linux, as root) a really full one is tried as well.
"""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.store.errors import DiskFull
from desktop.ui.errors import sentence
from tests.campaigns.field_laptop import FieldLaptop, faults, prepare, unlock
from tests.campaigns.tally import Effort, Tally

SPARE_PAGES = {
    Effort.SHORT: range(2, 24, 12),
    Effort.NORMAL: range(60),
    Effort.LONG: range(400),
}
_MOST_SAVES = 400
_DISK_KB = 2_048
_PLENTY = 1_000_000


def run(effort: Effort, seed: int, folder: Path, *, cases: int | None = None) -> Tally:
    """Fill the disk at one place after the other; then see that a silent loss is seen."""
    chance = random.Random(seed)
    tally = Tally("fill", seed)
    fresh = folder / "fresh"
    prepare(fresh)
    for spare in SPARE_PAGES[effort] if cases is None else range(cases):
        tally.add(f"{spare} pages", _fill_pages(_copied(fresh, folder / f"{spare}"), spare, chance))
        shutil.rmtree(folder / f"{spare}")
    with _small_disk(folder / "disk") as disk:
        if disk is None:
            tally.notes.append("a really full disk cannot be tried here")
        else:
            tally.add("a really full disk", _fill_disk(_copied(fresh, disk / "vault"), chance))
    tally.controls["a save that fails is taken for done"] = bool(
        _fill_pages(_copied(fresh, folder / "control"), 4, chance, is_careless=True)
    )
    return tally


def _fill_pages(
    folder: Path, spare: int, chance: random.Random, *, is_careless: bool = False
) -> list[str]:
    laptop = unlock(folder)
    database = laptop.session.workplace.store.database
    row = database.row("PRAGMA page_count")
    assert row is not None
    database.execute(f"PRAGMA max_page_count = {int(row[0]) + spare}")

    def free() -> None:
        database.execute(f"PRAGMA max_page_count = {_PLENTY}")

    return _Filling(laptop, folder, chance, is_careless=is_careless).run(free)


def _fill_disk(folder: Path, chance: random.Random) -> list[str]:
    ballast = folder.parent / "ballast"
    space = shutil.disk_usage(folder.parent).free
    ballast.write_bytes(bytes(space - 200_000))
    return _Filling(unlock(folder), folder, chance).run(ballast.unlink)


class _Filling:
    """One laptop whose disk fills."""

    def __init__(
        self, laptop: FieldLaptop, folder: Path, chance: random.Random, *, is_careless: bool = False
    ) -> None:
        self._laptop = laptop
        self._folder = folder
        self._chance = chance
        self._is_careless = is_careless
        self._acknowledged: dict[str, int] = {}

    def run(self, free: Callable[[], object]) -> list[str]:
        """Save until the disk is full, see, make room, save again, see again."""
        found, number = self._save_until_full()
        found += faults(self._laptop, self._acknowledged)
        free()
        self._save(number)  # what was typed is still in the window, and can now be saved
        self._laptop.close()
        self._laptop = unlock(self._folder)
        found += faults(self._laptop, self._acknowledged)
        self._laptop.close()
        return found

    def _save_until_full(self) -> tuple[list[str], int]:
        for number in range(_MOST_SAVES):
            try:
                self._save(number)
            except DiskFull as failure:
                if "plein" not in sentence(failure).text:
                    return ["the sentence does not say that the disk is full"], number
                if self._is_careless:
                    self._acknowledged[str(self._typed.target)] = number
                return self._draft_faults(number), number
        return ["the disk never filled"], _MOST_SAVES

    def _save(self, number: int) -> None:
        follow_ups = self._laptop.desk.follow_ups
        persons = self._laptop.persons()
        form = self._laptop.meeting(persons[number % len(persons)], number)
        self._typed, self._is_kept = form, False
        follow_ups.autosave(form)
        self._is_kept = True
        if self._chance.random() < 0.5:
            follow_ups.autosave(form)
        follow_ups.finish(form)
        self._acknowledged[str(form.target)] = number

    def _draft_faults(self, number: int) -> list[str]:
        """What was autosaved before the disk filled is still there, word for word."""
        if not self._is_kept:
            return []
        if self._laptop.desk.follow_ups.open(self._typed.target).form != self._typed:
            return [f"the draft of meeting {number} is lost"]
        return []


def _copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("coffre.lock"))
    return target


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_DISK_KB}k,mode=700", "coffre"]
    if sys.platform != "linux" or not _did("mount", *options, str(folder)):
        yield None
        return
    try:
        yield folder
    finally:
        _did("umount", "-l", str(folder))


def _did(*command: str) -> bool:
    found = shutil.which(command[0])
    if found is None:
        return False
    return subprocess.run([found, *command[1:]], capture_output=True, check=False).returncode == 0
