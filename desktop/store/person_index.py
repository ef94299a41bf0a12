"""Looking people up: the tables of ``desktop.domain.person_search``, kept with the records."""

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.domain.names import fold
from desktop.domain.person_search import (
    Candidate,
    NumberQuery,
    Query,
    WordQuery,
    keys_of,
    match,
    rank,
    variants_of,
)
from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json
from desktop.store.likely_pairs import LikelyPairs
from desktop.store.records import Data

_SHORT_WORD = 2
_SHORT_LIMIT = 500
_CANDIDATES = 400
_COLUMNS = (
    'p."id", coalesce(p."usual_name", p."birth_name") || \' \' || p."first_name",'
    ' p."birth_date", p."phone1", p."phone2"'
)
# One list in one parameter, here and below: a statement of a hundred parameters would keep SQLite's
# reserve of small memory to itself (``database._CACHED_STATEMENTS``).
_ALIKE = (
    'SELECT "word" FROM "name_word" WHERE "sound" IN (SELECT "value" FROM json_each(?))',
    'SELECT "word" FROM "name_variant" WHERE "variant" IN (SELECT "value" FROM json_each(?))',
)


class PersonIndex:
    """Words of names, and the persons who bear them."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database
        self.pairs = LikelyPairs(database)

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
        self._database.execute_many(
            'INSERT INTO "person_order" VALUES (?, ?) ON CONFLICT ("person") DO UPDATE'
            ' SET "name" = excluded."name" WHERE "name" <> excluded."name"',
            [(rid, _rank(data)) for rid, data in persons.items()],
        )
        self.pairs.wait(persons)

    def forget(self, persons: Iterable[str]) -> None:
        """Take persons out of the index, and the words nobody bears any more."""
        gone = list(persons)
        if not gone:
            return
        self._unlink(self._held(gone))
        self._database.execute_many(
            'DELETE FROM "person_order" WHERE "person" = ?', [(rid,) for rid in gone]
        )
        self.pairs.forget(gone)

    def in_order(self, *, offset: int, limit: int, but: Iterable[str] = ()) -> list[str]:
        """Return the persons whose dossier is not archived, as a French index lists them."""
        rows = self._database.rows(
            'SELECT o."person" FROM "person_order" o JOIN "person" p ON p."id" = o."person"'
            " WHERE p.\"status\" IS NOT 'archived'"
            ' AND o."person" NOT IN (SELECT "value" FROM json_each(?))'
            ' ORDER BY o."name", o."person" LIMIT ? OFFSET ?',
            (write_json(list(but)), limit, offset),
        )
        return [str(row[0]) for row in rows]

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
        met: dict[str, list[str]] | None = None
        for query in words:
            bearers = self._bearers(query)
            if met is None:
                met = bearers
            else:
                met = {rid: met[rid] + bearers[rid] for rid in met.keys() & bearers.keys()}
            if not met:
                return []
        return self._candidates(met or {})

    def _bearers(self, query: WordQuery) -> dict[str, list[str]]:
        """Return who bears a word that may be meant, with those of her words that may be."""
        short = len(query.exact_prefix) <= _SHORT_WORD
        rows = self._database.rows(
            'SELECT "person", "word" FROM "person_word"'
            ' WHERE "word" IN (SELECT "value" FROM json_each(?)) ORDER BY "word" LIMIT ?',
            (write_json(self._meant(query)), _SHORT_LIMIT if short else -1),
        )
        bearers: dict[str, list[str]] = {}
        for person, word in rows:
            bearers.setdefault(str(person), []).append(str(word))
        return bearers

    def _meant(self, query: WordQuery) -> list[str]:
        """Return the words of our persons that may be meant: many are close, few are right."""
        within = ['SELECT "word" FROM "name_word" WHERE "word" >= ? AND "word" < ?']
        rows = self._database.rows(
            " UNION ".join((*within * len(query.ranges), *_ALIKE)),
            (
                *(bound for pair in query.ranges for bound in pair),
                write_json(query.sounds),
                write_json(query.variants),
            ),
        )
        return [str(word) for (word,) in rows if match(query, str(word)) is not None]

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
            f'SELECT {_COLUMNS} FROM "person" p'  # noqa: S608
            f" WHERE {' AND '.join(clauses)} LIMIT {_CANDIDATES}",
            parameters,
        )
        return [_candidate(row) for row in rows]

    def _candidates(self, met: Mapping[str, list[str]]) -> list[Candidate]:
        rows = self._database.rows(
            f'SELECT {_COLUMNS} FROM json_each(?) JOIN "person" p ON p."id" = "value"',  # noqa: S608
            (write_json(list(met)),),
        )
        return [_candidate(row, met[str(row[0])]) for row in rows]

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


def _rank(data: Data) -> str:
    """« Élie » stands between « Durand » and « Fabre »: accents and case do not count."""
    name = data.get("usual_name") or data.get("birth_name") or ""
    return f"{fold(str(name))}\x1f{fold(str(data.get('first_name') or ''))}"


def _names(data: Data) -> list[str]:
    names = (data.get(name) for name in ("birth_name", "usual_name", "first_name"))
    return [str(name) for name in names if name]


def _candidate(row: tuple[object, ...], words: Iterable[str] = ()) -> Candidate:
    person, name, birth, phone1, phone2 = row
    return Candidate(
        person=str(person),
        words=tuple(words),
        sort_name=str(name),
        birth_date=date.fromisoformat(str(birth)) if birth else None,
        phones=tuple(str(phone) for phone in (phone1, phone2) if phone),
    )
