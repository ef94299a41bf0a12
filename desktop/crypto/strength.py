"""How many guesses a passphrase stands: a cautious estimate, without any rule about its form.

The phrase is cut into the pieces an attacker would use, and the cheapest way to cut it wins. Each
piece has a price in bits: a saying, a usual password, a day or a month 5; a run of the keyboard
(along a row, down a column, on the keypad), of the alphabet, or of two that alternate 6; a frequent
name or a commune 8; a date 15; something already said 3; a common word 12; another word 14 for nine
letters; a short word 2; what is her own (her name, her login, the office) 2; any other sign what
its alphabet holds. Signs that stand for letters, as « @ » does, are read as letters too, for 3
bits. Spaces are free, and a sentence costs a fifth less than the same words drawn by chance. It
errs on the low side, except for a quotation that is not in our list: no estimate knows all books.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from enum import Enum

from desktop.crypto.wordlists import (
    common_names,
    common_phrases,
    fold,
    phrase_words,
    recovery_words,
)

# Behind Argon2id at 256 MiB, 40 bits stand a rack of graphics cards for decades; the advice is the
# CNIL's figure for a passphrase that protects alone.
REFUSED_BITS = 40.0
ADVISED_BITS = 80.0
MAX_CONSIDERED = 512

_COMMON_PHRASE, _RUN, _DATE, _YEAR, _REPEATED = 5.0, 6.0, 15.0, 7.0, 3.0
_LISTED_WORD, _UNLISTED_WORD, _SHORT_WORD = 12.0, 14.0, 2.0
_NAME, _DISGUISED, _OWN = 8.0, 3.0, 2.0
_SHORTEST_OWN = 3
_LETTER, _DIGIT, _SIGN, _SEPARATOR, _CAPITALS = 4.7, 3.3, 5.0, 1.0, 1.0
_LONGEST_PIECE = 64
_LETTERS_PER_WORD = 9
_SHORTEST_RUN = 4
_SENTENCE_FACTOR, _SENTENCE_SHORT_WORDS = 0.8, 2
_SHORTEST_REPEAT = _SHORTEST_LISTED = 4
_LONGEST_SHORT_WORD = 3
_SAME_SIGN = 3
_AROUND_WORDS = " '-,.;:!?\N{NO-BREAK SPACE}"

_RUNS = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "&é\"'(-è_çà)=",
    "1a2z3e4r5t6y",
)
_COLUMNS = (
    *("1aqw", "2zsx", "3edc", "4rfv", "5tgb", "6yhn", "7uj,", "8ik;", "9ol:"),
    *("1qaz", "2wsx", "7ujm", "8ik,", "9ol.", "147", "2580", "369", "159", "357", "789", "456"),
)
_SHORTEST_COLUMN = 3
_SHORTEST_ALTERNATION = 6
_DISGUISES = str.maketrans("@013457$€", "aoieastse")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_FULL_DATE = re.compile(rf"{_DAY}[ ./-]?{_MONTH}[ ./-]?(?:(?:19|20)?\d\d)")
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"[^\w\s]+")
_SPACES = re.compile(r"\s+")
_UNPRONOUNCEABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|^[bcdfghjklmnpqrstvwxz]+$")


class Hint(Enum):
    """What made a phrase easier to guess; the window has a sentence for each."""

    COMMON_PHRASE = "common phrase"
    RUN = "run"
    DATE = "date"
    REPEATED = "repeated"
    SENTENCE = "sentence"
    OWN = "own"


class Level(Enum):
    """What to tell the person."""

    REFUSED = "refused"
    FAIR = "fair"
    STRONG = "strong"


@dataclass(frozen=True)
class Strength:
    """An estimate in bits, and what weighed it down."""

    bits: float
    hints: frozenset[Hint]

    @property
    def level(self) -> Level:
        """Where the estimate stands against what we refuse (40 bits) and advise (80, CNIL)."""
        if self.bits < REFUSED_BITS:
            return Level.REFUSED
        return Level.STRONG if self.bits >= ADVISED_BITS else Level.FAIR


@dataclass(frozen=True)
class _Piece:
    end: int
    bits: float
    hint: Hint | None = None


class Estimator:
    """Holds the word lists, read when it is made: whoever rates each key typed makes one of it."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        """``own``: what anybody knows of whoever types, her name or where she works."""
        self._own = _own_words(own)
        self._words = frozenset(phrase_words()) | frozenset(recovery_words())
        phrases = [fold(phrase) for phrase in common_phrases()]
        self._phrases = frozenset(phrases) | frozenset(map(_bare, phrases))
        self._names = frozenset(common_names())

    def knowing(self, own: Iterable[str]) -> Estimator:
        """Return one with the same lists and what is known of somebody, without reading them."""
        known = copy(self)
        known._own = _own_words(own)
        return known

    def estimate(self, passphrase: str) -> Strength:
        """Return the price of the cheapest way to say this phrase."""
        original = unicodedata.normalize("NFC", passphrase)[:MAX_CONSIDERED]
        text = fold(original)
        # « Liberté, égalité, fraternité » is the same saying with its commas or without.
        bare = _bare(text)
        commas = sum(_sign(text, found.start()) for found in _PUNCTUATION.finditer(text))
        ways = [self._cheapest(text), _dearer(self._cheapest(bare), commas)]
        plain = text.translate(_DISGUISES)
        if plain != text:
            ways.append(_dearer(self._cheapest(plain, is_disguised=True), _DISGUISED))
        bits, hints = min(ways, key=lambda way: way[0])
        if _is_sentence(text):
            bits, hints = bits * _SENTENCE_FACTOR, hints | {Hint.SENTENCE}
        return Strength(bits + _capitals(original), hints)

    def _cheapest(self, text: str, *, is_disguised: bool = False) -> tuple[float, frozenset[Hint]]:
        ways: list[tuple[float, frozenset[Hint]]] = [(math.inf, frozenset())] * (len(text) + 1)
        ways[0] = (0.0, frozenset())
        for start in range(len(text)):
            bits, hints = ways[start]
            for piece in self._pieces(text, start, is_disguised=is_disguised):
                if bits + piece.bits < ways[piece.end][0]:
                    found = hints | {piece.hint} if piece.hint else hints
                    ways[piece.end] = (bits + piece.bits, found)
        return ways[-1]

    def _pieces(self, text: str, start: int, *, is_disguised: bool) -> Iterator[_Piece]:
        yield _Piece(start + 1, _sign(text, start))
        yield from self._known(text, start)
        if not is_disguised:  # signs drawn by chance would read as a word that nobody knows
            yield from _unlisted_word(text, start)
        yield from _runs(text, start)
        yield from _dates(text, start)
        yield from _repeats(text, start)

    def _known(self, text: str, start: int) -> Iterator[_Piece]:
        for end in range(start + _SHORTEST_OWN, min(len(text), start + _LONGEST_PIECE) + 1):
            piece = text[start:end]
            if piece in self._own:
                yield _Piece(end, _OWN, Hint.OWN)
            elif end < start + _SHORTEST_LISTED:
                continue
            elif piece in self._phrases:
                yield _Piece(end, _COMMON_PHRASE, Hint.COMMON_PHRASE)
            elif piece in self._names:
                yield _Piece(end, _NAME, Hint.COMMON_PHRASE)
            elif piece in self._words:
                yield _Piece(end, _LISTED_WORD)


def _own_words(own: Iterable[str]) -> frozenset[str]:
    """Each as a whole, and word by word: « coffre.deux-sevres.fr » is also « sevres »."""
    words = {fold(one).strip() for one in own}
    words |= {part for one in words for part in _WORD.findall(one)}
    return frozenset(word for word in words if len(word) >= _SHORTEST_OWN)


def _bare(text: str) -> str:
    return _SPACES.sub(" ", _PUNCTUATION.sub(" ", text))


def _sign(text: str, start: int) -> float:
    sign = text[start]
    if sign.isspace():
        return 0.0
    if sign.isdecimal():
        return _DIGIT
    if sign.isalpha():
        return _LETTER
    return _SEPARATOR if sign in text[:start] else _SIGN


def _unlisted_word(text: str, start: int) -> Iterator[_Piece]:
    """A whole run of letters that reads like words: less than its letters taken one by one."""
    if start and text[start - 1].isalpha():
        return
    found = _WORD.match(text, start)
    if found is None or _UNPRONOUNCEABLE.search(found.group()):
        return
    length = len(found.group())
    if length <= _LONGEST_SHORT_WORD:
        # « de », « une »: a word of its own, not two letters of a random k7Re9.
        around = text[max(0, start - 1) : start] + text[found.end() : found.end() + 1]
        if not around.strip(_AROUND_WORDS):
            yield _Piece(found.end(), _SHORT_WORD)
    else:
        yield _Piece(found.end(), _UNLISTED_WORD * math.ceil(length / _LETTERS_PER_WORD))


def _runs(text: str, start: int) -> Iterator[_Piece]:
    """Neighbours on a keyboard or in the alphabet, either way, or one sign again and again."""
    for rows, shortest in ((_RUNS, _SHORTEST_RUN), (_COLUMNS, _SHORTEST_COLUMN)):
        for line in (line for row in rows for line in (row, row[::-1])):
            length = _common_prefix(text, start, line)
            if length >= shortest:
                yield _Piece(start + length, _RUN, Hint.RUN)
    yield from _alternations(text, start)
    end = start
    while end < len(text) and text[end] == text[start]:
        end += 1
    if end - start >= _SAME_SIGN:
        yield _Piece(end, _sign(text, start) + _REPEATED, Hint.REPEATED)


def _alternations(text: str, start: int) -> Iterator[_Piece]:
    """Two runs, a sign of each in turn: « a1b2c3 »."""
    end = start + 2
    while end < len(text) and ord(text[end]) - ord(text[end - 2]) == 1 and text[end].isalnum():
        end += 1
    if end - start >= _SHORTEST_ALTERNATION:
        yield _Piece(end, _RUN, Hint.RUN)


def _dearer(way: tuple[float, frozenset[Hint]], bits: float) -> tuple[float, frozenset[Hint]]:
    return way[0] + bits, way[1]


def _common_prefix(text: str, start: int, line: str) -> int:
    at = line.find(text[start])
    length = 0
    while (
        at >= 0
        and at + length < len(line)
        and start + length < len(text)
        and line[at + length] == text[start + length]
    ):
        length += 1
    return length


def _dates(text: str, start: int) -> Iterator[_Piece]:
    for pattern, bits in ((_FULL_DATE, _DATE), (_A_YEAR, _YEAR)):
        if found := pattern.match(text, start):
            yield _Piece(found.end(), bits, Hint.DATE)


def _repeats(text: str, start: int) -> Iterator[_Piece]:
    """The longest piece from here that was already said before."""
    end = start + _SHORTEST_REPEAT
    while end <= len(text) and text.find(text[start:end], 0, start) >= 0:
        end += 1
    if end - 1 >= start + _SHORTEST_REPEAT and not text[start : end - 1].isspace():
        yield _Piece(end - 1, _REPEATED, Hint.REPEATED)


def _is_sentence(text: str) -> bool:
    words = [word.strip(_AROUND_WORDS) for word in text.split()]
    short = [word for word in words if word.isalpha() and len(word) <= _LONGEST_SHORT_WORD]
    return len(short) >= _SENTENCE_SHORT_WORDS


def _capitals(original: str) -> float:
    """One bit for each word with a capital or an accent: people put them where one expects."""
    words = _WORD.findall(original)
    return _CAPITALS * len({word for word in words if word != fold(word)})
