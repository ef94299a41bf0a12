"""Invents people: names of here and elsewhere, ages, communes near a lieu, telephone numbers.

The numbers are of the ranges set apart for fiction (06 39 98, Arcep): they ring nowhere.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import TypeVar

from desktop.domain.territory import Commune, Territory, distance_km
from protocol.kinds.persons import ContactPreference, Discretion, EntrySource, Sex
from tools.demo.story import Person

T = TypeVar("T")

YOUNGEST, OLDEST = 19, 64
_NEAR_KM = 16
_FOREIGN_TONGUE, _INTERPRETER = 0.4, 0.3


@dataclass(frozen=True)
class Origin:
    """Names of one part of the world."""

    name: str
    weight: int
    language: str | None
    family: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def read_origins() -> tuple[Origin, ...]:
    """Return the packaged names."""
    text = (files("resources") / "demo" / "names.toml").read_text("utf-8")
    return tuple(
        Origin(
            name=item["name"],
            weight=item["weight"],
            language=item.get("language"),
            family=tuple(item["family"]),
            women=tuple(item["women"]),
            men=tuple(item["men"]),
        )
        for item in tomllib.loads(text)["origin"]
    )


class Inventor:
    """Draws people; the same seed draws the same people."""

    def __init__(self, random: Random, territory: Territory) -> None:
        self._random = random
        self._territory = territory
        self._origins = read_origins()
        self._named: set[tuple[str, str]] = set()
        self._near: dict[str, tuple[list[Commune], list[int]]] = {}

    def reserve(self, first_name: str, birth_name: str) -> None:
        """Keep a name for somebody of the cast."""
        self._named.add((first_name, birth_name))

    def person(self, near: str, on: date) -> Person:
        """Return somebody who lives around a commune (INSEE code), adult on that day."""
        random = self._random
        origin = random.choices(self._origins, [item.weight for item in self._origins])[0]
        sex = Sex.FEMALE if random.random() < 0.56 else Sex.MALE
        first, last = self._name(origin, sex)
        home = self._home(near)
        speaks = origin.language if random.random() < _FOREIGN_TONGUE else None
        married = sex is Sex.FEMALE and random.random() < 0.3
        return Person(
            birth_name=last,
            usual_name=self._usual_name(last) if married else None,
            first_name=first,
            sex=sex,
            birth_date=self.birth_date(round(random.triangular(YOUNGEST, OLDEST, 37)), on),
            commune=home.code,
            postal_code=random.choice(home.postal_codes),
            phone=self.phone(),
            language=speaks,
            interpreter_needed=speaks is not None and random.random() < _INTERPRETER,
            caf_number=f"{random.randrange(10**6, 10**7)}" if random.random() < 0.25 else None,
            contact_preference=_drawn(random, _PREFERENCES),
            discretion=_drawn(random, _DISCRETIONS) or Discretion.NORMAL,
            entry_source=random.choices(list(EntrySource), (6, 4, 1, 1, 1))[0],
        )

    def birth_date(self, age: int, on: date) -> date:
        """Return the date of birth of somebody who is ``age`` on that day."""
        latest = date(on.year - age, on.month, min(on.day, 28))
        return latest - timedelta(days=self._random.randrange(1, 364))

    def phone(self) -> str:
        """Return a mobile number that nobody has."""
        return f"063998{self._random.randrange(10_000):04d}"

    def _name(self, origin: Origin, sex: Sex) -> tuple[str, str]:
        while True:
            first = self._random.choice(origin.women if sex is Sex.FEMALE else origin.men)
            last = self._random.choice(origin.family)
            if (first, last) not in self._named:
                self._named.add((first, last))
                return first, last

    def _usual_name(self, birth_name: str) -> str | None:
        name = self._random.choice(self._origins[0].family)
        return None if name == birth_name else name

    def _home(self, near: str) -> Commune:
        if near not in self._near:
            centre = self._territory.commune(near)
            if centre is None:
                raise LookupError(near)
            around = [c for c in self._territory.communes if distance_km(centre, c) < _NEAR_KM]
            # Half of them live in the town itself, the others in the villages around.
            others = sum(c.population for c in around if c is not centre) or 1
            self._near[near] = around, [others if c is centre else c.population for c in around]
        communes, weights = self._near[near]
        return self._random.choices(communes, weights)[0]


_PREFERENCES = (
    (None, 60),
    (ContactPreference.SMS, 20),
    (ContactPreference.PHONE, 14),
    (ContactPreference.REFERENT, 4),
    (ContactPreference.MAIL, 2),
)
_DISCRETIONS = (
    (Discretion.NORMAL, 95),
    (Discretion.DISCREET, 4),
    (Discretion.DANGER, 1),
)


def _drawn(random: Random, choices: tuple[tuple[T, int], ...]) -> T:
    return random.choices([item for item, _ in choices], [weight for _, weight in choices])[0]
