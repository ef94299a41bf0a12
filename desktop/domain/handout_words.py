"""The fixed sentences of a hand-out in a second language, as packaged in resources/handout/.

Only sentences that never change are translated: they were read over once, and no machine writes to
somebody about her care. Names, days and places stay as they are.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime


class HandoutWordsError(ValueError):
    """A table lacks a sentence, or holds one too many."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language."""

    code: str
    """ISO 639-1."""
    french: str
    """« Anglais »."""
    own: str
    """« English »."""
    is_right_to_left: bool
    spoken: tuple[str, ...]
    """How somebody's language is written down in her sheet, in lower case."""
    for_you: str
    next_meeting: str
    no_meeting: str
    if_you_cannot_come: str
    what_we_said: str
    you: str
    we: str
    together: str

    def numbers(self, at: datetime) -> str:
        """Return « 22/12/2026 · 09:45 », which is read in any language."""
        return f"{at:%d/%m/%Y} · {at:%H:%M}"


def read_phrases(code: str, text: str) -> Phrases:
    """Return the table of one language; raise ``HandoutWordsError``."""
    found = tomllib.loads(text)
    try:
        said = {name: str(words).strip() for name, words in found["sentences"].items()}
        return Phrases(
            code=code,
            french=found["french"],
            own=found["own"],
            is_right_to_left=found.get("right_to_left", False),
            spoken=tuple(found["spoken"]),
            **said,
        )
    except (KeyError, TypeError) as wrong:
        raise HandoutWordsError(f"{code}.toml") from wrong


def spoken_language(written: str | None, known: tuple[Phrases, ...]) -> str:
    """Return the code of the language written in somebody's sheet, or nothing."""
    words = (written or "").casefold()
    return next((x.code for x in known if any(name in words for name in x.spoken)), "")
