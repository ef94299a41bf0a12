"""Which dossiers are one person's, as this laptop holds them."""

import json
from collections.abc import Iterable

from desktop.domain.one_person import Link, OnePerson, one_person
from desktop.services.workplace import Workplace
from protocol.ids import PersonId
from protocol.kinds.persons import SamePersonState

OF_THESE = '"person" IN (SELECT "value" FROM json_each(?))'
"""The records of several dossiers: one parameter, made by ``these``."""


class Dossiers:
    """Reads what was said of dossiers that are the same person's."""

    def __init__(self, workplace: Workplace) -> None:
        self._database = workplace.store.database

    def together(self) -> OnePerson:
        """Return which dossiers of this laptop are shown as one."""
        links = [Link(*pair) for pair in self.said(SamePersonState.MERGED)]
        return one_person(links, self._held(links)) if links else OnePerson()

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
