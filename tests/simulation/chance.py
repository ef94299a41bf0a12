"""Where a life takes its chances from: a seed, or Hypothesis, which then looks for the shortest."""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

T = TypeVar("T")


class Draw(Protocol):
    """Draws numbers; the smaller, the simpler what happens."""

    def number(self, low: int, high: int) -> int:
        """Return a number between two others, both included."""


class Seeded:
    """Draws that a seed repeats; those of each step depend on its number, and on no other step."""

    def __init__(self, seed: int, about: str = "") -> None:
        """``about``: what is drawn apart from everything else that the seed draws."""
        self._seed = seed
        self._about = about
        self.turn_to(0)

    def turn_to(self, step: int) -> None:
        """Begin a step."""
        self._source = Random(f"{self._seed}/{step}{self._about}")  # chance, not secrets

    def number(self, low: int, high: int) -> int:
        """Return a number between two others, both included."""
        return self._source.randint(low, high)


def choice(draw: Draw, options: Sequence[T]) -> T:
    """Return one of several things; the first is the simplest."""
    return options[draw.number(0, len(options) - 1)]


def happens(draw: Draw, one_in: int) -> bool:
    """Tell whether something happens that does once in so many times."""
    return draw.number(0, one_in - 1) == one_in - 1
