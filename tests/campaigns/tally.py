"""What a campaign found, and how it is told."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.campaigns.shares import Part


class Effort(StrEnum):
    """How long to look."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


@dataclass
class Tally:
    """Cases tried, those that failed, and whether each known fault was seen."""

    name: str
    seed: int
    cases: int = 0
    failures: list[str] = field(default_factory=list)
    controls: dict[str, bool] = field(default_factory=dict)
    """By known fault: whether the campaign saw it, as it must."""
    notes: list[str] = field(default_factory=list)

    @property
    def control_failed(self) -> bool:
        """Whether every variant with a known fault failed."""
        return bool(self.controls) and all(self.controls.values())

    @property
    def is_good(self) -> bool:
        """Whether nothing was found, by somebody who sees."""
        return self.cases > 0 and not self.failures and self.control_failed

    def add(self, case: str, faults: list[str]) -> None:
        """Count one case and what was wrong with it."""
        self.cases += 1
        self.failures += [f"{case}: {fault}" for fault in faults]

    def take(self, part: Part) -> None:
        """Count the cases of a share."""
        for case, faults in part.found:
            self.add(case, faults)

    def write(self, folder: Path) -> Path:
        """Write the figures down."""
        folder.mkdir(parents=True, exist_ok=True)
        figures = {
            "name": self.name,
            "seed": self.seed,
            "cases": self.cases,
            "failures": len(self.failures),
            "control_failed": self.control_failed,
        }
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps([figures], indent=2) + "\n", encoding="utf-8")
        return path

    def lines(self) -> list[str]:
        """Return what to print."""
        told = [f"{self.name}: {self.cases} cases, {len(self.failures)} failures"]
        told += [f"  {failure}" for failure in self.failures[:20]]
        for fault, seen in self.controls.items():
            told.append(f"  control: {fault}: {'seen, as it must be' if seen else 'NOT SEEN'}")
        return [*told, *(f"  {note}" for note in self.notes)]
