"""The packaged sentences for what is recorded beside the follow-ups."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from random import Random
from typing import Any

from protocol.kinds.persons import Sex
from tools.demo.sentences import agreed


def read_daily() -> Mapping[str, Any]:  # a TOML table: lists of texts by use
    """Return the packaged sentences, by what they are for."""
    return tomllib.loads((files("resources") / "demo" / "daily.toml").read_text("utf-8"))


class DailyTexts:
    """Draws sentences by what they are for."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._texts = read_daily()

    def draw(self, *names: str, sex: Sex = Sex.FEMALE) -> str:
        """Return one of the sentences found under these names; it agrees with the person."""
        found: Any = self._texts  # a table of the file, then one of its lists
        for name in names:
            found = found[name]
        return agreed(self._random.choice(found), sex)
