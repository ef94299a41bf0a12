"""My agenda as a calendar file (RFC 5545), and the hours that another calendar takes from me.

Discreet by default: « Rendez-vous » and the lieu, never who. What comes in from another calendar is
when I am not there, and no more: its titles stay outside. The same event comes in once only.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.domain.agenda import Span
from desktop.services.agenda import LONGEST_SPAN, Agenda
from desktop.services.agenda_days import Meeting
from desktop.services.calendar_file import OutsideEvent
from desktop.services.done import Done
from desktop.services.permanences import Permanences
from desktop.services.workplace import Workplace
from protocol.ids import RecordId, uuid7
from protocol.kinds.agenda import Absence

_OURS = "@coffre"
_PRODUCT = "-//Coffre//Agenda//FR"
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a calendar file."""

    added: int
    moved: int
    """Brought by an earlier import, and at another time since."""
    known: int
    """Already here: ours, or brought by an earlier import."""
    repeated: int
    """Events that come again and again: not followed."""
    past: int
    """Over already, or further than a year ahead, or without an end that anybody foresees."""

    def __add__(self, other: "Imported") -> "Imported":
        """Return what came of both."""
        return Imported(
            added=self.added + other.added,
            moved=self.moved + other.moved,
            known=self.known + other.known,
            repeated=self.repeated + other.repeated,
            past=self.past + other.past,
        )


NOTHING = Imported(0, 0, 0, 0, 0)


class AgendaFiles:
    """Writes and reads calendar files."""

    def __init__(self, workplace: Workplace, agenda: Agenda, permanences: Permanences) -> None:
        self._workplace = workplace
        self._agenda = agenda
        self._permanences = permanences

    def export(self, since: date, until: date, *, with_initials: bool = False) -> bytes:
        """Return my appointments from a day to before another one, as a calendar."""
        # Imported here: it takes a tenth of a second that an opening laptop has not.
        from icalendar import Calendar, Event

        calendar = Calendar()
        calendar.add("prodid", _PRODUCT)
        calendar.add("version", "2.0")
        stamp = self._workplace.clock.now()
        for meeting in self._meetings(since, until):
            event = Event()
            event.add("uid", f"{meeting.id}{_OURS}")
            event.add("dtstamp", stamp)
            event.add("dtstart", meeting.span.starts_at)
            event.add("dtend", meeting.span.ends_at)
            event.add("summary", _summary(meeting, with_initials=with_initials))
            event.add("class", "PRIVATE")
            if meeting.place_name:
                event.add("location", meeting.place_name)
            calendar.add_component(event)
        written: bytes = calendar.to_ical()
        return written

    def take_in(self, events: Iterable[OutsideEvent]) -> Done[Imported]:
        """Write the hours another calendar takes as absences, in one transaction.

        What came before is not written twice: a file may be taken in a stretch at a time.
        """
        counted = {"moved": 0, "known": 0, "repeated": 0, "past": 0}
        wanted: dict[RecordId, Span] = {}
        for event in events:
            what, rid = self._kind_of(event), self._id_of(event)
            if what in counted:
                counted[what] += 1
            if what in ("added", "moved"):
                wanted[rid] = event.span
        with self._workplace.work() as work:
            for rid, span in wanted.items():
                self._permanences.be_away(work, rid, span.starts_at, span.ends_at)
        return Done(Imported(len(wanted) - counted["moved"], **counted), work.touched)

    def _meetings(self, since: date, until: date) -> Iterator[Meeting]:
        while since < until:
            last = min(until, since + timedelta(days=LONGEST_SPAN))
            yield from (one for one in self._agenda.read(since, last).meetings if one.is_held)
            since = last

    def _kind_of(self, event: OutsideEvent) -> str:
        now, span = self._workplace.clock.now(), event.span
        if event.uid.endswith(_OURS):
            return "known"
        if event.repeats:
            return "repeated"
        if span.ends_at <= now or span.starts_at > now + _AHEAD or span.ends_at > now + 2 * _AHEAD:
            return "past"
        held = self._workplace.store.records.get(Absence, self._id_of(event))
        if held is None:
            return "added"
        # One that was taken out by hand stays out.
        same = (held.starts_at, held.ends_at) == span or held.ends_at <= held.starts_at
        return "known" if same else "moved"

    def _id_of(self, event: OutsideEvent) -> RecordId:
        """The same event of the same calendar has the same identifier, whoever brings it twice."""
        unnamed = "" if event.uid else "/".join(moment.isoformat() for moment in event.span)
        named = "\n".join((self._workplace.me, event.uid, event.occurrence, unnamed))
        return RecordId(uuid7(0, hashlib.sha256(named.encode()).digest()))


def _summary(meeting: Meeting, *, with_initials: bool) -> str:
    words = "Rendez-vous"
    if not with_initials or not meeting.shown:
        return words
    letters = [word[:1] + "." for word in meeting.shown.split()]
    return f"{words} {' '.join(letters)}"
