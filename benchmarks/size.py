"""How much a run measures: all of it, or enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of records, of runs, of laptops."""

    persons: int = 1_000
    follow_ups: int = 20_000
    long_runs: int = 5
    short_runs: int = 9
    pairs: int = 100
    """Pairs of concurrent edits, of each sort."""
    small: int = 2_000
    large: int = 200_000
    arriving: int = 10_000
    """Records that arrive while somebody types."""
    arrivals: int = 5
    morning: int = 100
    """Laptops at half past eight."""
    devices: int = 1_000
    window_s: float = 120.0
    """What stands for a quarter of an hour."""


FULL = Size()
QUICK = Size(
    persons=50,
    follow_ups=1_000,
    long_runs=1,
    short_runs=3,
    pairs=10,
    small=500,
    large=2_000,
    arriving=1_000,
    arrivals=1,
    morning=20,
    devices=60,
    window_s=10.0,
)
