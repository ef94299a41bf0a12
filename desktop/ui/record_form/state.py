"""What the form of a record shows, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from desktop.domain.touched import Touched
from desktop.services.record_form import Values
from desktop.ui.errors import Problem
from protocol.ids import PersonId, RecordId

_NO_CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecordFormState:
    """The form at one moment; without ``target`` nothing is open."""

    kind: str = ""
    person: PersonId | None = None
    target: RecordId | None = None
    is_loading: bool = False
    """Whether a record is being read: nothing is open, and something is about to be."""
    is_new: bool = True
    person_name: str = field(default="", repr=False)
    values: Values = field(default_factory=dict, repr=False)
    original: Values = field(default_factory=dict, repr=False)
    """What « Jeter » goes back to."""
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=lambda: _NO_CHOICES)
    revision: int = 0
    """Grows when the values were replaced by anything but typing: the fields are shown again."""
    saved_at: datetime | None = None
    """On the wall: when the draft was last kept."""
    found_draft: datetime | None = None
    """When the draft found at opening was kept, until « Reprendre » or « Jeter » is chosen."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Reasons by field."""
    problem: Problem | None = None
    is_finishing: bool = False
    is_gone: bool = False
    """Whether the dossier has left this laptop."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft that went to the store."""

    target: RecordId | None
    """None when nothing was open any more."""
    saved_at: datetime | None
    touched: frozenset[Touched]
