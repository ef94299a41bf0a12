"""What the first run asks of the rest: the office on the network's lane, the vault on the store's.

The sensitive values are kept by the implementation in the encrypted vault as soon as it exists, so
that a laptop whose battery dies in the middle goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from desktop.ui.keys.ports import Advice


@dataclass(frozen=True)
class Joining:
    """With whom, and by what right."""

    address: str = ""
    """As the office itself is reached: what `find_office` returned."""
    invitation: str = field(default="", repr=False)


@dataclass(frozen=True)
class Standing:
    """Whose an invitation is."""

    is_known: bool = False
    """She has a laptop already: this one becomes hers too, with her notes."""
    is_pairing: bool = False
    """That laptop is waiting for this one."""
    has_shares: bool = False
    """Colleagues keep shares of her key."""


@dataclass(frozen=True)
class PairingStep:
    """How far two laptops of one person have come."""

    words: tuple[str, ...] = ()
    """To be compared on both screens; empty until both have spoken."""
    is_done: bool = False


@dataclass(frozen=True)
class Resumed:
    """A first run that had begun: the vault exists and has just been unlocked."""

    is_paper_confirmed: bool
    joining: Joining = Joining()
    """What was kept in the vault; empty where nothing was."""
    is_prepared: bool = False
    """Whether the keys were made after the paper was typed back: it need not be typed again."""


@dataclass(frozen=True)
class Welcome:
    """What the office says of its newcomer."""

    name: str
    job: str
    department: str


class Stage(StrEnum):
    """Where the enrolment is."""

    KEYS = "keys"
    OFFICE = "office"
    RECORDS = "records"


@dataclass(frozen=True)
class Progress:
    """How far; a total of 0 means "not known yet"."""

    stage: Stage
    done: int = 0
    total: int = 0


class FirstRun(Advice, Protocol):
    """Creates the vault and introduces the laptop; raises what the sentences are made of."""

    def find_office(self, typed: str) -> str:
        """Network lane. Return the address, in its usual form, of the office that answered."""
        ...

    def check_invitation(self, typed: str) -> str:
        """Store lane. Return the invitation in its usual form; raise `InvitationMalformed`."""
        ...

    def look(self, joining: Joining) -> Standing:
        """Network lane. Tell who is invited; raise `InvitationRefused`."""
        ...

    def pairing_step(self) -> PairingStep:
        """Network lane. Hear the other laptop; raise `PairingBroken`."""
        ...

    def agree_pairing(self) -> PairingStep:
        """Network lane. The words are the same on both screens."""
        ...

    def find_by_paper(self, words: str) -> None:
        """Store lane. Find her identity by her paper; raise `WrongRecoveryKey`."""
        ...

    def check_share(self, words: str) -> None:
        """Store lane. Read one share; raise `WrongShare`."""
        ...

    def find_by_shares(self, one: str, other: str) -> None:
        """Store lane. Find her identity by two shares; raise `WrongShare`."""
        ...

    def create(self, passphrase: str, joining: Joining) -> tuple[str, ...]:
        """Store lane. Make the vault, keep `joining` in it, return the 24 words of its paper."""
        ...

    def renew_paper(self) -> tuple[str, ...]:
        """Store lane. Replace the paper key of the vault that is open; return its words."""
        ...

    def confirm(self, words: str) -> None:
        """Store lane. Check the words typed back; raise `WrongRecoveryKey`."""
        ...

    def enrol(self, joining: Joining, tell: Callable[[Progress], None]) -> Welcome:
        """Network lane. Introduce this laptop; `tell` may be called from that lane."""
        ...
