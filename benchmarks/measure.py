"""One figure and its floor; tables for people, JSON for machines."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path("build/bench")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should not exceed; ``of_floor`` bounds its ratio to the floor instead."""

    at_most: float
    of_floor: bool = False

    def __str__(self) -> str:
        return f"≤ {self.at_most:g} ×" if self.of_floor else f"≤ {self.at_most:g}"

    def is_met(self, value: float, ratio: float | None) -> bool:
        """Tell whether it is kept."""
        compared = ratio if self.of_floor else value
        return compared is not None and compared <= self.at_most


def at_most(value: float) -> Goal:
    """Return a goal for the figure itself."""
    return Goal(value)


def times_floor(ratio: float) -> Goal:
    """Return a goal beside the floor."""
    return Goal(ratio, of_floor=True)


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
    goal: str | None
    is_met: bool | None


def measure(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    n: int,
    runs: int,
    goal: Goal | None = None,
) -> Measure:
    """Return a figure with its ratio to the floor."""
    ratio = round(value / floor, 2) if floor else None
    kept = None if floor is None else round(floor, 3)
    told, met = (None, None) if goal is None else (str(goal), goal.is_met(value, ratio))
    return Measure(name, round(value, 3), unit, kept, ratio, n, runs, told, met)


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value that ``part`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def p95_ms(works: Sequence[Callable[[], object]]) -> float:
    """Return the 95th percentile of the durations, in milliseconds."""
    return percentile([seconds(work) for work in works], 0.95) * 1000


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def report(name: str, measures: Sequence[Measure]) -> None:
    """Print a table and write ``build/bench/NAME.json``."""
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [asdict(item) for item in measures]
    (OUT / f"{name}.json").write_text(json.dumps(lines, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{name}")
    print(
        f"  {'':54} {'value':>12} {'unit':8} {'floor':>11} {'ratio':>6} {'n':>7} {'runs':>5}  goal"
    )
    for item in measures:
        floor = "" if item.floor is None else f"{item.floor:.3f}"
        ratio = "" if item.ratio is None else f"{item.ratio:.2f}"
        goal = "" if item.goal is None else f"{item.goal:9} {'met' if item.is_met else 'NOT MET'}"
        print(
            f"  {item.name:54} {item.value:12.3f} {item.unit:8} {floor:>11} {ratio:>6}"
            f" {item.n:7} {item.runs:5}  {goal}".rstrip()
        )
