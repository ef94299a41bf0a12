"""The nurse's accompaniment: its facts beside her follow-up, never why somebody is in care.

Why is her own note, sealed for her (``desktop.services.clinical_notes``).
"""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from desktop.services.directory import Colleague, Directory
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput
from desktop.services.record_form import MOST
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import FollowUpId, PersonId, RecordId, StructureId
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.care import CareAccompaniment, CareOutcome, CarePlace, CarePurpose, Transport
from protocol.kinds.declare import spec_of
from protocol.kinds.follow_ups import FollowUp
from protocol.kinds.people import Job
from protocol.values import instant_from_wire

_SPEC = spec_of(CareAccompaniment)


@dataclass(frozen=True, slots=True)
class CareFacts:
    """An accompaniment as the editor of follow-ups shows it; without a purpose there is none."""

    purpose: CarePurpose | None = None
    care_place: CarePlace | None = None
    structure: StructureId | None = None
    transport: Transport | None = None
    kilometres: int | None = None
    outcome: CareOutcome | None = None
    obstacle: str = field(default="", repr=False)

    @property
    def tells_something(self) -> bool:
        """Whether anything is known of how it went, and not only what was planned."""
        told = (self.care_place, self.kilometres, self.outcome)
        return any(value is not None for value in told) or bool(self.obstacle.strip())


@dataclass(frozen=True, slots=True)
class CareLine:
    """One accompaniment, as the circle of the person reads it."""

    id: RecordId
    follow_up: FollowUpId
    at: datetime
    purpose: CarePurpose
    care_place: CarePlace | None
    transport: Transport | None
    kilometres: int | None
    outcome: CareOutcome | None
    author: Colleague
    mine: bool
    obstacle: str = field(default="", repr=False)


_BESIDE = '"follow_up" = ? AND "person" = (SELECT f."person" FROM "follow_up" f WHERE f."id" = ?)'


class Care:
    """Reads and writes accompaniments."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def preset(self, motive: Motive | None) -> CareFacts:
        """Return what an appointment lets one expect: a care visit, gone to as last time."""
        if motive is not Motive.CARE_TRIP:
            return CareFacts()
        latest = self._records.select(
            CareAccompaniment,
            '"professional" = ? AND "transport" IS NOT NULL',
            (self._workplace.me,),
            order='"created_at" DESC, "id" DESC',
            limit=1,
        )
        transport = latest[0].transport if latest else None
        return CareFacts(purpose=CarePurpose.CARE_VISIT, transport=transport)

    def of_follow_up(self, follow_up: FollowUpId) -> CareFacts:
        """Return the facts beside a follow-up, empty when it was no accompaniment."""
        known = self._known(follow_up)
        if known is None:
            return CareFacts()
        return CareFacts(
            purpose=known.purpose,
            care_place=known.care_place,
            structure=known.structure,
            transport=known.transport,
            kilometres=known.kilometres,
            outcome=known.outcome,
            obstacle=known.obstacle or "",
        )

    def write(self, work: UnitOfWork, follow_up: FollowUp, facts: CareFacts) -> None:
        """Save the facts beside a follow-up; without a purpose, what was there is removed.

        A visit that was only planned, to which the person did not come, was none.
        """
        known = self._known(FollowUpId(follow_up.id))
        met = follow_up.presence is AppointmentStatus.ATTENDED
        if facts.purpose is None or not (met or facts.tells_something):
            if known is not None:
                work.delete(CareAccompaniment, known.id)
            return
        if known is None:
            known = CareAccompaniment(
                id=RecordId(self._workplace.new_id()),
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                person=follow_up.person,
                professional=self._workplace.me,
                follow_up=FollowUpId(follow_up.id),
            )
        work.save(
            replace(
                known,
                purpose=facts.purpose,
                care_place=facts.care_place,
                structure=facts.structure,
                transport=facts.transport,
                kilometres=facts.kilometres,
                outcome=facts.outcome,
                obstacle=facts.obstacle if facts.obstacle.strip() else None,
            )
        )

    def of(self, person: PersonId) -> list[CareLine]:
        """Return the accompaniments of somebody, by everybody, latest first."""
        found = self._records.select(
            CareAccompaniment, OF_THESE, (these(self._dossiers.all_of(person)),)
        )
        if not found:
            return []
        colleagues = self._directory.colleagues()
        unknown = Colleague("", "", Job.NURSE, active=False)
        at = self._moments([item.follow_up for item in found])
        lines = [
            CareLine(
                id=item.id,
                follow_up=item.follow_up,
                at=at.get(item.follow_up, item.created_at),
                purpose=item.purpose,
                care_place=item.care_place,
                transport=item.transport,
                kilometres=item.kilometres,
                outcome=item.outcome,
                author=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
                obstacle=item.obstacle or "",
            )
            for item in found
        ]
        return sorted(lines, key=lambda line: (line.at, line.id), reverse=True)

    def _moments(self, follow_ups: list[FollowUpId]) -> dict[str, datetime]:
        rows = self._workplace.store.database.rows(
            'SELECT "id", "starts_at" FROM "follow_up"'
            ' WHERE "id" IN (SELECT "value" FROM json_each(?))',
            (these(follow_ups),),
        )
        return {str(rid): instant_from_wire(str(at)) for rid, at in rows}

    def _known(self, follow_up: FollowUpId) -> CareAccompaniment | None:
        # In the dossier of the meeting: what another one says of it is read by other people.
        found = self._records.select(CareAccompaniment, _BESIDE, (follow_up, follow_up))
        return found[0] if found else None


def check_care(facts: CareFacts) -> None:
    """Raise ``InvalidInput`` for what cannot be finished as typed."""
    if facts.purpose is None:
        return  # nothing of it is written
    furthest = MOST[(_SPEC.name, "kilometres")]
    if facts.kilometres is not None and not 0 <= facts.kilometres <= furthest:
        raise InvalidInput("kilometres", "out_of_range")
    if len(facts.obstacle) > _SPEC.by_name["obstacle"].limit:
        raise InvalidInput("obstacle", "too_long")


def care_to_json(facts: CareFacts) -> dict[str, object]:
    """Return what a draft keeps of the facts."""
    return {item.name: getattr(facts, item.name) for item in fields(facts)}


def care_from_json(kept: dict[str, object]) -> CareFacts:
    """Return the facts a draft kept."""
    return CareFacts(
        purpose=CarePurpose(str(kept["purpose"])) if kept.get("purpose") else None,
        care_place=CarePlace(str(kept["care_place"])) if kept.get("care_place") else None,
        structure=StructureId(str(kept["structure"])) if kept.get("structure") else None,
        transport=Transport(str(kept["transport"])) if kept.get("transport") else None,
        kilometres=km if isinstance(km := kept.get("kilometres"), int) else None,
        outcome=CareOutcome(str(kept["outcome"])) if kept.get("outcome") else None,
        obstacle=str(kept.get("obstacle") or ""),
    )
