"""Tests do not have each piece of SQLCipher's memory locked by the system.

That asks the system twice for each piece, and takes about half of the time of a laptop that
synchronises. It changes nothing of what is stored, sent or shown: what it is for is looked at by
``tests/store/test_locked_memory.py``, and the program as it is runs in the scenarios of its own
processes, the leaks campaign and the benchmarks.
"""

from desktop.store import database

_STATEMENTS = 128
"""Kept prepared: so few are in the program for the sake of its locked memory alone."""


def leave_memory_unlocked() -> None:
    """For this process, before its first store: SQLCipher never unlocks what it has locked."""
    database._PRAGMAS = {**database._PRAGMAS, "cipher_memory_security": "0"}
    database._CACHED_STATEMENTS = _STATEMENTS
