"""Dossiers that look like one person's: which are still to be compared, and which were found.

Names that arrive or change are put on a list in the transaction that brings them (``PersonIndex``),
so that nothing is missed when the laptop is closed meanwhile. Each is then compared with the few
persons who share a key with her: never everybody with everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json

_CANDIDATES = 200
"""Persons compared with one: those who share most keys come first."""


class Pair(NamedTuple):
    """Two dossiers that look alike, the smaller identifier first."""

    one: str
    other: str
    level: int


class LikelyPairs:
    """The list of whom to compare, and the pairs that were found."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def wait(self, persons: Iterable[str]) -> None:
        """Put persons on the list of those to compare, in the caller's transaction."""
        self._database.execute_many(
            'INSERT OR IGNORE INTO "person_to_compare" VALUES (?)', [(rid,) for rid in persons]
        )

    def waiting(self, limit: int) -> list[str]:
        """Return some of those who are still to be compared."""
        rows = self._database.rows('SELECT "person" FROM "person_to_compare" LIMIT ?', (limit,))
        return [str(row[0]) for row in rows]

    def candidates(self, person: str, keys: Iterable[str]) -> list[str]:
        """Keep under which keys a person is compared; return who shares at least one."""
        known = list(keys)
        self._database.execute('DELETE FROM "person_block" WHERE "person" = ?', (person,))
        self._database.execute_many(
            'INSERT OR IGNORE INTO "person_block" VALUES (?, ?)', [(key, person) for key in known]
        )
        rows = self._database.rows(
            'SELECT "person" FROM "person_block"'
            ' WHERE "key" IN (SELECT "value" FROM json_each(?)) AND "person" <> ?'
            ' GROUP BY "person" ORDER BY count(*) DESC, "person" LIMIT ?',
            (write_json(known), person, _CANDIDATES),
        )
        return [str(row[0]) for row in rows]

    def settle(self, person: str, found: Mapping[str, int]) -> bool:
        """Write whom a person looks like and take her off the list; tell whether that is news."""
        before = {(pair.one, pair.other): pair.level for pair in self.of([person])}
        after = {(min(person, other), max(person, other)): level for other, level in found.items()}
        self._database.execute_many(
            'DELETE FROM "likely_pair" WHERE "one" = ? AND "other" = ?',
            list(before.keys() - after.keys()),
        )
        self._database.execute_many(
            'INSERT OR REPLACE INTO "likely_pair" VALUES (?, ?, ?)',
            [(*pair, level) for pair, level in after.items() if before.get(pair) != level],
        )
        self._database.execute('DELETE FROM "person_to_compare" WHERE "person" = ?', (person,))
        return before != after

    def forget(self, persons: Iterable[str]) -> None:
        """Drop what is known of persons whose dossier left, in the caller's transaction."""
        gone = [(rid,) for rid in persons]
        for statement in (
            'DELETE FROM "person_to_compare" WHERE "person" = ?',
            'DELETE FROM "person_block" WHERE "person" = ?',
            'DELETE FROM "likely_pair" WHERE "one" = ?',
            'DELETE FROM "likely_pair" WHERE "other" = ?',
        ):
            self._database.execute_many(statement, gone)

    def best(self, limit: int) -> list[Pair]:
        """Return the likeliest pairs."""
        rows = self._database.rows(
            'SELECT "one", "other", "level" FROM "likely_pair"'
            ' ORDER BY "level" DESC, "one", "other" LIMIT ?',
            (limit,),
        )
        return [_pair(row) for row in rows]

    def of(self, persons: Sequence[str]) -> list[Pair]:
        """Return the pairs these persons are in, the likeliest first."""
        rows = self._database.rows(
            'SELECT "one", "other", "level" FROM "likely_pair"'
            ' WHERE "one" IN (SELECT "value" FROM json_each(:who))'
            ' OR "other" IN (SELECT "value" FROM json_each(:who))'
            ' ORDER BY "level" DESC, "one", "other"',
            {"who": write_json(list(persons))},
        )
        return [_pair(row) for row in rows]


def _pair(row: tuple[object, ...]) -> Pair:
    return Pair(str(row[0]), str(row[1]), int(str(row[2])))
