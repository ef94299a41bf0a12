"""« Aujourd’hui »: the day's round, the person at hand, and what must not be forgotten."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.config.clock import paris
from desktop.services.appointments import AppointmentLine, Appointments
from desktop.services.conflicts import Conflicts
from desktop.services.directory import Colleague
from desktop.services.duplicates import Duplicates, LikelyPair
from desktop.services.follow_ups import DraftLine, FollowUps, TimelineLine
from desktop.services.person_drafts import PersonDraftLine, PersonDrafts
from desktop.services.persons import Persons
from desktop.services.workplace import Workplace
from protocol.ids import PersonId


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
    to_review: int
    """Conflicts that wait for me."""
    refused: int
    """Changes the office would not take; they are kept here."""
    alike: tuple[LikelyPair, ...] = ()
    """Dossiers that may be one person's."""

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the day's places, in the order of the round."""
        names = (line.place_name for line in self.appointments if line.place_name)
        return tuple(dict.fromkeys(names))


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
    ) -> None:
        self._workplace = workplace
        self._persons = persons
        self._appointments = appointments
        self._follow_ups = follow_ups
        self._person_drafts = person_drafts
        self._conflicts = conflicts
        self._duplicates = Duplicates(workplace, persons)

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
            left_open=tuple(self._appointments.left_open()),
            to_review=self._conflicts.count(),
            refused=len(self._workplace.store.outbox.refused()),
            alike=tuple(self._duplicates.pairs()),
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
            next_step=next((line.next_step for line in recent if line.next_step), ""),
            themes=tuple(sorted(counted, key=lambda label: -counted[label])[:4]),
        )


def _at_hand(lines: list[AppointmentLine], now: datetime) -> AppointmentLine | None:
    for line in lines:
        if line.follow_up is None and now < line.starts_at + timedelta(minutes=line.minutes):
            return line
    waiting = [line for line in lines if line.follow_up is None]
    return waiting[-1] if waiting else (lines[-1] if lines else None)
