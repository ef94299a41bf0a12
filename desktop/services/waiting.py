"""The waiting list: who waits for which lieu, since when, and whom a freed slot would do for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desktop.config.clock import paris
from desktop.domain.agenda import Span, Wish, usual_delay
from desktop.services.appointments import MINUTES
from desktop.services.done import Done
from desktop.services.dossiers import Dossiers
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import shown_name
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import AppointmentId, PersonId, PlaceId, RecordId
from protocol.kinds.agenda import HalfDay, Motive, Waiting, WaitingState, Weekday
from protocol.kinds.places import Place
from protocol.values import instant_from_wire

_YEAR = timedelta(days=365)
# Not « coalesce »: those who waited once stay for years, and an index passes over them.
_WAITS_FOR_ME = """("state" = 'waiting' OR "state" IS NULL)
    AND ("professional" IS NULL OR "professional" = ?)"""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits."""

    id: RecordId
    person: PersonId
    name: str
    wish: Wish
    place_name: str
    """Nothing: any lieu."""
    since: date
    days: int
    """How long, until today."""
    motive: Motive
    comment: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait to be written down."""

    person: PersonId
    place: PlaceId | None
    motive: Motive
    minutes: int = 45
    days: frozenset[Weekday] = frozenset()
    halves: frozenset[HalfDay] = frozenset()
    comment: str = ""
    since: date | None = None
    """None: today."""


class WaitingList:
    """Reads and writes who waits for me, or for anybody."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)

    def lines(self) -> list[WaitingLine]:
        """Return who waits for me or for anybody, the longest first."""
        found = self._records.select(
            Waiting, _WAITS_FOR_ME, (self._workplace.me,), order='"since", "id"'
        )
        places = {place.id: place.name for place in self._records.select(Place)}
        together = self._dossiers.together()
        today = paris(self._workplace.clock.now()).date()
        return [
            WaitingLine(
                id=one.id,
                person=(kept := PersonId(together.kept_of(one.person))),
                name=shown_name(self._workplace, kept),
                wish=_wish(one),
                place_name=places.get(RecordId(one.place or ""), ""),
                since=one.since,
                days=max((today - one.since).days, 0),
                motive=one.motive,
                comment=one.comment or "",
            )
            for one in found
        ]

    def wishes(self) -> list[tuple[PersonId, Wish]]:
        """Return what those who wait could take, without reading who they are."""
        found = self._records.select(Waiting, _WAITS_FOR_ME, (self._workplace.me,))
        if not found:
            return []
        together = self._dossiers.together()
        return [(PersonId(together.kept_of(one.person)), _wish(one)) for one in found]

    def add(self, wait: Wait) -> Done[RecordId]:
        """Write down that somebody waits for me; raise ``InvalidInput``."""
        today = paris(self._workplace.clock.now()).date()
        since = wait.since or today
        if wait.minutes not in MINUTES:
            raise InvalidInput("minutes", "not_a_duration")
        if since > today:
            raise InvalidInput("since", "future_date")
        person = self._dossiers.kept(wait.person)
        if any(line.person == person and line.wish.place == wait.place for line in self.lines()):
            raise InvalidInput("person", "waits_already")
        rid = RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                Waiting(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=person,
                    professional=self._workplace.me,
                    place=wait.place,
                    since=since,
                    motive=wait.motive,
                    minutes=wait.minutes,
                    days=wait.days,
                    halves=wait.halves,
                    comment=wait.comment.strip() or None,
                )
            )
        return Done(rid, work.touched)

    def withdraw(self, waiting: RecordId) -> Done[None]:
        """Say that somebody does not want to wait any more; raise ``NotFound``."""
        with self._workplace.work() as work:
            work.save(replace(self._known(waiting), state=WaitingState.WITHDRAWN))
        return Done(None, work.touched)

    def put_back(self, waiting: RecordId) -> Done[None]:
        """Take a withdrawal back; raise ``NotFound``."""
        with self._workplace.work() as work:
            self.wait_again(work, waiting)
        return Done(None, work.touched)

    def serve(self, work: UnitOfWork, waiting: RecordId, appointment: AppointmentId) -> None:
        """End a wait with an appointment, inside a larger piece of work; raise ``NotFound``."""
        known = self._known(waiting)
        work.save(replace(known, state=WaitingState.SERVED, appointment=appointment))

    def wait_again(self, work: UnitOfWork, waiting: RecordId) -> None:
        """The wait goes on, inside a larger piece of work; raise ``NotFound``."""
        known = self._known(waiting)
        work.save(replace(known, state=WaitingState.WAITING, appointment=None))

    def delays(self) -> dict[PlaceId, int]:
        """Return how many days people usually waited for a lieu, over the last year (median)."""
        oldest = paris(self._workplace.clock.now()).date() - _YEAR
        rows = self._workplace.store.database.rows(
            """SELECT a."place", w."since", a."starts_at" FROM "waiting" w
                JOIN "appointment" a ON a."id" = w."appointment"
                WHERE w."state" = 'served' AND w."since" >= ? AND a."place" IS NOT NULL
                AND (w."professional" IS NULL OR w."professional" = ?)""",
            (oldest.isoformat(), self._workplace.me),
        )
        waited: dict[PlaceId, list[int]] = {}
        for place, since, starts_at in rows:
            day = paris(instant_from_wire(str(starts_at))).date()
            days = (day - date.fromisoformat(str(since))).days
            waited.setdefault(PlaceId(str(place)), []).append(max(days, 0))
        found = {place: usual_delay(days) for place, days in waited.items()}
        return {place: days for place, days in found.items() if days is not None}

    def _known(self, waiting: RecordId) -> Waiting:
        known = self._records.get(Waiting, waiting)
        if known is None:
            raise NotFound
        return known


def _wish(one: Waiting) -> Wish:
    return Wish(one.place, one.minutes, one.days, one.halves)


def who_fits(lines: Iterable[WaitingLine], span: Span, place: str | None) -> list[WaitingLine]:
    """Return whom a slot would do for, the longest wait first."""
    return [line for line in lines if line.wish.fits(span, place)]
