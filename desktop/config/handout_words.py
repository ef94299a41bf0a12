"""The tables of the hand-out's second languages packaged with Coffre, as text."""

from importlib.resources import files

_ENDING = ".toml"


def handout_texts() -> dict[str, str]:
    """Return the TOML text of each language, by its ISO 639-1 code, in order."""
    texts = {
        table.name.removesuffix(_ENDING): table.read_text("utf-8")
        for table in (files("resources") / "handout").iterdir()
        if table.name.endswith(_ENDING)
    }
    return dict(sorted(texts.items()))
