"""Cases shared out among processes: as many as there are cores, each with a folder of its own."""

import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.unlocked_memory import leave_memory_unlocked

Play = Callable[[range, Path], "Part"]
"""Plays these cases in this folder; at module level, or a ``partial`` of what is."""


@dataclass
class Part:
    """What came of a share."""

    found: list[tuple[str, list[str]]] = field(default_factory=list)
    """By case, what was wrong."""
    counts: dict[str, int] = field(default_factory=dict)
    """What is told of all of them, added up."""
    slowest_s: float = 0.0

    def count(self, what: str, many: int = 1) -> None:
        """Count something."""
        self.counts[what] = self.counts.get(what, 0) + many


def share_out(play: Play, cases: int, share: int, folder: Path) -> Part:
    """Have all cases played, ``share`` of them at a time; few are played here, at once."""
    ranges = [range(start, min(start + share, cases)) for start in range(0, cases, share)]
    whole = Part()
    for done, part in enumerate(_played(play, ranges, folder), start=1):
        whole.found += part.found
        whole.slowest_s = max(whole.slowest_s, part.slowest_s)
        for what, many in part.counts.items():
            whole.count(what, many)
        if len(ranges) > 1:
            print(
                f"\r  {done} of {len(ranges)} shares, {len(whole.found)} cases",
                end="",
                file=sys.stderr,
                flush=True,
            )
    if len(ranges) > 1:
        print(file=sys.stderr)
    return whole


def _played(play: Play, ranges: list[range], folder: Path) -> Iterator[Part]:
    if len(ranges) == 1:
        yield _in_folder(play, ranges[0], folder)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=context, initializer=leave_memory_unlocked
    ) as processes:
        begun = [processes.submit(_in_folder, play, cases, folder) for cases in ranges]
        for done in as_completed(begun):
            yield done.result()


def _in_folder(play: Play, cases: range, folder: Path) -> Part:
    place = folder / f"share-{cases.start}"
    place.mkdir()
    try:
        return play(cases, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
