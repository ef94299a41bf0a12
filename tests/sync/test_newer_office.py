"""What a newer version wrote survives an older laptop, and both still prove they hold the same.

Invariant 17: unknown fields and kinds are kept, counted in digests, and never sent back.
"""

from dataclasses import replace

import pytest

from protocol import digests
from protocol.ids import PersonId, uuid7
from tests.support.laptop import Desk
from tests.sync.told_office import ToldOffice, page, synchroniser_of

YVES = uuid7(1, b"yves morisset")
VAN = uuid7(2, b"the mobile van")
PERSON: dict[str, object] = {
    "created_at": "2026-11-24T08:40:00Z",
    "created_by": uuid7(3, b"a colleague"),
    "birth_name": "Morisset",
    "first_name": "Yves",
    "shoe_size": 43,
    "habits": ["cycling", "fishing"],
    "nested": {"of": [1, None, {"a": "newer version"}]},
    "contact_preference": "pigeon",
}
VEHICLE: dict[str, object] = {"person": YVES, "plate": "79-ABC", "seats": 5}


def digest_of(kind: str, rid: str, data: dict[str, object]) -> int:
    """Return the digest a newer office has of a record."""
    return digests.record_digest(kind, rid, data)  # type: ignore[arg-type]  # of a newer shape


def test_an_older_laptop_proves_what_it_cannot_read(claire: Desk, told: ToldOffice) -> None:
    told.tell(page(("person", YVES, YVES, PERSON), ("vehicle", YVES, VAN, VEHICLE), cursor=9))
    synchroniser_of(claire, told).run()
    assert claire.store.proof.records_of(YVES) == {
        ("person", YVES): digest_of("person", YVES, PERSON),
        ("vehicle", VAN): digest_of("vehicle", VAN, VEHICLE),
    }


@pytest.mark.invariant(17)
def test_an_edit_by_an_older_laptop_leaves_newer_fields_in_its_digest(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(page(("person", YVES, YVES, PERSON), cursor=9))
    synchroniser_of(claire, told).run()
    known = claire.persons.sheet(PersonId(YVES)).person
    claire.persons.edit(replace(known, phone1="0549000001"))
    synchroniser_of(claire, told).run()
    assert told.requests[-1].fields in ([], ["phone1"])
    assert any(request.fields == ["phone1"] for request in told.requests)
    after = {**PERSON, "phone1": "0549000001"}
    assert claire.store.proof.records_of(YVES)["person", YVES] == digest_of("person", YVES, after)


def test_a_newer_field_that_changes_changes_the_digest(claire: Desk, told: ToldOffice) -> None:
    told.tell(
        page(("person", YVES, YVES, PERSON), cursor=9),
        page(("person", YVES, YVES, {"shoe_size": None, "habits": []}), whole=False, cursor=10),
    )
    for _ in range(2):
        synchroniser_of(claire, told).run()
    left = {name: PERSON[name] for name in PERSON.keys() - {"shoe_size", "habits"}}
    assert claire.store.proof.records_of(YVES)["person", YVES] == digest_of("person", YVES, left)
