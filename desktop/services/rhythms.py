"""The rhythm of programmes on this laptop: who was met when, who is late, when to meet next.

One question brings, for each programme, the last meeting held and those to come; what it all means
is ``domain.rhythm``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from desktop.config.clock import paris
from desktop.domain.rhythm import (
    FURTHEST_DAYS,
    Standing,
    moved_to_open_days,
    planned_dates,
    standing,
)
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.openings import Calendar, Openings
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, PlaceId, ProgrammeId
from protocol.kinds.persons import PersonStatus
from protocol.kinds.programmes import Cadence, Programme
from protocol.values import instant_from_wire, instant_to_wire

_A_YEAR = timedelta(days=366)
_NO_LONGER_MET = (PersonStatus.ARCHIVED, PersonStatus.DECEASED)

WHEN_MET = """
    WITH twin("one", "other") AS MATERIALIZED (SELECT json_extract("value", '$[0]'),
        json_extract("value", '$[1]') FROM json_each(:twins)),
    asked AS MATERIALIZED (SELECT "id", "person", "professional", "started_on" FROM "programme"
        WHERE "id" IN (SELECT "value" FROM json_each(:programmes))),
    hers("id", "dossier", "professional", "started_on") AS (
        SELECT "id", "person", "professional", "started_on" FROM asked UNION
        SELECT g."id", t."other", g."professional", g."started_on"
            FROM asked g JOIN twin t ON t."one" = g."person")
    SELECT h."id",
        max((SELECT f."starts_at" FROM "follow_up" f WHERE f."person" = h."dossier"
            AND f."starts_at" >= h."started_on" AND f."starts_at" <= :now
            AND f."professional" = h."professional"
            AND coalesce(f."presence", 'attended') = 'attended'
            ORDER BY f."starts_at" DESC LIMIT 1)),
        max((SELECT a."starts_at" FROM "appointment" a WHERE a."person" = h."dossier"
            AND a."starts_at" >= h."started_on" AND a."starts_at" <= :now
            AND a."status" = 'attended'
            AND (a."professional" = h."professional" OR a."programme" = h."id")
            ORDER BY a."starts_at" DESC LIMIT 1)),
        min((SELECT a."starts_at" FROM "appointment" a WHERE a."person" = h."dossier"
            AND a."starts_at" > :now AND coalesce(a."status", 'planned') = 'planned'
            AND (a."professional" = h."professional" OR a."programme" = h."id")
            ORDER BY a."starts_at" LIMIT 1)),
        max((SELECT a."starts_at" FROM "appointment" a WHERE a."person" = h."dossier"
            AND a."starts_at" > :now AND coalesce(a."status", 'planned') = 'planned'
            AND (a."professional" = h."professional" OR a."programme" = h."id")
            ORDER BY a."starts_at" DESC LIMIT 1))
    FROM hers h GROUP BY h."id"
"""
"""The last meeting held, written up or only said to be attended; the next planned, and the last."""

MINE = '"professional" = ? AND "ended_on" IS NULL'
"""The programmes I lead and that are not ended."""

_STILL_MET = """"started_on" <= ? AND EXISTS (SELECT 1 FROM "person" p
    WHERE p."id" = "programme"."person" AND coalesce(p."status", 'active')
    NOT IN (SELECT "value" FROM json_each(?)))"""


@dataclass(frozen=True, slots=True)
class Pace:
    """A programme and its meetings, in local time."""

    programme: Programme
    last: datetime | None
    """The last meeting held since the start."""
    planned: datetime | None
    """The next one planned."""
    last_planned: datetime | None
    """The one planned last."""

    @property
    def id(self) -> ProgrammeId:
        return ProgrammeId(self.programme.id)

    def standing(self, today: date) -> Standing:
        """Return whether the rhythm is kept."""
        known = self.programme
        last = self.last.date() if self.last else None
        return standing(known.cadence, known.started_on, known.planned_end, last, today)

    def anchor(self) -> date | None:
        """Return the meeting after which the next one is to be planned."""
        latest = self.last_planned or self.last
        return latest.date() if latest else None

    def usual_hour(self) -> time | None:
        """Return the hour on the wall at which they meet."""
        latest = self.last_planned or self.last
        return latest.time() if latest else None


class Rhythms:
    """Reads programmes with their meetings, and proposes the next ones."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)
        self._openings = Openings(workplace)

    def today(self) -> date:
        """Return the day, in the Département's time."""
        return paris(self._workplace.clock.now()).date()

    def of_person(self, person: PersonId) -> list[Pace]:
        """Return all the programmes of somebody, by anybody, those that go on first."""
        found = self._records.select(
            Programme,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"ended_on" IS NOT NULL, "started_on" DESC, "id"',
        )
        return self._paces(found)

    def mine(self) -> list[Pace]:
        """Return the programmes I lead, with persons who may still be met."""
        gone = json.dumps([status.value for status in _NO_LONGER_MET])
        found = self._records.select(
            Programme,
            f"{MINE} AND {_STILL_MET}",
            (self._workplace.me, (self.today() + _A_YEAR).isoformat(), gone),
        )
        return self._paces(found)

    def leading(self, person: PersonId) -> Programme | None:
        """Return my programme with somebody whose rhythm says when to meet next."""
        found = self._records.select(
            Programme,
            f"{OF_THESE} AND {MINE} AND coalesce(\"cadence\", '{Cadence.NONE}') <> ?",
            (these(self._dossiers.all_of(person)), self._workplace.me, Cadence.NONE.value),
            order='"started_on" DESC',
            limit=1,
        )
        return found[0] if found else None

    def next_slot(self, pace: Pace, calendar: Calendar | None = None) -> datetime | None:
        """Return the next free moment at the right lieu, as the rhythm asks; nothing at the end."""
        return next(iter(self._moments(pace, calendar, most=1)), None)

    def series(self, pace: Pace) -> tuple[datetime, ...]:
        """Return when to meet until the planned end, after what is planned already."""
        return self._moments(pace)

    def calendar(self) -> Calendar:
        """Return my next two months: enough to propose one slot for each person who is late."""
        today = self.today()
        return self._openings.between(today, today + timedelta(days=FURTHEST_DAYS + 7))

    def after(self, person: PersonId, last: datetime, place: PlaceId | None) -> datetime | None:
        """Return when a programme's rhythm has us meet after a meeting; nothing without one."""
        known = self.leading(person)
        if known is None or paris(last).date() < known.started_on:
            return None
        met = paris(last)
        return self.next_slot(Pace(_at(known, place), met, None, None))

    def open_at(self, place: PlaceId | None, proposed: datetime, minutes: int) -> datetime:
        """Move a proposal to my next permanence at a lieu; the same where I hold none."""
        calendar = self._openings.between(
            proposed.date(), proposed.date() + timedelta(days=FURTHEST_DAYS)
        )
        if not calendar.receives_at(place):
            return proposed
        days = (proposed.date() + timedelta(days=ahead) for ahead in range(FURTHEST_DAYS))
        free = (calendar.free_at(place, day, minutes, proposed.time()) for day in days)
        return next((moment for moment in free if moment is not None), proposed)

    # -- inside -------------------------------------------------------------------------------

    def _moments(
        self, pace: Pace, calendar: Calendar | None = None, *, most: int | None = None
    ) -> tuple[datetime, ...]:
        known, tomorrow = pace.programme, self.today() + timedelta(days=1)
        dates = planned_dates(
            known.cadence, known.started_on, pace.anchor(), tomorrow, known.planned_end
        )[:most]
        if not dates:
            return ()
        if calendar is None:
            last = dates[-1] + timedelta(days=FURTHEST_DAYS)
            calendar = self._openings.between(tomorrow, last)
        wanted, usual = calendar, pace.usual_hour()

        def free(day: date) -> datetime | None:
            return wanted.free_at(known.place, day, known.minutes, usual)

        days = moved_to_open_days(dates, tomorrow, lambda day: free(day) is not None)
        return tuple(moment for day in days if (moment := free(day)) is not None)

    def _paces(self, programmes: Sequence[Programme]) -> list[Pace]:
        if not programmes:
            return []
        together = self._dossiers.together()
        twins = [[one, other] for one in together.linked for other in together.all_of(one)]
        rows = self._workplace.store.database.rows(
            WHEN_MET,
            {
                "twins": json.dumps(twins),
                "programmes": json.dumps([item.id for item in programmes]),
                "now": instant_to_wire(self._workplace.clock.now()),
            },
        )
        met = {str(row[0]): row[1:] for row in rows}
        return [_pace(item, met.get(item.id, (None,) * 4)) for item in programmes]


def _pace(programme: Programme, met: Sequence[object]) -> Pace:
    written, attended, planned, last_planned = (_local(moment) for moment in met)
    held = [moment for moment in (written, attended) if moment is not None]
    return Pace(programme, max(held, default=None), planned, last_planned)


def _local(moment: object) -> datetime | None:
    return paris(instant_from_wire(str(moment))) if moment else None


def _at(programme: Programme, place: PlaceId | None) -> Programme:
    return replace(programme, place=place) if place is not None else programme
