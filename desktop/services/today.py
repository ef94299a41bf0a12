"""« Aujourd’hui »: the day's round, the person at hand, and what must not be forgotten."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desktop.config.clock import paris
from desktop.services.appointments import AppointmentLine, Appointments
from desktop.services.conflicts import Conflicts
from desktop.services.directory import Colleague
from desktop.services.duplicates import Duplicates, LikelyPair
from desktop.services.follow_ups import DraftLine, FollowUps
from desktop.services.offers import Offers, SlotLine
from desktop.services.person_drafts import PersonDraftLine, PersonDrafts
from desktop.services.persons import Persons
from desktop.services.programmes import Programmes, Watch
from desktop.services.recalls import MissedLine, Recalls
from desktop.services.record_drafts import RecordDraftLine, RecordDrafts
from desktop.services.relays import RelayLine, Relays
from desktop.services.steps import GOING_ON, OverdueLine, Steps
from desktop.services.timeline import TimelineLine
from desktop.services.workplace import Workplace
from desktop.services.workshops import Workshops
from protocol.ids import PersonId
from protocol.kinds.agenda import AppointmentStatus

_OPEN = (AppointmentStatus.PLANNED, AppointmentStatus.TO_QUALIFY)


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What one needs to know just before a door opens."""

    id: PersonId
    name: str
    age: int | None
    commune_name: str
    epci_name: str
    referent: Colleague | None
    request: str
    last: TimelineLine | None
    """The latest follow-up by anybody."""
    next_step: str
    """The step that was agreed last."""
    themes: tuple[str, ...]
    """Labels of the themes of the last follow-ups, most frequent first."""


@dataclass(frozen=True, slots=True)
class Today:
    """The day at a glance."""

    day: date
    appointments: tuple[AppointmentLine, ...]
    at_hand: AppointmentLine | None
    """The appointment under way, or the next one."""
    drafts: tuple[DraftLine, ...]
    sheets: tuple[PersonDraftLine, ...]
    """Sheets of persons that were typed and not saved."""
    left_open: tuple[AppointmentLine, ...]
    """Past appointments without an outcome; once the round is over, those of the day too."""
    to_review: int
    """Conflicts that wait for me."""
    refused: int
    """Changes the office would not take; they are kept here."""
    alike: tuple[LikelyPair, ...] = ()
    """Dossiers that may be one person's."""
    watch: Watch = field(default_factory=Watch)
    """Rhythms that are overdue, programmes that come to their end."""
    missed: tuple[MissedLine, ...] = ()
    """Those who did not come and whom nobody has reached since."""
    overdue: tuple[OverdueLine, ...] = ()
    """Steps whose day has gone by."""
    forms: tuple[RecordDraftLine, ...] = ()
    """Forms of the professions that were typed and not finished."""
    unanswered: tuple[RelayLine, ...] = ()
    """My relays that have waited long enough to ask again."""
    slots: tuple[SlotLine, ...] = ()
    """My free slots of these days that somebody waits for, the nearest first."""

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the day's places, in the order of the round."""
        names = (line.place_name for line in self.appointments if line.place_name)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Engagements:
    """What was agreed with persons, those who did not come, and those who wait."""

    programmes: Programmes
    steps: Steps
    recalls: Recalls
    workshops: Workshops
    relays: Relays
    forms: RecordDrafts
    offers: Offers


class TodayService:
    """Reads the day."""

    def __init__(
        self,
        workplace: Workplace,
        persons: Persons,
        appointments: Appointments,
        follow_ups: FollowUps,
        person_drafts: PersonDrafts,
        conflicts: Conflicts,
        engagements: Engagements,
    ) -> None:
        self._workplace = workplace
        self._persons = persons
        self._appointments = appointments
        self._follow_ups = follow_ups
        self._person_drafts = person_drafts
        self._conflicts = conflicts
        self._engagements = engagements
        self._duplicates = Duplicates(workplace, persons)

    @property
    def engagements(self) -> Engagements:
        """What was agreed with persons, for the acts of the day."""
        return self._engagements

    def read(self, day: date | None = None) -> Today:
        """Return the day (today by default, in the Département's time)."""
        now = self._workplace.clock.now()
        day = day or paris(now).date()
        appointments = self._appointments.of_day(day)
        return Today(
            day=day,
            appointments=tuple(appointments),
            at_hand=_at_hand(appointments, now),
            drafts=tuple(self._follow_ups.drafts()),
            sheets=tuple(self._person_drafts.lines()),
            left_open=(*self._appointments.left_open(), *_open_in_the_evening(appointments, now)),
            to_review=self._conflicts.count(),
            refused=len(self._workplace.store.outbox.refused()),
            alike=tuple(self._duplicates.pairs()),
            watch=self._engagements.programmes.watch(),
            missed=tuple(self._engagements.recalls.to_make()),
            overdue=tuple(self._engagements.steps.overdue()),
            forms=tuple(self._engagements.forms.lines()),
            unanswered=tuple(self._engagements.relays.unanswered()),
            slots=tuple(self._engagements.offers.lines()),
        )

    def card(self, person: PersonId) -> PersonCard:
        """Return what one needs to know before meeting a person; raise ``NotFound``."""
        sheet = self._persons.sheet(person)
        recent = self._follow_ups.timeline(person, limit=6)
        counted: dict[str, int] = {}
        for line in recent:
            for theme in line.themes:
                counted[theme.label] = counted.get(theme.label, 0) + 1
        return PersonCard(
            id=PersonId(sheet.person.id),
            name=sheet.name,
            age=sheet.age,
            commune_name=sheet.commune_name,
            epci_name=sheet.epci_name,
            referent=sheet.referent,
            request=sheet.person.request or "",
            last=recent[0] if recent else None,
            next_step=self._next_step(person, recent),
            themes=tuple(sorted(counted, key=lambda label: -counted[label])[:4]),
        )

    def _next_step(self, person: PersonId, recent: list[TimelineLine]) -> str:
        """The most pressing step that goes on; what an older follow-up agreed, without any."""
        steps = self._engagements.steps.of_person(person)
        if steps:
            return steps[0].text if steps[0].state in GOING_ON else ""
        return next((line.next_step for line in recent if line.next_step), "")


def _open_in_the_evening(lines: list[AppointmentLine], now: datetime) -> list[AppointmentLine]:
    """The day's appointments without an outcome, once the last of them has ended."""
    ends = [line.starts_at + timedelta(minutes=line.minutes) for line in lines]
    if not ends or now < max(ends):
        return []
    return [line for line in lines if line.status in _OPEN and line.follow_up is None]


def _at_hand(lines: list[AppointmentLine], now: datetime) -> AppointmentLine | None:
    for line in lines:
        if line.follow_up is None and now < line.starts_at + timedelta(minutes=line.minutes):
            return line
    waiting = [line for line in lines if line.follow_up is None]
    return waiting[-1] if waiting else (lines[-1] if lines else None)
