"""What the page of the sheet shows, in one frozen value."""

from dataclasses import dataclass, field

from desktop.services.handouts import HandoutSheet
from desktop.ui.errors import Problem
from desktop.ui.handout.words import Block
from protocol.ids import FollowUpId
from protocol.kinds.persons import Discretion


@dataclass(frozen=True)
class Drawn:
    """The sheet as it goes to a file, and its pages as a screen shows them (PNG)."""

    pdf: bytes = field(repr=False)
    pages: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class HandoutState:
    """One sheet; without ``follow_up`` nothing is open."""

    follow_up: FollowUpId | None = None
    sheet: HandoutSheet | None = None
    """None until it has been read."""
    language: str = ""
    left_out: frozenset[str] = frozenset()
    """Steps that stay off the sheet."""
    with_map: bool = False
    """A small map of the lieu's surroundings is on the sheet."""
    is_agreed: bool = False
    """The person said that she can keep a paper safely: asked when it could put her in danger."""
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    drawn: Drawn | None = None
    """What `blocks` look like; None while it is being drawn."""
    is_busy: bool = False
    note: str = ""
    """What has become of the sheet."""
    problem: Problem | None = None

    @property
    def is_dangerous(self) -> bool:
        """Whether a paper found at her place could put the person in danger."""
        return self.sheet is not None and self.sheet.discretion is Discretion.DANGER

    @property
    def can_be_given(self) -> bool:
        is_safe = self.is_agreed or not self.is_dangerous
        return self.drawn is not None and is_safe and not self.is_busy
