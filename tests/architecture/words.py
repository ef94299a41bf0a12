"""Words that no file of the repository may hold."""

from __future__ import annotations

import re

# Each pattern is written so that it does not match itself.
FORBIDDEN = {
    "a registry's host name": re.compile(
        r"p[y]pi\.org|python[h]osted\.org|npm[j]s\.(?:org|com)|registry\.yarn[p]kg"
        r"|(?:deb|security)\.debia[n]\.org|archive\.ubunt[u]\.com|(?:index\.)?crate[s]\.io"
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.~/<{-])/(?:wor[k]|roo[t]|far[m]|tm[p]|hom[e]/\w+|User[s]/\w+)(?:/|\b(?![.\w-]))"
    ),
    "a folder outside the repository": re.compile(
        r"\.\./share[d]|(?<!\w)share[d]/(?:design|style)"
    ),
    "unfinished work": re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b"),
}


def forbidden_words(path: str, text: str) -> list[str]:
    """Each forbidden word with its line."""
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()!r}"
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]
