"""Secret keys kept inside the encrypted database, by name."""

from desktop.store.database import EncryptedDatabase


class Keyring:
    """The ``keyring`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret under a name, replacing the one there."""
        self._database.execute('INSERT OR REPLACE INTO "keyring" VALUES (?, ?)', (name, secret))

    def get(self, name: str) -> bytes | None:
        """Return a secret, or nothing."""
        row = self._database.row('SELECT "secret" FROM "keyring" WHERE "name" = ?', (name,))
        return None if row is None else bytes(row[0])

    def forget(self, name: str) -> None:
        """Remove a secret; the page it was on is overwritten (secure_delete)."""
        self._database.execute('DELETE FROM "keyring" WHERE "name" = ?', (name,))
