"""What the office says is checked before it is used; what this version does not know is kept."""

from dataclasses import replace

import pytest

from desktop.services.persons import NewPerson
from desktop.store.json_text import read_json
from desktop.store.outbox import PendingOp
from desktop.store.replica import Verdict
from desktop.store.state import Progress
from desktop.sync import messages
from desktop.sync.errors import BadReply
from protocol import wire
from protocol.ids import PersonId, uuid7
from protocol.kinds.persons import ContactPreference, Person
from tests.support.laptop import Desk
from tests.sync.told_office import EPOCH, ToldOffice, answering, page, replying, synchroniser_of

YVES = uuid7(1_790_000_000_000, b"yves morisset")
VAN, CAR = uuid7(1_790_000_000_002, b"a white van"), uuid7(1_790_000_000_003, b"a small car")
AT_START = Progress(None, 0, None)
MADE = {"created_at": "2026-11-01T08:00:00Z", "created_by": uuid7(1, b"some colleague")}
PERSON = {**MADE, "birth_name": "Morisset", "first_name": "Yves"}
WHOLE = PERSON | {
    "birth_date_precision": "day",
    "discretion": "normal",
    "interpreter_needed": False,
    "status": "active",
}
"""As a laptop sends somebody."""


def pending(**given: object) -> PendingOp:
    """Return an operation in flight."""
    op = PendingOp(
        id=1,
        n=7,
        kind="person",
        rid=YVES,
        bucket=YVES,
        verb=wire.PUT,
        creates=False,
        base=3,
        hlc=500,
        fields={"phone1": "0549000000"},
        state="sent",
        reason=None,
    )
    return replace(op, **given)  # type: ignore[arg-type]  # fields of an operation


def reply_of(**given: object) -> wire.SyncReply:
    """Return a reply to an operation or two."""
    asked = messages.request([pending()], AT_START, pull=True)
    return replying(asked, **given)


# -- what the laptop says ---------------------------------------------------------------------


def test_a_request_names_each_kind_and_field_once_and_counts_from_its_first_operation() -> None:
    batch = [
        pending(),
        pending(id=2, n=8, hlc=520, fields={"phone1": None, "email": "y@exemple.fr"}),
        pending(id=3, n=9, hlc=510, kind="appointment", fields={"minutes": 30}),
    ]
    asked = messages.request(batch, Progress(EPOCH, 42, None), pull=False)
    assert (asked.first_op, asked.cursor, asked.pull, asked.hlc) == (7, 42, False, 500)
    assert asked.kinds == ["person", "appointment"]
    assert asked.fields == ["phone1", "email", "minutes"]
    assert [(op.kind, op.hlc, op.fields) for op in asked.ops] == [
        (0, 0, [0, "0549000000"]),
        (0, 20, [0, None, 1, "y@exemple.fr"]),
        (1, 10, [2, 30]),
    ]


def test_a_request_without_operations_still_says_where_the_laptop_is() -> None:
    asked = messages.request([], Progress(EPOCH, 42, wire.Position(5, 4, YVES)), pull=True)
    assert (asked.ops, asked.first_op, asked.hlc) == ([], 1, 0)
    assert (asked.cursor, asked.after) == (42, wire.Position(5, 4, YVES))


# -- what the office answers ------------------------------------------------------------------


def test_one_operation_may_have_two_answers() -> None:
    results = [wire.Result(0, "conflict", ["phone1"]), wire.Result(0, "stale", ["request"])]
    read = messages.page(reply_of(results=results), [pending()], AT_START)
    assert read.verdicts == {7: Verdict(conflict=("phone1",), stale=("request",))}


def change(*fields: object, kind: int = 0, whole: bool = True) -> wire.Change:
    """Return one record of a page, right or wrong."""
    return wire.Change(kind, YVES, YVES, 1, whole, list(fields))


NAMES = {"kinds": ["person"], "fields": [*PERSON, "phone1", "status"]}
RIGHT = [part for number, value in enumerate(PERSON.values()) for part in (number, value)]


@pytest.mark.parametrize(
    "given",
    [
        {"results": [wire.Result(9, "stale", ["request"])]},
        {"results": [wire.Result(0, "refused", [])]},
        {"results": [wire.Result(0, "celebrated", [])]},
        {**NAMES, "changes": [change(*RIGHT, kind=1)]},
        {**NAMES, "changes": [change(*RIGHT, 12, "x")]},
        {**NAMES, "changes": [change(*RIGHT, "phone1", "x")]},
        {**NAMES, "changes": [change(*RIGHT, 4)]},
        {**NAMES, "changes": [change(*RIGHT[2:])]},
        {**NAMES, "changes": [change(*RIGHT, 4, 549000000)]},
        {**NAMES, "changes": [change(*RIGHT, 4, "0" * 31)]},
        {**NAMES, "changes": [change(*RIGHT, 4, "05\x0049")]},
        {**NAMES, "changes": [change(*RIGHT, 4, {"un": "objet"})]},
        {**NAMES, "changes": [change(2, None, whole=False)]},
        {**NAMES, "changes": [change(0, "hier", whole=False)]},
        {"kinds": ["person"], "removals": [wire.Removal(3, YVES, 1, "deleted")]},
    ],
    ids=[
        "an operation that was not sent",
        "a refusal without a reason",
        "an outcome nobody knows",
        "a kind without a name",
        "a field without a name",
        "a name where its number is due",
        "a field without a value",
        "a whole record that misses something",
        "a number where text is due",
        "a text longer than agreed",
        "a text no store keeps",
        "an object where text is due",
        "a required field emptied",
        "a moment that is none",
        "a removal of a kind without a name",
    ],
)
def test_a_reply_that_breaks_one_declaration_is_not_used_at_all(
    claire: Desk, told: ToldOffice, given: dict[str, object]
) -> None:
    person = claire.persons.create(NewPerson("Diallo", "Fatou")).value
    told.tell(answering(**given, cursor=9))
    before = claire.store.records.get(Person, person)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.persons.count() == 1
    assert claire.store.records.get(Person, person) == before
    assert claire.store.state.progress() == AT_START
    assert claire.sync_reports.read().pending == 2


def test_the_reply_those_are_made_from_is_a_good_one(claire: Desk, told: ToldOffice) -> None:
    told.tell(answering(**NAMES, changes=[change(*RIGHT, 4, "0549000000")], cursor=9))
    synchroniser_of(claire, told).run()
    known = claire.store.records.get(Person, YVES)
    assert known is not None
    assert (known.birth_name, known.phone1) == ("Morisset", "0549000000")


# -- what this version does not know ----------------------------------------------------------


def unknown_records(desk: Desk) -> dict[tuple[str, str], object]:
    """Return what is kept of kinds this version does not declare."""
    rows = desk.store.database.rows('SELECT "kind", "rid", "data" FROM "unknown_record"')
    return {(kind, rid): read_json(data) for kind, rid, data in rows}


def test_a_record_of_an_unknown_kind_is_kept_word_for_word(claire: Desk, told: ToldOffice) -> None:
    vehicle = {**MADE, "plate": "79-ABC", "seats": 5, "trips": ["Melle"], "more": {"a": [1, None]}}
    told.tell(page(("vehicle", YVES, VAN, vehicle), cursor=9))
    synchroniser_of(claire, told).run()
    assert unknown_records(claire) == {("vehicle", VAN): vehicle}


def test_a_change_of_an_unknown_record_joins_what_is_kept(claire: Desk, told: ToldOffice) -> None:
    told.tell(
        page(("vehicle", YVES, VAN, {"plate": "79-ABC", "seats": 5}), cursor=9),
        page(("vehicle", YVES, VAN, {"seats": 4}), whole=False, cursor=10),
    )
    for _ in range(2):
        synchroniser_of(claire, told).run()
    assert unknown_records(claire) == {("vehicle", VAN): {"plate": "79-ABC", "seats": 4}}


def test_an_unknown_record_goes_when_it_is_removed_or_its_dossier_leaves(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(
        page(*[("vehicle", YVES, rid, {"seats": 5}) for rid in (VAN, CAR)], cursor=9),
        answering(kinds=["vehicle"], removals=[wire.Removal(0, VAN, 10, "deleted")], cursor=10),
        answering(dropped=[YVES], cursor=11),
    )
    left = []
    for _ in range(3):
        synchroniser_of(claire, told).run()
        left.append(len(unknown_records(claire)))
    assert left == [2, 1, 0]


def test_a_field_of_a_newer_office_survives_edits_and_is_never_sent_back(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(page(("person", YVES, YVES, {**WHOLE, "shoe_size": 43}), cursor=9))
    synchroniser_of(claire, told).run()
    for phone in ("0549000001", "0549000002"):
        known = claire.persons.sheet(PersonId(YVES)).person
        claire.persons.edit(replace(known, phone1=phone))
        synchroniser_of(claire, told).run()
        assert told.requests[-1].fields == ["phone1"]
    (row,) = claire.store.database.rows('SELECT "_extra" FROM "person"')
    assert read_json(row[0]) == {"shoe_size": 43}


def test_a_field_of_a_newer_office_follows_its_changes_while_edits_wait(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(page(("person", YVES, YVES, {**WHOLE, "shoe_size": 43}), cursor=9))
    synchroniser_of(claire, told).run()
    known = claire.persons.sheet(PersonId(YVES)).person
    claire.persons.edit(replace(known, phone1="0549000000"))
    told.tell(page(("person", YVES, YVES, {"shoe_size": 44}), whole=False, cursor=10))
    synchroniser_of(claire, told).run()
    (row,) = claire.store.database.rows('SELECT "_extra", "phone1" FROM "person"')
    assert (read_json(row[0]), row[1]) == ({"shoe_size": 44}, "0549000000")


def test_a_code_of_a_newer_office_is_shown_as_it_is_and_kept(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(page(("person", YVES, YVES, {**WHOLE, "contact_preference": "pigeon"}), cursor=9))
    synchroniser_of(claire, told).run()
    known = claire.persons.sheet(PersonId(YVES)).person
    assert known.contact_preference is not None
    assert known.contact_preference.label == "pigeon"
    assert not ContactPreference.knows(known.contact_preference)
    claire.persons.edit(replace(known, phone1="0549000000"))
    synchroniser_of(claire, told).run()
    assert told.requests[-1].fields == ["phone1"]


def test_a_record_that_leaves_its_defaults_out_is_shown_with_them(
    claire: Desk, told: ToldOffice
) -> None:
    me = claire.workplace.me
    meeting = {
        **MADE,
        "person": YVES,
        "professional": me,
        "starts_at": "2026-11-24T09:00:00Z",
    }
    hall = {**MADE, "name": "Melle", "commune": "79174"}
    told.tell(
        page(
            ("person", YVES, YVES, PERSON),
            ("appointment", YVES, uuid7(2, b"appointment"), meeting),
            ("place", EPOCH, uuid7(3, b"a village hall"), hall),
            cursor=9,
        )
    )
    synchroniser_of(claire, told).run()
    assert [line.name for line in claire.persons.caseload()] == ["Morisset Yves"]
    (line,) = claire.today.read().appointments
    assert (line.minutes, line.status.label, line.motive.label) == (45, "À venir", "Suivi")
    assert [place.name for place in claire.directory.places()] == ["Melle"]
    assert len(claire.appointments.upcoming(PersonId(YVES))) == 1
    assert claire.persons.caseload()[0].next_appointment == line.starts_at
