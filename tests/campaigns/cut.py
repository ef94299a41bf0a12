"""Cuts a synchronisation after one byte or another: in the end all is as if nothing had happened.

Two towns live the same days. In the first nothing is ever cut. In the second the psychologist's
synchronisation is cut at a position of its request or of its reply, then done again. After each day
both towns hold the same, and both offices have taken the same number of operations.
"""

import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.app.session import open_session
from desktop.services.persons import NewPerson
from desktop.sync.errors import SyncError
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.follow_ups import Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from tests.campaigns.faulty import ForgetfulOutbox
from tests.campaigns.road import CuttingRoad
from tests.campaigns.tally import Effort, Tally
from tests.properties.agreement import laptop_rows, last_operation, office_rows
from tests.properties.town import synchronise
from tests.support.fleet import Laptop, enrolled
from tests.support.laptop import SeededRandom, desk_of
from tests.support.office import Office, Premises

STRIDES = {Effort.SHORT: 450, Effort.NORMAL: 16, Effort.LONG: 1}
"""Bytes from one cut to the next."""
_CONTROL_CUTS = 12
_TRIES = 5
_MARGIN = 64
"""Exchanges differ by a few bytes from day to day; a cut beyond the end cuts nothing."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Town:
    """Claire, Mehdi, their office and the road between them."""

    office: Office
    road: CuttingRoad
    claire: Laptop
    mehdi: Laptop
    exchange: tuple[int, int] = (0, 0)
    """Bytes there and back of Claire's last coming home."""

    @classmethod
    def build(cls, premises: Premises, folder: Path) -> "Town":
        """Return a new département; the same one each time, but for who its people are."""
        road = CuttingRoad(premises.port)
        premises.set_road(road, is_open=True)
        office = Office(premises, premises.new_department(), road)
        claire = enrolled(office, folder / "claire", "Claire Martin", Job.PSYCHOLOGIST)
        mehdi = enrolled(office, folder / "mehdi", "Mehdi Belkacem", Job.REFERENT)
        claire.sync()
        for seed, laptop in enumerate((claire, mehdi)):
            unlocked = laptop.session.unlocked
            laptop.session = open_session(unlocked, laptop.clock, SeededRandom(seed))
            laptop.desk = desk_of(laptop.session.workplace, laptop.clock)
        return cls(office, road, claire, mehdi)

    def live_a_day(self, day: int, known: PersonId | None) -> PersonId:
        """Work on both laptops; Mehdi comes home, Claire has not yet."""
        for laptop in (self.claire, self.mehdi):
            laptop.clock.advance(seconds=30)
        if known is not None:
            sheet = self.mehdi.desk.persons.sheet(known).person
            self.mehdi.desk.persons.edit(
                replace(sheet, phone1=f"05490{day:05d}", request=f"Demande du jour {day}.")
            )
            _meet(self.mehdi, known, f"Vu par Mehdi, jour {day}.", "")
            synchronise(self.mehdi)
        made = self.claire.desk.persons.create(
            NewPerson(birth_name=f"Personne{day}", first_name="Une")
        ).value
        self.claire.desk.persons.welcome(
            made, ProfessionalId(self.mehdi.session.workplace.me), CircleRole.CONTRIBUTOR
        )
        _meet(self.claire, made, f"Vue par Claire, jour {day}.", f"Note du jour {day}.")
        if known is not None:
            sheet = self.claire.desk.persons.sheet(known).person
            self.claire.desk.persons.edit(replace(sheet, address_line=f"{day} rue du Lavoir"))
        return made

    def come_home(self, *, request_bytes: int | None = None, reply_bytes: int | None = None) -> int:
        """Synchronise Claire's laptop until it succeeds, cut once; return how often it failed."""
        self.road.open_wide()
        self.road.request_bytes, self.road.reply_bytes = request_bytes, reply_bytes
        for failed in range(_TRIES):
            try:
                synchronise(self.claire)
            except SyncError:
                continue
            else:
                self.exchange = self.road.sent, self.road.received
                return failed
            finally:
                self.road.request_bytes = self.road.reply_bytes = None
        raise TimeoutError("it never succeeds again")

    def picture(self, dossiers: list[PersonId]) -> str:
        """Return all that this town holds of some dossiers, the same whoever its people are."""
        synchronise(self.mehdi)
        shown = [
            f"{where} {key}: {sorted(data.items())}"
            for dossier in dossiers
            for where, rows in (
                ("office", office_rows(self.office, dossier)),
                ("claire", laptop_rows(self.claire, dossier)),
                ("mehdi", laptop_rows(self.mehdi, dossier)),
            )
            for key, data in sorted(rows.items())
        ]
        pending = self.claire.desk.sync_reports.read().pending
        taken = last_operation(self.office, self.claire.session.enrolment.device)
        return self._anonymous("\n".join([*shown, f"{pending} pending, {taken} taken"]))

    def close(self) -> None:
        """Close everything."""
        self.claire.close()
        self.mehdi.close()
        self.office.close()

    def _anonymous(self, text: str) -> str:
        names = {
            str(laptop.session.workplace.me): name
            for name, laptop in (("Claire", self.claire), ("Mehdi", self.mehdi))
        }
        return _ID.sub(lambda found: names.get(found.group(), found.group()), text)


def run(effort: Effort, seed: int, folder: Path, premises: Premises) -> Tally:
    """Cut requests and replies all along; then see that a forgetful laptop is seen."""
    chance = random.Random(seed)
    tally = Tally("cut", seed)
    towns = _Towns(premises, folder)
    sent, received = towns.measure()
    for name, length in (("request_bytes", sent), ("reply_bytes", received)):
        stride = STRIDES[effort]
        for position in range(chance.randrange(stride), length + _MARGIN, stride):
            tally.add(f"{name}={position}", towns.compare(name, position))
    tally.notes.append(f"{sent} bytes there, {received} back; {towns.cuts} were really cut")
    if not towns.cuts:
        tally.failures.append("nothing was ever cut")
    tally.controls["a batch that was sent is forgotten"] = _forgetting_is_seen(
        chance, towns, received
    )
    towns.close()
    return tally


def _forgetting_is_seen(chance: random.Random, towns: "_Towns", received: int) -> bool:
    ForgetfulOutbox.put_in(towns.cut.claire.session.workplace.store)
    return any(
        towns.compare("reply_bytes", chance.randrange(received)) for _ in range(_CONTROL_CUTS)
    )


class _Towns:
    """Two towns that live the same days."""

    def __init__(self, premises: Premises, folder: Path) -> None:
        self.straight = Town.build(premises, folder / "straight")
        self.cut = Town.build(premises, folder / "cut")
        self.cuts = 0
        self._day = 0
        self._known: PersonId | None = None

    def measure(self) -> tuple[int, int]:
        """Live two days without a cut; return the bytes of an ordinary exchange."""
        for _ in range(2):
            found = self.compare("reply_bytes", None)
            assert found == [], found
        return self.cut.exchange

    def compare(self, name: str, position: int | None) -> list[str]:
        """Live one more day in both towns, cut in one; return what differs then."""
        self._day += 1
        made = [town.live_a_day(self._day, self._known) for town in (self.straight, self.cut)]
        assert made[0] == made[1]
        self.straight.come_home()
        try:
            self.cuts += self.cut.come_home(**{name: position}) > 0
        except TimeoutError as failure:
            return [str(failure)]
        dossiers = [made[0], *([self._known] if self._known else [])]
        self._known = made[0]
        one, other = (town.picture(dossiers).splitlines() for town in (self.straight, self.cut))
        return [f"{line!r} only in one town" for line in sorted(set(one) ^ set(other))][:6]

    def close(self) -> None:
        """Close both."""
        self.straight.close()
        self.cut.close()


def _meet(laptop: Laptop, person: PersonId, summary: str, clinical: str) -> None:
    form = laptop.desk.follow_ups.begin(person)
    laptop.desk.follow_ups.finish(
        replace(form, summary=summary, clinical=clinical, themes=frozenset({Theme.HOUSING}))
    )
