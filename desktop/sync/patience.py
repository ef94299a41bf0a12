"""How long the laptop waits for the office."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How patient we are: generous for a 2G-class link, finite for a link that plays dead."""

    connect_s: float = 5.0
    silence_s: float = 30.0
    """Longest wait for the next byte, and for one piece of what we send to leave."""
    whole_s: float = 300.0
    """Longest exchange, however many bytes trickle."""
    idle_s: float = 30.0
    """A connection unused for longer is not trusted any more: the laptop may have travelled."""
