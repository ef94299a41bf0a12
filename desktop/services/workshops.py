"""Group workshops: sessions with their places, who is registered, who came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.services.appointments import MINUTES
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.persons import shown_name
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PersonId, PlaceId, RecordId, SessionId
from protocol.kinds.programmes import Attendance, WorkshopPlace, WorkshopSession, WorkshopTheme
from protocol.values import clean_text, instant_to_wire

SHOWN_FOR = timedelta(days=30)
"""How long a session stays in the list once it is over: somebody has yet to say who came."""
CAPACITY = range(1, 101)
"""Numbers of places that can be believed."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be held."""

    title: str
    theme: WorkshopTheme
    starts_at: datetime
    """Aware."""
    minutes: int
    place: PlaceId | None
    capacity: int


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list."""

    id: SessionId
    title: str
    theme: WorkshopTheme
    starts_at: datetime
    """Local time."""
    minutes: int
    place_name: str
    capacity: int
    places_left: int
    mine: bool
    leader: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class RegisteredLine:
    """Somebody's place in a session."""

    id: RecordId
    session: SessionLine
    person: PersonId
    name: str
    attendance: Attendance
    first_step_with: bool


class Workshops:
    """Reads and writes sessions and places."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    # -- reading ------------------------------------------------------------------------------

    def sessions(self) -> list[SessionLine]:
        """Return the sessions to come, the next one first, then those just over."""
        now = self._workplace.clock.now()
        first = datetime.combine((paris(now) - SHOWN_FOR).date(), time(), PARIS)
        found = self._records.select(
            WorkshopSession,
            '"starts_at" >= ? AND "cancelled" IS NOT 1',
            (instant_to_wire(first),),
            order='"starts_at", "id"',
        )
        lines = list(self._lines(found).values())
        return sorted(lines, key=lambda line: line.is_over)

    def registered(self, session: SessionId) -> list[RegisteredLine]:
        """Return the persons of this laptop who have a place, by name."""
        places = self._records.select(WorkshopPlace, '"session" = ?', (session,))
        return sorted(self._registered(places), key=lambda line: (line.name, line.id))

    def of_person(self, person: PersonId) -> list[RegisteredLine]:
        """Return somebody's places, the latest session first."""
        found = self._records.select(
            WorkshopPlace, OF_THESE, (these(self._dossiers.all_of(person)),)
        )
        lines = self._registered(found)
        return sorted(lines, key=lambda line: line.session.starts_at, reverse=True)

    # -- writing ------------------------------------------------------------------------------

    def create(self, new: NewSession) -> Done[SessionId]:
        """Announce a session that I lead; raise ``InvalidInput``."""
        title = clean_text(new.title).strip()
        if not title:
            raise InvalidInput("title", "missing")
        if new.minutes not in MINUTES:
            raise InvalidInput("minutes", "not_a_duration")
        if new.capacity not in CAPACITY:
            raise InvalidInput("capacity", "not_a_capacity")
        rid = RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                WorkshopSession(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    professional=self._workplace.me,
                    place=new.place,
                    theme=new.theme,
                    title=title,
                    starts_at=new.starts_at,
                    minutes=new.minutes,
                    capacity=new.capacity,
                )
            )
        return Done(SessionId(rid), work.touched)

    def set_cancelled(self, session: SessionId, *, cancelled: bool) -> Done[None]:
        """Cancel a session that I lead, or hold it after all."""
        known = self._session(session)
        if known.professional != self._workplace.me:
            raise NotAllowed("a workshop is cancelled by whoever leads it")
        with self._workplace.work() as work:
            work.save(replace(known, cancelled=cancelled))
        return Done(None, work.touched)

    def register(
        self, session: SessionId, person: PersonId, *, first_step_with: bool
    ) -> Done[RecordId]:
        """Give somebody a place; raise ``InvalidInput`` when she has one, or none is left."""
        known = self._session(session)
        for place in self._records.select(
            WorkshopPlace,
            f'{OF_THESE} AND "session" = ?',
            (these(self._dossiers.all_of(person)), session),
        ):
            if place.attendance is not Attendance.WITHDRAWN:
                raise InvalidInput("session", "already_registered")
        if known.taken >= known.capacity:
            raise InvalidInput("session", "full")
        rid = RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                WorkshopPlace(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=self._dossiers.kept(person),
                    professional=self._workplace.me,
                    session=session,
                    first_step_with=first_step_with,
                )
            )
            self._count(work, known, 1)
        return Done(rid, work.touched)

    def set_attendance(self, place: RecordId, attendance: Attendance) -> Done[Attendance]:
        """Say whether somebody came; who withdraws frees her place. Return what was known."""
        known = self._records.get(WorkshopPlace, place)
        if known is None:
            raise NotFound
        before = known.attendance
        withdrawn = Attendance.WITHDRAWN
        step = (before is withdrawn) - (attendance is withdrawn)
        with self._workplace.work() as work:
            work.save(replace(known, attendance=attendance))
            if step:
                self._count(work, self._session(known.session), step)
        return Done(before, work.touched)

    def take_back(self, place: RecordId) -> Done[None]:
        """Remove a place just given."""
        known = self._records.get(WorkshopPlace, place)
        if known is None:
            raise NotFound
        with self._workplace.work() as work:
            work.delete(WorkshopPlace, place)
            if known.attendance is not Attendance.WITHDRAWN:
                self._count(work, self._session(known.session), -1)
        return Done(None, work.touched)

    # -- inside -------------------------------------------------------------------------------

    def _count(self, work: UnitOfWork, known: WorkshopSession, step: int) -> None:
        """Places are counted by addition: two laptops that give one each take two."""
        work.save(replace(known, taken=known.taken + step))

    def _session(self, session: SessionId) -> WorkshopSession:
        known = self._records.get(WorkshopSession, session)
        if known is None:
            raise NotFound
        return known

    def _registered(self, places: list[WorkshopPlace]) -> list[RegisteredLine]:
        sessions = [self._records.get(WorkshopSession, place.session) for place in places]
        lines = self._lines([session for session in sessions if session is not None])
        together = self._dossiers.together()
        found = []
        for place in places:
            kept = PersonId(together.kept_of(place.person))
            session = lines.get(place.session)
            if session is not None:
                found.append(
                    RegisteredLine(
                        place.id,
                        session,
                        kept,
                        shown_name(self._workplace, kept),
                        place.attendance,
                        place.first_step_with,
                    )
                )
        return found

    def _lines(self, sessions: list[WorkshopSession]) -> Mapping[str, SessionLine]:
        places = {place.id: place.name for place in self._directory.places()}
        colleagues = self._directory.colleagues()
        now = self._workplace.clock.now()
        return {
            one.id: SessionLine(
                id=SessionId(one.id),
                title=one.title,
                theme=one.theme,
                starts_at=paris(one.starts_at),
                minutes=one.minutes,
                place_name=places.get(one.place or "", ""),
                capacity=one.capacity,
                places_left=max(one.capacity - one.taken, 0),
                mine=one.professional == self._workplace.me,
                leader=known.name if (known := colleagues.get(one.professional)) else "",
                is_over=one.starts_at + timedelta(minutes=one.minutes) <= now,
            )
            for one in sessions
        }
