"""Members of a circle without an office: what one laptop wrote is carried to another by hand.

So that whoever carries may lie: change a value, leave a record out, add one of her own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.sync.errors import SyncError
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds import SYNCED
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from protocol.values import Wire
from protocol.visibility import bucket_of
from tests.support.laptop import Desk, make_desk
from tests.sync.told_office import ToldOffice, page, synchroniser_of

Carried = tuple[str, str, str, dict[str, Wire]]
"""Kind, bucket, identifier, fields."""
Change = Callable[[list[Carried]], list[Carried]]


@dataclass
class Member:
    """Somebody with a laptop, and the way to it."""

    name: str
    desk: Desk
    road: ToldOffice = field(default_factory=lambda: ToldOffice(patience=10_000))

    @property
    def me(self) -> ProfessionalId:
        return self.desk.workplace.me

    def directory_line(self) -> Carried:
        """Return her record as the directory tells it."""
        public = self.desk.workplace.identity.public
        data: dict[str, Wire] = {
            "created_at": "2026-11-01T08:00:00Z",
            "created_by": str(self.me),
            "name": self.name,
            "job": "referent",
            "identity_key": public.signing.hex(),
            "encryption_key": public.encryption.hex(),
        }
        return "professional", REFERENCE, str(self.me), data

    def given(self, *records: Carried, whole: bool = True) -> None:
        """Synchronise, being given these records."""
        answer = page(*records, whole=whole, cursor=self.road.cursor + 1)
        self.road.tell(answer)
        try:
            synchroniser_of(self.desk, self.road).run()
        finally:
            self.road.told.clear()

    def given_quietly(self, *records: Carried, whole: bool = True) -> None:
        """The same; an answer may be refused."""
        try:
            self.given(*records, whole=whole)
        except SyncError:
            return

    def holds(self, person: PersonId) -> list[Carried]:
        """Return all that her laptop holds of a dossier, as the office would."""
        store = self.desk.store
        found: list[Carried] = []
        for spec in SYNCED.values():
            if spec.is_in_dossier:
                rids = [row[0] for row in store.database.rows(f'SELECT "id" FROM "{spec.name}"')]
                held = store.records.data_of(spec, rids)
                found += [
                    (spec.name, person, rid, data)
                    for rid, data in sorted(held.items())
                    if bucket_of(spec, rid, data) == person
                ]
        return found


REFERENCE = "00000000-0000-7000-8000-000000000001"


def member(folder: Path, name: str, seed: int, escrow: Escrow = NO_ESCROW) -> Member:
    """Return somebody and her laptop; what comes in clear is not taken for what was sealed."""
    desk = make_desk(folder / name, name=name, job=Job.REFERENT, seed=seed, escrow=escrow)
    desk.store.texts.trusts_clear = False
    return Member(name, desk)


def introduce(members: Iterable[Member]) -> None:
    """Let each know the others' keys."""
    everybody = list(members)
    for one in everybody:
        one.given(*(other.directory_line() for other in everybody))


def carry(person: PersonId, giver: Member, taker: Member, change: Change | None = None) -> None:
    """Bring what one holds of a dossier to another, changed on the way if need be."""
    carried = giver.holds(person)
    taker.given(*(change(carried) if change else carried))


def welcome(host: Member, person: PersonId, guest: Member) -> None:
    """Give somebody a place."""
    host.desk.persons.welcome(person, guest.me, CircleRole.CONTRIBUTOR)
