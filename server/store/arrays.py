"""Long arrays for PostgreSQL, written at once rather than element by element."""

from collections.abc import Iterable


def array_of(items: Iterable[str | int]) -> str:
    """Return identifiers or numbers as PostgreSQL reads an array: nothing in them needs quotes."""
    return "{" + ",".join(map(str, items)) + "}"
