"""`python -m tests.campaigns [names] [--short|--long] [--seed N] [--cases N]`."""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.campaigns import (
    bootstrap,
    copies,
    cost,
    cut,
    damage,
    fill,
    interleavings,
    kill,
    killed_office,
    leaks,
    migration,
    power,
    syscalls,
)
from tests.campaigns.tally import Effort, Tally
from tests.simulation import campaign as simulation
from tests.support.office import Premises

ALONE: dict[str, Callable[..., Tally]] = {
    "kill": kill.run,
    "fill": fill.run,
    "copies": copies.run,
    "damage": damage.run,
    "migration": migration.run,
    "power": power.run,
}
"""Those of one laptop without a network."""
WITH_AN_OFFICE: dict[str, Callable[..., Tally]] = {
    "interleavings": interleavings.run,
    "cut": cut.run,
    "office": killed_office.run,
    "bootstrap": bootstrap.run,
    "cost": cost.run,
    "leaks": leaks.run,
    "syscalls": syscalls.run,
    "simulation": simulation.run,
}
NAMES = (*ALONE, *WITH_AN_OFFICE)
_DURABLE = "office"
"""Where PostgreSQL is killed, it waits for the disk as in life."""
_IN_MEMORY = frozenset({"damage", "power", "syscalls"})
"""Those that ask nothing of the disk itself: they harm its content, or what it answers."""
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own, by tempfile
OUT = Path("build") / "campaign"


def main(arguments: list[str]) -> int:
    """Run the campaigns asked for; 0 when nothing was found."""
    asked = _read(arguments)
    effort = Effort.SHORT if asked.short else Effort.LONG if asked.long else Effort.NORMAL
    results = []
    for name in asked.names or NAMES:
        print(f"{name}: seed {asked.seed}", flush=True)
        began = time.monotonic()
        tally = _run(name, effort, asked.seed, asked.cases)
        print("\n".join([*tally.lines(), f"  {time.monotonic() - began:.0f} s"]), flush=True)
        tally.write(OUT)
        results.append(tally)
    return 0 if all(tally.is_good for tally in results) else 1


def _run(name: str, effort: Effort, seed: int, cases: int | None) -> Tally:
    within = _MEMORY if name in _IN_MEMORY and _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(
        prefix="coffre-campaign-", ignore_cleanup_errors=True, dir=within
    ) as folder:
        if name in ALONE:
            return ALONE[name](effort, seed, Path(folder), cases=cases)
        premises = Premises.start(Path(folder), durable=name == _DURABLE)
        try:
            return WITH_AN_OFFICE[name](effort, seed, Path(folder), premises, cases=cases)
        finally:
            premises.close()


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="all of them by default")
    parser.add_argument("--short", action="store_true", help="some seconds each")
    parser.add_argument("--long", action="store_true", help="before a release")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--cases", type=int, help="how many, instead of what the effort says")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
