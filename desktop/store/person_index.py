"""Looking people up: the tables of ``desktop.domain.person_search``, kept with the records."""

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.domain.person_search import Candidate, NumberQuery, Query, WordQuery, keys_of, rank
from desktop.store.database import EncryptedDatabase
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
        self.forget(persons)
        words: dict[str, tuple[str, tuple[str, ...]]] = {}
        links: list[tuple[str, str]] = []
        for rid, data in persons.items():
            names = (data.get(n) for n in ("birth_name", "usual_name", "first_name"))
            for key in keys_of(*(str(name) for name in names if name)):
                words[key.word] = (key.sound, key.variants)
                links.append((key.word, rid))
        new = words.keys() - self._known(words)
        self._database.execute_many(
            'INSERT INTO "name_word" VALUES (?, ?)', [(word, words[word][0]) for word in new]
        )
        self._database.execute_many(
            'INSERT OR IGNORE INTO "name_variant" VALUES (?, ?)',
            [(variant, word) for word in new for variant in words[word][1]],
        )
        self._database.execute_many('INSERT OR IGNORE INTO "person_word" VALUES (?, ?)', links)

    def forget(self, persons: Iterable[str]) -> None:
        """Take persons out of the index, and the words nobody bears any more."""
        gone = [(rid,) for rid in persons]
        words = {
            str(row[0])
            for rid in gone
            for row in self._database.rows(
                'SELECT "word" FROM "person_word" WHERE "person" = ?', rid
            )
        }
        self._database.execute_many('DELETE FROM "person_word" WHERE "person" = ?', gone)
        orphans = [
            (word,)
            for word in words
            if self._database.row('SELECT 1 FROM "person_word" WHERE "word" = ? LIMIT 1', (word,))
            is None
        ]
        for word in orphans:
            row = self._database.row('SELECT "sound" FROM "name_word" WHERE "word" = ?', word)
            variants = keys_of(word[0])[0].variants if row else ()
            self._database.execute_many(
                'DELETE FROM "name_variant" WHERE "variant" = ? AND "word" = ?',
                [(variant, word[0]) for variant in variants],
            )
        self._database.execute_many('DELETE FROM "name_word" WHERE "word" = ?', orphans)

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

    def _known(self, words: Iterable[str]) -> set[str]:
        asked = list(words)
        known: set[str] = set()
        for start in range(0, len(asked), 500):
            some = asked[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = self._database.rows(
                f'SELECT "word" FROM "name_word" WHERE "word" IN ({marks})',  # noqa: S608
                some,
            )
            known |= {str(row[0]) for row in rows}
        return known


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
