"""`python -m tests.mutants [names] [--list] [--jobs N]`: each mutant must be seen by a test."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Moved, Mutant
from tests.mutants.workshop import Copy, Run, Verdict

_TOLD_LINES = 25


@dataclass(frozen=True, slots=True)
class Finding:
    """A mutant, and what the tests said of it."""

    mutant: Mutant
    run: Run

    def line(self, width: int) -> str:
        """Return its line of the table."""
        by = self.run.failed[0].partition("::")[2] if self.run.failed else ""
        caught = by if self.run.verdict is Verdict.CAUGHT else ""
        time = f"{self.run.seconds:5.0f} s"
        return f"{self.mutant.name:{width}}  {self.run.verdict:11}  {time}  {caught}"


def main(arguments: list[str]) -> int:
    """Break the product in each way asked for; 0 when a test saw each."""
    asked = _read(arguments)
    mutants = [it for it in MUTANTS if not asked.names or it.name in asked.names]
    if asked.list:
        print("\n".join(f"{it.name}: {it.broken}" for it in mutants))
        return 0
    with tempfile.TemporaryDirectory(prefix="coffre-mutants-") as folder:
        copies = [Copy.of_the_tree(Path(folder) / str(job)) for job in range(asked.jobs)]
        return _moved(mutants, copies) or _run(mutants, copies)


def _moved(mutants: Sequence[Mutant], copies: Sequence[Copy]) -> int:
    """Say which mutants speak of code that is not there any more; 0 when none does."""
    told = []
    for mutant, copy in product(mutants, copies):
        try:
            with copy.broken(mutant):
                pass
        except Moved as moved:
            told.append(f"{mutant.name}: the code has moved on. {moved}")
    print("\n".join(told), end="\n" if told else "")
    return 1 if told else 0


def _run(mutants: Sequence[Mutant], copies: Sequence[Copy]) -> int:
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    print(f"{len(tests)} tests of {len(mutants)} mutants, on the product as it is…", flush=True)
    whole = copies[0].test(tests)
    if whole.code != 0:
        print(_end_of(whole), "\nThe tests fail without any mutant: nothing can be concluded.")
        return 1
    print(f"they pass: {whole.seconds:.0f} s", flush=True)
    width = max(len(mutant.name) for mutant in mutants)
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def judge(mutant: Mutant) -> Finding:
        copy = free.get()
        try:
            with copy.broken(mutant):
                finding = Finding(mutant, copy.test(mutant.tests))
        finally:
            free.put(copy)
        print(finding.line(width), flush=True)
        return finding

    with ThreadPoolExecutor(len(copies)) as pool:
        found = list(pool.map(judge, mutants))
    return _conclude(found)


def _conclude(found: Sequence[Finding]) -> int:
    missed = [it for it in found if it.run.verdict is not Verdict.CAUGHT]
    for finding in missed:
        print(f"\n{finding.mutant.name}: {finding.mutant.broken}")
        print(_end_of(finding.run))
    seconds = sum(it.run.seconds for it in found)
    print(f"\n{len(found) - len(missed)} of {len(found)} mutants caught, {seconds:.0f} s")
    return 1 if missed else 0


def _end_of(run: Run) -> str:
    lines = run.told.strip().splitlines()[-_TOLD_LINES:]
    return "\n".join(f"    {line}" for line in lines)


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    names = [mutant.name for mutant in MUTANTS]
    parser.add_argument("names", nargs="*", choices=[*names, []], help="all of them by default")
    parser.add_argument("--list", action="store_true", help="say what each breaks")
    parser.add_argument("--jobs", type=int, default=_jobs(), help="how many at once")
    return parser.parse_args(arguments)


def _jobs() -> int:
    return max(1, min(2, os.cpu_count() or 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
