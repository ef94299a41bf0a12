"""The store's history: numbered steps, never edited after a release.

A store that is being created takes all of them in place: it holds nothing. One that holds
something is brought to this version by copy (``desktop.store.upgrade``). The first step is written
from the declarations while version 1 is not released; at the release its SQL is frozen in
``schema.sql``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.store.database import EncryptedDatabase, translated
from desktop.store.driver import Database, Migrations
from desktop.store.errors import NewerStore
from desktop.store.schema import first_schema


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: done in one transaction, with the note that it was."""

    name: str
    apply: Callable[[Database], None]
    fewer_rows: frozenset[str] = frozenset()
    """Tables that may hold fewer rows after it; in any other, that would be a loss."""


History = tuple[Migration, ...]
"""Steps in order; the version of a store is how many it has taken (``PRAGMA user_version``)."""


def _first_laptop(database: Database) -> None:
    for statement in first_schema():
        database.execute(statement)


HISTORY: History = (Migration("m0001_first_laptop", _first_laptop),)
VERSION = len(HISTORY)


def version_of(database: EncryptedDatabase) -> int:
    """Return how many steps a store has taken; 0 while it is being created."""
    row = database.row("PRAGMA user_version")
    return int(row[0]) if row else 0


def migrate(database: EncryptedDatabase, history: History = HISTORY) -> None:
    """Bring an open store to this version in place; raise ``NewerStore`` if it is ahead."""
    current = version_of(database)
    if current > len(history):
        raise NewerStore
    if current == len(history):
        return
    steps = Migrations("coffre")
    for step in history:
        steps(name=step.name)(step.apply)
    with translated():
        steps.apply(database.tables)
    database.execute(f"PRAGMA user_version = {len(history)}")
    # The version stands in the file itself: an older Coffre reads it without opening the side file.
    database.checkpoint()
