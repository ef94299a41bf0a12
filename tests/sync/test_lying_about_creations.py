"""What was made here is said to be known in other words: its row stays whole all the same.

An office that is one may say so: to a laptop put back from an older copy, whose former self had
sent the same creation, of fields that were changed there since.
"""

from dataclasses import replace

import pytest

from desktop.services.persons import NewPerson
from desktop.store.after_salvage import settle
from desktop.store.salvage import Salvaged
from desktop.store.set_aside import Missing
from desktop.sync.errors import EpochChanged, Offline, OfflineReason
from protocol.ids import PersonId
from protocol.kinds import FollowUp, Person
from protocol.kinds.follow_ups import StepOwner, Theme
from protocol.values import to_wire
from protocol.wire import Result, SyncReply, SyncRequest
from tests.support.fleet import Laptop
from tests.support.laptop import Desk
from tests.support.office import Office, office, premises
from tests.support.two_laptops import is_verified, set_phone
from tests.sync.test_lying_office import YVES, meet, still_works, sync, yves
from tests.sync.test_restored_laptop import image_of, laptop, put_back, write
from tests.sync.told_office import (
    EPOCH,
    Answer,
    ToldOffice,
    answering,
    keeper_of,
    page,
    replying,
)

__all__ = ["laptop", "office", "premises"]
DROPPED = Offline(OfflineReason.DROPPED)


def known_otherwise(outcome: str, name: str) -> Answer:
    """Return an answer that says so of each operation that names a field."""

    def answer(request: SyncRequest) -> SyncReply:
        number = request.fields.index(name)
        told = [n for n, op in enumerate(request.ops) if number in op.fields[::2]]
        return replying(request, results=[Result(n, outcome, [name]) for n in told])

    return answer


def refusing(request: SyncRequest) -> SyncReply:
    """Refuse all that is sent."""
    refused = [Result(n, "refused", ["grant"]) for n in range(len(request.ops))]
    return replying(request, results=refused)


def while_typing(
    desk: Desk, person: PersonId, answer: Answer, phone1: str | None = None, phone2: str = ""
) -> Answer:
    """Return an answer that comes while somebody goes on typing telephone numbers."""

    def answered(request: SyncRequest) -> SyncReply:
        known = desk.store.records.get(Person, person)
        assert known is not None
        with desk.workplace.work() as work:
            work.save(replace(known, phone1=phone1 or known.phone1, phone2=phone2 or None))
        return answer(request)

    return answered


def somebody(desk: Desk) -> PersonId:
    """Open a dossier."""
    return desk.persons.create(NewPerson("Morisset", "Yves")).value


def name_of(desk: Desk, person: PersonId) -> str:
    """Return the name that her sheet shows."""
    return desk.persons.sheet(person).person.birth_name


def refused_phone(desk: Desk) -> int:
    """Return the change of a telephone number that the office refused."""
    (op,) = [op for op in desk.store.outbox.refused() if "phone1" in op.fields]
    return op.id


def test_a_person_keeps_her_name_when_what_was_typed_since_is_refused(
    claire: Desk, told: ToldOffice
) -> None:
    person = somebody(claire)
    lie = known_otherwise("conflict", "birth_name")
    told.tell(while_typing(claire, person, lie, phone1="0549"), refusing)
    sync(claire, told)
    assert name_of(claire, person) == "Morisset"
    assert refused_phone(claire), "what was refused is kept"
    still_works(claire)


def test_a_person_keeps_her_name_when_the_office_gives_some_of_her_fields(
    claire: Desk, told: ToldOffice
) -> None:
    person = somebody(claire)
    lie = known_otherwise("conflict", "birth_name")
    given = page(("person", person, person, {"phone2": "0612"}), whole=False)
    told.tell(
        while_typing(claire, person, lie, phone1="0549"),
        while_typing(claire, person, given, phone1="0550"),
        DROPPED,
    )
    sync(claire, told)
    assert name_of(claire, person) == "Morisset"


def test_a_person_deleted_meanwhile_does_not_come_back_without_her_name(
    claire: Desk, told: ToldOffice
) -> None:
    person = somebody(claire)
    lie = known_otherwise("conflict", "birth_name")

    def deleting(request: SyncRequest) -> SyncReply:
        with claire.workplace.work() as work:
            work.delete(Person, person)
        return lie(request)

    told.tell(deleting, refusing)
    sync(claire, told)
    assert claire.store.records.select(Person) == []
    still_works(claire)


@pytest.mark.parametrize("creation", [known_otherwise("conflict", "birth_name"), refusing])
def test_a_change_sent_again_leaves_a_person_whole_whose_creation_was_not_simply_taken(
    claire: Desk, told: ToldOffice, creation: Answer
) -> None:
    person = somebody(claire)
    told.tell(
        while_typing(claire, person, creation, phone1="0549"),
        while_typing(claire, person, refusing, phone2="0612"),
        DROPPED,
    )
    sync(claire, told)
    claire.sync_reports.send_again(refused_phone(claire))
    known = claire.persons.sheet(person).person
    assert (known.birth_name, known.phone1, known.phone2) == ("Morisset", "0549", "0612")


def test_a_repair_makes_no_person_without_a_name_of_what_waits(
    claire: Desk, told: ToldOffice
) -> None:
    person = somebody(claire)
    lie = known_otherwise("conflict", "birth_name")
    told.tell(while_typing(claire, person, lie, phone1="0549"), DROPPED)
    sync(claire, told)
    with claire.store.database.transaction():
        claire.store.database.execute('DELETE FROM "person"')  # its page could not be read
    settle(claire.store, Salvaged(), claire.clock.now())
    assert claire.store.records.select(Person) == []
    assert claire.store.outbox.pending_count() == 1
    still_works(claire)


def test_a_step_keeps_its_words(claire: Desk, told: ToldOffice) -> None:
    person = somebody(claire)
    sync(claire, told)
    steps = claire.engagements.steps
    steps.agree(person, "Appeler le CSC", StepOwner.PERSON, None)
    told.tell(known_otherwise("stale", "text"), refusing)
    sync(claire, told)
    assert [line.text for line in steps.of_person(person)] == ["Appeler le CSC"]


def open_conflict(claire: Desk, told: ToldOffice) -> None:
    """Have Yves arrive, and a value of his that waits to be settled."""
    told.tell(page(yves(claire), cursor=9))
    sync(claire, told)
    with claire.store.database.transaction():
        keeper_of(claire).keep_missing(Missing("person", YVES, "phone1", "0549"))


def test_a_conflict_keeps_its_value_and_can_be_read(claire: Desk, told: ToldOffice) -> None:
    open_conflict(claire, told)
    told.tell(known_otherwise("stale", "lost"), refusing)
    sync(claire, told)
    (line,) = claire.conflicts.to_review()
    assert "0549" in repr(claire.conflicts.sheet(line.id))


@pytest.mark.parametrize("name", ["subject", "field", "lost", "lost_hlc"])
def test_one_damaged_row_does_not_keep_its_dossier_from_leaving(
    claire: Desk, told: ToldOffice, name: str
) -> None:
    open_conflict(claire, told)
    sync(claire, told)
    with claire.store.database.transaction():
        claire.store.database.execute(f'UPDATE "conflict" SET "{name}" = NULL')
    last = claire.store.state.last_op()
    told.tell(EpochChanged(EPOCH, seq=0, taken=last), answering(dropped=[YVES], cursor=12))
    sync(claire, told)
    assert claire.store.records.count("conflict") == 0
    assert claire.store.records.count("person") == 0
    still_works(claire)


def refused_then_given(claire: Desk, told: ToldOffice) -> FollowUp:
    """Write a follow-up that the office refuses, and has all the same; return it."""
    met = meet(claire, "", summary="Des mots")
    data = {**to_wire(met), "themes": ["health"]}
    told.tell(refusing, page(("follow_up", met.person, met.id, data), cursor=9))
    sync(claire, told)
    sync(claire, told)
    return met


def themes_of(claire: Desk, met: FollowUp) -> set[Theme]:
    """Return the themes that its line shows."""
    (line,) = claire.follow_ups.timeline(met.person)
    return set(line.themes)


def test_a_creation_refused_and_given_since_says_its_themes_when_it_is_sent_again(
    claire: Desk, told: ToldOffice
) -> None:
    met = refused_then_given(claire, told)
    (op,) = [op for op in claire.store.outbox.refused() if op.rid == met.id]
    claire.sync_reports.send_again(op.id)
    assert themes_of(claire, met) == met.themes
    known = claire.store.records.get(FollowUp, met.id)
    assert known is not None
    with claire.workplace.work() as work:
        work.save(replace(known, themes=frozenset({Theme.HOUSING})))
    (op,) = claire.store.outbox.of_record("follow_up", met.id)
    assert op.fields["themes"] == ["housing"]
    sync(claire, told)
    assert themes_of(claire, met) == {Theme.HOUSING}


def test_a_creation_refused_and_given_twice_does_not_stop_synchronisation(
    claire: Desk, told: ToldOffice
) -> None:
    met = refused_then_given(claire, told)
    data = {**to_wire(met), "themes": ["health"]}
    told.tell(page(("follow_up", met.person, met.id, data), cursor=10))
    sync(claire, told)
    assert themes_of(claire, met) == met.themes, "typed here, and sent again"
    assert not [op for op in claire.store.outbox.refused() if op.rid == met.id]


def test_a_laptop_put_back_learns_that_its_creation_was_taken_and_changed_since(
    office: Office, laptop: Laptop
) -> None:
    """What an office that is one answers to a creation: « conflict », and the record whole."""
    person = write(laptop, "Avant")
    image = image_of(laptop)
    laptop.sync()
    sheet = laptop.desk.persons.sheet(person).person
    laptop.desk.persons.edit(replace(sheet, birth_name="Après"))
    laptop.sync()

    put_back(laptop, image)
    set_phone(laptop, person, "05 49 00 00 01")
    laptop.sync()
    known = laptop.desk.persons.sheet(person).person
    assert (known.birth_name, known.phone1) == ("Après", "05 49 00 00 01")
    (line,) = laptop.desk.conflicts.to_review()
    assert "Avant" in repr(laptop.desk.conflicts.sheet(line.id))
    assert is_verified(laptop)
