"""A seed is a life: played again, here or in another process, it leaves the same trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.seeds import run_life
from tests.simulation.town import Town

_STEPS = 50
_SEEDS = (2, 4)
"""Somebody is erased in the life of the first."""
_ROOT = Path(__file__).parents[2]


def test_a_life_played_twice_leaves_the_same_trace(town: Town) -> None:
    steps = range(1, _STEPS + 1)
    told = [run_life(town, seed, steps).lines for seed in _SEEDS]
    assert told == [run_life(town, seed, steps).lines for seed in _SEEDS]
    assert told[0] != told[1]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_life_played_in_another_process_leaves_the_same_trace(town: Town, hash_seed: str) -> None:
    """Where nothing depends on the order of a set, nor on anything drawn by the machine."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.simulation",
        str(_SEEDS[0]),
        str(_STEPS),
    ]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1"}
    told = subprocess.run(
        command, cwd=_ROOT, env=environ, capture_output=True, text=True, check=True, timeout=250
    )
    here = run_life(town, _SEEDS[0], range(1, _STEPS + 1))
    assert told.stdout.splitlines() == here.lines
