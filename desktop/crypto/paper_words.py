"""Bits in words that somebody copies by hand and reads back: the paper key, the shares of a key.

Eleven bits a word of the recovery list. Reading forgives what paper does: capitals, accents,
numbering, line breaks, and words cut after their fourth letter. It never guesses: a word that is
not in the list is pointed at.
"""

import re
from collections.abc import Callable

from desktop.crypto.errors import CryptoError
from desktop.crypto.wordlists import fold, recovery_words

_BITS_PER_WORD = 11
_PREFIX_LETTERS = 4
_MAX_TYPED = 4096
# A word, without the number that may stand before it; a lone number is not a word.
_TYPED_WORD = re.compile(r"(?<![^\W_])\d*([^\W\d_][^\W_]*)")


def spell(packed: int, count: int) -> tuple[str, ...]:
    """Return the ``count`` words that carry ``packed``."""
    listed = recovery_words()
    shifts = range((count - 1) * _BITS_PER_WORD, -1, -_BITS_PER_WORD)
    return tuple(listed[packed >> shift & 0x7FF] for shift in shifts)


def read_words(typed: str, count: int, refusal: Callable[[int | None], CryptoError]) -> int:
    """Return the bits that ``count`` typed words carry.

    ``refusal`` makes what is raised: of the place of a word that is not in the list, from 1, or of
    nothing when there are not as many words as that.
    """
    if len(typed) > _MAX_TYPED:
        raise refusal(None)
    listed = recovery_words()
    by_prefix = {word[:_PREFIX_LETTERS]: index for index, word in enumerate(listed)}
    packed = position = 0
    for position, token in enumerate(_TYPED_WORD.findall(fold(typed)), start=1):
        index = by_prefix.get(token[:_PREFIX_LETTERS])
        if index is None or not listed[index].startswith(token):
            raise refusal(position)
        packed = packed << _BITS_PER_WORD | index
    if position != count:
        raise refusal(None)
    return packed
