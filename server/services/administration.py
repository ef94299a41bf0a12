"""What an administrator does: the département, its people and places, invitations, devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from protocol.invitations import DEPARTMENT_CODE, ENTROPY_BYTES, make_invitation
from protocol.kinds import KINDS, Place, Professional, Record, Structure, spec_of
from server.config.ports import Clock, Random
from server.services.epoch import Epochs
from server.services.erasure import Erasure
from server.services.errors import AdministrationRefused
from server.services.openings import Openings
from server.services.proof import Proof
from server.services.reference import Given, ReferenceDesk
from server.services.sheet import Sheets, lineage
from server.store import devices, erasures, invitations, own_keys, pairings, records
from server.store.database import REGISTRY, Database, Mode
from server.store.devices import Ahead, Device
from server.store.records import StoredRecord
from server.store.registry import (
    Department,
    add_department,
    all_departments,
    find_department,
)

INVITATION_HOURS = 24
_MAX_HOURS = 24 * 7


@dataclass(frozen=True, slots=True)
class Status:
    """Where a département stands, in numbers."""

    department: Department
    seq: int
    devices: int
    revoked: int
    records: dict[str, int]
    """Live records by label of their kind."""
    epoch: str
    ahead: list[Ahead]
    """Laptops that know more than this database."""
    erasures_waiting: int
    """Erasures that some laptop has not carried out."""
    erasures_not_rewritten: int
    """Erasures whose bytes may still be in PostgreSQL's files."""


@dataclass(frozen=True, slots=True)
class Named:
    """A reference record as a list shows it."""

    id: str
    name: str
    detail: str


class Administration:
    """The acts of an administrator, each in one transaction."""

    def __init__(self, database: Database, server: str, clock: Clock, random: Random) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._desk = ReferenceDesk(server, clock, random)
        self.epochs = Epochs(database, clock)
        self.proof = Proof(database, clock)
        self.erasure = Erasure(database, clock)
        self.sheets = Sheets(database, clock)
        self.openings = Openings(database, server, clock, random)

    def departments(self) -> list[Department]:
        """Return the départements served."""
        with self._database.transaction(REGISTRY, Mode.SNAPSHOT) as connection:
            return all_departments(connection)

    def create_department(self, code: str, name: str) -> Department:
        """Create a département, empty."""
        if DEPARTMENT_CODE.fullmatch(code.lower()) is None:
            raise AdministrationRefused("Le code est fait d’un à quatre chiffres ou lettres.")
        if not name.strip() or len(name) > 100:
            raise AdministrationRefused("Le nom du département manque, ou il est trop long.")
        department = Department(code.lower(), name.strip())
        with self._database.transaction(REGISTRY) as connection:
            if not add_department(connection, department, self._clock()):
                raise AdministrationRefused(f"Le département {code} existe déjà.")
        return department

    def department(self, code: str | None) -> Department:
        """Return a département by its code, or the only one there is."""
        if code is None:
            known = self.departments()
            if len(known) == 1:
                return known[0]
            raise AdministrationRefused("Précisez le département avec --department CODE.")
        with self._database.transaction(REGISTRY, Mode.SNAPSHOT) as connection:
            found = find_department(connection, code.lower())
        if found is None:
            raise AdministrationRefused(f"Le département {code} n’existe pas sur ce serveur.")
        return found

    def add(self, department: Department, kind: type[Record], given: Sequence[Given]) -> list[str]:
        """Add professionals, structures or places: all of them, or none."""
        with self._database.transaction(department.schema) as connection:
            return self._desk.create(connection, kind, list(given))

    def add_again(
        self, department: Department, kind: type[Record], rid: str, given: Given
    ) -> list[str]:
        """Add a professional, a structure or a place under the identifier that laptops know.

        After a backup of before it was added was put back (``docs/server.md``).
        """
        with self._database.transaction(department.schema) as connection:
            return self._desk.create_again(connection, kind, rid, given)

    def change(self, department: Department, kind: type[Record], rid: str, given: Given) -> None:
        """Change a professional, a structure or a place."""
        with self._database.transaction(department.schema) as connection:
            self._desk.change(connection, kind, rid, given)

    def all_of(
        self, department: Department, kind: type[Professional | Structure | Place]
    ) -> list[Named]:
        """Return the live records of a reference kind, by name."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            rows = records.records_of_kind(connection, spec_of(kind).code)
        return sorted((_named(row) for row in rows), key=lambda item: item.name.casefold())

    def find(
        self, department: Department, kind: type[Professional | Structure | Place], text: str
    ) -> str:
        """Return the identifier of the one record of this name or identifier."""
        wanted = " ".join(text.split()).casefold()
        found = [
            item.id
            for item in self.all_of(department, kind)
            if wanted in (item.id, " ".join(item.name.split()).casefold())
        ]
        label = spec_of(kind).label
        if not found:
            raise AdministrationRefused(f"{label} : « {text} » n’est pas connu.")
        if len(found) > 1:
            raise AdministrationRefused(
                f"{label} : plusieurs portent le nom « {text} » ; donnez l’identifiant."
            )
        return found[0]

    def invite(
        self, department: Department, professional: str, *, hours: int = INVITATION_HOURS
    ) -> str:
        """Return a new invitation, as it is read out; only its hash is kept."""
        if not 1 <= hours <= _MAX_HOURS:
            raise AdministrationRefused("Une invitation dure d’une heure à sept jours.")
        now = self._clock()
        invitation = make_invitation(department.code, self._random(ENTROPY_BYTES))
        with self._database.transaction(department.schema) as connection:
            key = (spec_of(Professional).code, professional)
            if key not in records.load_records(connection, [key]):
                raise AdministrationRefused("Ce professionnel n’est pas connu.")
            invitations.add_invitation(
                connection,
                invitation.hash(),
                professional,
                now=now,
                expires=now + timedelta(hours=hours),
            )
        return str(invitation)

    def devices(self, department: Department) -> list[Device]:
        """Return every device of a département, oldest first."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            return devices.all_devices(connection)

    def revoke(self, department: Department, device: str, *, alone: bool = False) -> list[str]:
        """Refuse a laptop from now on; its next request is told so. Return the devices refused.

        Whoever holds a laptop holds the keys of all the devices it has been: they go together,
        unless ``alone``.
        """
        with self._database.transaction(department.schema) as connection:
            devices.hold_all(connection)
            known = devices.all_devices(connection)
            if device not in {item.id for item in known}:
                raise AdministrationRefused("Cet ordinateur n’est pas connu.")
            named = [device] if alone else lineage(known, device)
            now = self._clock()
            refused = [one for one in named if devices.revoke_device(connection, one, now)]
            pairings.close_of(connection, named, now)
        if not refused:
            raise AdministrationRefused("Cet ordinateur est déjà révoqué.")
        return refused

    def forget_identity(self, department: Department, professional: str) -> list[str]:
        """Let somebody who has lost everything come back as herself, with new keys.

        What was sealed for her former keys stays sealed for ever. Her laptops are refused; her
        colleagues' laptops warn that her keys changed. Return the devices refused.
        """
        with self._database.transaction(department.schema) as connection:
            devices.hold_all(connection)
            now = self._clock()
            mine = [one.id for one in own_keys.laptops_of(connection, professional)]
            refused = [one for one in mine if devices.revoke_device(connection, one, now)]
            pairings.close_all(connection, professional, now)
            own_keys.drop_bundles(connection, professional)
            own_keys.take_back(connection, professional)
            forgotten = {"identity_key": None, "encryption_key": None}
            self._desk.change(connection, Professional, professional, forgotten)
        return refused

    def status(self, department: Department) -> Status:
        """Return where a département stands."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            seq, epoch = records.present_sequence(connection)
            ahead = devices.all_ahead(connection)
            register = erasures.register(connection)
            counts = records.count_by_kind(connection)
            known = devices.all_devices(connection)
        labels = {spec.code: spec.label for spec in KINDS.values()}
        return Status(
            department=department,
            seq=seq,
            devices=len(known),
            revoked=sum(item.revoked_at is not None for item in known),
            records={labels[code]: count for code, count in counts.items()},
            epoch=epoch,
            ahead=ahead,
            erasures_waiting=sum(line.acknowledged < line.devices for line in register),
            erasures_not_rewritten=sum(line.rewritten_at is None for line in register),
        )


def _named(row: StoredRecord) -> Named:
    detail = row.data.get("job") or row.data.get("category") or row.data.get("commune") or ""
    return Named(row.rid, cast(str, row.data["name"]), str(detail))
