"""The store's history: numbered functions, never edited after a release.

Applied by sqlite-utils' Migrations inside one transaction each. The first one is written from the
declarations while version 1 is not released; at the release its SQL is frozen in ``schema.sql``.
"""

from desktop.store.database import EncryptedDatabase
from desktop.store.driver import Database, Migrations
from desktop.store.errors import NewerStore
from desktop.store.schema import first_schema

VERSION = 1
"""Number of the newest migration; kept in ``PRAGMA user_version``."""


def migrate(database: EncryptedDatabase) -> None:
    """Bring the store to this version; raise ``NewerStore``, untouched, if it is ahead."""
    row = database.row("PRAGMA user_version")
    current = int(row[0]) if row else 0
    if current > VERSION:
        raise NewerStore
    if current < VERSION:
        _history().apply(database.tables)
        database.execute(f"PRAGMA user_version = {VERSION}")


def _history() -> Migrations:
    history = Migrations("coffre")

    @history()
    def m0001_first_laptop(database: Database) -> None:
        for statement in first_schema():
            database.execute(statement)

    return history
