"""Somebody deletes a record at a restored office, who never read what it has forgotten."""

import pytest

from protocol.ids import PersonId
from protocol.kinds import PersonIdentifier
from protocol.kinds.persons import IdentifierScheme
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    followed_by_both,
    laptops,
    mehdi,
)
from tests.sync.test_last_holder import conflicts, told

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]


def write_number(laptop: Laptop, person: PersonId, number: str) -> None:
    """Write, correct, or strike out a number of hers."""
    laptop.desk.persons.set_identifier(person, IdentifierScheme.CAF, number)


def numbers(laptop: Laptop) -> list[str]:
    """Return the numbers that a laptop shows."""
    return [it.value for it in laptop.session.workplace.store.records.select(PersonIdentifier)]


@pytest.mark.invariant(1, 20)
@pytest.mark.parametrize("read", ["as it goes", "before", "by who deletes"])
def test_what_a_restored_office_forgot_of_a_record_is_told_though_it_was_deleted_there(
    office: Office, laptops: tuple[Laptop, Laptop], read: str
) -> None:
    """The last laptop that knew it dropped it."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    write_number(claire, person, "1111111")
    come_home(claire, mehdi)
    backup = office.backup()
    write_number(claire, person, "2222222")
    come_home(claire)
    # Somebody else had sent it, who will not come back.
    claire.session.workplace.store.archive.forget_bucket(person)
    office.restore(backup, new_epoch=True)
    if read != "as it goes":
        come_home(claire)
        assert numbers(claire) == ["1111111"]
    write_number(claire if read == "by who deletes" else mehdi, person, "")
    come_home(mehdi, claire, mehdi)
    assert [told(one) for one in conflicts(office, person)] == [
        ("person_identifier", "value", "2222222")
    ]
    for laptop in laptops:
        assert numbers(laptop) == []
        assert len(laptop.desk.conflicts.to_review()) == 1
        assert laptop.session.workplace.store.set_aside.count() == 0
        assert_honest(laptop)


def test_a_deletion_by_somebody_who_had_read_it_all_makes_nothing(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    write_number(claire, person, "1111111")
    come_home(claire, mehdi)
    office.restore(office.backup(), new_epoch=True)
    write_number(mehdi, person, "")
    come_home(mehdi, claire, mehdi)
    for laptop in laptops:
        assert numbers(laptop) == []
        assert laptop.session.workplace.store.outbox.is_empty()
        assert_honest(laptop)
    assert conflicts(office, person) == []
