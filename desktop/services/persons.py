"""The people accompanied: found, listed, created, corrected, and the circle around each."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from desktop.config.clock import paris
from desktop.domain.one_person import OnePerson
from desktop.domain.person_search import parse_query
from desktop.domain.shown_names import ShownNames
from desktop.services.circles import CircleLine, Circles
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.people import Job
from protocol.kinds.persons import (
    CircleEnd,
    CircleRole,
    ContactPreference,
    DatePrecision,
    Discretion,
    IdentifierScheme,
    Person,
    PersonIdentifier,
    PersonStatus,
    Sex,
)
from protocol.values import clean_text, instant_from_wire

_OLDEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list."""

    id: PersonId
    name: str
    """« Morisset Yves »: how lists are sorted and read."""
    birth_date: date | None
    birth_date_precision: DatePrecision
    sex: Sex | None
    commune_name: str
    phone: str | None
    next_appointment: datetime | None
    last_follow_up: datetime | None
    referent: str | None
    """Short name of the référent unique, if there is one."""
    has_draft: bool
    status: PersonStatus
    whole_name: str
    """« Yves Morisset »: how pages and sentences name her, once she is chosen."""


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """A person as her dossier shows her."""

    person: Person
    name: str
    """« Yves Morisset »."""
    age: int | None
    commune_name: str
    epci_name: str
    referent: Colleague | None
    circle: tuple[CircleLine, ...]
    identifiers: tuple[PersonIdentifier, ...]
    mine: bool
    """Whether I have an open place in the circle."""
    dossiers: tuple[PersonId, ...] = ()
    """All the dossiers that are hers, this one first."""
    names: ShownNames = field(default_factory=ShownNames)
    """How her names are shown, for who tells more of them than ``name``."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is needed to open a dossier."""

    birth_name: str
    first_name: str
    usual_name: str | None = None
    birth_date: date | None = None
    birth_date_precision: DatePrecision = DatePrecision.DAY
    commune: str | None = None
    postal_code: str | None = None
    phone1: str | None = None
    phone2: str | None = None
    email: str | None = None
    address_line: str | None = None
    sex: Sex | None = None
    language: str | None = None
    interpreter_needed: bool = False
    contact_preference: ContactPreference | None = None
    discretion: Discretion = Discretion.NORMAL
    safe_contact_note: str | None = None
    request: str | None = None
    role: CircleRole | None = None
    """My place in the circle; by default the one of my job."""
    id: PersonId | None = None
    """The identifier her draft already has; by default a new one."""


class Persons:
    """Reads and writes persons and circles."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._circles = Circles(workplace, directory)
        self._dossiers = Dossiers(workplace)

    # -- finding ------------------------------------------------------------------------------

    def search(self, text: str, *, limit: int = 50) -> list[PersonLine]:
        """Return the persons meant by what was typed, best first."""
        today = paris(self._workplace.clock.now()).date()
        found = self._workplace.store.persons.find(parse_query(text, today), limit=limit)
        return self._lines([candidate.person for candidate in found], self._dossiers.together())

    def caseload(self, *, offset: int = 0, limit: int = 200) -> list[PersonLine]:
        """Return the persons of this laptop by name, a stretch at a time."""
        together = self._dossiers.together()
        persons = self._workplace.store.persons
        found = persons.in_order(offset=offset, limit=limit, but=together.absorbed)
        return self._lines(found, together)

    def count(self) -> int:
        """Return how many persons this laptop holds."""
        row = self._workplace.store.database.row(
            'SELECT count(*) FROM "person" WHERE "status" IS NOT \'archived\''
            ' AND "id" NOT IN (SELECT "value" FROM json_each(?))',
            (these(self._dossiers.together().absorbed),),
        )
        return int(row[0]) if row else 0

    def line(self, person: PersonId) -> PersonLine | None:
        """Return one person as lists show her."""
        found = self._lines([person], self._dossiers.together())
        return found[0] if found else None

    def sheet(self, person: PersonId) -> PersonSheet:
        """Return a person as her dossier shows her; raise ``NotFound``.

        Several dossiers that are hers are shown as the one that is kept.
        """
        dossiers = self._dossiers.all_of(person)
        record = self._records.get(Person, dossiers[0])
        if record is None:
            raise NotFound
        today = paris(self._workplace.clock.now()).date()
        circle = self._circles.of(person)
        open_places = [line for line in circle if line.opens_on(self._workplace.office_day())]
        referents = [
            x for x in circle if x.role is CircleRole.UNIQUE_REFERENT and x.ended_on is None
        ]
        return PersonSheet(
            person=record,
            name=display_name(record, self._workplace.names),
            age=age_on(record.birth_date, today),
            commune_name=self._directory.commune_name(record.commune),
            epci_name=self._directory.epci_name(record.commune),
            referent=referents[0].colleague if referents else None,
            circle=tuple(circle),
            identifiers=tuple(self._identifiers(dossiers)),
            mine=any(x.colleague.id == self._workplace.me for x in open_places),
            dossiers=dossiers,
            names=self._workplace.names,
        )

    def readers(self, dossier: PersonId) -> list[Colleague]:
        """Return who, beside me, reads what is shared in a dossier: each once, by name."""
        return self._circles.readers(dossier)

    # -- writing ------------------------------------------------------------------------------

    def create(self, new: NewPerson) -> Done[PersonId]:
        """Open a dossier, with my place in its circle; raise ``InvalidInput``."""
        with self._workplace.work() as work:
            person = self.add(work, new)
        return Done(person, work.touched)

    def add(self, work: UnitOfWork, new: NewPerson) -> PersonId:
        """Open a dossier inside a larger piece of work (an import)."""
        now = self._workplace.clock.now()
        today = paris(now).date()
        person = Person(
            id=RecordId(new.id or self._workplace.new_id()),
            created_at=now,
            created_by=self._workplace.me,
            birth_name=_required("birth_name", new.birth_name),
            first_name=_required("first_name", new.first_name),
            usual_name=_optional(new.usual_name),
            birth_date=_birth_date(new.birth_date, today),
            birth_date_precision=new.birth_date_precision,
            commune=new.commune,
            postal_code=new.postal_code,
            phone1=new.phone1,
            phone2=new.phone2,
            email=_optional(new.email),
            address_line=_optional(new.address_line),
            sex=new.sex,
            language=_optional(new.language),
            interpreter_needed=new.interpreter_needed,
            contact_preference=new.contact_preference,
            discretion=new.discretion,
            safe_contact_note=_optional(new.safe_contact_note),
            request=_optional(new.request),
            first_contact_on=today,
        )
        work.save(person)
        role = new.role or _ROLE_OF_JOB.get(self._directory.me().job, CircleRole.CONTRIBUTOR)
        self._circles.join(work, PersonId(person.id), self._workplace.me, role)
        return PersonId(person.id)

    def edit(self, person: Person) -> Done[None]:
        """Correct a person's sheet; raise ``InvalidInput``, ``NotFound``."""
        if self._records.get(Person, person.id) is None:
            raise NotFound
        today = paris(self._workplace.clock.now()).date()
        checked = replace(
            person,
            birth_name=_required("birth_name", person.birth_name),
            first_name=_required("first_name", person.first_name),
            usual_name=_optional(person.usual_name),
            birth_date=_birth_date(person.birth_date, today),
            request=_optional(person.request),
        )
        with self._workplace.work() as work:
            work.save(checked)
        return Done(None, work.touched)

    def set_identifier(self, person: PersonId, scheme: IdentifierScheme, value: str) -> Done[None]:
        """Write down, or correct, the number another administration knows the person by."""
        with self._workplace.work() as work:
            self.add_identifier(work, person, scheme, value)
        return Done(None, work.touched)

    def add_identifier(
        self, work: UnitOfWork, person: PersonId, scheme: IdentifierScheme, value: str
    ) -> None:
        """Same, inside a larger piece of work; an empty value removes the number."""
        dossiers = self._dossiers.all_of(person)
        known = [item for item in self._identifiers(dossiers) if item.scheme is scheme]
        text = value.strip()
        if not text:
            for identifier in known:
                work.delete(PersonIdentifier, identifier.id)
        elif known:
            work.save(replace(known[0], value=text))
        else:
            work.save(
                PersonIdentifier(
                    id=RecordId(self._workplace.new_id()),
                    created_at=self._workplace.clock.now(),
                    created_by=self._workplace.me,
                    person=dossiers[0],
                    scheme=scheme,
                    value=text,
                )
            )

    def welcome(
        self, person: PersonId, professional: ProfessionalId, role: CircleRole
    ) -> Done[None]:
        """Give a colleague a place in the circle: from the next sync she reads the dossier."""
        with self._workplace.work() as work:
            self._circles.join(work, person, professional, role)
        return Done(None, work.touched)

    def end_membership(self, member: RecordId, reason: CircleEnd) -> Done[None]:
        """Close a place in the circle; after a handover the former référent reads 30 days more."""
        with self._workplace.work() as work:
            self._circles.leave(work, member, reason)
        return Done(None, work.touched)

    def unnamed(self, person: PersonId) -> list[Colleague]:
        """Return who has a place that the office alone tells of, by name."""
        return self._circles.unnamed(person)

    def admit(self, person: PersonId, professional: str) -> Done[None]:
        """Open the dossier to somebody whom the office alone named: I answer for her."""
        with self._workplace.work() as work:
            self._circles.admit(work, person, professional)
        return Done(None, work.touched)

    def _identifiers(self, dossiers: tuple[PersonId, ...]) -> list[PersonIdentifier]:
        """The numbers in all the dossiers of somebody, those of the one that is kept first."""
        found = self._records.select(PersonIdentifier, OF_THESE, (these(dossiers),))
        return sorted(
            {(item.scheme, item.value): item for item in reversed(found)}.values(),
            key=lambda item: (dossiers.index(item.person), item.id),
        )

    def _lines(self, persons: Iterable[str], together: OnePerson) -> list[PersonLine]:
        shown = list(dict.fromkeys(together.kept_of(person) for person in persons))
        if not shown:
            return []
        rows = self._rows(one for kept in shown for one in together.all_of(kept))
        return [
            self._line([rows[one] for one in together.all_of(kept) if one in rows])
            for kept in shown
            if kept in rows
        ]

    def _rows(self, dossiers: Iterable[str]) -> dict[str, tuple[object, ...]]:
        now = self._workplace.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = self._workplace.store.database.rows(
            """SELECT p."id", coalesce(p."usual_name", p."birth_name"), p."first_name",
                p."birth_date", p."birth_date_precision", p."commune", p."phone1", p."status",
                (SELECT min("starts_at") FROM "appointment" a WHERE a."person" = p."id"
                    AND a."starts_at" >= ? AND coalesce(a."status", 'planned') = 'planned'),
                (SELECT max("starts_at") FROM "follow_up" f WHERE f."person" = p."id"),
                (SELECT "name" FROM "professional" r WHERE r."id" = (
                    SELECT "professional" FROM "circle_member" c WHERE c."person" = p."id"
                    AND c."role" = 'unique_referent' AND c."ended_on" IS NULL LIMIT 1)),
                EXISTS (SELECT 1 FROM "draft" d WHERE d."person" = p."id"), p."sex"
                FROM "person" p WHERE p."id" IN (SELECT "value" FROM json_each(?))""",
            (now, these(dossiers)),
        )
        return {str(row[0]): row for row in rows}

    def _line(self, rows: list[tuple[object, ...]]) -> PersonLine:
        """One line for all the dossiers of somebody: the first says who, all say what happened."""
        rid, name, first, born, precision, commune, phone, status = rows[0][:8]
        following = min((str(row[8]) for row in rows if row[8]), default=None)
        last = max((str(row[9]) for row in rows if row[9]), default=None)
        who = next((str(row[10]) for row in rows if row[10]), None)
        referent = Colleague("", who, Job.REFERENT, active=True).short_name if who else None
        return PersonLine(
            id=PersonId(str(rid)),
            name=self._workplace.names.sorted_by_family(str(first), str(name)),
            birth_date=date.fromisoformat(str(born)) if born else None,
            birth_date_precision=DatePrecision(str(precision or "day")),
            sex=Sex(str(sex)) if (sex := rows[0][12]) else None,
            commune_name=self._directory.commune_name(str(commune) if commune else None),
            phone=str(phone) if phone else None,
            next_appointment=instant_from_wire(following) if following else None,
            last_follow_up=instant_from_wire(last) if last else None,
            referent=referent,
            has_draft=any(row[11] for row in rows),
            status=PersonStatus(str(status or "active")),
            whole_name=self._workplace.names.of(str(first), str(name)),
        )


_ROLE_OF_JOB = {
    Job.REFERENT: CircleRole.UNIQUE_REFERENT,
    Job.ASPIR_REFERENT: CircleRole.PROGRAM_REFERENT,
}


def display_name(person: Person, names: ShownNames) -> str:
    """Return « Yves Morisset », the first name, then the name in use; « Y. M. » when discreet."""
    return names.of(person.first_name, person.usual_name or person.birth_name)


def shown_name(workplace: Workplace, person: str) -> str:
    """Return how somebody is named on screens; nothing when her dossier is not on this laptop."""
    known = workplace.store.records.get(Person, person)
    return display_name(known, workplace.names) if known else ""


def age_on(birth_date: date | None, day: date) -> int | None:
    """Return the age in full years."""
    if birth_date is None:
        return None
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def _required(field: str, text: str) -> str:
    cleaned = " ".join(clean_text(text).split())
    if not cleaned:
        raise InvalidInput(field, "missing")
    return cleaned


def _optional(text: str | None) -> str | None:
    return clean_text(text or "").strip() or None


def _birth_date(day: date | None, today: date) -> date | None:
    if day is not None and day > today:
        raise InvalidInput("birth_date", "future_date")
    if day is not None and day < _OLDEST:
        raise InvalidInput("birth_date", "too_old")
    return day
