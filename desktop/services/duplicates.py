"""Somebody may be here twice: said before a second dossier is opened, and once both have met.

Two colleagues may each open a dossier for the same person, out of reach of each other. A laptop
that comes to hold both compares names as they arrive, each with the few that are near.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.config.clock import paris
from desktop.domain.caseload.rows import plain_identifier
from desktop.domain.duplicates import Identity, Level, Likeness, block_keys, compare, identity_of
from desktop.domain.one_person import OnePerson
from desktop.domain.person_search import parse_query
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.persons import NewPerson, PersonLine, Persons, shown_name
from desktop.services.workplace import Workplace
from protocol.ids import PersonId
from protocol.kinds.persons import IdentifierScheme, Person, PersonIdentifier, SamePersonState

_LOOKED_AT = 40
"""Persons compared closely, found by name, by date of birth or by phone."""
_AT_ONCE = 8
"""Persons compared in one go: the store's lane has other things to do."""
_PAIRS_READ = 200
_WORTH_SAYING = Level.LIKELY
"""While somebody types, a mere possibility is worth a look; afterwards it would only nag."""


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """Somebody who may be the same person, and why."""

    line: PersonLine
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two dossiers of this laptop that may be one person's."""

    one: PersonLine
    other: PersonLine
    names: tuple[str, str]
    """« Nadia Benali », as one says it."""
    likeness: Likeness


class Duplicates:
    """Looks for persons already on this laptop."""

    def __init__(self, workplace: Workplace, persons: Persons) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._index = workplace.store.persons
        self._persons = persons
        self._dossiers = Dossiers(workplace)

    # -- at entry -----------------------------------------------------------------------------

    def near(self, new: NewPerson, *, but: PersonId | None = None) -> list[LikelyDuplicate]:
        """Return who looks like the person being entered, the likeliest first."""
        together = self._dossiers.together()
        asked = identity_of(new)
        found: dict[str, Likeness] = {}
        for known, identity in self._identities(self._candidates(new)).items():
            kept = together.kept_of(known)
            likeness = compare(asked, identity)
            if likeness is None or (but is not None and together.are_one(known, but)):
                continue
            if kept not in found or likeness.level > found[kept].level:
                found[kept] = likeness
        lines = [(self._persons.line(PersonId(kept)), told) for kept, told in found.items()]
        near = [LikelyDuplicate(line, told) for line, told in lines if line is not None]
        return sorted(near, key=lambda item: -item.likeness.level)

    # -- afterwards ---------------------------------------------------------------------------

    def look_again(self, persons: Iterable[str]) -> None:
        """Have these persons compared once more: one of their numbers came, or changed."""
        with self._workplace.store.database.transaction():
            self._index.pairs.wait(persons)

    def compare_waiting(self, limit: int = _AT_ONCE) -> Done[bool]:
        """Compare some of those whose names came or changed; tell whether others still wait.

        What is touched are the persons for whom there is something new to say.
        """
        waiting = self._index.pairs.waiting(limit)
        touched: set[Touched] = set()
        if waiting:
            with self._workplace.store.database.transaction():
                for person in waiting:
                    if self._compare(person):
                        touched.add(Touched("same_person", person, person))
        return Done(len(waiting) == limit, frozenset(touched))

    def pairs(self, limit: int = 20) -> list[LikelyPair]:
        """Return the dossiers that may be one person's and that nobody has answered for."""
        return self._told(self._index.pairs.best(_PAIRS_READ), limit)

    def of(self, person: PersonId, limit: int = 3) -> list[LikelyPair]:
        """Same, for one person: she is the first of each pair."""
        dossiers = self._dossiers.all_of(person)
        found = self._told(self._index.pairs.of(dossiers), limit)
        return [
            pair
            if pair.one.id == dossiers[0]
            else LikelyPair(pair.other, pair.one, pair.names[::-1], pair.likeness)
            for pair in found
        ]

    # -- inside -------------------------------------------------------------------------------

    def _compare(self, person: str) -> bool:
        if self._records.get(Person, person) is None:
            return self._index.pairs.settle(person, {})
        mine = self._identities([person])[person]
        keys = {"\x1f".join(map(str, key)) for key in block_keys(mine)}
        identities = self._identities(self._index.pairs.candidates(person, sorted(keys)))
        found = {other: compare(mine, identity) for other, identity in identities.items()}
        return self._index.pairs.settle(
            person,
            {
                other: likeness.level
                for other, likeness in found.items()
                if likeness is not None and likeness.level >= _WORTH_SAYING
            },
        )

    def _told(self, found: Sequence[tuple[str, str, int]], limit: int) -> list[LikelyPair]:
        together = self._dossiers.together()
        settled = self._settled(together)
        told: list[LikelyPair] = []
        for one, other, _ in found:
            both = frozenset((together.kept_of(one), together.kept_of(other)))
            if both in settled:
                continue
            settled.add(both)
            pair = self._pair(one, other)
            if pair is not None:
                told.append(pair)
            if len(told) == limit:
                break
        return told

    def _settled(self, together: OnePerson) -> set[frozenset[str]]:
        """The pairs of persons, as shown, that are not to be proposed (any more)."""
        answered = self._dossiers.said(SamePersonState.DISTINCT, SamePersonState.UNDONE)
        pairs = {frozenset(map(together.kept_of, pair)) for pair in answered}
        return pairs | {frozenset((kept,)) for kept in map(together.kept_of, together.linked)}

    def _pair(self, one: str, other: str) -> LikelyPair | None:
        identities = self._identities([one, other])
        if len(identities) < 2:
            return None
        likeness = compare(identities[one], identities[other])
        lines = self._persons.line(PersonId(one)), self._persons.line(PersonId(other))
        if likeness is None or lines[0] is None or lines[1] is None:
            return None
        names = (
            shown_name(self._workplace, lines[0].id),
            shown_name(self._workplace, lines[1].id),
        )
        return LikelyPair(lines[0], lines[1], names, likeness)

    def _identities(self, persons: Iterable[str]) -> dict[str, Identity]:
        asked = these(persons)
        numbers: dict[str, list[tuple[IdentifierScheme, str]]] = {}
        for item in self._records.select(PersonIdentifier, OF_THESE, (asked,)):
            plain = plain_identifier(item.scheme, item.value)
            numbers.setdefault(item.person, []).append((item.scheme, plain))
        found = self._records.select(Person, '"id" IN (SELECT "value" FROM json_each(?))', (asked,))
        return {person.id: identity_of(person, numbers.get(person.id, ())) for person in found}

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
            for candidate in self._index.find(query, limit=_LOOKED_AT):
                seen.setdefault(PersonId(candidate.person))
        return list(seen)[: 2 * _LOOKED_AT]
