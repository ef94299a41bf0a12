"""What a mutant is: one promise broken by changing a few words of the product."""

from dataclasses import dataclass
from pathlib import Path


class Moved(Exception):
    """The words that a change replaces are not there exactly once: the code has moved on."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words of one file, and what stands in their place."""

    path: str
    old: str
    new: str

    def broken(self, root: Path) -> str:
        """Return the file with the change made; raise ``Moved``."""
        text = (root / self.path).read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            raise Moved(f"{self.path}: found {found} times: {self.old.strip().splitlines()[0]}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A product that breaks one promise, and the tests that are expected to say so."""

    name: str
    """For the command line."""
    broken: str
    """A sentence: what this product does wrong."""
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    """The fewest that are expected to see it, as pytest names them."""
