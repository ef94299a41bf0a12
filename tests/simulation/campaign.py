"""Lives by the thousand: as many processes as there are cores, each with a town of its own."""

import gc
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.campaigns.tally import Effort, Tally
from tests.simulation.faults import FAULTS
from tests.simulation.life import BrokenPromise
from tests.simulation.seeds import first_broken, run_life, shortest
from tests.simulation.town import Town
from tests.support.office import Premises
from tests.support.unlocked_memory import leave_memory_unlocked

LIVES = {Effort.SHORT: 10, Effort.NORMAL: 10_000, Effort.LONG: 50_000}
STEPS = {Effort.SHORT: 50, Effort.NORMAL: 100, Effort.LONG: 100}
_CONTROL_LIVES, _CONTROL_STEPS = 100, 50
_SHARE = 100
"""Lives a process plays in one town, before it is built anew."""
_SHORTENED = 5
"""Lives that ended badly, of which the shortest form is looked for."""
Found = tuple[int, str]
"""A seed and how its life ended."""


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Play lives of the seeds that follow this one; then see that known faults are seen."""
    tally, steps = Tally("simulation", seed), STEPS[effort]
    lives = cases or LIVES[effort]
    seeds = range(seed, seed + lives)
    shares = [seeds[start : start + _SHARE] for start in range(0, lives, _SHARE)]
    counts: Counter[str] = Counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as processes:
        for done in as_completed([processes.submit(_play, share, steps) for share in shares]):
            found, counted = done.result()
            counts += counted
            tally.failures += [f"seed {one}: {how}" for one, how in found]
    tally.cases = lives
    town = Town(premises)
    for one in [int(failure.split()[1].rstrip(":")) for failure in tally.failures][:_SHORTENED]:
        broken = shortest(town, one, range(1, steps + 1))
        tally.notes.append(f"shortest of seed {one}:\n{broken}")
    for name, fault in FAULTS.items():
        with fault():
            seen = first_broken(town, range(seed, seed + _CONTROL_LIVES), _CONTROL_STEPS)
        tally.controls[name] = seen is not None
    town.close()
    tally.notes.append(f"{lives} lives of {steps} steps; {_told(counts)}")
    return tally


def _play(seeds: range, steps: int) -> tuple[list[Found], Counter[str]]:
    """Play a share of the lives, in a process of its own."""
    leave_memory_unlocked()
    folder = Path(tempfile.mkdtemp(prefix="coffre-simulation-"))
    premises = Premises.start(folder)
    town = Town(premises)
    gc.freeze()  # the town stays: it need not be gone through at each collection
    found: list[Found] = []
    counts: Counter[str] = Counter()
    try:
        for seed in seeds:
            try:
                counts += run_life(town, seed, range(1, steps + 1)).counts
            except BrokenPromise as broken:
                found.append((seed, str(broken).splitlines()[-1]))
    finally:
        town.close()
        premises.close()
        shutil.rmtree(folder, ignore_errors=True)
    return found, counts


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(12))
