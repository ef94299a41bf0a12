"""What somebody may not have meant to write in a text that others will read.

It only looks: nothing is refused, kept or sent. Words that judge, or that the law calls sensitive,
are found in a lexicon (resources/guard/); numbers that name somebody are found by their own
arithmetic, so that any other run of digits is left alone. What stands between guillemets is what
was said, and only its numbers are looked at.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Why something deserves a second look."""

    JUDGEMENT = "judgement"
    HEALTH = "health"
    BELIEF = "belief"
    OPINION = "opinion"
    ORIGIN = "origin"
    INTIMACY = "intimacy"
    OFFENCE = "offence"
    NIR = "nir"
    BANK = "bank"
    PHONE = "phone"
    EMAIL = "email"


NUMBERS = frozenset({Family.NIR, Family.BANK, Family.PHONE, Family.EMAIL})
WORDS = frozenset(Family) - NUMBERS


@dataclass(frozen=True, slots=True)
class Remark:
    """Something found, as it was written."""

    family: Family
    words: str


_Tail = tuple[str, ...]
Lexicon = Mapping[str, tuple[tuple[_Tail, Family], ...]]
"""By first word: the words that follow it, and the family; the longest first."""

_SPACE = r"[ .\-\u00a0\u202f]?"
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_NIR = re.compile(
    rf"(?<!\d)[1-478]{_SPACE}\d\d{_SPACE}\d\d{_SPACE}(?:\d\d|2[ABab]){_SPACE}\d{{3}}{_SPACE}\d{{3}}"
    rf"(?:{_SPACE}(?P<key>\d\d))?(?!{_SPACE}\d)"
)
_PHONE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00){_SPACE}33{_SPACE}(?:\(0\){_SPACE})?|0)[1-9](?:{_SPACE}\d\d){{4}}(?!\d)"
    rf"|(?<![\d+])\+(?!33)[1-9](?:{_SPACE}\d){{7,13}}(?!\d)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?:[ \u00a0\u202f]?[A-Za-z0-9]{4}){2,7}"
    r"(?:[ \u00a0\u202f]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_CARD = re.compile(r"(?<!\d)\d{4}([ .\-\u00a0\u202f]?)\d{4}\1\d{4}\1\d{4}(?!\d)")
_ACCENTED = "àâäáãåçéèêëîïíìôöóòõûüúùÿýñ’"
_PLAIN = str.maketrans(_ACCENTED, "aaaaaaceeeeiiiiooooouuuuyyn'")
_ENDINGS = ("", "s", "e", "es")


class FreeTextGuard:
    """Reads a text and says what deserves a second look; it holds nothing of what it read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def remarks(self, text: str, families: frozenset[Family] = frozenset(Family)) -> list[Remark]:
        """Return what was found of these families, each once, in the order of the text."""
        written = unicodedata.normalize("NFC", text)
        found = sorted((*_numbers(written), *self._words(written)), key=lambda item: item[0])
        kept: dict[tuple[Family, str], Remark] = {}
        for _, family, words in found:
            if family in families:
                kept.setdefault((family, words.casefold()), Remark(family, words))
        return list(kept.values())

    def _words(self, written: str) -> Iterator[tuple[int, Family, str]]:
        plain = _folded(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), written))
        spans = [match.span() for match in _WORD.finditer(plain)]
        words = [plain[start:end] for start, end in spans]
        for at, word in enumerate(words):
            for tail, family in self._lexicon.get(word, ()):
                last = at + len(tail)
                if tuple(words[at + 1 : last + 1]) == tail:
                    start, end = spans[at][0], spans[last][1]
                    yield start, family, written[start:end]
                    break


def read_lexicon(text: str) -> Lexicon:
    """Return the lexicon of a TOML text: families, and the words of each."""
    found: dict[str, list[tuple[_Tail, Family]]] = {}
    for family, entries in tomllib.loads(text).items():
        for entry in entries:
            *before, last = _WORD.findall(_folded(entry))
            for ending in _ENDINGS:
                first, *tail = (*before, last + ending)
                found.setdefault(first, []).append((tuple(tail), Family(family)))
    return {
        first: tuple(sorted(entries, key=lambda entry: -len(entry[0])))
        for first, entries in found.items()
    }


def is_nir(digits: str) -> bool:
    """Tell whether fifteen characters are a social security number with its right key."""
    number = digits[:-2].upper().replace("2A", "19").replace("2B", "18")
    return len(digits) == 15 and number.isdigit() and int(digits[-2:]) == 97 - int(number) % 97


def _folded(text: str) -> str:
    """Return the text in lower case without accents, letter for letter at the same place."""
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_PLAIN)


def _numbers(written: str) -> Iterator[tuple[int, Family, str]]:
    for match in _NIR.finditer(written):
        if _may_be_nir(match):
            yield match.start(), Family.NIR, match[0]
    for match in _PHONE.finditer(written):
        yield match.start(), Family.PHONE, match[0]
    for match in _IBAN.finditer(written):
        if _is_iban(match[0]):
            yield match.start(), Family.BANK, match[0]
    for match in _CARD.finditer(written):
        if _is_card(match[0]):
            yield match.start(), Family.BANK, match[0]
    if "@" in written:
        for match in _EMAIL.finditer(written):
            yield match.start(), Family.EMAIL, match[0]


def _may_be_nir(match: re.Match[str]) -> bool:
    """With its key, the key decides; without it, the month and the sex must be believable."""
    plain = re.sub(r"[ .\-\u00a0\u202f]", "", match[0])
    if match["key"] is not None:
        return is_nir(plain)
    return plain[0] in "12" and "01" <= plain[3:5] <= "12"


def _is_iban(written: str) -> bool:
    plain = re.sub(r"\s", "", written).upper()
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _is_card(written: str) -> bool:
    """Luhn's sum."""
    digits = [int(c) for c in written if c.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and any(digits)
