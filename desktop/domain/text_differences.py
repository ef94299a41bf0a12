"""What two versions of a text do not share, to show it; and a first proposal of both in one.

Texts are compared by sentences, then by words inside the sentences that changed. A passage written
quite otherwise is told as other as a whole: three small words in common would only make confetti.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

# A row of stops is looked at once, from its first: 60,000 of them would be looked at for an hour.
_SENTENCE = re.compile(r".*?(?:(?<![.!?…])[.!?…]++(?=\s|\Z)|\n|\Z)\s*", re.DOTALL)
_WORD = re.compile(r"\w+(?:[’'-]\w+)*[’']?\s*|[^\w\s]+\s*|\s+")
_ALIKE = 0.4
"""Share of common words under which a passage is told as another one."""
_MOST_WORK = 200_000
"""Pairs of equal parts beyond which a comparison would be felt: the passage is told as other."""
_SMALL = 3
"""Letters of a common word too small to interrupt a change."""
_ENDS = (".", "!", "?", "…", ":", ";", ",")

_Block = tuple[bool, list[str], list[str]]
"""Whether both sides share it, then its parts on either side."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, and whether the other version lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions side by side."""

    first: tuple[Span, ...]
    second: tuple[Span, ...]


def same_words(first: str, second: str) -> bool:
    """Tell whether two texts differ by nothing but spaces and line ends."""
    return first.split() == second.split()


def compare(first: str, second: str) -> Compared:
    """Return both texts, each with what the other lacks marked."""
    left: list[Span] = []
    right: list[Span] = []
    for shared, ours, theirs in _blocks(_sentences(first), _sentences(second)):
        if shared:
            left += _spans(ours, differs=False)
            right += _spans(theirs, differs=False)
        else:
            _compare_words("".join(ours), "".join(theirs), left, right)
    return Compared(_tidy(left), _tidy(right))


def join(first: str, second: str) -> str:
    """Return every sentence of both, once each; ``first`` comes before ``second``.

    A proposal for a person to edit: nothing is left out, nothing is mixed, no marks are added.
    """
    parts: list[str] = []
    for shared, ours, theirs in _blocks(_sentences(first), _sentences(second)):
        parts.append("".join(ours))
        if not shared:
            parts.append("".join(theirs))
            parts[-2:] = _without_repeating(*parts[-2:])
    return _one_after_the_other(part for part in parts if part.strip())


def _blocks(first: Sequence[str], second: Sequence[str]) -> list[_Block]:
    keys = [_key(part) for part in first], [_key(part) for part in second]
    start = _shared_start(*keys)
    end = _shared_start(keys[0][start:][::-1], keys[1][start:][::-1])
    middle = slice(start, len(first) - end), slice(start, len(second) - end)
    blocks: list[_Block] = [(True, list(first[:start]), list(second[:start]))]
    blocks += _inside(first[middle[0]], second[middle[1]], keys[0][middle[0]], keys[1][middle[1]])
    blocks.append((True, list(first[len(first) - end :]), list(second[len(second) - end :])))
    return [block for block in blocks if block[1] or block[2]]


def _inside(
    first: Sequence[str], second: Sequence[str], one: list[str], two: list[str]
) -> list[_Block]:
    counted = Counter(two)
    if sum(counted[key] for key in one) > _MOST_WORK:
        return [(False, list(first), list(second))]
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return [
        (tag == "equal", list(first[a:b]), list(second[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
    ]


def _shared_start(one: list[str], two: list[str]) -> int:
    pairs = zip(one, two, strict=False)
    return next(
        (at for at, (x, y) in enumerate(pairs) if x != y),
        min(len(one), len(two)),
    )


def _compare_words(first: str, second: str, left: list[Span], right: list[Span]) -> None:
    ours, theirs = _WORD.findall(first), _WORD.findall(second)
    blocks = _blocks(ours, theirs)
    common = sum(len(block[1]) for block in blocks if block[0])
    if 2 * common < _ALIKE * (len(ours) + len(theirs)):
        blocks = [(False, ours, theirs)]
    for at, (shared, one, two) in enumerate(blocks):
        inner = 0 < at < len(blocks) - 1
        differs = not shared or (inner and len("".join(one).strip()) <= _SMALL)
        left += _spans(one, differs=differs)
        right += _spans(two, differs=differs)


def _spans(parts: list[str], *, differs: bool) -> list[Span]:
    return [Span(part, differs) for part in parts if part]


def _tidy(spans: list[Span]) -> tuple[Span, ...]:
    """Join neighbours; a space after the last changed word is not changed."""
    joined: list[Span] = []
    for differs, run in groupby(spans, key=lambda span: span.differs):
        text = "".join(span.text for span in run)
        if joined and differs is False:
            before = joined.pop()
            bare = before.text.rstrip()
            text = before.text[len(bare) :] + text
            if bare:
                joined.append(Span(bare, before.differs))
        joined.append(Span(text, differs))
    return tuple(joined)


def _without_repeating(ours: str, theirs: str) -> list[str]:
    """Return both passages, or the longer one when it holds every word of the other in order."""
    one = [_key(word) for word in _WORD.findall(ours)]
    two = [_key(word) for word in _WORD.findall(theirs)]
    if _holds(one, two):
        return [ours]
    return [theirs] if _holds(two, one) else [ours, theirs]


def _holds(long: list[str], short: list[str]) -> bool:
    words = iter(long)
    return all(word in words for word in short)


def _one_after_the_other(parts: Iterable[str]) -> str:
    text = ""
    for part in parts:
        if text and not text[-1].isspace() and not part[0].isspace():
            # What ends without a full stop is a line of its own.
            text += " " if text.endswith(_ENDS) else "\n"
        text += part
    return text.strip()


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.findall(text) if part]


def _key(part: str) -> str:
    return " ".join(part.split())
