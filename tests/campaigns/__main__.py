"""`python -m tests.campaigns [names] [--short|--long] [--seed N]`."""

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.campaigns import cut, fill, kill
from tests.campaigns.tally import Effort, Tally
from tests.support.office import Premises

NAMES = ("kill", "cut", "fill")
OUT = Path("build") / "campaign"


def main(arguments: list[str]) -> int:
    """Run the campaigns asked for; 0 when nothing was found."""
    asked = _read(arguments)
    effort = Effort.SHORT if asked.short else Effort.LONG if asked.long else Effort.NORMAL
    results = []
    for name in asked.names or NAMES:
        print(f"{name}: seed {asked.seed}", flush=True)
        began = time.monotonic()
        tally = _run(name, effort, asked.seed)
        print("\n".join([*tally.lines(), f"  {time.monotonic() - began:.0f} s"]), flush=True)
        tally.write(OUT)
        results.append(tally)
    return 0 if all(tally.is_good for tally in results) else 1


def _run(name: str, effort: Effort, seed: int) -> Tally:
    with tempfile.TemporaryDirectory(
        prefix="coffre-campaign-", ignore_cleanup_errors=True
    ) as folder:
        if name == "kill":
            return kill.run(effort, seed, Path(folder))
        if name == "fill":
            return fill.run(effort, seed, Path(folder))
        premises = Premises.start(Path(folder))
        try:
            return cut.run(effort, seed, Path(folder), premises)
        finally:
            premises.close()


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="all of them by default")
    parser.add_argument("--short", action="store_true", help="some seconds each")
    parser.add_argument("--long", action="store_true", help="before a release")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
