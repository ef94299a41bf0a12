"""The kilometre log: one's own trips, for an expense sheet. Nobody's name is asked for here.

Where from and to is sealed for whoever drove; an older Coffre wrote it in clear (``Trip.detail``).
"""

from dataclasses import dataclass
from datetime import date

from desktop.crypto.errors import SealBroken
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.own_texts import OwnTexts
from desktop.services.tours import Tour
from desktop.services.workplace import Workplace
from protocol.ids import RecordId
from protocol.kinds.care import Trip
from protocol.kinds.declare import Sealed

KILOMETRES = range(1, 2_001)
"""Lengths of a day's driving that can be believed."""
_DETAIL_LIMIT = 120
UNREADABLE = "Ce trajet ne s’ouvre pas."
"""Stands where the words of a trip were altered; saved back, it changes nothing."""


@dataclass(frozen=True, slots=True)
class TripForm:
    """A trip being noted or corrected."""

    driven_on: date
    kilometres: int
    detail: str = ""
    """Where from, by where, where to."""
    odometer: int | None = None
    id: RecordId | None = None
    """None for a new one."""


@dataclass(frozen=True, slots=True)
class MonthLog:
    """The trips of one month, in order."""

    first: date
    trips: tuple[TripForm, ...]

    @property
    def kilometres(self) -> int:
        """Kilometres of the whole month."""
        return sum(trip.kilometres for trip in self.trips)


class Trips:
    """Reads and writes my trips."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._texts = OwnTexts(workplace, "trip", "route")

    def of_month(self, day: date) -> MonthLog:
        """Return my trips of the month a day is in."""
        first = day.replace(day=1)
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        found = self._records.select(
            Trip,
            '"created_by" = ? AND "driven_on" >= ? AND "driven_on" < ?',
            (self._workplace.me, first.isoformat(), after.isoformat()),
            order='"driven_on", "id"',
        )
        return MonthLog(first, tuple(self._form(trip) for trip in found))

    def of_day(self, day: date) -> list[TripForm]:
        """Return my trips of a day."""
        return [trip for trip in self.of_month(day).trips if trip.driven_on == day]

    def propose(self, tour: Tour) -> TripForm:
        """Return what the round of a day would note: its stops and its length."""
        names = [stop.name for stop in tour.stops]
        return TripForm(tour.day, tour.kilometres, _shortened(" – ".join(names)))

    def note(self, form: TripForm) -> Done[RecordId]:
        """Write a trip, new or corrected; raise ``InvalidInput``, ``NotFound``."""
        if form.kilometres not in KILOMETRES:
            raise InvalidInput("kilometres", "not_a_distance")
        if form.odometer is not None and form.odometer < 0:
            raise InvalidInput("odometer", "not_a_distance")
        if len(form.detail) > _DETAIL_LIMIT:
            raise InvalidInput("detail", "too_long")
        known = self._mine(form.id) if form.id else None
        if form.id and known is None:
            raise NotFound
        rid = known.id if known else RecordId(self._workplace.new_id())
        trip = Trip(
            id=rid,
            created_at=known.created_at if known else self._workplace.clock.now(),
            created_by=self._workplace.me,
            driven_on=form.driven_on,
            route=self._route(rid, known, form.detail.strip()),
            kilometres=form.kilometres,
            odometer=form.odometer,
        )
        with self._workplace.work() as work:
            work.save(trip)
        return Done(trip.id, work.touched)

    def remove(self, trip: RecordId) -> Done[TripForm]:
        """Take a trip out of the log; return what it said, so that it can be noted again."""
        known = self._mine(trip)
        if known is None:
            raise NotFound
        with self._workplace.work() as work:
            work.delete(Trip, known.id)
        said = self._form(known)
        return Done(
            TripForm(said.driven_on, said.kilometres, said.detail, said.odometer), work.touched
        )

    def _mine(self, trip: RecordId) -> Trip | None:
        known = self._records.get(Trip, trip)
        return known if known is not None and known.created_by == self._workplace.me else None

    def _form(self, trip: Trip) -> TripForm:
        detail = self._words(trip)
        return TripForm(trip.driven_on, trip.kilometres, detail, trip.odometer, trip.id)

    def _words(self, trip: Trip) -> str:
        if trip.route is None:
            return trip.detail or ""
        try:
            return self._texts.open(trip.id, trip.route)
        except SealBroken:
            return UNREADABLE

    def _route(self, rid: RecordId, known: Trip | None, words: str) -> Sealed | None:
        """Seal what was typed; what was there stays as it is when nothing of it was changed."""
        if known is not None and known.route is not None and self._words(known) == words:
            return known.route
        return self._texts.seal(rid, words, self._revision(known) + 1) if words else None

    def _revision(self, known: Trip | None) -> int:
        try:
            return self._texts.revision(known.route) if known and known.route else 0
        except SealBroken:
            return 0


def _shortened(detail: str) -> str:
    return detail if len(detail) <= _DETAIL_LIMIT else f"{detail[: _DETAIL_LIMIT - 1]}…"
