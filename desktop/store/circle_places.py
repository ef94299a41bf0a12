"""Who has a place in a circle, says the office, and who was seen to leave (``circle_closed``).

A place is told by the office; that somebody left is remembered here, whatever it shows later.
"""

from dataclasses import dataclass
from datetime import date

from desktop.config.clock import Clock, paris
from desktop.crypto.escrow import ESCROW
from desktop.store.circle_said import Circle, SaidOfCircles
from desktop.store.database import EncryptedDatabase
from desktop.store.state import State
from protocol.ids import ProfessionalId
from protocol.visibility import membership_is_open


@dataclass(frozen=True, slots=True)
class CirclePlaces:
    """Reads places, and remembers departures; in the caller's transaction.

    The days of reading that follow a handover are over when this laptop's clock and the office's
    both say so. A place that ends at once is over by this laptop's: no office prolongs it.
    """

    database: EncryptedDatabase
    said: SaidOfCircles
    me: ProfessionalId
    clock: Clock

    def open_today(self, dossier: str, circle: Circle | None = None) -> set[str]:
        """Return who has a place today; ``circle``: what was just read of it.

        A member who had none when this laptop looked stays out until a member names her again: the
        office brings nobody back by opening an old place, nor by giving her a new one.
        """
        found = {who for who, is_open in self.told(dossier) if is_open}
        return found - self.left(dossier, circle) - {ESCROW}

    def told(self, dossier: str) -> set[tuple[str, bool]]:
        """Return who has or had a place, says the office, and whether it is open today."""
        rows = self.database.rows(
            'SELECT "professional", "ended_on", "overlap_until" FROM "circle_member"'
            ' WHERE "person" = ?',
            (dossier,),
        )
        return {(str(who), self._is_open(ended, overlap)) for who, ended, overlap in rows}

    def still_in(self, dossier: str) -> bool:
        """Tell whether I have a place today, or need none, having opened the dossier."""
        mine = {is_open for who, is_open in self.told(dossier) if who == self.me}
        return not mine or True in mine

    def left(self, dossier: str, circle: Circle | None = None) -> set[str]:
        """Return who was seen to have left, and whom no member has given a newer key since.

        ``circle``: what was just read of it.
        """
        return who_left(self.database, circle or self.said.circle(dossier), dossier)

    def readers_and_named(self, dossier: str) -> tuple[set[str], set[str]] | None:
        """Return who reads what is written in a dossier from now on, and whom a member named there.

        ``None`` while nobody has given this laptop a key of it.
        """
        circle = self.said.circle(dossier)
        if not circle.said:
            return None
        named = (circle.members - self.left(dossier, circle)) | {str(self.me)}
        return (named & self.open_today(dossier, circle)) | {str(self.me)}, named

    def note_departures(self, dossier: str) -> None:
        """Remember who had a place and has none today: all that is known has arrived.

        Whether a new key was made since or not: the office brings her back by no old place.
        """
        places = self.told(dossier)
        gone = {who for who, is_open in places if not is_open}
        gone -= {who for who, is_open in places if is_open} | {str(self.me)}
        if gone:
            circle = self.said.circle(dossier)
            self.note_left(dossier, gone & circle.members, circle.newest[0], circle)

    def note_closed(self, dossier: str) -> None:
        """Remember who is no longer in the circle, as a key is made without her."""
        circle = self.said.circle(dossier)
        here, members = self.open_today(dossier, circle), circle.members - {self.me}
        self.note_left(dossier, members - here, circle.newest[0], circle)
        for professional in members & here:
            self.database.execute(
                'DELETE FROM "circle_closed" WHERE "place" = ?', (f"{dossier} {professional}",)
            )

    def note_left(self, dossier: str, professionals: set[str], epoch: int, circle: Circle) -> None:
        """They count no more until they are given the newest key, and it is of a later epoch."""
        if not professionals:
            return
        for professional in sorted(professionals - self.left(dossier, circle)):
            self.database.execute(
                'INSERT OR REPLACE INTO "circle_closed" VALUES (?, ?, ?)',
                (f"{dossier} {professional}", dossier, epoch),
            )

    def _is_open(self, ended: str | None, overlap: str | None) -> bool:
        now = self.clock.now()
        days = [now]
        if overlap is not None:
            # Of a laptop whose clock is ahead: she still reads, says the office.
            days.append(State(self.database).office_time(now))
        return any(
            membership_is_open(_day(ended), _day(overlap), paris(day).date()) for day in days
        )


def who_left(database: EncryptedDatabase, circle: Circle, dossier: str) -> set[str]:
    """Return who was seen to leave a circle, and whom no member has given a newer key since."""
    rows = database.rows(
        'SELECT "place" FROM "circle_closed" WHERE "dossier" = ? AND NOT EXISTS (SELECT 1'
        ' FROM "circle_statement" s WHERE s."dossier" = ? AND s."key" = ?'
        ' AND s."epoch" > "circle_closed"."epoch"'
        ' AND s."dossier" || \' \' || s."recipient" = "circle_closed"."place")',
        (dossier, dossier, circle.newest[1]),
    )
    return {str(place).removeprefix(f"{dossier} ") for (place,) in rows}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
