"""The pieces of documents: encrypted with the document's key, in the store that is encrypted too.

A piece stays unsent until the office is known to have it; one that came from the office is sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a document is here."""

    pieces: int
    """That it is made of."""
    here: int
    unsent: int


class PieceStore:
    """The table ``piece``; who writes decides of the transaction."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    # -- writing ------------------------------------------------------------------------------

    def put(
        self, document: str, bucket: str, pieces: Mapping[int, bytes], *, is_sent: bool
    ) -> None:
        """Keep pieces of a document; one that is here stays as it is."""
        self._database.execute_many(
            'INSERT INTO "piece" ("document", "n", "bucket", "is_sent", "body")'
            ' VALUES (?, ?, ?, ?, ?) ON CONFLICT ("document", "n") DO NOTHING',
            [(document, n, bucket, int(is_sent), body) for n, body in sorted(pieces.items())],
        )

    def note_sent(self, document: str, numbers: Iterable[int], *, is_sent: bool = True) -> None:
        """The office has these pieces, or turns out not to."""
        self._database.execute_many(
            'UPDATE "piece" SET "is_sent" = ? WHERE "document" = ? AND "n" = ?',
            [(int(is_sent), document, number) for number in numbers],
        )

    def forget(self, document: str) -> None:
        """Remove the pieces of a document."""
        self._database.execute('DELETE FROM "piece" WHERE "document" = ?', (document,))

    def leave(self, bucket: str) -> None:
        """Remove the pieces of a dossier, but those that the office still waits for."""
        self._database.execute(
            'DELETE FROM "piece" WHERE "bucket" = ? AND "is_sent" = 1', (bucket,)
        )

    def forget_bucket(self, bucket: str) -> None:
        """Remove every piece of a dossier."""
        self._database.execute('DELETE FROM "piece" WHERE "bucket" = ?', (bucket,))

    # -- asking -------------------------------------------------------------------------------

    def of(self, document: str) -> list[bytes]:
        """Return the pieces of a document that are here, in order."""
        rows = self._database.rows(
            'SELECT "body" FROM "piece" WHERE "document" = ? ORDER BY "n"', (document,)
        )
        return [bytes(row[0]) for row in rows]

    def body(self, document: str, number: int) -> bytes | None:
        """Return one piece, or nothing."""
        row = self._database.row(
            'SELECT "body" FROM "piece" WHERE "document" = ? AND "n" = ?', (document, number)
        )
        return None if row is None else bytes(row[0])

    def numbers_of(self, document: str) -> set[int]:
        """Return the numbers of the pieces of a document that are here."""
        rows = self._database.rows('SELECT "n" FROM "piece" WHERE "document" = ?', (document,))
        return {int(row[0]) for row in rows}

    def held(self, documents: Sequence[str]) -> dict[str, Held]:
        """Return how much is here of each of these documents."""
        rows = self._database.rows(
            'SELECT d."id", d."pieces", count(p."n"), total(p."is_sent") FROM "document" d'
            ' LEFT JOIN "piece" p ON p."document" = d."id"'
            ' WHERE d."id" IN (SELECT "value" FROM json_each(?)) GROUP BY d."id"',
            (write_json(list(documents)),),
        )
        return {str(rid): Held(n, here, here - int(sent)) for rid, n, here, sent in rows}

    def to_send(self) -> dict[str, list[int]]:
        """Return the pieces that the office may lack, by document."""
        rows = self._database.rows(
            'SELECT "document", "n" FROM "piece" WHERE "is_sent" = 0 ORDER BY "document", "n"'
        )
        found: dict[str, list[int]] = defaultdict(list)
        for document, number in rows:
            found[str(document)].append(int(number))
        return dict(found)

    def incomplete(self) -> list[str]:
        """Return the documents that are not whole here."""
        rows = self._database.rows(
            'SELECT d."id" FROM "document" d WHERE d."pieces" >'
            ' (SELECT count(*) FROM "piece" p WHERE p."document" = d."id") ORDER BY d."id"'
        )
        return [str(row[0]) for row in rows]

    def whole_of(self, professional: str) -> list[str]:
        """Return the documents of a professional whose pieces are said to be at the office."""
        rows = self._database.rows(
            'SELECT "id" FROM "document" WHERE "professional" = ? AND "id" IN'
            ' (SELECT "document" FROM "piece" WHERE "is_sent" = 1) ORDER BY "id"',
            (professional,),
        )
        return [str(row[0]) for row in rows]
