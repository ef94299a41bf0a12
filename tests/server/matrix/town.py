"""A département with one dossier, and one laptop, for every relation and job."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import requests
from nacl.signing import SigningKey

from protocol import wire
from protocol.kinds import SYNCED, KindSpec, Professional, Structure
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from server.config.ports import today_in_france
from tests.server.matrix.promises import (
    LATE,
    OWNED,
    REFERENCE_WRITERS,
    STANDING,
    TURNED_AWAY,
    Home,
    Relation,
    Standing,
    home_of,
)
from tests.server.matrix.values import record
from tests.server.samples import member
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

Key = tuple[str, str]
Records = dict[Key, dict[str, Any]]  # wire values by field, by kind and identifier

CHANGED, DELETED = "to change", "to delete"
_ROLES = {str(role): role for role in CircleRole}


@dataclass
class Actor:
    """Somebody, her laptop, and the dossier she is something to."""

    relation: Relation
    job: Job
    device: RawDevice
    mark: str
    """What every text of the dossier holds, and no other."""
    dossier: str
    place: Op | None = None
    targets: dict[tuple[str, str], Op] = field(default_factory=dict)
    """The dossier's records, by kind and by what is attempted on them."""
    reference: dict[tuple[str, str], Op] = field(default_factory=dict)
    own: dict[tuple[str, str], Op] = field(default_factory=dict)
    """Those she wrote herself, while the dossier was hers."""
    drawer: dict[tuple[str, str], Op] = field(default_factory=dict)
    """Her own notes."""
    common: dict[tuple[str, str], Op] = field(default_factory=dict)
    """What everybody reads, and is hers to write."""
    kept: Records = field(default_factory=dict)
    """What her drawer should hold."""
    made: set[Key] = field(default_factory=set)
    """What this very laptop wrote: it is not sent back to it."""
    first: RawDevice | None = None
    """The laptop she had before this one."""

    @property
    def standing(self) -> Standing:
        """Return what she may do."""
        return STANDING[self.relation]


class Town:
    """Everybody, and what the dossiers and the reference should hold."""

    def __init__(self, office: Office) -> None:
        self.office = office
        premises = office.premises
        self.abroad = Office(premises, premises.new_department(), premises.open_road())
        self._structure()
        self.session = requests.Session()
        """One connection for all, who take turns: an office counts those of one address."""
        self.keeper = self._enrol(office, "Fabre", Job.REFERENT)
        """In the circle of every dossier; writes what they hold."""
        self.witness = self._enrol(office, "Fabre", Job.REFERENT)
        """Her other laptop, which reads what became of them."""
        self.secretary = self._enrol(office, "Secrétariat", Job.ADMIN)
        self.colleague = office.hire("Témoin", Job.NURSE)
        self.dossiers: Records = {}
        self.reference: Records = {}
        self.notes: dict[tuple[str, str], Op] = {}
        """The keeper's own drawer."""
        self.keeper_mark = "CANARIFABRE"
        self.late_edits: Counter[tuple[str, str, str]] = Counter()
        """What late edits left for the circle to look at: record, field, whose."""
        self.actors = [
            self._actor(number, relation, job)
            for number, (relation, job) in enumerate(
                (relation, job) for relation in Relation for job in Job
            )
        ]
        self._fill_reference()
        self.founded_at = self._horizon()
        """The number after which the dossiers were opened."""
        self._found()
        self.opened_at = self._horizon()
        """The number after which they were filled."""
        self.office.clock.advance(days=100)
        self._fill()
        self._give_places()
        self.office.clock.advance(days=3)
        for actor in self.of(Relation.REVOKED):
            office.revoke(actor.device.device)

    def of(self, *relations: Relation) -> Iterator[Actor]:
        """Yield those who are something to a dossier."""
        return (actor for actor in self.actors if actor.relation in relations)

    def fill_drawer(self, actor: Actor) -> None:
        """Write her own notes: from her first laptop, if this is the second."""
        author = actor.device.professional
        actor.drawer = {
            (spec.name, purpose): record(spec, author=author, dossier="", mark=actor.mark)
            for spec, purpose in _wanted(Home.DRAWER)
        }
        if actor.standing in TURNED_AWAY:
            return
        self._write(actor.first or actor.device, [*actor.drawer.values()])
        for op in actor.drawer.values():
            self.note(actor.kept, op)

    def fill_common(self, actor: Actor) -> None:
        """Write when she receives, when she is away, her workshops."""
        author = actor.device.professional
        actor.common = {
            (spec.name, purpose): record(spec, author=author, dossier="", mark=actor.mark)
            for spec, purpose in _wanted(Home.REFERENCE)
            if spec.name in OWNED
        }
        if actor.standing in TURNED_AWAY:
            return
        self._write(actor.device, [*actor.common.values()])
        if actor.standing is not Standing.ABROAD:
            for op in actor.common.values():
                self.note(self.reference, op)

    def attach(self, actor: Actor) -> str:
        """Have an actor make a document of her own in her dossier; return its identifier."""
        made = self._record(SYNCED["document"], actor, actor.device)
        if actor.standing not in TURNED_AWAY:
            results = actor.device.push(made).results
            if actor.standing in (Standing.OPEN, Standing.LATE):
                assert all(result.outcome == LATE for result in results)
                self.note(self.dossiers, made)
                actor.made.add((made.kind, made.rid))
        return made.rid

    def close(self) -> None:
        """Leave nothing behind."""
        self.office.premises.forget(self.abroad.department)
        self.office.close()

    def _structure(self) -> None:
        office = self.office
        given = [{"name": "CMS de Niort", "category": "department"}]
        (self.structure,) = office.administration.add(office.department, Structure, given)
        self._hire("Fabre", Job.REFERENT, structure=self.structure)

    def _hire(self, name: str, job: Job, **given: str) -> None:
        office = self.office
        person = [{"name": name, "job": job, **given}]
        (rid,) = office.administration.add(office.department, Professional, person)
        office.professionals[name] = rid  # type: ignore[assignment]  # a professional's

    def _actor(self, number: int, relation: Relation, job: Job) -> Actor:
        name, mark = f"{relation.name} {job.name}", f"CANARI{number:03d}"
        if relation is Relation.COLLEAGUE:
            self._hire(name, job, structure=self.structure)
        first = self._enrol(self.office, name, job) if relation is Relation.SECOND_LAPTOP else None
        device = self._laptop(relation, name, job)
        return Actor(relation, job, device, mark, fresh_id(), first=first)

    def _laptop(self, relation: Relation, name: str, job: Job) -> RawDevice:
        if relation is Relation.UNKNOWN:
            return replace(self.keeper, device=fresh_id(), key=SigningKey.generate(), seen={})
        office = self.abroad if relation is Relation.ABROAD else self.office
        laptop = self._enrol(office, name, job)
        if relation is Relation.FORGED:
            laptop.key = SigningKey.generate()
        return laptop

    def _enrol(self, office: Office, name: str, job: Job) -> RawDevice:
        return replace(enrol(office, name, job), session=self.session)

    def _found(self) -> None:
        """Open every dossier; some will have been left long before they are filled."""
        founded = []
        for actor in self.actors:
            founder = actor.device if actor.relation is Relation.FOUNDER else self.keeper
            person = record(
                SYNCED["person"],
                author=founder.professional,
                dossier=actor.dossier,
                mark=actor.mark,
                rid=actor.dossier,
            )
            actor.targets["person", CHANGED] = actor.targets["person", DELETED] = person
            self.note(self.dossiers, person)
            if founder is self.keeper:
                founded.append(person)
                continue
            place = member(founder, actor.dossier, self.keeper.professional)
            founder.push(person, place)
            self.note(self.dossiers, place)
            actor.made |= {(person.kind, person.rid), (place.kind, place.rid)}
        self._write(self.keeper, founded)
        gone = [self._place(actor) for actor in self.of(Relation.LONG_GONE)]
        self._write(self.keeper, gone)
        self._write_down(self.of(Relation.LONG_GONE))
        self._write(self.keeper, [self._ended(place) for place in gone])

    def _fill(self) -> None:
        made = []
        for actor in self.actors:
            for spec, purpose in _wanted(Home.DOSSIER):
                if spec.bucket_field != "id":
                    op = self._record(spec, actor, self.keeper)
                    made.append(op)
                    actor.targets[spec.name, purpose] = op
        for spec, purpose in _wanted(Home.DRAWER):
            keeper = self.keeper.professional
            note = record(spec, author=keeper, dossier="", mark=self.keeper_mark)
            made.append(note)
            self.notes[spec.name, purpose] = note
        self._write(self.keeper, made)
        for op in made:
            if home_of(SYNCED[op.kind]) is Home.DOSSIER:
                self.note(self.dossiers, op)

    def _record(self, spec: KindSpec, actor: Actor, author: RawDevice) -> Op:
        given: dict[str, Any] = {}  # wire values
        if spec.name == "circle_member":
            given["professional"] = self.colleague
        signed = author.professional
        return record(spec, author=signed, dossier=actor.dossier, mark=actor.mark, **given)

    def _fill_reference(self) -> None:
        """Who may change the reference has records of her own to change; the others share some."""
        shared = self._reference_records()
        made = list(shared.values())
        for actor in self.actors:
            actor.reference = shared
            if actor.job in REFERENCE_WRITERS and actor.standing not in TURNED_AWAY:
                actor.reference = self._reference_records()
                made += actor.reference.values()
        self._write(self.secretary, made)
        for op in made:
            self.note(self.reference, op)

    def _reference_records(self) -> dict[tuple[str, str], Op]:
        author = self.secretary.professional
        return {
            (spec.name, purpose): record(spec, author=author, dossier="", mark="COMMUN")
            for spec, purpose in _wanted(Home.REFERENCE)
        }

    def _give_places(self) -> None:
        absent = {Relation.FOUNDER, Relation.NEVER, Relation.COLLEAGUE, Relation.LONG_GONE}
        coming = [actor for actor in self.actors if actor.relation not in absent]
        self._write(self.keeper, [self._place(actor) for actor in coming])
        outside = {Relation.NEVER_OPEN, Relation.ABROAD, Relation.FORGED, Relation.UNKNOWN}
        writers = [actor for actor in coming if actor.relation not in outside]
        self._write_down([*writers, *self.of(Relation.FOUNDER)])
        ended = [*self.of(Relation.ENDED, Relation.REOPENED)]
        self._write(self.keeper, [self._ended(actor.place) for actor in ended if actor.place])
        again = []
        for actor in self.of(Relation.REOPENED, Relation.TWO_PLACES, Relation.TAKEN_AWAY):
            assert actor.place is not None
            if actor.relation is Relation.REOPENED:
                again.append(self._change(actor.place, ended_on=None, end_reason=None))
            elif actor.relation is Relation.TWO_PLACES:
                again.append(self._place(actor, ended_on="2020-01-01"))
            else:
                again.append(Op("circle_member", actor.place.rid, verb=wire.DELETE, base=2**40))
                del self.dossiers["circle_member", actor.place.rid]
        self._write(self.keeper, again)

    def _write_down(self, actors: Iterable[Actor]) -> None:
        """Have actors write what will be theirs, while the dossier is open to them."""
        for actor in actors:
            for spec, purpose in _wanted(Home.DOSSIER):
                if spec.name == "follow_up":
                    actor.own[spec.name, purpose] = self._record(spec, actor, actor.device)
            self._write(actor.device, [*actor.own.values()])
            for op in actor.own.values():
                self.note(self.dossiers, op)
                actor.made.add((op.kind, op.rid))

    def _place(self, actor: Actor, **given: str) -> Op:
        """Return a new place of hers, as her relation to the dossier wants it."""
        today = today_in_france(self.office.clock)
        past, soon = (today - timedelta(days=9)).isoformat(), (today + timedelta(days=9))
        dates: dict[Relation, dict[str, str]] = {
            Relation.LEAVING: {"ended_on": soon.isoformat()},
            Relation.OVERLAP: {"ended_on": past, "overlap_until": soon.isoformat()},
            Relation.EXPIRED: {"ended_on": past, "overlap_until": today.isoformat()},
            Relation.NEVER_OPEN: {"ended_on": past},
        }
        role = _ROLES.get(actor.relation.value, CircleRole.CONTRIBUTOR)
        asked = {"role": str(role), **dates.get(actor.relation, {}), **given}
        place = member(self.keeper, actor.dossier, actor.device.professional, **asked)
        actor.place = actor.place or place
        self.note(self.dossiers, place)
        return place

    def _ended(self, place: Op) -> Op:
        yesterday = today_in_france(self.office.clock) - timedelta(days=1)
        return self._change(place, ended_on=yesterday.isoformat(), end_reason="handover")

    def _change(self, place: Op, **fields: str | None) -> Op:
        stored = self.dossiers[place.kind, place.rid]
        stored.update(fields)
        return Op(place.kind, place.rid, fields, base=2**40)

    def note(self, records: Records, op: Op) -> None:
        """Take note of a record made."""
        records[op.kind, op.rid] = dict(op.fields)

    def _write(self, device: RawDevice, ops: list[Op]) -> None:
        for start in range(0, len(ops), 1_000):
            reply = device.push(*ops[start : start + 1_000])
            assert reply.results == []

    def _horizon(self) -> int:
        return self.keeper.ask(self.keeper.request(cursor=0)).cursor


def _wanted(home: Home) -> Iterator[tuple[KindSpec, str]]:
    for spec in SYNCED.values():
        if home_of(spec) is home:
            yield spec, CHANGED
            yield spec, DELETED
