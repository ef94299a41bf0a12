"""An office that would read, or put words in somebody's mouth, and holds all that travels.

Mallory is its creature: a professional whom it invented, with keys of her own, and everything that
any laptop ever sends. Each attack says what is changed on the way to Claire's laptop, who then goes
on working. Whatever the attack: Mallory opens nothing, nothing that is shown was written by anybody
but where it shows, and Claire's laptop goes on. Attacks on messages, epochs, digests, erasures and
clinical notes are in the two modules beside this one.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.crypto import circle_statement
from desktop.crypto.circle_statement import identity_digest
from desktop.crypto.circle_texts import CircleSecret, TextPlace, name_of
from desktop.crypto.escrow import ESCROW, Escrow
from desktop.domain import closed_texts
from desktop.services.persons import NewPerson
from desktop.store import sealed_texts
from desktop.store.circle_keys import CircleKeys
from desktop.store.circle_said import Circle
from desktop.store.known_identities import public_identity
from protocol import wire
from protocol.ids import FollowUpId, uuid7
from protocol.kinds import FollowUp, Professional, spec_of
from protocol.kinds.persons import CircleEnd
from protocol.values import Wire
from tests.support.circle import Carried, carry, introduce, member, welcome
from tests.sync.circle_case import CANARY, DEPARTMENT, SEED, Case, make_case, write
from tests.sync.told_office import answering

Attack = Callable[[Case], None]
ATTACKS: dict[str, Attack] = {}


def attack(named: str) -> Callable[[Attack], Attack]:
    """Declare an attack."""

    def declare(made: Attack) -> Attack:
        ATTACKS[named] = made
        return made

    return declare


# -- values in another place, or another value in their place -------------------------------------


@attack("two texts of one dossier are swapped")
def _(case: Case) -> None:
    one, two = case.meeting(f"{CANARY} un"), case.meeting(f"{CANARY} deux")
    first, second = case.envelope(one), case.envelope(two)
    case.put(one, summary=second)
    case.put(two, summary=first)


@attack("two fields of one record are swapped")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary=case.envelope(one, "next_step"), next_step=case.envelope(one))


@attack("a text comes from the dossier of somebody else")
def _(case: Case) -> None:
    one, three = case.meeting(f"{CANARY} un"), case.meeting(f"{CANARY} trois")
    case.put(one, summary=case.envelope(three))


@attack("a text comes from a record of another kind")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} un"), summary=case.envelope(case.person, "request", "person"))


@attack("a whole meeting is given again under another number")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    held = case.claire.desk.store.records.data(spec_of(FollowUp), one)
    assert held is not None
    rid = uuid7(1_795_000_000_002, bytes(10))
    case.claire.given_quietly(("follow_up", case.person, rid, dict(held)))


@attack("an older text is given again")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    old = case.envelope(one)
    form = case.claire.desk.follow_ups.open(FollowUpId(one)).form
    case.claire.desk.follow_ups.finish(replace(form, summary=f"{CANARY} un, corrigé"))
    case.written[one, "summary"].add(f"{CANARY} un, corrigé")
    case.claire.given()
    case.put(one, summary=old)


@attack("a text is cut")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary=case.envelope(one)[:101])


@attack("a text is longer than what was sealed")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    sealed = b64decode(case.envelope(one)[1:])
    case.put(one, summary="2" + b64encode(sealed + bytes(256)).decode())


def flipped(case: Case, at: int) -> None:
    """Change one bit of a text."""
    one = case.meeting(f"{CANARY} un")
    sealed = bytearray(b64decode(case.envelope(one)[1:]))
    sealed[at] ^= 1
    case.put(one, summary="2" + b64encode(bytes(sealed)).decode())


@attack("a bit of a text is changed")
def _(case: Case) -> None:
    flipped(case, -40)


@attack("a bit of a seal is changed")
def _(case: Case) -> None:
    flipped(case, -1)


@attack("a bit of a nonce is changed")
def _(case: Case) -> None:
    flipped(case, 20)


@attack("a text says that it is under another key")
def _(case: Case) -> None:
    flipped(case, 5)


@attack("a text says that it is of another version")
def _(case: Case) -> None:
    flipped(case, 0)


@attack("a text in clear takes the place of a sealed one")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} de Mehdi", case.mehdi), summary="0Je renonce à tout.")


@attack("a text is said to be sealed for its author")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary="1" + case.envelope(one)[1:])


@attack("a text is sealed under a key that the office drew")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    secret = CircleSecret.generate(case.mallory.desk.workplace.random)
    case.secrets.append(secret)
    forged = secret.seal(b"Je renonce.", TextPlace(case.person, "follow_up", one, "summary"))
    case.put(one, summary="2" + b64encode(forged).decode())


@attack("a text is a million letters")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} un"), summary="2" + "A" * 1_000_000)


# -- members and keys ------------------------------------------------------------------------------


@attack("a member is invented")
def _(case: Case) -> None:
    case.give_place(case.mallory)


@attack("an invented member signs that she is one")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    case.say(case.own_statement(), case.mallory)


@attack("an invented member says that she opened the dossier")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    case.say(case.own_statement(epoch=1, founds=True), case.mallory)


@attack("an invented member speaks in the name of a colleague")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    case.say(case.own_statement(giver=str(case.mehdi.me)), case.mehdi)


@attack("a statement is signed by nobody")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    forged = case.own_statement(giver=str(case.mehdi.me))
    case.say(replace(forged, signature=bytes(64)), case.mehdi)


@attack("a colleague's statement is made to name one more member")
def _(case: Case) -> None:
    write(case, case.mehdi, case.person, f"{CANARY} encore")
    case.mehdi.desk.workplace.circle_keys()
    case.give_place(case.mallory)
    (_, true), *_ = case.statements(case.claire)
    members = tuple(sorted({*true.members, str(case.mallory.me)}))
    case.say(replace(true, members=members), case.claire)


@attack("a statement about another dossier is given for this one")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    mallorys = case.mallory.desk.persons.create(NewPerson("Faux", "Dossier")).value
    welcome(case.mallory, mallorys, case.claire)
    for kind, _, rid, data in case.mallory.holds(mallorys):
        if kind == "circle_key":
            moved = {**data, "person": case.person}
            case.claire.given_quietly((kind, case.person, rid, moved))


@attack("a key is said to have been given to the office")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    (_, true), *_ = case.statements(case.claire)
    public = case.mallory.desk.workplace.identity.public
    members = tuple(sorted({*true.members, str(case.mallory.me)}))
    stolen = replace(true, recipient=str(case.mallory.me), members=members)
    named = replace(stolen, identity=identity_digest(public))
    case.say(named.signed(case.mallory.desk.workplace.identity.signing), case.mallory)


@attack("a gift opens to another key than the one it names")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    (_, true), *_ = case.statements(case.claire)
    case.say(case.own_statement(key=true.key), case.mallory)


@attack("a gift is made with a key that is none")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    weak = case.own_statement()
    cheap = replace(weak, gift=bytes(32) + weak.gift[32:])
    case.say(cheap.signed(case.mallory.desk.workplace.identity.signing), case.mallory)


@attack("statements come twice and in disorder")
def _(case: Case) -> None:
    lines = [line for line in case.claire.holds(case.person) if line[0] == "circle_key"]
    case.claire.given_quietly(*reversed(lines))
    case.claire.given_quietly(*lines)


@attack("a statement is noise")
def _(case: Case) -> None:
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": str(case.mehdi.me),
        "person": case.person,
        "statement": "AAAA",
    }
    rid = uuid7(1_795_000_000_003, bytes(10))
    case.claire.given_quietly(("circle_key", case.person, rid, data))


@attack("the keys of a colleague are replaced in the directory")
def _(case: Case) -> None:
    kind, bucket, _, data = case.mallory.directory_line()
    case.claire.given_quietly((kind, bucket, str(case.mehdi.me), {**data, "name": "mehdi"}))
    case.say(case.own_statement(giver=str(case.mehdi.me)), case.mehdi)


@attack("my own keys are replaced in the directory")
def _(case: Case) -> None:
    kind, bucket, _, data = case.mallory.directory_line()
    case.claire.given_quietly((kind, bucket, str(case.claire.me), {**data, "name": "claire"}))
    case.say(case.own_statement(giver=str(case.claire.me)), case.claire)


@attack("the newest key is taken back after somebody left")
def _(case: Case) -> None:
    leave(case)
    rows = [rid for rid, it in case.statements(case.claire) if it.epoch > 1]
    removals = [wire.Removal(0, rid, 5, "deleted") for rid in rows]
    case.claire.road.tell(answering(kinds=["circle_key"], removals=removals, cursor=90))
    case.claire.given_quietly()
    case.secrets += case.mehdi.desk.store.texts.held(case.person).values()


@attack("the place of somebody who left is opened again")
def _(case: Case) -> None:
    leave(case)
    (place,) = [
        line
        for line in case.claire.holds(case.person)
        if line[0] == "circle_member" and line[3]["professional"] == case.mehdi.me
    ]
    case.put(place[2], "circle_member", ended_on=None, end_reason=None)
    case.mallory = case.mehdi  # who left is with the office now


@attack("a new place is given to somebody who left")
def _(case: Case) -> None:
    leave(case)
    case.give_place(case.mehdi)
    case.mallory = case.mehdi


@attack("the old place of somebody who left is removed, then another one given")
def _(case: Case) -> None:
    for line in case.claire.desk.persons.sheet(case.person).circle:
        if line.colleague.id == case.mehdi.me:
            removal = wire.Removal(0, line.id, 5, "deleted")
            told = answering(kinds=["circle_member"], removals=[removal], cursor=90)
            case.claire.road.tell(told)
            case.claire.given_quietly()
    write(case, case.claire, case.person, f"{CANARY} sans Mehdi")
    case.claire.given()
    case.claire.road.requests.clear()
    case.give_place(case.mehdi)
    case.mallory = case.mehdi


@attack("a dossier is taken away and given back with other members")
def _(case: Case) -> None:
    kept = [line for line in case.claire.holds(case.person) if line[0] != "circle_key"]
    case.claire.road.tell(answering(dropped=[case.person], cursor=80))
    case.claire.given_quietly()
    case.claire.given_quietly(*kept, case.line(case.own_statement(epoch=1), case.mallory))
    case.give_place(case.mallory)


@attack("the office tells keys of its own for the Département")
def _(case: Case) -> None:
    kind, bucket, _, data = case.mallory.directory_line()
    case.claire.given_quietly((kind, bucket, ESCROW, {**data, "name": "Le Département"}))
    case.give_place(case.mallory, ESCROW)


@attack("the office says that the Département opened the dossier to it")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    case.say(case.own_opening(), case.mallory)


@attack("what the Département opened elsewhere is given for this dossier")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    mallorys = case.mallory.desk.persons.create(NewPerson("Faux", "Dossier")).value
    case.say(case.opening(case.mallory, mallorys), case.mallory)


@attack("an opening is shown again after its successor has left")
def _(case: Case) -> None:
    opening = case.opening(case.mehdi, case.person)
    case.say(opening, case.mehdi)
    leave(case)
    case.give_place(case.mehdi)
    case.say(opening, case.claire)
    case.mallory = case.mehdi  # who left is with the office now


@attack("every answer is empty from now on")
def _(case: Case) -> None:
    case.claire.road.tell(*[answering()] * 5)


@attack("a dossier is said to be closed, with what waits")
def _(case: Case) -> None:
    write(case, case.claire, case.person, f"{CANARY} pas encore parti")
    case.claire.road.tell(answering(ack=0, dropped=[case.person], pulled=False))
    case.claire.given_quietly()


def leave(case: Case) -> None:
    """Mehdi leaves, and Claire goes on without him: under another key."""
    for line in case.claire.desk.persons.sheet(case.person).circle:
        if line.colleague.id == case.mehdi.me:
            case.claire.desk.persons.end_membership(line.id, CircleEnd.END_OF_PROGRAM)
    write(case, case.claire, case.person, f"{CANARY} sans Mehdi")
    case.claire.given()
    case.claire.road.requests.clear()


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """A fresh case."""
    made = make_case(tmp_path)
    yield made
    made.close()


def test_the_list_is_long_enough() -> None:
    assert len(ATTACKS) >= 25


@pytest.mark.parametrize("named", ATTACKS)
def test_whatever_the_office_does_it_reads_nothing_and_forges_nothing(
    case: Case, named: str
) -> None:
    ATTACKS[named](case)
    case.go_on()
    case.judge()


def test_a_newcomer_gives_nothing_to_who_left_before_she_came(case: Case, tmp_path: Path) -> None:
    """The office shows her that he is still there: she has seen no key made without him."""
    leave(case)
    nadia = member(tmp_path, "nadia", SEED + 9, Escrow(DEPARTMENT.public))
    introduce((case.claire, case.mehdi, nadia))
    welcome(case.claire, case.person, nadia)
    case.claire.given()

    def still_there(carried: list[Carried]) -> list[Carried]:
        return [
            (kind, bucket, rid, {k: v for k, v in data.items() if not k.startswith("end")})
            for kind, bucket, rid, data in carried
        ]

    carry(case.person, case.claire, nadia, still_there)
    nadia.given()
    write(case, nadia, case.person, f"{CANARY} de Nadia")
    nadia.given()
    said = [one for _, one in case.statements(nadia)]
    assert {one.recipient for one in said} <= {str(nadia.me), str(case.claire.me), ESCROW}
    (meeting,) = [
        one
        for one in nadia.desk.store.records.select(FollowUp)
        if one.summary == f"{CANARY} de Nadia"
    ]
    held = nadia.desk.store.records.data(spec_of(FollowUp), meeting.id) or {}
    keys = nadia.desk.store.texts.held(case.person)
    used = name_of(b64decode(str(held["summary"])[1:]))
    assert used in keys
    assert used not in case.mehdi.desk.store.texts.held(case.person)
    nadia.desk.store.close()


# -- what the list above must be able to see ------------------------------------------------------


def _anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CircleSecret, "_binding", lambda self, place: b"")


def _any_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circle_statement, "verify", lambda key, message, signature: True)


def _any_giver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CircleKeys, "_lets_me_in", lambda self, statement, circle: True)


def _any_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CircleKeys, "_note_closed", lambda self, dossier: None)


def _any_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Circle, "readers", lambda self, key: set())


def _clear_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_texts, "unsealed", lambda text: text)
    monkeypatch.setattr(sealed_texts, "unsealed", lambda text: text)


def _any_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(self: CircleKeys, professional: str) -> object:
        data = self.store.records.data(spec_of(Professional), professional) or {}
        return public_identity(data.get("identity_key"), data.get("encryption_key"))

    monkeypatch.setattr(CircleKeys, "_keys_of", told)


CONTROLS = {
    "two texts of one dossier are swapped": _anywhere,
    "an invented member speaks in the name of a colleague": _any_signature,
    "an invented member signs that she is one": _any_giver,
    "the place of somebody who left is opened again": _any_place,
    "the newest key is taken back after somebody left": _any_reader,
    "a text in clear takes the place of a sealed one": _clear_is_fine,
    "the keys of a colleague are replaced in the directory": _any_keys,
    "the office tells keys of its own for the Département": _any_keys,
    "the office says that the Département opened the dossier to it": _any_signature,
    "an opening is shown again after its successor has left": _any_place,
}


@pytest.mark.parametrize("named", CONTROLS)
def test_a_laptop_without_its_guard_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """Otherwise the attack proves nothing."""
    CONTROLS[named](monkeypatch)
    case = make_case(tmp_path)
    ATTACKS[named](case)
    case.go_on()
    with pytest.raises(AssertionError, match=r"opened a sentence|nobody wrote there"):
        case.judge()
    case.close()
