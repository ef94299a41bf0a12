"""Three-way merge of prose by words (protocol.md, "Text").

Never interleaves two rewritings of the same passage and never puts marks in the text: either every
word both sides wrote is kept in whole passages, or the answer is ``None`` and both versions are
kept apart for a person to join.
"""

import re
from difflib import Match, SequenceMatcher
from itertools import accumulate

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MAX_TOKENS = 6_000
"""Beyond this (about ten pages) the comparison would take too long: both versions are kept."""
_MAX_STEPS = 10_000_000
"""Steps of one comparison, about a second: the same word typed a thousand times takes minutes."""


class _TooLong(Exception):
    """The comparison goes on for too long."""


def merge_text(base: str, first: str, second: str) -> str | None:
    """Return ``base`` with both sides' changes, or ``None`` when they rewrote the same passage.

    Two insertions at the same place are both kept, ``first`` (the earlier by the clock) before
    ``second``.
    """
    if first in (base, second):
        return second
    if second == base:
        return first
    tokens = [_TOKEN.findall(text) for text in (base, first, second)]
    if any(len(words) > _MAX_TOKENS for words in tokens):
        return None
    try:
        return _merge(*tokens)
    except _TooLong:
        return None


def common_text(first: str, second: str) -> str:
    """Return the words that two texts share, in order; none when the comparison takes too long.

    What to compare a third with when neither is known to come after the other.
    """
    one, two = _TOKEN.findall(first), _TOKEN.findall(second)
    if max(len(one), len(two)) > _MAX_TOKENS:
        return ""
    try:
        blocks = _Comparison(one, two).get_matching_blocks()
    except _TooLong:
        return ""
    return "".join(token for block in blocks for token in one[block.a : block.a + block.size])


def _merge(base: list[str], first: list[str], second: list[str]) -> str | None:
    merged: list[str] = []
    at_base = at_first = at_second = 0
    for start, in_first, in_second, size in [
        *_anchors(base, first, second),
        _end(base, first, second),
    ]:
        passage = _passage(
            base[at_base:start], first[at_first:in_first], second[at_second:in_second]
        )
        if passage is None:
            return None
        merged += passage + base[start : start + size]
        at_base, at_first, at_second = start + size, in_first + size, in_second + size
    return "".join(merged)


def _passage(base: list[str], first: list[str], second: list[str]) -> list[str] | None:
    if first in (base, second):
        return second
    if second == base:
        return first
    if not base:
        return _joined(first, second)
    return None


def _joined(first: list[str], second: list[str]) -> list[str]:
    needs_space = first[-1].strip() and second[0].strip()
    return [*first, *([" "] if needs_space else []), *second]


def _end(base: list[str], first: list[str], second: list[str]) -> tuple[int, int, int, int]:
    return len(base), len(first), len(second), 0


def _anchors(
    base: list[str], first: list[str], second: list[str]
) -> list[tuple[int, int, int, int]]:
    """Return the runs of words that stand unchanged on both sides: (base, first, second, size)."""
    anchors = []
    blocks = _Comparison(base, second).get_matching_blocks()
    for one in _Comparison(base, first).get_matching_blocks():
        for two in blocks:
            start = max(one.a, two.a)
            size = min(one.a + one.size, two.a + two.size) - start
            if size > 0:
                anchors.append((start, one.b + start - one.a, two.b + start - two.a, size))
    return anchors


class _Comparison(SequenceMatcher[str]):
    """Finds the words two texts share, and gives up rather than hold whoever waits."""

    def __init__(self, base: list[str], other: list[str]) -> None:
        super().__init__(None, base, other, autojunk=False)
        # A search through part of the base looks, for each word, at all its places in the other.
        places = self.b2j  # type: ignore[attr-defined]  # documented, unknown to typeshed
        self._upto = [0, *accumulate(len(places.get(word, ())) for word in base)]
        self._left = _MAX_STEPS

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest shared run of words, as ``SequenceMatcher`` does."""
        last = len(self._upto) - 1 if ahi is None else ahi
        self._left -= self._upto[last] - self._upto[alo]
        if self._left < 0:
            raise _TooLong
        return super().find_longest_match(alo, ahi, blo, bhi)
