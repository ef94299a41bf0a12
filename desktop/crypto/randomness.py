"""Where randomness enters, so that tests can replay a vault byte for byte."""

import secrets
from typing import Protocol


class Random(Protocol):
    """A source of unpredictable bytes."""

    def bytes(self, n: int) -> bytes:
        """Return ``n`` bytes."""
        ...


class SystemRandom:
    """The operating system's generator: the only one the application uses."""

    def bytes(self, n: int) -> bytes:
        """Return ``n`` bytes from the operating system."""
        return secrets.token_bytes(n)
