"""Calls to those who did not come: who is to be called, what came of it, what must not be done."""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from protocol.ids import AppointmentId, PersonId, RecordId
from protocol.kinds.agenda import (
    Appointment,
    CallMedium,
    CallOutcome,
    ContactAttempt,
)
from protocol.kinds.people import Job
from protocol.kinds.persons import Discretion, Person
from protocol.values import instant_from_wire, instant_to_wire

RECALLED_FOR = timedelta(days=30)
"""How long an absence asks for a call."""
ANSWERED = (CallOutcome.REACHED, CallOutcome.REBOOKED, CallOutcome.DECLINED)
"""Outcomes after which nobody need call again."""
_LEAVES_WORDS = frozenset({CallMedium.SMS, CallMedium.MAIL, CallMedium.EMAIL})
"""Media that leave something for anybody to read."""
_TWIN = """SELECT a."person" UNION ALL SELECT json_extract(t."value", '$[1]')
    FROM json_each(:twins) t WHERE json_extract(t."value", '$[0]') = a."person" """

MISSED = f"""
    SELECT a."id", a."person", a."starts_at",
        (SELECT count(*) FROM "contact_attempt" c
            WHERE c."person" IN ({_TWIN}) AND c."at" >= a."starts_at")
    FROM "appointment" a
    WHERE a."professional" = :me AND a."starts_at" >= :since AND a."starts_at" < :now
        AND a."status" = 'noshow'
        AND NOT EXISTS (SELECT 1 FROM "contact_attempt" c WHERE c."person" IN ({_TWIN})
            AND c."at" >= a."starts_at" AND c."outcome" IN ('reached', 'rebooked', 'declined'))
        AND NOT EXISTS (SELECT 1 FROM "appointment" b WHERE b."person" IN ({_TWIN})
            AND b."starts_at" > a."starts_at" AND +b."professional" = :me
            AND coalesce(b."status", 'planned') IN
                ('planned', 'to_qualify', 'attended', 'noshow', 'excused'))
        AND NOT EXISTS (SELECT 1 FROM "follow_up" f WHERE f."person" IN ({_TWIN})
            AND f."starts_at" > a."starts_at" AND +f."professional" = :me
            AND coalesce(f."presence", 'attended') = 'attended')
    ORDER BY a."starts_at"
"""  # noqa: S608  # written here
"""The last absence of each person whom nobody met, planned to meet or reached since.

The plus keeps SQLite from walking years of appointments by professional: by person there are few.
"""


@dataclass(frozen=True, slots=True)
class MissedLine:
    """Somebody who did not come, and whom nobody has reached since."""

    appointment: AppointmentId
    person: PersonId
    name: str
    missed: datetime
    """Local time."""
    attempts: int
    """Calls without an answer."""


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """A call in a dossier."""

    id: RecordId
    at: datetime
    """Local time."""
    medium: CallMedium
    outcome: CallOutcome
    colleague: Colleague
    mine: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody may be called, and what may come of it, given how careful one must be."""

    media: tuple[CallMedium, ...]
    outcomes: tuple[CallOutcome, ...]
    discretion: Discretion


def ways_of(discretion: Discretion) -> Ways:
    """Return what may be proposed: never to leave words where they are a danger."""
    if discretion is not Discretion.DANGER:
        return Ways(tuple(CallMedium), tuple(CallOutcome), discretion)
    media = tuple(medium for medium in CallMedium if medium not in _LEAVES_WORDS)
    outcomes = tuple(x for x in CallOutcome if x is not CallOutcome.MESSAGE)
    return Ways(media, outcomes, discretion)


class Recalls:
    """Reads and writes attempts to reach somebody."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def to_make(self) -> list[MissedLine]:
        """Return the absences of the last thirty days that ask for a call, the oldest first."""
        now = self._workplace.clock.now()
        since = datetime.combine((paris(now) - RECALLED_FOR).date(), time(), PARIS)
        together = self._dossiers.together()
        twins = [[one, other] for one in together.linked for other in together.all_of(one)]
        rows = self._workplace.store.database.rows(
            MISSED,
            {
                "me": self._workplace.me,
                "since": instant_to_wire(since),
                "now": instant_to_wire(now),
                "twins": json.dumps(twins),
            },
        )
        return [
            MissedLine(
                AppointmentId(str(rid)),
                kept := PersonId(together.kept_of(str(person))),
                shown_name(self._workplace, kept),
                paris(instant_from_wire(str(at))),
                int(attempts),
            )
            for rid, person, at, attempts in rows
        ]

    def missed_by(self, person: PersonId) -> MissedLine | None:
        """Return the absence of somebody that asks for a call, if any."""
        kept = self._dossiers.kept(person)
        return next((line for line in self.to_make() if line.person == kept), None)

    def of_person(self, person: PersonId, limit: int = 10) -> list[AttemptLine]:
        """Return the latest calls to somebody, by anybody, the latest first."""
        found = self._records.select(
            ContactAttempt,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"at" DESC, "id"',
            limit=limit,
        )
        colleagues = self._directory.colleagues()
        unknown = Colleague("", "", Job.REFERENT, active=False)
        return [
            AttemptLine(
                id=item.id,
                at=paris(item.at),
                medium=item.medium,
                outcome=item.outcome,
                colleague=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
            )
            for item in found
        ]

    def ways(self, person: PersonId) -> Ways:
        """Return how somebody may be called: as the most careful of her dossiers says."""
        dossiers = (self._records.get(Person, one) for one in self._dossiers.all_of(person))
        said = [dossier.discretion for dossier in dossiers if dossier is not None]
        return ways_of(max(said, key=tuple(Discretion).index, default=Discretion.NORMAL))

    def record(
        self,
        person: PersonId,
        appointment: AppointmentId | None,
        medium: CallMedium,
        outcome: CallOutcome,
    ) -> Done[RecordId]:
        """Write down a call made now; raise ``InvalidInput`` for what may put her in danger."""
        ways = self.ways(person)
        if medium not in ways.media:
            raise InvalidInput("medium", "not_safe")
        if outcome not in ways.outcomes:
            raise InvalidInput("outcome", "not_safe")
        known = self._records.get(Appointment, appointment) if appointment else None
        if appointment is not None and known is None:
            raise NotFound
        rid = RecordId(self._workplace.new_id())
        now = self._workplace.clock.now()
        with self._workplace.work() as work:
            work.save(
                ContactAttempt(
                    id=rid,
                    created_at=now,
                    created_by=self._workplace.me,
                    person=known.person if known else self._dossiers.kept(person),
                    professional=self._workplace.me,
                    appointment=appointment,
                    at=now,
                    medium=medium,
                    outcome=outcome,
                )
            )
        return Done(rid, work.touched)

    def take_back(self, attempt: RecordId) -> Done[None]:
        """Remove a call just written down."""
        with self._workplace.work() as work:
            work.delete(ContactAttempt, attempt)
        return Done(None, work.touched)
