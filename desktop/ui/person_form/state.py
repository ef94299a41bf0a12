"""What the form shows at one moment, and what comes and goes between it and the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.duplicates import LikelyDuplicate
from desktop.services.person_drafts import PersonDraft
from desktop.services.persons import PersonSheet
from desktop.ui.errors import Problem
from desktop.ui.person_form.typed import CommuneChoice, Typed
from protocol.ids import PersonId


@dataclass(frozen=True)
class PersonFormState:
    """One look at the form."""

    person: PersonId | None = None
    """Whose sheet it is, or the identifier she will have; None while no sheet is open."""
    is_new: bool = True
    """Whether the dossier is still to be opened."""
    name: str = field(default="", repr=False)
    """Whose sheet is corrected, as she is known."""
    typed: Typed = field(default=Typed(), repr=False)
    communes: tuple[CommuneChoice, ...] = ()
    """What the typed commune may be: one line for each of its postal codes."""
    near: tuple[LikelyDuplicate, ...] = ()
    """Who may be the same person."""
    field_problems: Mapping[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None
    """When what is typed was last kept as a draft, on the wall's clock."""
    found_draft: datetime | None = None
    """When the draft that was found had been kept, until somebody says what becomes of it."""
    is_saving: bool = False
    problem: Problem | None = None
    is_gone: bool = False
    """Whether the dossier has left this laptop: what was typed over it is all there is."""


class Opened(NamedTuple):
    """A sheet and its draft; without a sheet, the dossier is still to be opened, or has left."""

    draft: PersonDraft
    sheet: PersonSheet | None


class Kept(NamedTuple):
    """A draft that went to the store."""

    person: PersonId
    done: Done[datetime] | Done[None]


class Written(NamedTuple):
    """A sheet that went to the store."""

    person: PersonId
    typed: Typed
    touched: frozenset[Touched]
