"""One figure and its floor; tables for people, JSON for machines."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path("build/bench")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure; ``floor`` is the barest correct way to do the same, in the same run."""

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    n: int
    runs: int


def measure(
    name: str, value: float, unit: str, *, floor: float | None = None, n: int, runs: int
) -> Measure:
    """Return a figure with its ratio to the floor."""
    ratio = round(value / floor, 2) if floor else None
    kept = None if floor is None else round(floor, 3)
    return Measure(name, round(value, 3), unit, kept, ratio, n, runs)


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p95_ms(works: Sequence[Callable[[], object]]) -> float:
    """Return the 95th percentile of the durations, in milliseconds."""
    durations = sorted(seconds(work) for work in works)
    return durations[min(len(durations) - 1, int(len(durations) * 0.95))] * 1000


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def report(name: str, measures: Sequence[Measure]) -> None:
    """Print a table and write ``build/bench/NAME.json``."""
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [asdict(item) for item in measures]
    (OUT / f"{name}.json").write_text(json.dumps(lines, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{name}")
    print(f"  {'':46} {'value':>12} {'unit':8} {'floor':>12} {'ratio':>7} {'n':>8} {'runs':>5}")
    for item in measures:
        floor = "" if item.floor is None else f"{item.floor:.3f}"
        ratio = "" if item.ratio is None else f"{item.ratio:.2f}"
        print(
            f"  {item.name:46} {item.value:12.3f} {item.unit:8} {floor:>12} {ratio:>7}"
            f" {item.n:8} {item.runs:5}"
        )
