"""What the window may know of a passphrase: how it is rated, and one that is proposed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Level(StrEnum):
    """Where a passphrase stands against what is refused (40 bits) and advised (80, CNIL)."""

    REFUSED = "refused"
    FAIR = "fair"
    STRONG = "strong"


class Hint(StrEnum):
    """What made it easier to guess."""

    COMMON_PHRASE = "common_phrase"
    RUN = "run"
    DATE = "date"
    REPEATED = "repeated"
    SENTENCE = "sentence"
    OWN = "own"
    """Her name, her login, where she works."""


class Fault(StrEnum):
    """Why it cannot be used at all."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_EASY = "too_easy"
    NOT_TEXT = "not_text"


@dataclass(frozen=True)
class Rating:
    """What is thought of one passphrase."""

    level: Level
    bits: float
    hints: frozenset[Hint] = frozenset()
    fault: Fault | None = None


class Advice(Protocol):
    """Rates and proposes passphrases; called on the store's lane."""

    def rate(self, passphrase: str) -> Rating:
        """Say how many guesses it stands."""
        ...

    def propose(self) -> str:
        """Return seven words drawn at random."""
        ...
