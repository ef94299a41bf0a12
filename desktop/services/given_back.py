"""What a copy of the vault would give back, as a page lists it, and what was written of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from desktop.store.comparison import Difference
from desktop.store.records import Data
from desktop.store.snapshot_folder import Snapshot
from protocol.kinds.declare import KindSpec

Key = tuple[str, str]
"""Kind and identifier of a record."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record that the copy could give back."""

    kind: str
    rid: str
    label: str
    """« Suivi », « Rendez-vous »…"""
    person: str
    """Whose, as screens name her; empty for what is of nobody."""
    at: datetime | date | None
    is_missing: bool
    """It is not here any more; else it says something else today."""
    fields: tuple[str, ...]
    """What says something else today."""
    is_draft: bool = False
    """It was being typed: it stays on this laptop, and never takes the place of another draft."""

    @property
    def can_be_given(self) -> bool:
        """Whether giving it back would write it."""
        return self.is_missing or not self.is_draft

    @property
    def key(self) -> Key:
        """What names it."""
        return self.kind, self.rid


@dataclass(frozen=True, slots=True)
class Preview:
    """What a copy would change; nothing has been."""

    snapshot: Snapshot
    lines: tuple[Line, ...]
    of_others: int
    """Differences that are not this professional's to give back: the office has what stands."""
    unlisted: int
    added: int
    """Records written since the copy, which stay."""
    differences: Mapping[Key, Difference]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What was written, for who takes it back."""

    written: tuple[tuple[KindSpec, str, Data | None, Data], ...]
    """Kind, identifier, what stood before, what stands now."""

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.written)
