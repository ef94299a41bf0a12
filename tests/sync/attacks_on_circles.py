"""What an office that would read, or lie, does to members and keys: the other half of the list."""

from dataclasses import replace

from msgspec import structs

from desktop.crypto.circle_statement import identity_digest
from desktop.crypto.escrow import ESCROW
from desktop.services.appointments import Plan
from desktop.services.care import CareFacts
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol import wire
from protocol.ids import FollowUpId, PersonId, uuid7
from protocol.kinds.agenda import Motive
from protocol.kinds.care import CarePurpose
from protocol.kinds.persons import CircleEnd
from protocol.values import Wire
from tests.support.circle import Carried, welcome
from tests.sync.attacks_on_texts import attack
from tests.sync.circle_case import CANARY, Case, write
from tests.sync.told_office import answering, page


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
    open_again(case)


@attack("the place of somebody who left is opened again before anybody wrote")
def _(case: Case) -> None:
    end_his_place(case)
    case.claire.given()
    case.claire.road.requests.clear()
    case.secrets += case.mehdi.desk.store.texts.held(case.person).values()
    open_again(case)


def open_again(case: Case) -> None:
    """Say that Mehdi’s place never ended."""
    case.put(his_place(case)[2], "circle_member", ended_on=None, end_reason=None)
    case.mallory = case.mehdi  # who left is with the office now


def his_place(case: Case) -> Carried:
    """Return Mehdi’s place, as Claire's laptop holds it."""
    (place,) = [
        line
        for line in case.claire.holds(case.person)
        if line[0] == "circle_member" and line[3]["professional"] == case.mehdi.me
    ]
    return place


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


@attack("an older text is given again, to be joined with words typed after a departure")
def _(case: Case) -> None:
    rid = case.meeting(f"{CANARY} un")
    older = case.envelope(rid)
    rewrite(case, rid, f"{CANARY} de un")
    case.claire.given()
    end_his_place(case)
    rewrite(case, rid, f"{CANARY} de un sans Mehdi")
    case.written[rid, "summary"].add(f"{CANARY} un sans Mehdi")
    case.claire.road.requests.clear()
    case.secrets += case.mehdi.desk.store.texts.held(case.person).values()

    def stale(request: wire.SyncRequest) -> wire.SyncReply:
        told = page(("follow_up", case.person, rid, {"summary": older}), whole=False, cursor=70)
        numbered = [(n, op) for n, op in enumerate(request.ops) if op.rid == rid]
        results = [wire.Result(n, "stale", ["summary"]) for n, _ in numbered]
        return structs.replace(told(request), results=results)

    case.claire.road.tell(stale)
    case.claire.given_quietly()


@attack("who left gives a key of his own to those who stayed")
def _(case: Case) -> None:
    leave(case)
    case.mallory = case.mehdi
    case.say(case.own_statement(), case.mehdi)


@attack("who left gives himself a key of his own, and his place is opened again")
def _(case: Case) -> None:
    leave(case)
    case.mallory = case.mehdi
    place = {**his_place(case)[3], "ended_on": None, "end_reason": None}
    opened = ("circle_member", case.person, his_place(case)[2], place)
    said = case.line(case.own_statement(to=case.mehdi), case.mehdi)
    case.claire.given_quietly(said, opened)


@attack("who left names the office's creature a member")
def _(case: Case) -> None:
    leave(case)
    members = tuple(sorted(str(it.me) for it in (case.claire, case.mehdi, case.mallory)))
    signing = case.mehdi.desk.workplace.identity.signing
    (_, known), *_ = case.statements(case.claire)
    for said in (
        case.own_statement(giver=str(case.mehdi.me), members=members),
        case.own_statement(giver=str(case.mehdi.me), members=members, epoch=known.epoch),
    ):
        case.say(said.signed(signing), case.mehdi)
    case.give_place(case.mallory)


@attack("a member is invented in a dossier that Claire then joins with another one")
def _(case: Case) -> None:
    case.give_place(case.mallory)
    case.claire.desk.same_persons.join(Choices(case.person, case.other, frozenset()))


@attack("an invented dossier without a key is joined with a true one")
def _(case: Case) -> None:
    mallorys = case.mallory.desk.persons.create(NewPerson("Morisset", "Yves")).value
    welcome(case.mallory, mallorys, case.claire)
    lines = [line for line in case.mallory.holds(mallorys) if line[0] != "circle_key"]
    case.claire.given_quietly(*lines)
    case.claire.desk.same_persons.join(Choices(case.person, mallorys, frozenset()))


@attack("somebody who left has her place again in a dossier that Claire then joins with another")
def _(case: Case) -> None:
    leave(case)
    open_again(case)
    case.claire.desk.same_persons.join(Choices(case.person, case.other, frozenset()))


@attack("an invented dossier is said to be of the same person as a true one")
def _(case: Case) -> None:
    mallorys = invented(case)
    for person in (case.person, case.other):
        said: dict[str, Wire] = {
            "created_at": "2026-11-24T09:00:00Z",
            "created_by": str(case.mehdi.me),
            "person": person,
            "into": mallorys,
            "state": "merged",
        }
        rid = uuid7(1_795_000_000_005, person.encode()[:10])
        case.claire.given_quietly(("same_person", person, rid, said))


@attack("in an invented dossier something is said to be about a meeting of a true one")
def _(case: Case) -> None:
    mallorys, me = invented(case), str(case.claire.me)
    form = case.claire.desk.follow_ups.begin(case.person)
    met = str(case.claire.desk.follow_ups.finish(form).value)
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": me,
        "person": mallorys,
        "professional": me,
        "follow_up": met,
    }
    rid = uuid7(1_795_000_000_006, bytes(10))
    case.claire.given_quietly(("care_accompaniment", mallorys, rid, data))
    case.claire.given_quietly(("step", mallorys, rid, {**data, "text": "0Quoi"}))
    care = CareFacts(CarePurpose.CARE_VISIT, obstacle=f"{CANARY} en chemin")
    again = case.claire.desk.follow_ups.open(FollowUpId(met)).form
    case.claire.desk.follow_ups.finish(replace(again, care=care, next_step=f"{CANARY} pas"))
    case.written[met, "next_step"] = {f"{CANARY} pas"}


@attack("an appointment of a true dossier is said to have its report in an invented one")
def _(case: Case) -> None:
    mallorys, me, desk = invented(case), str(case.claire.me), case.claire.desk
    plan = Plan(case.person, desk.clock.now(), 45, None, Motive.FOLLOW_UP)
    appointment = desk.appointments.plan(plan).value
    data: dict[str, Wire] = {
        "created_at": "2026-11-24T09:00:00Z",
        "created_by": me,
        "person": mallorys,
        "professional": me,
        "appointment": appointment,
        "starts_at": "2026-11-24T09:00:00Z",
    }
    rid = uuid7(1_795_000_000_007, bytes(10))
    case.claire.given_quietly(("follow_up", mallorys, rid, data))
    form = desk.follow_ups.open_new(case.person, appointment).form
    said = f"{CANARY} du rendez-vous"
    met = str(desk.follow_ups.finish(replace(form, summary=said)).value)
    case.written[met, "summary"] = {said}


@attack("every answer is empty from now on")
def _(case: Case) -> None:
    case.claire.road.tell(*[answering()] * 5)


@attack("a dossier is said to be closed, with what waits")
def _(case: Case) -> None:
    write(case, case.claire, case.person, f"{CANARY} pas encore parti")
    case.claire.road.tell(answering(ack=0, dropped=[case.person], pulled=False))
    case.claire.given_quietly()


def invented(case: Case) -> PersonId:
    """Return a dossier that Mallory founded and gave Claire a place and the keys of."""
    mallorys = case.mallory.desk.persons.create(NewPerson("Morisset", "Yves")).value
    welcome(case.mallory, mallorys, case.claire)
    case.secrets += case.mallory.desk.store.texts.held(mallorys).values()
    case.places.append(mallorys)
    case.claire.given_quietly(*case.mallory.holds(mallorys))
    return mallorys


def leave(case: Case) -> None:
    """Mehdi leaves, and Claire goes on without him: under another key."""
    end_his_place(case)
    write(case, case.claire, case.person, f"{CANARY} sans Mehdi")
    case.claire.given()
    case.claire.road.requests.clear()


def rewrite(case: Case, rid: str, text: str) -> None:
    """Claire corrects a text of hers."""
    form = case.claire.desk.follow_ups.open(FollowUpId(rid)).form
    case.claire.desk.follow_ups.finish(replace(form, summary=text))
    case.written[rid, "summary"].add(text)


def end_his_place(case: Case) -> None:
    """Claire says that Mehdi is in the circle no more."""
    for line in case.claire.desk.persons.sheet(case.person).circle:
        if line.colleague.id == case.mehdi.me:
            case.claire.desk.persons.end_membership(line.id, CircleEnd.END_OF_PROGRAM)
