"""A dossier leaves the laptop that alone still holds what a restored office has forgotten of it."""

import json

import pytest

from protocol.ids import PersonId, RecordId
from protocol.kinds import CircleMember
from protocol.kinds.persons import CircleEnd
from tests.properties.agreement import Data, Rows, laptop_leftovers, office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.opened import office_words
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    followed_by_both,
    laptops,
    meet,
    mehdi,
    set_phone,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

NUMBER = "05 49 11 22 33"
WORDS = "Il dort mal depuis mai"


def leave(laptop: Laptop, person: PersonId) -> None:
    """End one's own place in the circle of somebody."""
    store = laptop.session.workplace.store
    hers = next(
        place
        for place in store.records.select(CircleMember, '"person" = ?', (person,))
        if place.professional == laptop.session.workplace.me
    )
    laptop.desk.persons.end_membership(RecordId(hers.id), CircleEnd.END_OF_PROGRAM)


def conflicts(office: Office, person: PersonId) -> list[Data]:
    """Return the conflicts that the office holds of a dossier."""
    rows = office_rows(office, person).items()
    return [data for (kind, _), data in rows if kind == "conflict"]


def told(conflict: Data) -> tuple[object, object, object]:
    """Return what a conflict is about, and its other value."""
    return conflict["subject_kind"], conflict["field"], json.loads(str(conflict["lost"])[1:])


def nothing_stays(laptop: Laptop, person: PersonId) -> None:
    """Nothing waits, nothing was refused, and no row, word or key of a dossier is there."""
    store = laptop.session.workplace.store
    assert store.outbox.is_empty()
    assert laptop_leftovers(laptop, person) == []
    keys = store.database.rows('SELECT 1 FROM "circle_secret" WHERE "dossier" = ?', (person,))
    assert keys == []
    held = laptop.store_text()
    assert NUMBER not in held
    assert WORDS not in held


@pytest.mark.invariant(14, 20)
def test_what_only_this_laptop_still_holds_goes_to_those_who_hold_it_now(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """Set aside where something older came, or never compared with anything."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    set_phone(mehdi, person, NUMBER)
    meet(mehdi, person, WORDS)
    come_home(mehdi, claire)
    office.restore(backup, new_epoch=True)
    come_home(claire)
    assert NUMBER not in office.dump()
    assert conflicts(office, person) == []
    # Mehdi has not come back yet, and Claire's place ends before the week is over.
    leave(claire, person)
    come_home(claire)
    nothing_stays(claire, person)
    found = [told(one) for one in conflicts(office, person)]
    assert ("person", "phone1", NUMBER) in found
    assert {(kind, name) for kind, name, _ in found} >= {
        ("follow_up", "summary"),
        ("follow_up", "professional"),
    }
    assert {kind for kind, _, _ in found} == {"person", "follow_up"}, "nothing of what it knew"
    assert WORDS not in office.dump()
    assert WORDS in office_words(office, mehdi.session.workplace.store)
    come_home(mehdi)
    assert mehdi.desk.persons.sheet(person).person.phone1 == NUMBER
    assert mehdi.desk.conflicts.to_review() == [], "he brought it all back himself"
    assert_honest(mehdi)


@pytest.mark.invariant(14, 20)
def test_an_office_that_has_forgotten_and_takes_it_at_once_is_told_all_that_it_lacks(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """Nothing arrives that could be compared. What was sent long ago is in no archive either."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    set_phone(mehdi, person, NUMBER)
    claire.clock.advance(minutes=1)
    set_phone(claire, person, "05 49 00 00 01")
    meet(claire, person, "De sa main")
    meet(mehdi, person, WORDS)
    come_home(mehdi, claire, mehdi, claire)
    (crossed,) = conflicts(office, person)
    for laptop in laptops:
        laptop.session.workplace.store.archive.forget_bucket(person)
    office.restore(backup, new_epoch=True)
    assert conflicts(office, person) == []
    leave(claire, person)
    come_home(claire)
    nothing_stays(claire, person)
    found = [told(one) for one in conflicts(office, person)]
    assert told(crossed) == ("person", "phone1", NUMBER)
    assert told(crossed) in found, "what waited to be settled waits again"
    assert ("person", "phone1", "05 49 00 00 01") in found
    assert WORDS in office_words(office, mehdi.session.workplace.store)
    (brought,) = [
        data for (kind, _), data in office_rows(office, person).items() if kind == "follow_up"
    ]
    assert brought["created_by"] == claire.session.workplace.me, "her own record came back whole"


@pytest.mark.invariant(14, 20)
def test_what_waited_to_be_settled_waits_again_though_its_value_stood_there_meanwhile(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """She sends again what she had typed, then what she typed over a colleague's value."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    backup = office.backup()
    set_phone(claire, person, NUMBER)
    mehdi.clock.advance(minutes=1)
    set_phone(mehdi, person, "05 49 00 00 01")
    come_home(mehdi, claire)
    (crossed,) = conflicts(office, person)
    assert told(crossed) == ("person", "phone1", NUMBER)
    set_phone(claire, person, "05 49 00 00 02")
    come_home(claire)
    office.restore(backup, new_epoch=True)
    leave(claire, person)
    come_home(claire)
    nothing_stays(claire, person)
    assert told(crossed) in [told(one) for one in conflicts(office, person)]


def test_an_office_that_forgot_nothing_makes_nothing_of_what_it_is_offered(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi, "Avant")
    set_phone(claire, person, "05 49 00 00 01")
    come_home(claire, mehdi)
    set_phone(mehdi, person, NUMBER)
    meet(mehdi, person, WORDS)
    come_home(mehdi)
    before = _but_places(office, person)
    office.restore(office.backup(), new_epoch=True)
    leave(claire, person)  # she has never read what Mehdi wrote, and holds what stood before
    come_home(claire)
    nothing_stays(claire, person)
    assert _but_places(office, person) == before


def _but_places(office: Office, person: PersonId) -> Rows:
    rows = office_rows(office, person).items()
    return {key: data for key, data in rows if key[0] != "circle_member"}
