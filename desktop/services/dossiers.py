"""Which dossiers are one person's, as this laptop holds them."""

import json
from collections.abc import Iterable
from datetime import date

from desktop.config.clock import paris
from desktop.domain.one_person import Link, OnePerson, one_person
from desktop.services.workplace import Workplace
from desktop.store.circle_places import CirclePlaces
from desktop.store.circle_said import SaidOfCircles
from protocol.ids import PersonId
from protocol.kinds.persons import SamePersonState

OF_THESE = '"person" IN (SELECT "value" FROM json_each(?))'
"""The records of several dossiers: one parameter, made by ``these``."""


class Dossiers:
    """Reads what was said of dossiers that are the same person's."""

    def __init__(self, workplace: Workplace) -> None:
        self._database = workplace.store.database
        self._clock = workplace.clock
        self._places = CirclePlaces(
            self._database, SaidOfCircles(self._database), workplace.me, workplace.clock
        )
        self._known: tuple[tuple[int, date], OnePerson] | None = None

    def together(self) -> OnePerson:
        """Return which dossiers of this laptop are shown as one.

        Only those of which each reader was named in the others, as joining does: words about
        somebody never go to a dossier that an office, which invented it, says to be hers.
        """
        now = (self._database.changes, paris(self._clock.now()).date())
        if self._known is not None and self._known[0] == now and not self._database.is_writing:
            return self._known[1]
        found = self._read()
        if not self._database.is_writing:
            self._known = now, found
        return found

    def _read(self) -> OnePerson:
        links = [Link(*pair) for pair in self.said(SamePersonState.MERGED)]
        if not links:
            return OnePerson()
        held = self._held(links)
        circles = {one: self._places.readers_and_named(one) for one in held}

        def may_stand(one: str, other: str) -> bool:
            here, there = circles[one], circles[other]
            return bool(here and there and here[0] <= there[1] and there[0] <= here[1])

        return one_person(links, held, may_stand)

    def kept(self, person: PersonId) -> PersonId:
        """Return the dossier where new records about somebody go."""
        return PersonId(self.together().kept_of(person))

    def all_of(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return the dossiers of somebody, the one that is kept first."""
        return tuple(PersonId(one) for one in self.together().all_of(person))

    def said(self, *states: SamePersonState) -> list[tuple[str, str]]:
        """Return the pairs of dossiers of which one of these was said."""
        rows = self._database.rows(
            'SELECT "person", "into" FROM "same_person"'
            ' WHERE "state" IN (SELECT "value" FROM json_each(?))',
            (json.dumps([state.value for state in states]),),
        )
        return [(str(person), str(into)) for person, into in rows]

    def _held(self, links: Iterable[Link]) -> list[str]:
        asked = these({person for link in links for person in link})
        rows = self._database.rows(
            'SELECT "id" FROM "person" WHERE "id" IN (SELECT "value" FROM json_each(?))', (asked,)
        )
        return [str(row[0]) for row in rows]


def these(persons: Iterable[str]) -> str:
    """Return the parameter of ``OF_THESE``."""
    return json.dumps(sorted(persons))
