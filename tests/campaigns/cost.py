"""What a day's synchronisation costs does not depend on how much was there before.

A laptop and its office grow; at each size the same small day is brought home, then nothing at all.
Requests, bytes and SQL statements are counted on both sides: none of them may follow the size.
"""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from protocol.ids import PersonId
from protocol.kinds.people import Job
from tests.campaigns.caseload import Caseload
from tests.campaigns.counting import laptop_statements, office_statements
from tests.campaigns.exact_office import ExactOffice
from tests.campaigns.images import come_home
from tests.campaigns.tally import Effort, Tally
from tests.server.samples import edit, follow_up
from tests.support.fleet import Laptop, enrolled, place_of
from tests.support.laptop import TUESDAY
from tests.support.office import Office, Premises
from tests.support.raw_device import Op

SIZES = {
    Effort.SHORT: (200, 1_000, 5_000),
    Effort.NORMAL: (200, 2_000, 20_000),
    Effort.LONG: (2_000, 20_000, 200_000),
}
_CHARACTERS = 300
_ARRIVING, _LEAVING = 5, 5
"""Changes that others made, and those made here: as many corrections as new meetings."""
_BYTES_MARGIN = 1.05
"""Identifiers are drawn by chance, and numbers grow by a digit."""
_QUIET_BYTES = 900


@dataclass(frozen=True, slots=True)
class Cost:
    """What one synchronisation cost."""

    requests: int
    sent: int
    received: int
    office_statements: int
    laptop_statements: int


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Compare the day's cost at each size; then see that reading everything again is seen.

    ``cases``: by how much the caseload grows.
    """
    tally = Tally("cost", seed)
    with closing(_Day(premises, folder, seed)) as day:
        sizes = SIZES[effort] if cases is None else (200, 200 + cases // 4, 200 + cases)
        first: Cost | None = None
        day.grow(sizes[0])
        day.bring_home()  # what is done once is done
        for size in sizes:
            day.grow(size)
            cost = day.bring_home()
            first = first or cost
            tally.notes.append(f"{size} records: {cost}")
            tally.add(f"{size} records", dearer(cost, first))
            tally.add(f"{size} records, nothing new", day.bring_nothing())
        assert first is not None
        tally.controls["a laptop that reads everything again"] = bool(
            dearer(day.bring_home(anew=True), first)
        )
    return tally


def dearer(cost: Cost, first: Cost) -> list[str]:
    """Return in what a synchronisation cost more than the first."""
    found = []
    for name in ("requests", "office_statements", "laptop_statements"):
        if getattr(cost, name) > getattr(first, name):
            found.append(f"{getattr(cost, name)} {name} instead of {getattr(first, name)}")
    for name in ("sent", "received"):
        if getattr(cost, name) > _BYTES_MARGIN * getattr(first, name):
            found.append(f"{getattr(cost, name)} bytes {name} instead of {getattr(first, name)}")
    return found


class _Day:
    """A laptop that holds more and more, and the same small day."""

    def __init__(self, premises: Premises, folder: Path, seed: int) -> None:
        self._office = Office(premises, premises.new_department(), premises.open_road())
        self._claire: Laptop = enrolled(
            self._office, folder / "claire", "Claire Martin", Job.PSYCHOLOGIST
        )
        me = self._claire.session.workplace.me
        self._caseload = Caseload(self._office, seed, [me], characters=_CHARACTERS)
        self._exact = ExactOffice(premises, TUESDAY, seed)
        self._count = 0
        self._dossier, self._meetings = self._begin()

    def _begin(self) -> tuple[PersonId, list[Op]]:
        """Return a dossier that both know, with some meetings to correct."""
        author = self._caseload.author
        self._caseload.grow(1)
        made = self._caseload.dossiers[0]
        meetings = [follow_up(author, made, minutes=30) for _ in range(_ARRIVING)]
        author.push(*meetings)
        return PersonId(made), meetings

    def grow(self, records: int) -> None:
        """Let the office and the laptop hold so many records, and be quiet."""
        self._caseload.grow(records)
        self._come_home()
        self._come_home()

    def bring_home(self, *, anew: bool = False) -> Cost:
        """Live the small day, bring it home; return what it cost."""
        self._others_work()
        self._claire_works()
        if anew:
            state = self._claire.session.workplace.store.state
            with self._claire.session.workplace.store.database.transaction():
                state.set_progress(replace(state.progress(), cursor=0))
        return self._come_home()

    def bring_nothing(self) -> list[str]:
        """Come home with nothing to tell or to hear; return what was done in spite of that."""
        store = self._claire.session.workplace.store
        path = place_of(self._claire.folder).database
        side_file = path.with_name(f"{path.name}-wal")
        before = store.database.changes, side_file.stat().st_size, side_file.stat().st_mtime_ns
        with office_statements() as seen:
            cost = self._come_home()
        after = store.database.changes, side_file.stat().st_size, side_file.stat().st_mtime_ns
        found = []
        if after != before:
            found.append(f"the laptop wrote: {before} became {after}")
        # The request's own number, which waits for no disk: see ``Mode.HASTY``.
        writes = [text for text in seen if _is_write(text) and "request_counter" not in text]
        found += [f"the office wrote: {text}" for text in writes]
        if cost.requests != 1 or cost.sent + cost.received > _QUIET_BYTES:
            found.append(f"{cost}")
        return found

    def _others_work(self) -> None:
        author = self._caseload.author
        self._count += 1
        corrected = [edit(op, 0, minutes=30 + self._count) for op in self._meetings]
        made = [follow_up(author, self._dossier) for _ in range(_ARRIVING)]
        author.push(*corrected, *made)

    def _claire_works(self) -> None:
        claire = self._claire
        claire.clock.advance(minutes=10)  # the office notes who was seen every five minutes
        for number in range(_LEAVING):
            form = claire.desk.follow_ups.begin(self._dossier)
            claire.desk.follow_ups.finish(
                replace(form, summary=f"Entretien {number}.", clinical="Note.")
            )
        sheet = claire.desk.persons.sheet(self._dossier).person
        line = f"{claire.clock.moment:%H:%M} rue du Lavoir"
        claire.desk.persons.edit(replace(sheet, address_line=line))

    def _come_home(self) -> Cost:
        self._exact.moment = self._claire.clock.moment
        self._exact.proxy.expect(None)
        with office_statements() as office, laptop_statements(self._claire) as laptop:
            come_home(self._claire, self._exact.proxy.port)
        proxy = self._exact.proxy
        return Cost(proxy.requests, proxy.sent, proxy.received, len(office), len(laptop))

    def close(self) -> None:
        """Close everything."""
        self._exact.close()
        self._claire.close()
        self._office.close()


def _is_write(text: str) -> bool:
    words = text.upper()
    return any(verb in words for verb in ("INSERT ", "UPDATE ", "DELETE ", "COPY "))
