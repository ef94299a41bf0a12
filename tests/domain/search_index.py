"""The index of persons as ``person_search`` recommends it, in a plain SQLite, for its tests."""

import json
import sqlite3
from datetime import date

from desktop.domain.person_search import Candidate, Query, WordQuery, keys_of, rank

_SCHEMA = """
CREATE TABLE person (id TEXT PRIMARY KEY, sort_name TEXT, birth_date TEXT, phone TEXT);
CREATE TABLE name_word (word TEXT PRIMARY KEY, sound TEXT) WITHOUT ROWID;
CREATE INDEX name_word_sound ON name_word (sound);
CREATE TABLE name_variant (variant TEXT, word TEXT, PRIMARY KEY (variant, word)) WITHOUT ROWID;
CREATE TABLE person_word (word TEXT, person TEXT, PRIMARY KEY (word, person)) WITHOUT ROWID;
CREATE INDEX person_word_person ON person_word (person, word);
"""


class SearchIndex:
    """Persons, and the three tables that find them again."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(_SCHEMA)

    def add(
        self, person: str, *names: str, born: date | None = None, phone: str | None = None
    ) -> None:
        """Keep a person and the keys of her names."""
        values = (person, " ".join(names), born.isoformat() if born else None, phone)
        self.db.execute("INSERT INTO person VALUES (?, ?, ?, ?)", values)
        for key in keys_of(*names):
            self.db.execute("INSERT OR IGNORE INTO name_word VALUES (?, ?)", (key.word, key.sound))
            self.db.executemany(
                "INSERT OR IGNORE INTO name_variant VALUES (?, ?)",
                [(variant, key.word) for variant in key.variants],
            )
            self.db.execute("INSERT INTO person_word VALUES (?, ?)", (key.word, person))

    def find(self, query: Query, limit: int = 50) -> list[str]:
        """Answer a query with the identifiers of the persons found, best first."""
        return [c.person for c in rank(query, self._candidates(query), limit)]

    def _candidates(self, query: Query) -> list[Candidate]:
        if query.is_empty:
            return []
        sets = [json.dumps(self._words(word)) for word in query.words]
        among = "SELECT person FROM person_word WHERE word IN (SELECT value FROM json_each(?))"
        chosen = " INTERSECT ".join([among] * len(sets)) if sets else "SELECT id FROM person"
        short = len(query.words) == 1 and len(query.words[0].exact_prefix) <= 2
        if short and not query.numbers:
            chosen += " ORDER BY word LIMIT 500"
        tests, values = ["1"], [*sets]
        for number in query.numbers:
            tests.append("(p.birth_date LIKE ? OR p.phone LIKE ?)")
            values.append(number.birth.like if number.birth else "")
            values.append(f"%{number.digits}%" if number.digits else "")
        rows = self.db.execute(
            "SELECT p.id, p.sort_name, p.birth_date, p.phone, group_concat(w.word, ' ')"
            f" FROM ({chosen}) f JOIN person p ON p.id = f.{'person' if sets else 'id'}"
            " JOIN person_word w ON w.person = p.id"
            f" WHERE {' AND '.join(tests)} GROUP BY p.id",
            values,
        )
        return [
            Candidate(
                person,
                tuple(words.split()),
                sort_name,
                date.fromisoformat(born) if born else None,
                (phone,) if phone else (),
            )
            for person, sort_name, born, phone, words in rows
        ]

    def _words(self, query: WordQuery) -> list[str]:
        found: set[str] = set()
        for low, high in query.ranges:
            found.update(self._column("WHERE word >= ? AND word < ?", low, high))
        marks = ",".join("?" * len(query.sounds))
        found.update(self._column(f"WHERE sound IN ({marks})", *query.sounds))
        marks = ",".join("?" * len(query.variants))
        sql = f"SELECT word FROM name_variant WHERE variant IN ({marks})"
        found.update(row[0] for row in self.db.execute(sql, query.variants))
        return sorted(found)

    def _column(self, where: str, *values: str) -> list[str]:
        return [row[0] for row in self.db.execute(f"SELECT word FROM name_word {where}", values)]
