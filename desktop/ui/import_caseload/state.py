"""What the import screen shows, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from desktop.domain.caseload.columns import data_lines
from desktop.domain.caseload.plan import KnownPerson, Plan
from desktop.services.caseload_import import (
    CaseloadFile,
    Decision,
    ImportResult,
    KnownMark,
    rows_to_write,
)

_SAMPLES = 3
_NONE: Mapping[int, Decision] = MappingProxyType({})
_NOBODY: Mapping[str, KnownPerson] = MappingProxyType({})


class Step(StrEnum):
    """Where the person is. Nothing is written before ``WRITING``."""

    CHOOSE = "choose"
    READING = "reading"
    COLUMNS = "columns"
    PLANNING = "planning"
    PREVIEW = "preview"
    WRITING = "writing"
    DONE = "done"


class Said(StrEnum):
    """What the screen tells in passing."""

    NOTHING = ""
    CANCELLED = "cancelled"
    CHANGED = "changed"
    """Dossiers arrived while the preview was open: it was made again."""
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class ImportState:
    """The import at one moment."""

    step: Step = Step.CHOOSE
    file_name: str = ""
    file: CaseloadFile | None = None
    plan: Plan | None = None
    mark: KnownMark | None = None
    suspects: Mapping[str, KnownPerson] = field(default_factory=lambda: _NOBODY)
    """The known persons that doubtful rows may be."""
    decisions: Mapping[int, Decision] = field(default_factory=lambda: _NONE)
    """By row number."""
    done: int = 0
    total: int = 0
    result: ImportResult | None = None
    failure: Exception | None = None
    said: Said = Said.NOTHING
    released: str = ""
    """The heading of the column that lost its meaning to the one just chosen."""

    @property
    def is_busy(self) -> bool:
        return self.step in (Step.READING, Step.PLANNING, Step.WRITING)

    @property
    def can_preview(self) -> bool:
        """Whether every row could be somebody: a name and a first name are there."""
        return self.file is not None and not self.file.columns.missing

    @property
    def to_create(self) -> int:
        """How many dossiers « Importer » would open."""
        return 0 if self.plan is None else sum(1 for _ in rows_to_write(self.plan, self.decisions))

    @property
    def undecided(self) -> int:
        """How many doubtful rows nobody has decided on."""
        if self.plan is None:
            return 0
        return sum(doubt.row.number not in self.decisions for doubt in self.plan.doubtful)

    def samples(self, column: int) -> tuple[str, ...]:
        """A few values of a column, as in the file."""
        if self.file is None:
            return ()
        found: dict[str, None] = {}
        for line in data_lines(self.file.sheet, self.file.columns)[:200]:
            if column < len(line.cells) and line.cells[column]:
                found[line.cells[column]] = None
            if len(found) == _SAMPLES:
                break
        return tuple(found)
