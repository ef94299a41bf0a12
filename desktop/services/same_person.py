"""Two dossiers, one person: compared, joined, separated again, or said to be two persons.

Joining moves nothing. It writes one record that says so, the values chosen for the sheet that is
kept, and the places by which everyone of either circle reads both dossiers; one unit of work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desktop.domain.one_person import Before, before_from_json
from desktop.domain.touched import Touched
from desktop.services.circles import Circles
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import Dossiers
from desktop.services.errors import NotFound
from desktop.services.follow_ups import FollowUps
from desktop.services.persons import Persons, PersonSheet, display_name
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.declare import spec_of
from protocol.kinds.people import Job
from protocol.kinds.persons import (
    CircleEnd,
    CircleMember,
    CircleRole,
    DatePrecision,
    Discretion,
    Person,
    SamePerson,
    SamePersonState,
)
from protocol.values import Wire, value_from_wire, value_to_wire

LINES: tuple[tuple[str, ...], ...] = (
    ("birth_name",),
    ("usual_name",),
    ("first_name",),
    ("sex",),
    ("birth_date", "birth_date_precision"),
    ("discretion",),
    ("safe_contact_note",),
    ("phone1",),
    ("phone2",),
    ("email",),
    ("contact_preference",),
    ("address_line",),
    ("commune", "postal_code"),
    ("language",),
    ("interpreter_needed",),
    ("status",),
    ("entry_source",),
    ("first_contact_on",),
    ("request",),
)
"""The lines of a sheet: fields that go together are chosen together."""


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line of the two sheets, named for its first field."""

    name: str
    differs: bool
    takes_other: bool
    """Which value is proposed, when they differ."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two dossiers side by side; ``kept`` is the older, and the one that would be kept."""

    kept: PersonSheet
    other: PersonSheet
    follow_ups: tuple[int, int]
    lines: tuple[ComparedLine, ...]
    referents: tuple[Colleague, ...]
    """The référents uniques, when there is one in each: one of them has to be chosen."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was decided before joining."""

    kept: PersonId
    other: PersonId
    from_other: frozenset[str]
    """The lines, by name, whose value comes from the other sheet."""
    referent: ProfessionalId | None = None


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What was said of a dossier and another one."""

    id: RecordId
    state: SamePersonState
    other: PersonId
    other_name: str
    by: Colleague
    said_at: datetime


class SamePersons:
    """Joins dossiers and separates them."""

    def __init__(
        self, workplace: Workplace, directory: Directory, persons: Persons, follow_ups: FollowUps
    ) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._persons = persons
        self._follow_ups = follow_ups
        self._circles = Circles(workplace, directory)
        self._dossiers = Dossiers(workplace)

    # -- reading ------------------------------------------------------------------------------

    def compare(self, one: PersonId, other: PersonId) -> Comparison:
        """Put two dossiers side by side; raise ``NotFound`` when they are one, or not here."""
        sheets = [self._persons.sheet(one), self._persons.sheet(other)]
        kept, newer = sorted(sheets, key=lambda sheet: (sheet.person.created_at, sheet.person.id))
        if kept.person.id == newer.person.id:
            raise NotFound
        return Comparison(
            kept=kept,
            other=newer,
            follow_ups=(
                self._follow_ups.count(PersonId(kept.person.id)),
                self._follow_ups.count(PersonId(newer.person.id)),
            ),
            lines=tuple(_compared(fields, kept.person, newer.person) for fields in LINES),
            referents=self._referents((*kept.dossiers, *newer.dossiers)),
        )

    def said(self, person: PersonId) -> list[SaidLine]:
        """Return what was said of somebody's dossier and others, the latest first."""
        together = self._dossiers.together()
        kept = together.kept_of(person)
        colleagues = self._directory.colleagues()
        told: dict[tuple[str, bool], SaidLine] = {}
        for link in self._records.select(SamePerson, order='"created_at" DESC, "id"'):
            ends = (link.person, link.into)
            shown = [together.kept_of(end) for end in ends]
            if kept not in shown or (shown[0] == shown[1]) != _is_merged(link):
                continue
            others = ends if _is_merged(link) else shown
            other = PersonId(next(end for end in others if end != kept))
            known = self._records.get(Person, other)
            if known is not None:
                line = SaidLine(
                    id=link.id,
                    state=link.state,
                    other=other,
                    other_name=display_name(known, self._workplace.names),
                    by=colleagues.get(link.created_by)
                    or Colleague(link.created_by, "", Job.REFERENT, active=False),
                    said_at=link.created_at,
                )
                told.setdefault((other, _is_merged(link)), line)
        return list(told.values())

    # -- writing ------------------------------------------------------------------------------

    def join(self, choices: Choices) -> Done[RecordId]:
        """Show two dossiers as one from now on; return what separates them. ``NotFound``."""
        kept = self._records.get(Person, self._dossiers.kept(choices.kept))
        other = self._records.get(Person, self._dossiers.kept(choices.other))
        if kept is None or other is None or kept.id == other.id:
            raise NotFound
        fresh, lines = _chosen(kept, other, choices.from_other)
        rid = RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(fresh)
            roles, places = self._join_circles(work, (kept.id, other.id), choices.referent)
            work.save(
                SamePerson(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=PersonId(other.id),
                    into=PersonId(kept.id),
                    state=SamePersonState.MERGED,
                    before=Before(lines, roles, places).to_json(),
                )
            )
        return Done(rid, work.touched | {Touched("same_person", rid, PersonId(kept.id))})

    def separate(self, said: RecordId) -> Done[None]:
        """Show two dossiers apart again, as they were before; raise ``NotFound``.

        What was changed since in what joining wrote stays as it is.
        """
        known = self._records.get(SamePerson, said)
        if known is None or not _is_merged(known):
            raise NotFound
        links = self._records.select(
            SamePerson,
            '"state" = ? AND "person" IN (?, ?) AND "into" IN (?, ?)',
            (SamePersonState.MERGED.value, *(known.person, known.into) * 2),
        )
        with self._workplace.work() as work:
            for link in links:
                work.save(replace(link, state=SamePersonState.UNDONE))
            for link in links:
                before = before_from_json(link.before)
                self._put_lines_back(work, link.into, before)
                self._put_roles_back(work, before)
            # My own places come last: what follows them may no longer be mine to write.
            self._end_places(work, [place for link in links for place in self._added_by(link)])
        return Done(None, work.touched | {Touched("same_person", said, known.into)})

    def tell_apart(self, one: PersonId, other: PersonId) -> Done[RecordId]:
        """Say that two dossiers are two persons': nobody is asked again."""
        into, person = sorted((self._dossiers.kept(one), self._dossiers.kept(other)))
        rid = RecordId(self._workplace.new_id())
        with self._workplace.work() as work:
            work.save(
                SamePerson(
                    id=rid,
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=person,
                    into=into,
                    state=SamePersonState.DISTINCT,
                )
            )
        return Done(rid, work.touched)

    def take_back(self, said: RecordId) -> Done[None]:
        """Forget that two dossiers were said to be two persons'."""
        with self._workplace.work() as work:
            work.delete(SamePerson, said)
        return Done(None, work.touched)

    # -- circles ------------------------------------------------------------------------------

    def _referents(self, dossiers: Sequence[PersonId]) -> tuple[Colleague, ...]:
        places = [p for p in self._circles.places(dossiers) if p.ended_on is None]
        found = dict.fromkeys(
            p.professional for p in reversed(places) if p.role is CircleRole.UNIQUE_REFERENT
        )
        colleagues = self._directory.colleagues()
        unknown = (Colleague(who, "", Job.REFERENT, active=False) for who in found)
        both = tuple(colleagues.get(one.id, one) for one in unknown)
        return both if len(both) > 1 else ()

    def _join_circles(
        self, work: UnitOfWork, two: tuple[str, str], chosen: ProfessionalId | None
    ) -> tuple[dict[str, tuple[str, str]], tuple[str, ...]]:
        """Everyone of either circle reads all the dossiers; one référent unique remains."""
        dossiers = [one for person in two for one in self._dossiers.all_of(PersonId(person))]
        referents = [ProfessionalId(one.id) for one in self._referents(dossiers)]
        if referents and chosen not in referents:
            chosen = referents[0]
        roles: dict[str, tuple[str, str]] = {}
        held: dict[PersonId, set[ProfessionalId]] = {one: set() for one in dossiers}
        wanted: dict[ProfessionalId, CircleRole] = {}
        for place in self._circles.places(dossiers):
            if place.ended_on is not None:
                continue
            role = place.role
            if role is CircleRole.UNIQUE_REFERENT and referents and place.professional != chosen:
                role = CircleRole.CONTRIBUTOR
                work.save(replace(place, role=role))
                roles[place.id] = (place.role.value, role.value)
            held[place.person].add(place.professional)
            if role is CircleRole.UNIQUE_REFERENT or place.professional not in wanted:
                wanted[place.professional] = role
        named = self._circles.named(dossiers)
        places = [
            self._circles.place(work, dossier, professional, role)
            for dossier in dossiers
            for professional, role in wanted.items()
            if professional not in held[dossier] and professional in named
        ]
        for one in dossiers:
            self._circles.admit_in(work, one, named)
        return roles, tuple(places)

    def _put_lines_back(self, work: UnitOfWork, person: PersonId, before: Before) -> None:
        known = self._records.get(Person, person)
        fields = spec_of(Person).by_name
        if known is None:
            return
        former: dict[str, Any] = {  # each field has its type, and was written from it
            name: value_from_wire(fields[name], was)
            for name, (was, chosen) in before.lines.items()
            if name in fields and value_to_wire(fields[name], getattr(known, name)) == chosen
        }
        work.save(replace(known, **former))

    def _put_roles_back(self, work: UnitOfWork, before: Before) -> None:
        for rid, (was, chosen) in before.roles.items():
            place = self._records.get(CircleMember, rid)
            if place is not None and place.role == chosen:
                work.save(replace(place, role=CircleRole(was)))

    def _added_by(self, link: SamePerson) -> list[CircleMember]:
        """Return the places that joining added: its author's own, whatever the record names.

        Somebody else's would be ended by the hand of whoever separates.
        """
        named = before_from_json(link.before).places
        found = [place for rid in named if (place := self._records.get(CircleMember, rid))]
        return [place for place in found if place.created_by == link.created_by]

    def _end_places(self, work: UnitOfWork, added: Sequence[CircleMember]) -> None:
        for place in sorted(added, key=lambda place: place.professional == self._workplace.me):
            if place.ended_on is None:
                today = self._workplace.office_day()
                work.save(replace(place, ended_on=today, end_reason=CircleEnd.SEPARATED))


def _is_merged(link: SamePerson) -> bool:
    return link.state is SamePersonState.MERGED


def _compared(fields: tuple[str, ...], kept: Person, other: Person) -> ComparedLine:
    mine = [getattr(kept, name) for name in fields]
    theirs = [getattr(other, name) for name in fields]
    if mine == theirs or (mine[0] is None and theirs[0] is None):
        return ComparedLine(fields[0], differs=False, takes_other=False)
    return ComparedLine(fields[0], differs=True, takes_other=_takes_other(fields[0], kept, other))


def _takes_other(name: str, kept: Person, other: Person) -> bool:
    """Propose what is filled, protects more or is known better; else the newer sheet's."""
    mine, theirs = getattr(kept, name), getattr(other, name)
    if mine is None or theirs is None:
        return mine is None
    if name == "discretion":
        order = list(Discretion)
        return order.index(theirs) > order.index(mine)
    if name == "interpreter_needed":
        return bool(theirs)
    if name == "first_contact_on":
        return bool(theirs < mine)
    if name == "birth_date" and kept.birth_date_precision is not other.birth_date_precision:
        known = list(DatePrecision)
        return known.index(other.birth_date_precision) < known.index(kept.birth_date_precision)
    return True


def _chosen(
    kept: Person, other: Person, from_other: frozenset[str]
) -> tuple[Person, dict[str, tuple[Wire, Wire]]]:
    """Return the sheet that is kept with the chosen values, and what they replaced."""
    names = [name for fields in LINES if fields[0] in from_other for name in fields]
    fresh = replace(kept, **{name: getattr(other, name) for name in names})
    fields = spec_of(Person).by_name
    changed = {
        name: (
            value_to_wire(fields[name], getattr(kept, name)),
            value_to_wire(fields[name], getattr(fresh, name)),
        )
        for name in names
        if getattr(kept, name) != getattr(fresh, name)
    }
    return fresh, changed
