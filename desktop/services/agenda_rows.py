"""What the agenda reads of the store, for whoever's days are asked for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from desktop.config.clock import PARIS
from desktop.domain.agenda import Span, lasting
from desktop.domain.one_person import OnePerson
from desktop.domain.shown_names import initial, initials
from desktop.services.agenda_days import Away, Meeting, Permanence, Workshop
from desktop.services.appointments import USUAL_MINUTES
from desktop.services.directory import Colleague
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.openings import starts_of
from desktop.services.workplace import Workplace
from protocol.ids import AppointmentId, PersonId, PlaceId
from protocol.kinds.agenda import (
    Absence,
    Appointment,
    AppointmentStatus,
    Motive,
    OpeningSlot,
    Visibility,
)
from protocol.kinds.persons import Person
from protocol.kinds.places import Place
from protocol.kinds.programmes import WorkshopSession
from protocol.values import instant_from_wire, instant_to_wire


class AgendaRows:
    """Reads appointments, permanences, absences and workshops."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._dossiers = Dossiers(workplace)

    def places(self) -> dict[str, Place]:
        """Return every lieu, by identifier."""
        return {place.id: place for place in self._records.select(Place)}

    def openings(self) -> list[OpeningSlot]:
        """Return the permanences of everybody that have not been ended."""
        return self._records.select(OpeningSlot, '"active" IS NOT 0', order='"starts_at", "id"')

    def meetings(self, days: Span, places: dict[str, Place], whose: str) -> list[Meeting]:
        """Return somebody's appointments, those that are on this laptop."""
        rows = self._workplace.store.database.rows(
            """SELECT a."id", a."person", coalesce(p."usual_name", p."birth_name", ''),
                coalesce(p."first_name", ''), a."starts_at", a."minutes", a."place", a."motive",
                a."status", a."visibility"
                FROM "appointment" a LEFT JOIN "person" p ON p."id" = a."person"
                WHERE a."professional" = ? AND a."starts_at" >= ? AND a."starts_at" < ?
                ORDER BY a."starts_at", a."id" """,
            (whose, *(instant_to_wire(moment) for moment in days)),
        )
        together = self._dossiers.together()
        return [self._meeting(row, places, together) for row in rows]

    def of_person(self, person: PersonId, days: Span) -> list[Appointment]:
        """Return a person's appointments with anybody whose are on this laptop, in order."""
        return self._records.select(
            Appointment,
            f'{OF_THESE} AND "starts_at" >= ? AND "starts_at" < ?',
            (
                these(self._dossiers.all_of(person)),
                *(instant_to_wire(moment) for moment in days),
            ),
            order='"starts_at", "id"',
        )

    def shown(self, person: PersonId) -> str:
        """Return a person's name as it is shown."""
        return self._workplace.names.of(*self._named(self._dossiers.kept(person)))

    def _meeting(
        self, row: tuple[object, ...], places: dict[str, Place], together: OnePerson
    ) -> Meeting:
        person, family, given = (str(row[at]) for at in (1, 2, 3))
        kept = PersonId(together.kept_of(person))
        if kept != person:
            given, family = self._named(kept)
        names = self._workplace.names
        visibility = Visibility(str(row[9] or Visibility.NORMAL))
        name = names.of(given, family)
        shown, short = name, names.of(initial(given), family)
        if visibility is not Visibility.NORMAL:
            shown = initials(given, family) if visibility is Visibility.DISCREET else ""
            short = shown
        place = PlaceId(str(row[6])) if row[6] else None
        return Meeting(
            id=AppointmentId(str(row[0])),
            person=kept,
            name=name,
            shown=shown,
            short=short,
            span=lasting(instant_from_wire(str(row[4])), int(str(row[5] or USUAL_MINUTES))),
            place=place,
            place_name=self.name(places, place),
            motive=Motive(str(row[7] or Motive.FOLLOW_UP)),
            status=AppointmentStatus(str(row[8] or AppointmentStatus.PLANNED)),
            visibility=visibility,
        )

    def _named(self, person: PersonId) -> tuple[str, str]:
        known = self._records.get(Person, person)
        return (known.first_name, known.usual_name or known.birth_name) if known else ("", "")

    def away(self, days: Span, whose: str) -> list[Away]:
        """Return somebody's absences; one that was taken out lasts no time."""
        found = self._records.select(
            Absence,
            '"professional" = ? AND "ends_at" > ? AND "starts_at" < ? AND "ends_at" > "starts_at"',
            (whose, *(instant_to_wire(moment) for moment in days)),
            order='"starts_at", "id"',
        )
        return [Away(one.id, _span(one.starts_at, one.ends_at)) for one in found]

    def workshops(
        self, days: Span, places: dict[str, Place], common: set[PlaceId], whose: str
    ) -> list[Workshop]:
        """Return the workshops that somebody leads, and those at the lieux in ``common``."""
        found = self._records.select(
            WorkshopSession,
            '"starts_at" >= ? AND "starts_at" < ? AND "cancelled" IS NOT 1',
            tuple(instant_to_wire(moment) for moment in days),
            order='"starts_at", "id"',
        )
        return [
            Workshop(
                id=one.id,
                title=one.title,
                span=lasting(one.starts_at, one.minutes),
                place=one.place,
                place_name=self.name(places, one.place),
                places_left=max(one.capacity - one.taken, 0),
                mine=one.professional == self._workplace.me,
            )
            for one in found
            if one.professional == whose or one.place in common
        ]

    def held(
        self,
        openings: Iterable[OpeningSlot],
        since: date,
        until: date,
        places: dict[str, Place],
        colleagues: dict[str, Colleague],
    ) -> list[tuple[Permanence, int]]:
        """Return each time these are held, with the length of a slot."""
        found = [
            (
                Permanence(
                    opening=one.id,
                    place=one.place,
                    place_name=self.name(places, one.place),
                    span=lasting(start, one.minutes),
                    colleague=colleagues.get(one.professional),
                ),
                one.slot_minutes,
            )
            for one in openings
            for start in starts_of(one, since, until)
        ]
        return sorted(found, key=lambda item: (item[0].span, item[0].opening))

    @staticmethod
    def name(places: dict[str, Place], place: str | None) -> str:
        """Return how a lieu is called, or nothing."""
        known = places.get(place or "")
        return known.name if known else ""


def days_between(since: date, until: date) -> Span:
    """Return the moments from a day's midnight in Paris to another's."""
    first, last = (datetime.combine(day, time(), PARIS) for day in (since, until))
    return _span(first, last)


def _span(starts_at: datetime, ends_at: datetime) -> Span:
    return Span(starts_at.astimezone(UTC), ends_at.astimezone(UTC))
