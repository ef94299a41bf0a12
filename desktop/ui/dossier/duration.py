"""How long, as people type it: « 45 », « 45 min », « 1 h », « 1h30 »."""

import re

_MINUTES = re.compile(r"(\d{1,3})\s*(?:mn|min|minutes?)?")
_HOURS = re.compile(r"(\d{1,2})\s*(?:h|heures?)\s*(\d{1,2})?\s*(?:mn|min)?")


def read_duration(typed: str) -> int | None:
    """Return minutes, or None for anything else."""
    text = " ".join(typed.lower().split())
    if found := _MINUTES.fullmatch(text):
        return int(found[1])
    if found := _HOURS.fullmatch(text):
        return 60 * int(found[1]) + int(found[2] or 0)
    return None
