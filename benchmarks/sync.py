"""Everything that is promised of synchronisation, in one run and one table.

The real engine over TLS on loopback to the real server, its PostgreSQL waiting for the disk as an
office's does; each figure beside the same rows by the barest correct path (``floor``), or beside
itself with fewer records. What only counts, and does not time, is in ``make campaign``: changes
missed by readers beside eight writers, bytes of a first download cut again and again.
"""

from pathlib import Path

from benchmarks import arrival, crowd, edits, exchanges, scale
from benchmarks.ground import premises_of_a_run
from benchmarks.measure import Measure, report
from benchmarks.size import Size


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/sync.json``."""
    lines: list[Measure] = []
    for part in (exchanges, edits, scale, arrival, crowd):
        name = part.__name__.rpartition(".")[2]
        # An office of its own each: what one leaves in PostgreSQL does not weigh on the next.
        with premises_of_a_run() as premises:
            found = part.measures(premises, folder / name, size)
        report(name, found)
        lines += found
    report("sync", lines)
    missed = [line for line in lines if line.is_met is False]
    goals = [line for line in lines if line.is_met is not None]
    print(f"\n{len(goals) - len(missed)} goals met of {len(goals)}")
    for line in missed:
        print(f"  not met: {line.name}: {line.value} {line.unit}, goal {line.goal}")
