"""How long to wait after failures: exponential, with full jitter.

Full jitter (a draw between nothing and the ceiling) spreads the laptops of a Département that all
lost the office at the same moment better than any fixed share of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

_MOST_DOUBLINGS = 32  # far beyond any cap; keeps the power small after a week offline


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait; the ceiling doubles with each failure up to ``cap_s``."""

    first_s: float = 15.0
    cap_s: float = 600.0
    floor_s: float = 1.0
    """Never sooner, however the draw falls."""

    def ceiling_s(self, failures: int) -> float:
        """Return the longest wait after ``failures`` in a row (1 or more)."""
        doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
        return min(self.cap_s, self.first_s * 2.0**doublings)

    def delay_s(self, failures: int, random: Callable[[], float]) -> float:
        """Return the wait; ``random`` draws from [0, 1)."""
        return max(self.floor_s, self.ceiling_s(failures) * random())
