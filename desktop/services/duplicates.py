"""Somebody about to be entered may already be here: said before a second dossier is opened."""

from dataclasses import dataclass

from desktop.config.clock import paris
from desktop.domain.duplicates import Identity, Likeness, compare
from desktop.domain.person_search import parse_query
from desktop.services.persons import NewPerson, PersonLine, Persons
from desktop.services.workplace import Workplace
from protocol.ids import PersonId
from protocol.kinds.persons import Person

_LOOKED_AT = 40
"""Persons compared closely, found by name, by date of birth or by phone."""


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """Somebody who may be the same person, and why."""

    line: PersonLine
    likeness: Likeness


class Duplicates:
    """Looks for persons already on this laptop."""

    def __init__(self, workplace: Workplace, persons: Persons) -> None:
        self._workplace = workplace
        self._persons = persons

    def near(self, new: NewPerson, *, but: PersonId | None = None) -> list[LikelyDuplicate]:
        """Return who looks like the person being entered, the likeliest first."""
        asked = Identity(
            birth_name=new.birth_name,
            first_name=new.first_name,
            usual_name=new.usual_name,
            birth_date=new.birth_date,
            precision=new.birth_date_precision,
            commune=new.commune,
            phones=frozenset({new.phone1} if new.phone1 else ()),
        )
        found = []
        for person in self._candidates(new):
            known = self._workplace.store.records.get(Person, person)
            if known is None or person == but:
                continue
            likeness = compare(asked, identity_of(known))
            line = self._persons.line(person) if likeness else None
            if likeness is not None and line is not None:
                found.append(LikelyDuplicate(line, likeness))
        return sorted(found, key=lambda item: -item.likeness.level)

    def _candidates(self, new: NewPerson) -> list[PersonId]:
        today = paris(self._workplace.clock.now()).date()
        names = [new.birth_name, new.usual_name or "", new.first_name]
        questions = [f"{new.first_name} {name}" for name in names[:2] if name.strip()]
        questions += [name for name in names[:2] if name.strip()]
        if new.birth_date is not None:
            questions.append(new.birth_date.strftime("%d/%m/%Y"))
        if new.phone1:
            questions.append(new.phone1)
        seen: dict[PersonId, None] = {}
        for question in questions:
            query = parse_query(question, today)
            for candidate in self._workplace.store.persons.find(query, limit=_LOOKED_AT):
                seen.setdefault(PersonId(candidate.person))
        return list(seen)[: 2 * _LOOKED_AT]


def identity_of(person: Person) -> Identity:
    """Return what a dossier is compared on."""
    return Identity(
        birth_name=person.birth_name,
        first_name=person.first_name,
        usual_name=person.usual_name,
        birth_date=person.birth_date,
        precision=person.birth_date_precision,
        commune=person.commune,
        phones=frozenset(phone for phone in (person.phone1, person.phone2) if phone),
    )
