"""Reads the word lists that travel with Coffre (``resources/wordlists``)."""

import unicodedata
from importlib.resources import files

PHRASE_WORDS = 4096


def recovery_words() -> tuple[str, ...]:
    """Return the words of the paper recovery key; their order is part of the vault format."""
    return _lines("recovery-fr.txt")


def phrase_words() -> tuple[str, ...]:
    """Return the words that proposed passphrases are made of."""
    return _lines("phrase-fr.txt")


def common_phrases() -> tuple[str, ...]:
    """Return what an attacker tries first: usual passwords, sayings, names of the Département."""
    return _lines("common-phrases.txt")


def common_names() -> tuple[str, ...]:
    """Return what people call themselves and where they live, as folded words."""
    return tuple(word for line in _lines("common-names.txt") for word in line.split())


def fold(text: str) -> str:
    """Return ``text`` without accents, ligatures or capitals, for comparing what people type."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.replace("œ", "oe").replace("æ", "ae").replace("’", "'")


def _lines(name: str) -> tuple[str, ...]:
    content = (files("resources") / "wordlists" / name).read_text(encoding="utf-8")
    return tuple(line for line in content.splitlines() if line)
