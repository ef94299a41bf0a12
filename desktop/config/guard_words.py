"""The text of the lexicon packaged with Coffre; ``desktop.domain.free_text`` gives it a meaning."""

from importlib.resources import files


def guard_words_text() -> str:
    """Return the words that deserve a second look, by family (TOML)."""
    return (files("resources") / "guard" / "words.toml").read_text("utf-8")
