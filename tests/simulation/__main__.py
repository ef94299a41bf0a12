"""`python -m tests.simulation SEED STEPS`: play one life, and tell it."""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.simulation.life import BrokenPromise
from tests.simulation.seeds import run_life, shortest
from tests.simulation.town import Town
from tests.support.office import Premises
from tests.support.unlocked_memory import leave_memory_unlocked


def main(seed: int, steps: int) -> int:
    """Print the trace of a life; of one that ends badly, that of the shortest found."""
    leave_memory_unlocked()
    folder = Path(tempfile.mkdtemp(prefix="coffre-simulation-"))
    premises = Premises.start(folder)
    town = Town(premises)
    try:
        print("\n".join(run_life(town, seed, range(1, steps + 1)).lines))
    except BrokenPromise as broken:
        print(shortest(town, seed, range(1, steps + 1)) or broken)
        return 1
    finally:
        town.close()
        premises.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
