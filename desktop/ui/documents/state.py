"""What the page of the documents shows, in one frozen value."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from desktop.services.documents import ChosenFile, DocumentLine, OpenDocument
from desktop.ui.errors import Problem
from protocol.ids import PersonId, RecordId

ZOOMS = (50, 75, 100, 125, 150, 200, 300)
"""In percent of the width of the page on screen."""
WHOLE_WIDTH = 100


class CannotShow(Exception):
    """It cannot be drawn here: damaged, protected by a password, or too large once unfolded."""


class Pages(Protocol):
    """A document that is open; used on the store's lane alone."""

    @property
    def count(self) -> int:
        """How many pages there are."""
        ...

    def draw(self, page: int, width_px: int) -> object:
        """Return the image of a page at that width; raise ``CannotShow``."""
        ...

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        ...


@dataclass(frozen=True)
class Reading:
    """A document being read."""

    document: OpenDocument = field(repr=False)
    pages: int = 0
    """0 when it cannot be shown here."""
    page: int = 0
    zoom: int = WHOLE_WIDTH
    image: object = field(default=None, repr=False)
    """Of this page, once it is drawn."""


@dataclass(frozen=True)
class DocumentsState:
    """One person's documents."""

    now: datetime
    """On the wall."""
    person: PersonId | None = None
    dossiers: tuple[PersonId, ...] = ()
    """All those of the person."""
    lines: tuple[DocumentLine, ...] | None = None
    """None until they have been read."""
    chosen: ChosenFile | None = None
    """A file that waits for its title."""
    path: Path | None = field(default=None, repr=False)
    """Where it was chosen."""
    naming: RecordId | None = None
    """A document that is being named otherwise."""
    field_problems: dict[str, str] = field(default_factory=dict)
    selected: RecordId | None = None
    """The document in sight, whether or not it can be read now."""
    reading: Reading | None = None
    is_busy: bool = False
    """A file is being read, encrypted or drawn."""
    said: str = ""
    problem: Problem | None = None

    @property
    def line(self) -> DocumentLine | None:
        """What is known of the document in sight."""
        return next((x for x in self.lines or () if x.id == self.selected), None)
