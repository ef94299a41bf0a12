"""Looks for words where they must not be: in files, whatever their encoding."""

from collections.abc import Iterable
from pathlib import Path


def holders(words: str, places: Iterable[Path]) -> list[Path]:
    """Return the files below these places that hold these words in clear."""
    forms = {words.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "cp1252")}
    return [
        path
        for place in places
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]
