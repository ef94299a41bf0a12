"""Writes what a professional would have written, from the packaged sentences."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from protocol.kinds.follow_ups import StepOwner, Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import Sex
from tools.demo.story import Words

_CLINICAL, _FOR_PERSON, _PERSON_WORDS, _STEP, _ORIENTATION = 0.6, 0.12, 0.2, 0.3, 0.1


def read_sentences() -> Mapping[str, Any]:  # a TOML table: lists of texts by use
    """Return the packaged sentences, by job."""
    return tomllib.loads((files("resources") / "demo" / "sentences.toml").read_text("utf-8"))


class Voice:
    """How one job writes; a sentence does not come twice before the others have come."""

    def __init__(self, random: Random, job: Job) -> None:
        self._random = random
        self._texts = read_sentences()[job.value]
        self._bags: dict[str, list[str]] = {}

    def request(self, sex: Sex) -> str:
        """Return what brought the person."""
        return agreed(self._draw("request"), sex)

    def words(self, sex: Sex, on: date, *, opening: str = "", orientation: str = "") -> Words:
        """Return what is written after a meeting; a first one has its own opening."""
        random = self._random
        said = self._texts["said"]
        # The themes of a job do not weigh the same: those with more to say come more often.
        weights = [len(sentences) for sentences in said.values()]
        themes = list(
            dict.fromkeys(random.choices(list(said), weights, k=random.choice((1, 2, 2, 3))))
        )
        parts = [
            opening or self._draw("opening"),
            *(self._draw(theme, said[theme]) for theme in themes),
            self._draw("closing"),
        ]
        step = self._maybe("next_step", _STEP)
        return Words(
            summary=agreed(" ".join(part for part in parts if part), sex),
            themes=frozenset(Theme(theme) for theme in themes),
            clinical=agreed(self._maybe("clinical", _CLINICAL), sex),
            for_person=agreed(self._maybe("for_person", _FOR_PERSON), sex),
            person_words=agreed(self._maybe("person_words", _PERSON_WORDS), sex),
            next_step=agreed(step, sex),
            next_step_due=on + timedelta(days=random.randrange(7, 45)) if step else None,
            next_step_owner=random.choice(list(StepOwner)) if step else None,
            orientation=orientation or agreed(self._maybe("orientation", _ORIENTATION), sex),
        )

    def _maybe(self, name: str, share: float) -> str:
        return self._draw(name) if self._texts[name] and self._random.random() < share else ""

    def _draw(self, name: str, sentences: list[str] | None = None) -> str:
        bag = self._bags.setdefault(name, [])
        if not bag:
            bag += sentences if sentences is not None else self._texts[name]
            self._random.shuffle(bag)
        return bag.pop()


def agreed(text: str, sex: Sex) -> str:
    """Return the text as French grammar has it for that person."""
    woman = sex is Sex.FEMALE
    forms = {
        "{e}": "e" if woman else "",
        "{il}": "elle" if woman else "il",
        "{Il}": "Elle" if woman else "Il",
        "{lui}": "elle" if woman else "lui",
        "{un}": "une" if woman else "un",
    }
    for mark, form in forms.items():
        text = text.replace(mark, form)
    return text
