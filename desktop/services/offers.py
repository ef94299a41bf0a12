"""Free slots of the days to come that somebody on the waiting list could take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.config.clock import paris
from desktop.domain.agenda import Span
from desktop.services.agenda import Agenda
from desktop.services.agenda_days import free_slots
from desktop.services.waiting import WaitingList
from desktop.services.workplace import Workplace
from protocol.ids import RecordId

DAYS_AHEAD = 7
"""After today: a person is still to be called, and the room is known."""


@dataclass(frozen=True, slots=True)
class SlotLine:
    """The first slot of a permanence that would do for somebody who waits."""

    opening: RecordId
    span: Span
    place_name: str
    waiting: int
    """How many persons it would do for."""

    @property
    def starts_at(self) -> datetime:
        """On the wall of the lieu."""
        return paris(self.span.starts_at)


class Offers:
    """Brings together my free slots and who waits."""

    def __init__(self, workplace: Workplace, agenda: Agenda, waiting: WaitingList) -> None:
        self._workplace = workplace
        self._agenda = agenda
        self._waiting = waiting

    def lines(self) -> list[SlotLine]:
        """Return one slot a permanence, from now on to a week from today, the nearest first."""
        wishes = self._waiting.wishes()
        if not wishes:
            return []  # the usual case on most laptops: the agenda is not even read
        today = paris(self._workplace.clock.now()).date()
        days = self._agenda.read(today, today + timedelta(days=DAYS_AHEAD + 1))
        found: dict[tuple[RecordId, Span], SlotLine] = {}
        for held, slot in free_slots(days):
            fitting = {who for who, wish in wishes if wish.fits(slot.span, held.place)}
            line = SlotLine(held.opening, slot.span, held.place_name, len(fitting))
            if fitting:
                found.setdefault((held.opening, held.span), line)
        return sorted(found.values(), key=lambda line: (line.span, line.opening))
