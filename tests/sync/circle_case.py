"""The case that an office makes against a circle: two dossiers, and Mallory who would read them.

Mallory is the office's creature: a professional whom it invented, with keys of her own, and
everything that any laptop ever sends. What is done to Claire's laptop is said by who uses a case;
``judge`` says whether Mallory opened anything, and whether words are shown that nobody wrote there.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.crypto.circle_statement import Statement
from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.errors import CryptoError
from desktop.crypto.escrow import ESCROW, Escrow, EscrowKey
from desktop.domain.closed_texts import BROKEN, NOT_YET, unsealed
from desktop.services.persons import NewPerson
from protocol import wire
from protocol.ids import PersonId, uuid7
from protocol.kinds import FollowUp, Person, spec_of
from protocol.values import Wire
from tests.support.circle import Carried, Member, carry, introduce, member, welcome
from tests.support.departments_key import opened_by_department
from tests.support.laptop import SeededRandom
from tests.sync.test_lying_office import still_works

CANARY = "CANARI"
SEED = 20261122
DEPARTMENT = EscrowKey.generate(SeededRandom(SEED))
"""Its key, whole: what IT laid on each laptop is the public half."""


@dataclass
class Case:
    """Two dossiers of Claire's; Mehdi is in the circle of the first, and Mallory of none."""

    claire: Member
    mehdi: Member
    mallory: Member
    person: PersonId
    other: PersonId
    written: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """What was really written, by record and field."""
    secrets: list[CircleSecret] = field(default_factory=list)
    """Keys that Mallory drew herself."""
    places: list[PersonId] = field(default_factory=list)
    """Dossiers that the office invented: words that end up there are sought as well."""

    def close(self) -> None:
        """Put the laptops away."""
        for one in {id(x): x for x in (self.claire, self.mehdi, self.mallory)}.values():
            one.desk.store.close()

    # -- what the office has -------------------------------------------------------------------

    def meeting(self, text: str, by: Member | None = None) -> str:
        """Return the follow-up that says this."""
        store = (by or self.claire).desk.store
        found = store.records.select(FollowUp)
        return next(str(one.id) for one in found if one.summary == text)

    def envelope(self, rid: str, name: str = "summary", kind: str = "follow_up") -> str:
        """Return a text as it is held by the office."""
        spec = spec_of(FollowUp) if kind == "follow_up" else spec_of(Person)
        held = self.claire.desk.store.records.data(spec, rid) or {}
        return str(held[name])

    def statements(self, of: Member) -> list[tuple[str, Statement]]:
        """Return the statements about the first dossier that somebody's laptop made."""
        rows = of.desk.store.database.rows(
            'SELECT "id", "statement" FROM "circle_key" WHERE "person" = ? AND "created_by" = ?'
            ' ORDER BY "id"',
            (self.person, of.me),
        )
        return [(rid, Statement.from_bytes(b64decode(text))) for rid, text in rows]

    # -- what the office does ------------------------------------------------------------------

    def put(self, rid: str, kind: str = "follow_up", **fields: Wire) -> None:
        """Give other values of a record of the first dossier."""
        self.claire.given_quietly((kind, self.person, rid, dict(fields)), whole=False)

    def say(self, statement: Statement, by: Member, person: PersonId | None = None) -> None:
        """Give a statement, in somebody's name."""
        self.claire.given_quietly(self.line(statement, by, person))

    def line(self, statement: Statement, by: Member, person: PersonId | None = None) -> Carried:
        """Return a statement as a record."""
        data: dict[str, Wire] = {
            "created_at": "2026-11-24T09:00:00Z",
            "created_by": str(by.me),
            "person": person or self.person,
            "statement": b64encode(statement.to_bytes()).decode(),
        }
        rid = uuid7(1_795_000_000_000, statement.signature[:10].ljust(10, b"\0"))
        return "circle_key", person or self.person, rid, data

    def give_place(self, to: Member, called: str | None = None) -> None:
        """Say that somebody is in the circle."""
        data: dict[str, Wire] = {
            "created_at": "2026-11-24T09:00:00Z",
            "created_by": str(self.mehdi.me),
            "person": self.person,
            "professional": called or str(to.me),
            "role": "contributor",
            "started_on": "2026-11-24",
        }
        rid = uuid7(1_795_000_000_001, bytes(10))
        self.claire.given_quietly(("circle_member", self.person, rid, data))

    def own_statement(self, to: Member | None = None, **fields: object) -> Statement:
        """Return what Mallory can say: signed by her own key, naming whom she wants."""
        taker = to or self.claire
        secret = CircleSecret.generate(self.mallory.desk.workplace.random)
        self.secrets.append(secret)
        made = Statement(
            dossier=self.person,
            epoch=9,
            key=secret.name,
            previous=b"",
            founds=False,
            giver=str(self.mallory.me),
            recipient=str(taker.me),
            identity=b"",
            members=tuple(sorted((str(self.claire.me), str(self.mallory.me)))),
        )
        public = taker.desk.workplace.identity.public
        named = replace(made, **fields)  # type: ignore[arg-type]  # those of a statement
        given = named.giving(secret, public, self.mallory.desk.workplace.random)
        return given.signed(self.mallory.desk.workplace.identity.signing)

    def own_opening(self) -> Statement:
        """Return an opening that Mallory made and signed."""
        me = str(self.mallory.me)
        made = self.own_statement(
            giver=ESCROW, recipient=me, members=(me,), reason="Parce que", opened_on="2026-11-24"
        )
        return made

    def opening(self, to: Member, person: PersonId) -> Statement:
        """Return what the Département's key really says of a dossier: somebody reads it now."""
        (secret,) = {
            one.name: one
            for holder in (self.claire, self.mallory)
            for one in holder.desk.store.texts.held(person).values()
        }.values()
        workplace = to.desk.workplace
        public, random = workplace.identity.public, workplace.random
        return opened_by_department(DEPARTMENT, secret, person, str(to.me), public, random)

    # -- the verdict ---------------------------------------------------------------------------

    def go_on(self) -> None:
        """Claire writes again, in each dossier, and synchronises."""
        for person in (self.person, self.other):
            form = self.claire.desk.follow_ups.begin(person)
            said = f"{CANARY} de la suite"
            rid = self.claire.desk.follow_ups.finish(replace(form, summary=said)).value
            self.written.setdefault((str(rid), "summary"), set()).add(said)
        self.claire.given_quietly()
        self.claire.given_quietly()

    def judge(self) -> None:
        """Nothing was read, nothing was forged, and work goes on."""
        sent = self.claire.road.requests
        assert CANARY not in repr(sent), "a sentence travelled in clear"
        assert self.opened(sent) == [], "the office opened a sentence"
        assert self.forged() == [], "words are shown that nobody wrote there"
        still_works(self.claire.desk)

    def opened(self, sent: list[wire.SyncRequest]) -> list[str]:
        """Return the texts that Mallory opens, with all that was sent and every key she has."""
        keys = list(self.secrets)
        values = [(request, op) for request in sent for op in request.ops]
        for request, op in values:
            if request.kinds[op.kind] == "circle_key":
                named = dict(zip(op.fields[::2], op.fields[1::2], strict=True))
                text = named.get(request.fields.index("statement"))
                keys += self._taken(str(text))
        found = []
        for request, op in values:
            kind = request.kinds[op.kind]
            for number, value in zip(op.fields[::2], op.fields[1::2], strict=True):
                name = request.fields[number]
                for person in (self.person, self.other, *self.places):
                    place = TextPlace(person, kind, op.rid, name)
                    found += [t for key in keys if (t := _opened(key, value, place)) is not None]
        return found

    def _taken(self, text: str) -> list[CircleSecret]:
        try:
            statement = Statement.from_bytes(b64decode(text))
            return [statement.taken(self.mallory.desk.workplace.identity.encryption)]
        except CryptoError:
            return []

    def forged(self) -> list[str]:
        """Return what Claire's laptop shows as somebody's words and nobody wrote there."""
        store, found = self.claire.desk.store, []
        for record in (*store.records.select(FollowUp), *store.records.select(Person)):
            for item in spec_of(type(record)).circle_texts:
                shown = getattr(record, item.name)
                told = shown in (None, "", NOT_YET, BROKEN) or str(shown).startswith(unsealed(""))
                if not told and shown not in self.written.get((record.id, item.name), ()):
                    found.append(f"{item.name}: {shown}")
        return found


def _opened(key: CircleSecret, value: object, place: TextPlace) -> str | None:
    if not isinstance(value, str) or not value.startswith("2"):
        return None
    try:
        return key.open(b64decode(value[1:]), place).decode()
    except (CryptoError, ValueError):
        return None


def make_case(folder: Path) -> Case:
    """Return two dossiers with words in them, and three who know one another's keys."""
    claire, mehdi, mallory = (
        member(folder, name, SEED + at, Escrow(DEPARTMENT.public))
        for at, name in enumerate(("claire", "mehdi", "mallory"))
    )
    introduce((claire, mehdi, mallory))
    persons = [
        claire.desk.persons.create(
            NewPerson(birth_name=name, first_name="Yves", request=f"{CANARY} de {name}")
        ).value
        for name in ("Morisset", "Diallo")
    ]
    case = Case(claire, mehdi, mallory, persons[0], persons[1])
    for person, name in zip(persons, ("Morisset", "Diallo"), strict=True):
        case.written[person, "request"] = {f"{CANARY} de {name}"}
    welcome(claire, case.person, mehdi)
    for person, text in ((persons[0], "un"), (persons[0], "deux"), (persons[1], "trois")):
        write(case, claire, person, f"{CANARY} {text}")
    claire.given()
    carry(case.person, claire, mehdi)
    write(case, mehdi, case.person, f"{CANARY} de Mehdi")
    mehdi.given()
    carry(case.person, mehdi, claire)
    return case


def write(case: Case, by: Member, person: PersonId, text: str) -> str:
    """Write a follow-up."""
    form = by.desk.follow_ups.begin(person)
    rid = str(by.desk.follow_ups.finish(replace(form, summary=text, next_step=f"{text}…")).value)
    case.written[rid, "summary"], case.written[rid, "next_step"] = {text}, {f"{text}…"}
    return rid
