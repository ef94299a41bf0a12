"""Durations as people type them: « 40 », « 40 min », « 1 h », « 1h15 »."""

import re

_HOURS = re.compile(r"(\d{1,2})\s*(?:h|heures?)\s*(\d{1,2})?\s*(?:min|mn|m)?")
_MINUTES = re.compile(r"(\d{1,3})\s*(?:min|mn|m|minutes?)?")


def read_minutes(typed: str) -> int | None:
    """Returns minutes, or None for anything that is not a duration."""
    text = " ".join(typed.casefold().split())
    if not text.isascii():
        return None
    if found := _HOURS.fullmatch(text):
        return int(found[1]) * 60 + int(found[2] or 0)
    found = _MINUTES.fullmatch(text)
    return int(found[1]) if found else None
