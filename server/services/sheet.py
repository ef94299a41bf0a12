"""The « fiche incident »: what a lost or stolen laptop held at most, and what is to be done.

Numbers and identifiers; the names of the people accompanied only when they are asked for, to warn
them. What was noted on the laptop and never sent is known to nobody else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protocol.kinds import BY_CODE, ClinicalNote, Person, Professional, spec_of
from server.config.ports import Clock
from server.services.errors import AdministrationRefused
from server.store import devices, erasures, holdings, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Device
from server.store.holdings import Horizon
from server.store.records import Key, StoredRecord
from server.store.registry import Department

_PERSON = spec_of(Person).code
_PROFESSIONAL = spec_of(Professional).code
_NOTE = spec_of(ClinicalNote).code


@dataclass(frozen=True, slots=True)
class DossierHeld:
    """One dossier of a lost laptop."""

    id: str
    records: dict[str, int]
    """By label of their kind."""
    name: str | None
    """Only when names are asked for."""


@dataclass(frozen=True, slots=True)
class IncidentSheet:
    """What a laptop held at most, at its last contact."""

    device: str
    owner: str
    platform: str | None
    protocol: int | None
    schema: int | None
    former: list[str]
    """Devices the same laptop has been."""
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None
    made_at: datetime
    operations: int
    """Received from it."""
    dossiers: list[DossierHeld]
    records: dict[str, int]
    """In all, her own trips included, by label of their kind; clinical notes apart."""
    notes: int
    """Clinical notes, sealed for their author."""
    erasures_waiting: list[int]
    """Numbers of the erasures it has not carried out."""


class Sheets:
    """Makes sheets."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def sheet(
        self, department: Department, device: str, *, with_names: bool = False
    ) -> IncidentSheet:
        """Return the sheet of a laptop; raise ``AdministrationRefused``."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            known = {item.id: item for item in devices.all_devices(connection)}
            if device not in known:
                raise AdministrationRefused("Cet ordinateur n’est pas connu.")
            return self._sheet(connection, known, known[device], with_names=with_names)

    def _sheet(
        self, connection: Connection, known: dict[str, Device], device: Device, *, with_names: bool
    ) -> IncidentSheet:
        former = _former(known, device)
        been = [device, *former]
        horizon = Horizon(
            professional=device.professional,
            devices=[item.id for item in been],
            cursor=device.cursor,
            given=max(item.given for item in been),
        )
        buckets = holdings.dossiers_held(connection, horizon)
        held: defaultdict[str, Counter[int]] = defaultdict(Counter)
        counted = [*buckets, device.professional]
        for line in holdings.counts_held(connection, horizon, counted):
            held[line.bucket][line.kind] += line.count
        persons = _load(connection, _PERSON, buckets if with_names else [])
        dossiers = [
            DossierHeld(bucket, _by_label(held[bucket]), _name(persons.get((_PERSON, bucket))))
            for bucket in buckets
        ]
        owner = _load(connection, _PROFESSIONAL, [device.professional])
        return IncidentSheet(
            device=device.id,
            owner=str(owner[_PROFESSIONAL, device.professional].data["name"]),
            platform=device.platform,
            protocol=device.protocol,
            schema=device.schema,
            former=[item.id for item in former],
            enrolled_at=device.enrolled_at,
            last_seen_at=device.last_seen_at,
            revoked_at=device.revoked_at,
            made_at=self._clock(),
            operations=sum(item.last_op for item in been),
            dossiers=dossiers,
            records=_by_label(sum((held[bucket] for bucket in counted), Counter[int]())),
            notes=held[device.professional][_NOTE],
            erasures_waiting=erasures.not_acknowledged_by(connection, device.id),
        )


def lineage(known: Iterable[Device], device: str) -> list[str]:
    """Return every device that is, was or may be a copy of the same laptop, this one first."""
    links: defaultdict[str, set[str]] = defaultdict(set)
    for item in known:
        if item.renews is not None:
            links[item.id].add(item.renews)
            links[item.renews].add(item.id)
    found = [device]
    for one in found:
        found += sorted(links[one] - set(found))
    return found


def _former(known: dict[str, Device], device: Device) -> list[Device]:
    found: list[Device] = []
    while device.renews is not None:
        device = known[device.renews]
        found.append(device)
    return found


def _load(connection: Connection, kind: int, rids: Iterable[str]) -> dict[Key, StoredRecord]:
    return records.load_records(connection, [(kind, rid) for rid in rids])


def _by_label(counts: Counter[int]) -> dict[str, int]:
    """Return how many of each kind, clinical notes apart."""
    found: dict[str, int] = {}
    for kind, count in sorted(counts.items()):
        if kind != _NOTE:
            label = BY_CODE[kind].label  # two kinds may have the same
            found[label] = found.get(label, 0) + count
    return found


def _name(person: StoredRecord | None) -> str | None:
    if person is None:
        return None
    parts = (person.data.get("birth_name"), person.data.get("first_name"))
    return " ".join(str(part) for part in parts if part)
