"""Reading the 24 words of a paper key as people type them, to say which one differs.

Only words that are already in the window are compared here; whether they open anything is for the
vault to say.
"""

import re
import unicodedata
from collections.abc import Sequence

WORD_COUNT = 24
_PREFIX_LETTERS = 4
# A word, without the number that may stand before it; a lone number is not a word.
_WORD = re.compile(r"(?<![^\W_])\d*([^\W\d_][^\W_]*)")


def split_words(typed: str) -> tuple[str, ...]:
    """Return the words of « 1. abri 2. Acier »: numbers and signs between them are left out."""
    return tuple(_WORD.findall(typed))


def first_difference(typed: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the place (from 1) of the first typed word that is not the expected one.

    Capitals and accents do not matter, nor what follows the fourth letter when it is missing:
    exactly what the vault itself forgives.
    """
    for place, (one, expected) in enumerate(zip(typed, words, strict=False), start=1):
        if not _is_meant(_fold(one), _fold(expected)):
            return place
    return None


def _is_meant(typed: str, expected: str) -> bool:
    return expected.startswith(typed) and len(typed) >= min(_PREFIX_LETTERS, len(expected))


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.strip().casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.replace("œ", "oe").replace("æ", "ae")
