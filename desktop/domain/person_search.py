"""Finding a person from what somebody types: letters forgiven, words in any order, dates, phones.

This module decides; the store only looks words up. It keeps, for the words of ``keys_of``::

    name_word(word PRIMARY KEY, sound)              index on sound
    name_variant(variant, word), PRIMARY KEY(variant, word) WITHOUT ROWID
    person_word(word, person), PRIMARY KEY(word, person) WITHOUT ROWID, index on person

A word is in ``name_variant`` under itself, under each of its one-letter deletions, and under its
sound and the deletions of its sound (capitals, so that the two never meet). Two words one letter
apart (wrong, missing, added or swapped) always share a variant: no query ever scans the table.

The question, for each ``WordQuery`` ``w`` of ``parse_query(text)``::

    -- 1. the words that may be meant
    SELECT word FROM name_word WHERE word >= :low AND word < :high  -- (low, high) in w.ranges
    UNION SELECT word FROM name_word WHERE sound IN (…w.sounds…)
    UNION SELECT word FROM name_variant WHERE variant IN (…w.variants…)

    -- 2. the persons who have a word of every set (one subquery a WordQuery)
    SELECT person FROM person_word WHERE word IN (…set 1…)
    INTERSECT SELECT person FROM person_word WHERE word IN (…set 2…) …

    -- 3. what rank() needs of each
    SELECT p.id, p.sort_name, p.birth_date, p.phone1, p.phone2, group_concat(w.word, ' ')
      FROM person p JOIN person_word w ON w.person = p.id WHERE p.id IN (…2…) GROUP BY p.id

A query of one word of one or two letters means thousands of persons and forgives nothing: step 2
takes then ``ORDER BY word LIMIT 500``. Each ``NumberQuery`` adds to step 3 the condition
``(birth_date LIKE :birth.like OR phone LIKE '%digits%')``: alone, it scans 25,000 short rows.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from desktop.domain.french_dates import full_year, month_number
from desktop.domain.names import (
    all_words,
    deletions,
    fold,
    one_edit_apart,
    sound,
    words,
)

FORGIVING_LENGTH = 4
"""Letters from which a slip in a word is forgiven."""
MAX_QUERY = 120
"""Characters read of a query, words and numbers used of it (the next two)."""
MAX_QUERY_WORDS = 6
MAX_QUERY_NUMBERS = 4
_SOUND_LENGTH = 3
_MIN_PHONE_DIGITS = 4
_ALREADY_USED = 5
_AFTER_ALL = "\U0010ffff"

# Particles that people write, glue or leave out: alone, they are no reason to miss somebody.
_PARTICLES = frozenset(
    (
        "d", "l", "n", "m", "o", "de", "du", "des", "da", "do", "dos", "das",
        "di", "del", "della", "le", "la", "les", "el", "al", "ul", "ben",
        "bin", "bent", "ait", "ould", "abd", "van", "von", "den", "der",
        "st", "ste", "saint", "sainte",
    )
)  # fmt: skip
_NUMBERS = re.compile(r"\+?[0-9]+(?:[ ./\-][0-9]+)*")
_FIRST = re.compile(r"\b1er\b", re.IGNORECASE)
_MONTH_DATE = re.compile(r"\b(?:([0-9]{1,2}) )?([^\W\d_]{3,9})\.? ([0-9]{4}|[0-9]{2})\b")


class Match(IntEnum):
    """How well a typed word meets a word of a person; smaller is better."""

    EXACT = 0
    PREFIX = 1
    SOUND = 2
    ONE_EDIT = 3
    SOUND_EDIT = 4


@dataclass(frozen=True, slots=True)
class NameKey:
    """What the store keeps of one word of a person's names."""

    word: str
    sound: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordQuery:
    """One typed word: ``forms`` are the spellings it may have (alone, or glued to a particle)."""

    forms: tuple[str, ...]
    sounds: tuple[str, ...]
    variants: tuple[str, ...]

    @property
    def exact_prefix(self) -> str:
        """The word as typed, with which the word of the person may only begin."""
        return self.forms[0]

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """Bounds (from, up to but not including) of the words that begin like a form."""
        return tuple((form, form + _AFTER_ALL) for form in self.forms)


@dataclass(frozen=True, slots=True)
class BirthPattern:
    """The known parts of a typed date of birth."""

    day: int | None = None
    month: int | None = None
    year: int | None = None

    @property
    def like(self) -> str:
        """The pattern of SQL LIKE that an ISO date of birth must follow."""
        year = f"{self.year:04}" if self.year is not None else "____"
        month = f"{self.month:02}" if self.month is not None else "__"
        day = f"{self.day:02}" if self.day is not None else "__"
        return f"{year}-{month}-{day}"

    def fits(self, birth_date: date) -> bool:
        """Tell whether ``birth_date`` has every part that was typed."""
        parts = ((self.day, birth_date.day), (self.month, birth_date.month))
        asked = (*parts, (self.year, birth_date.year))
        return all(typed is None or typed == own for typed, own in asked)


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """Typed digits: a date of birth, a piece of telephone number, or possibly either."""

    birth: BirthPattern | None
    digits: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood."""

    words: tuple[WordQuery, ...] = ()
    numbers: tuple[NumberQuery, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing usable was typed: there is nothing to look for."""
        return not self.words and not self.numbers


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person the store proposes: enough to decide and to order, nothing more."""

    person: str
    words: tuple[str, ...]
    sort_name: str
    birth_date: date | None = None
    phones: tuple[str, ...] = ()


def keys_of(*names: str | None) -> tuple[NameKey, ...]:
    """Return the words under which a person with these names is kept (birth, usual, first…)."""
    return tuple(NameKey(word, sound(word), variants_of(word)) for word in all_words(names))


def variants_of(word: str) -> tuple[str, ...]:
    """Return the keys of ``name_variant`` for a word: it, its deletions, and those of its sound."""
    found = [word]
    if len(word) >= FORGIVING_LENGTH:
        found.extend(deletions(word))
    heard = sound(word)
    if len(heard) >= _SOUND_LENGTH:
        found.append(heard)
        found.extend(deletions(heard) if len(heard) >= FORGIVING_LENGTH else ())
    return tuple(dict.fromkeys(found))


def parse_query(text: str, today: date) -> Query:
    """Understand what was typed so far: the last word may be only a beginning.

    « dupon jea 4/3/79 », « nguyen 1979 », « 06 12 34 », « 4 mars 1979 », « ben ali » are all
    understood. Every word and every number must be met by a person who is found.
    """
    rest = _FIRST.sub("1", " ".join(text[:MAX_QUERY].split()))
    numbers: list[NumberQuery] = []
    for found in _MONTH_DATE.finditer(rest):
        if pattern := _worded_birth(found, today):
            numbers.append(NumberQuery(pattern, None))
            rest = rest.replace(found[0], " ", 1)
    for found in _NUMBERS.finditer(rest):
        if number := _number(found[0], today):
            numbers.append(number)
    letters = "".join(" " if c.isdigit() else c for c in rest)
    return Query(_word_queries(letters), tuple(dict.fromkeys(numbers))[:MAX_QUERY_NUMBERS])


def rank(query: Query, candidates: Iterable[Candidate], limit: int = 50) -> list[Candidate]:
    """Return the candidates that meet the whole query, best first, at most ``limit``.

    A word met exactly or by its beginning comes before one that sounds alike, then one a letter
    apart. Equal matches are in the order of names, then of identifiers: always the same order.
    """
    if query.is_empty:
        return []
    known: list[dict[str, Match | None]] = [{} for _ in query.words]
    ordered: list[tuple[int, str, str, Candidate]] = []
    for candidate in candidates:
        if not all(_fits(number, candidate) for number in query.numbers):
            continue
        score = _score(query.words, candidate.words, known)
        if score is not None:
            ordered.append((score, candidate.sort_name, candidate.person, candidate))
    ordered.sort(key=lambda entry: entry[:3])
    return [entry[3] for entry in ordered[:limit]]


def match(query: WordQuery, word: str) -> Match | None:
    """Tell how the typed word meets a folded word of a person, or None when it does not."""
    if word in query.forms:
        return Match.EXACT
    if any(word.startswith(form) for form in query.forms):
        return Match.PREFIX
    if not query.sounds:
        return None
    heard = sound(word)
    if len(heard) >= 2 and heard in query.sounds:
        return Match.SOUND
    if max(map(len, query.forms)) < FORGIVING_LENGTH:
        return None
    if any(len(f) >= FORGIVING_LENGTH and one_edit_apart(f, word) for f in query.forms):
        return Match.ONE_EDIT
    close = (s for s in query.sounds if len(s) >= FORGIVING_LENGTH or len(heard) > len(s) >= 3)
    if len(heard) >= _SOUND_LENGTH and any(one_edit_apart(s, heard) for s in close):
        return Match.SOUND_EDIT
    return None


def _score(
    queries: Sequence[WordQuery],
    own_words: Sequence[str],
    known: list[dict[str, Match | None]],
) -> int | None:
    used: set[str] = set()
    total = 0
    for query, cache in zip(queries, known, strict=True):
        best: tuple[int, str] | None = None
        for word in own_words:
            if word not in cache:
                cache[word] = match(query, word)
            quality = cache[word]
            if quality is None:
                continue
            # « jean j » asks for a second word in j before it is content with the same Jean.
            cost = quality + (_ALREADY_USED if word in used else 0)
            if best is None or (cost, word) < best:
                best = (cost, word)
        if best is None:
            return None
        total += best[0]
        used.add(best[1])
    return total


def _fits(number: NumberQuery, candidate: Candidate) -> bool:
    born = candidate.birth_date
    if number.birth is not None and born is not None and number.birth.fits(born):
        return True
    digits = number.digits
    return digits is not None and any(digits in phone for phone in candidate.phones)


def _word_queries(text: str) -> tuple[WordQuery, ...]:
    typed = words(text)
    queries: list[WordQuery] = []
    particles: list[str] = []
    for index, word in enumerate(typed):
        if word in _PARTICLES and index < len(typed) - 1:
            particles.append(word)
            continue
        queries.append(_word_query(word, particles))
        particles = []
    return tuple(queries[:MAX_QUERY_WORDS])


def _word_query(word: str, particles: Sequence[str]) -> WordQuery:
    glued = ["".join(particles[i:]) + word for i in range(len(particles))]
    forms = tuple(dict.fromkeys([word, *glued]))
    long_enough = [form for form in forms if len(form) >= _SOUND_LENGTH]
    sounds = tuple(dict.fromkeys(sound(form) for form in long_enough))
    forgiven = [form for form in forms if len(form) >= FORGIVING_LENGTH]
    variants = tuple(dict.fromkeys(v for form in forgiven for v in variants_of(form)))
    return WordQuery(forms, tuple(s for s in sounds if s), variants)


def _worded_birth(found: re.Match[str], today: date) -> BirthPattern | None:
    month = month_number(fold(found[2]))
    if month is None:
        return None
    day = int(found[1]) if found[1] else None
    return _pattern(day, month, found[3], today)


def _number(text: str, today: date) -> NumberQuery | None:
    groups = re.findall(r"[0-9]+", text)
    digits = "".join(groups)
    if text.startswith("+") or digits.startswith("0033"):
        national = digits.removeprefix("00")
        return NumberQuery(None, "0" + national[2:] if national[:2] == "33" else national)
    birth = _birth(groups, today)
    phone = digits if len(digits) >= _MIN_PHONE_DIGITS else None
    if birth and len(groups) > 1 and re.search(r"[/.\-]", text):
        phone = digits if all(len(group) == 2 for group in groups) else None
    return NumberQuery(birth, phone) if birth or phone else None


def _birth(groups: list[str], today: date) -> BirthPattern | None:
    """Read groups of digits as a date: 4 3 1979, 4 3, 3 1979, 1979, 1979 03 04, 04031979."""
    match [len(group) for group in groups]:
        case [8]:
            whole = groups[0]
            return _pattern(int(whole[:2]), int(whole[2:4]), whole[4:], today)
        case [4]:
            return _pattern(None, None, groups[0], today)
        case [1 | 2, 1 | 2]:
            return _pattern(int(groups[0]), int(groups[1]), None, today)
        case [1 | 2, 4]:
            return _pattern(None, int(groups[0]), groups[1], today)
        case [1 | 2, 1 | 2, 2 | 4]:
            return _pattern(int(groups[0]), int(groups[1]), groups[2], today)
        case [4, 1 | 2, 1 | 2]:
            return _pattern(int(groups[2]), int(groups[1]), groups[0], today)
    return None


def _pattern(
    day: int | None, month: int | None, year_text: str | None, today: date
) -> BirthPattern | None:
    year = int(year_text) if year_text else None
    if year_text and len(year_text) == 2:
        year = full_year(int(year_text), today=today, past_only=True)
    possible = (
        (day is None or 1 <= day <= 31)
        and (month is None or 1 <= month <= 12)
        and (year is None or 1890 <= year <= today.year)
    )
    return BirthPattern(day, month, year) if possible else None
