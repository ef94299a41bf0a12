"""The circle around a person: who is in it, who reads, who joins, who leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desktop.services.directory import Colleague, Directory
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import NotAllowed, NotFound
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleMember, CircleRole
from protocol.visibility import membership_is_open

HANDOVER_OVERLAP = timedelta(days=30)
"""How long a former référent keeps reading after a handover."""


@dataclass(frozen=True, slots=True)
class CircleLine:
    """One place in the circle of a person."""

    id: RecordId
    colleague: Colleague
    role: CircleRole
    started_on: date
    ended_on: date | None
    reads_until: date | None

    def opens_on(self, day: date) -> bool:
        """Tell whether it opens the dossier that day: the office's own rule."""
        return membership_is_open(self.ended_on, self.reads_until, day)


class Circles:
    """Reads and writes places in circles."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def of(self, person: PersonId) -> list[CircleLine]:
        """Return the places around somebody, those that ended included, the oldest first.

        With several dossiers, a place that somebody has in each of them is told once.
        """
        told: dict[tuple[object, ...], CircleLine] = {}
        for line in self._lines(self._dossiers.all_of(person)):
            told.setdefault((line.colleague.id, line.role, line.ended_on), line)
        return list(told.values())

    def readers(self, dossier: PersonId) -> list[Colleague]:
        """Return who, beside me, reads what is shared in one dossier: each once, by name."""
        today = self._workplace.office_day()
        lines = self._lines((dossier,))
        found = {line.colleague.id: line.colleague for line in lines if line.opens_on(today)}
        found.pop(self._workplace.me, None)
        return sorted(found.values(), key=lambda colleague: colleague.name)

    def join(
        self, work: UnitOfWork, person: PersonId, professional: ProfessionalId, role: CircleRole
    ) -> None:
        """Give somebody a place; raise ``NotAllowed`` for a second référent unique.

        Also where I have left.
        """
        dossiers = self._dossiers.all_of(person)
        self._check_still_in(dossiers)
        for dossier in dossiers:
            # Somebody who handed over still reads for a month, and holds her place no more.
            circle = [line for line in self._lines((dossier,)) if line.ended_on is None]
            if any(x.colleague.id == professional and x.role is role for x in circle):
                continue
            if role is CircleRole.UNIQUE_REFERENT and any(x.role is role for x in circle):
                raise NotAllowed("one référent unique at a time")
            self.place(work, dossier, professional, role)

    def place(
        self, work: UnitOfWork, person: PersonId, professional: ProfessionalId, role: CircleRole
    ) -> RecordId:
        """Write a place in one dossier, whoever else has one there."""
        rid = RecordId(self._workplace.new_id())
        work.save(
            CircleMember(
                id=rid,
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                person=person,
                professional=professional,
                role=role,
                started_on=self._workplace.office_day(),
            )
        )
        return rid

    def leave(self, work: UnitOfWork, member: RecordId, reason: CircleEnd) -> None:
        """Close a place today; after a handover it still reads for a while.

        Raise ``NotFound``; ``NotAllowed`` where I have left.
        """
        known = self._records.get(CircleMember, member)
        if known is None:
            raise NotFound
        today = self._workplace.office_day()
        overlap = today + HANDOVER_OVERLAP if reason is CircleEnd.HANDOVER else None
        places = self._same_places(known)
        self._check_still_in({place.person for place in places})
        for place in places:
            work.save(replace(place, ended_on=today, end_reason=reason, overlap_until=overlap))

    def unnamed(self, person: PersonId) -> list[Colleague]:
        """Return who has a place, says the office, and was named by no member: she reads no text.

        The office alone may have written it; so may the Département, opening the dossier.
        """
        keys, colleagues = self._workplace.circle_keys(), self._directory.colleagues()
        found = {one for dossier in self._dossiers.all_of(person) for one in keys.unnamed(dossier)}
        known = [colleagues.get(one) or _stranger(ProfessionalId(one)) for one in found]
        return sorted(known, key=lambda colleague: colleague.name)

    def named(self, dossiers: Sequence[PersonId]) -> set[str]:
        """Return who has a place in one of these dossiers that is not the office's word alone."""
        keys = self._workplace.circle_keys()
        return {who for one in dossiers for who in keys.readers(one)}

    def admit_in(self, work: UnitOfWork, dossier: PersonId, named: set[str]) -> None:
        """Name in one dossier those who have a place there and were ``named`` in another one."""
        for professional in sorted(self._workplace.circle_keys().unnamed(dossier) & named):
            work.admit(dossier, professional)

    def admit(self, work: UnitOfWork, person: PersonId, professional: str) -> None:
        """Name her a member, and give her the keys, wherever she has a place without them."""
        keys = self._workplace.circle_keys()
        for dossier in self._dossiers.all_of(person):
            if professional in keys.unnamed(dossier):
                work.admit(dossier, professional)

    def places(self, dossiers: Sequence[PersonId]) -> list[CircleMember]:
        """Return the places of these dossiers, those that ended included, the oldest first."""
        return self._records.select(
            CircleMember, OF_THESE, (these(dossiers),), order='"started_on", "id"'
        )

    def _check_still_in(self, dossiers: Iterable[PersonId]) -> None:
        """Refuse what the office would: whoever has left a circle decides of it no more.

        Words that she still types there would be sealed by what she had decided.
        """
        if not all(map(self._workplace.circle_keys().still_in, dossiers)):
            raise NotAllowed("whoever has left a circle decides of it no more")

    def _same_places(self, known: CircleMember) -> list[CircleMember]:
        """Somebody leaves a person, whatever number of dossiers that person has."""
        others = [
            place
            for place in self.places(self._dossiers.all_of(known.person))
            if place.professional == known.professional
            and place.role is known.role
            and place.ended_on is None
            and place.id != known.id
        ]
        return [known, *others]

    def _lines(self, dossiers: Sequence[PersonId]) -> list[CircleLine]:
        colleagues = self._directory.colleagues()
        return [
            CircleLine(
                id=place.id,
                colleague=colleagues.get(place.professional) or _stranger(place.professional),
                role=place.role,
                started_on=place.started_on,
                ended_on=place.ended_on,
                reads_until=place.overlap_until,
            )
            for place in self.places(dossiers)
        ]


def _stranger(professional: ProfessionalId) -> Colleague:
    """Somebody the reference has not brought yet: she reads all the same."""
    return Colleague(professional, "", Job.REFERENT, active=False)
