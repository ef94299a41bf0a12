"""The circle around a person: who is in it, who reads, who joins, who leaves."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from desktop.config.clock import paris
from desktop.services.directory import Colleague, Directory
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

    def of(self, person: PersonId) -> list[CircleLine]:
        """Return the places in a circle, those that ended included, the oldest first."""
        colleagues = self._directory.colleagues()
        members = self._records.select(
            CircleMember, '"person" = ?', (person,), order='"started_on"'
        )
        return [
            CircleLine(
                id=member.id,
                colleague=colleagues.get(member.professional) or _stranger(member.professional),
                role=member.role,
                started_on=member.started_on,
                ended_on=member.ended_on,
                reads_until=member.overlap_until,
            )
            for member in members
        ]

    def readers(self, person: PersonId) -> list[Colleague]:
        """Return who, beside me, reads what is shared about a person: each once, by name."""
        today = self._today()
        found = {
            line.colleague.id: line.colleague for line in self.of(person) if line.opens_on(today)
        }
        found.pop(self._workplace.me, None)
        return sorted(found.values(), key=lambda colleague: colleague.name)

    def join(
        self, work: UnitOfWork, person: PersonId, professional: ProfessionalId, role: CircleRole
    ) -> None:
        """Give somebody a place; raise ``NotAllowed`` for a second référent unique."""
        # Somebody who handed over still reads for a month, and holds her place no more.
        circle = [line for line in self.of(person) if line.ended_on is None]
        if any(x.colleague.id == professional and x.role is role for x in circle):
            return
        if role is CircleRole.UNIQUE_REFERENT and any(x.role is role for x in circle):
            raise NotAllowed("one référent unique at a time")
        work.save(
            CircleMember(
                id=RecordId(self._workplace.new_id()),
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                person=person,
                professional=professional,
                role=role,
                started_on=self._today(),
            )
        )

    def leave(self, work: UnitOfWork, member: RecordId, reason: CircleEnd) -> None:
        """Close a place today; after a handover it still reads for a while. ``NotFound``."""
        known = self._records.get(CircleMember, member)
        if known is None:
            raise NotFound
        today = self._today()
        overlap = today + HANDOVER_OVERLAP if reason is CircleEnd.HANDOVER else None
        work.save(replace(known, ended_on=today, end_reason=reason, overlap_until=overlap))

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()


def _stranger(professional: ProfessionalId) -> Colleague:
    """Somebody the reference has not brought yet: she reads all the same."""
    return Colleague(professional, "", Job.REFERENT, active=False)
