"""Looking people up: the tables of ``desktop.domain.person_search``, kept with the records."""

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.domain.person_search import (
    Candidate,
    NumberQuery,
    Query,
    WordQuery,
    keys_of,
    rank,
    variants_of,
)
from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json
from desktop.store.records import Data

_SHORT_WORD = 2
_SHORT_LIMIT = 500
_CANDIDATES = 400
_COLUMNS = (
    'p."id", coalesce(p."usual_name", p."birth_name") || \' \' || p."first_name",'
    ' p."birth_date", p."phone1", p."phone2"'
)


class PersonIndex:
    """Words of names, and the persons who bear them."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def refresh(self, persons: Mapping[str, Data]) -> None:
        """Index these persons anew, in the caller's transaction."""
        keys = {rid: keys_of(*_names(data)) for rid, data in persons.items()}
        held = self._held(keys)
        words = {rid: {key.word for key in found} for rid, found in keys.items()}
        self._unlink({rid: held[rid] - words[rid] for rid in held})
        added = [(rid, key) for rid in keys for key in keys[rid] if key.word not in held[rid]]
        fresh = {key.word: key for _, key in added}
        new = [fresh[word] for word in fresh.keys() - self._known(fresh)]
        self._database.execute_many(
            'INSERT INTO "name_word" VALUES (?, ?)', [(key.word, key.sound) for key in new]
        )
        self._database.execute_many(
            'INSERT OR IGNORE INTO "name_variant" VALUES (?, ?)',
            [(variant, key.word) for key in new for variant in key.variants],
        )
        self._database.execute_many(
            'INSERT OR IGNORE INTO "person_word" VALUES (?, ?)',
            [(key.word, rid) for rid, key in added],
        )

    def forget(self, persons: Iterable[str]) -> None:
        """Take persons out of the index, and the words nobody bears any more."""
        self._unlink(self._held(persons))

    def _unlink(self, gone: Mapping[str, set[str]]) -> None:
        self._database.execute_many(
            'DELETE FROM "person_word" WHERE "word" = ? AND "person" = ?',
            [(word, rid) for rid, words in gone.items() for word in words],
        )
        words = set().union(*gone.values())
        orphans = words - self._borne(words)
        self._database.execute_many(
            'DELETE FROM "name_variant" WHERE "variant" = ? AND "word" = ?',
            [(variant, word) for word in orphans for variant in variants_of(word)],
        )
        self._database.execute_many(
            'DELETE FROM "name_word" WHERE "word" = ?', [(word,) for word in orphans]
        )

    def find(self, query: Query, *, limit: int) -> list[Candidate]:
        """Return the persons meant, best first."""
        if query.is_empty:
            return []
        found = self._by_words(query.words) if query.words else self._by_numbers(query.numbers)
        return rank(query, found, limit)

    def _by_words(self, words: Iterable[WordQuery]) -> list[Candidate]:
        persons: set[str] | None = None
        for word in words:
            bearers = self._bearers(word)
            persons = bearers if persons is None else persons & bearers
            if not persons:
                return []
        return self._candidates(list(persons or ()))

    def _bearers(self, query: WordQuery) -> set[str]:
        sql, parameters = _meant(query)
        short = len(query.exact_prefix) <= _SHORT_WORD
        cut = f' ORDER BY "word" LIMIT {_SHORT_LIMIT}' if short else ""
        rows = self._database.rows(
            f'SELECT "person" FROM "person_word" WHERE "word" IN ({sql}){cut}',  # noqa: S608
            parameters,
        )
        return {str(row[0]) for row in rows}

    def _by_numbers(self, numbers: Iterable[NumberQuery]) -> list[Candidate]:
        clauses, parameters = [], []
        for number in numbers:
            either = []
            if number.birth is not None:
                either.append('p."birth_date" LIKE ?')
                parameters.append(number.birth.like)
            if number.digits is not None:
                either.append('p."phone1" LIKE ? OR p."phone2" LIKE ?')
                parameters += [f"%{number.digits}%"] * 2
            clauses.append(f"({' OR '.join(either)})")
        rows = self._database.rows(
            f"SELECT {_COLUMNS}, '' FROM \"person\" p"  # noqa: S608
            f" WHERE {' AND '.join(clauses)} LIMIT {_CANDIDATES}",
            parameters,
        )
        return [_candidate(row) for row in rows]

    def _candidates(self, persons: list[str]) -> list[Candidate]:
        marks = ", ".join("?" * len(persons))
        rows = self._database.rows(
            f'SELECT {_COLUMNS}, group_concat(w."word", \' \') FROM "person" p'  # noqa: S608
            f' JOIN "person_word" w ON w."person" = p."id" WHERE p."id" IN ({marks})'
            ' GROUP BY p."id"',
            persons,
        )
        return [_candidate(row) for row in rows]

    def _held(self, persons: Iterable[str]) -> dict[str, set[str]]:
        held: dict[str, set[str]] = {rid: set() for rid in persons}
        rows = self._database.rows(
            'SELECT "person", "word" FROM "person_word"'
            ' WHERE "person" IN (SELECT "value" FROM json_each(?))',
            (write_json(list(held)),),
        )
        for person, word in rows:
            held[str(person)].add(str(word))
        return held

    def _known(self, words: Iterable[str]) -> set[str]:
        rows = self._database.rows(
            'SELECT "word" FROM "name_word" WHERE "word" IN (SELECT "value" FROM json_each(?))',
            (write_json(list(words)),),
        )
        return {str(row[0]) for row in rows}

    def _borne(self, words: Iterable[str]) -> set[str]:
        rows = self._database.rows(
            'SELECT "value" FROM json_each(?) WHERE EXISTS'
            ' (SELECT 1 FROM "person_word" WHERE "word" = "value")',
            (write_json(list(words)),),
        )
        return {str(row[0]) for row in rows}


def _names(data: Data) -> list[str]:
    names = (data.get(name) for name in ("birth_name", "usual_name", "first_name"))
    return [str(name) for name in names if name]


def _meant(query: WordQuery) -> tuple[str, list[str]]:
    """Return the question for the words that may be meant, and its parameters."""
    parts, parameters = [], []
    for low, high in query.ranges:
        parts.append('SELECT "word" FROM "name_word" WHERE "word" >= ? AND "word" < ?')
        parameters += [low, high]
    for table, column, values in (
        ("name_word", "sound", query.sounds),
        ("name_variant", "variant", query.variants),
    ):
        if values:
            marks = ", ".join("?" * len(values))
            parts.append(f'SELECT "word" FROM "{table}" WHERE "{column}" IN ({marks})')  # noqa: S608
            parameters += values
    return " UNION ".join(parts), parameters


def _candidate(row: tuple[object, ...]) -> Candidate:
    person, name, birth, phone1, phone2, words = row
    return Candidate(
        person=str(person),
        words=tuple(str(words).split()),
        sort_name=str(name),
        birth_date=date.fromisoformat(str(birth)) if birth else None,
        phones=tuple(str(phone) for phone in (phone1, phone2) if phone),
    )
