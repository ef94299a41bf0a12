"""Somebody is erased while a laptop says that another dossier is hers too: nothing of her stays."""

import pytest

from desktop.services.same_person import Choices
from tests.properties.agreement import office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    end_place,
    followed_by_both,
    is_verified,
    laptops,
    mehdi,
    set_phone,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]


def assert_nothing_of(person: str, office: Office, *laptops: Laptop) -> None:
    """Only that she was erased is left of her."""
    left = {line.split(":")[0] for line in office.dump().splitlines() if person in line}
    assert left == {"bucket", "erasure", "erased_record", "erasure_notice", "grant_"}
    for laptop in laptops:
        assert person not in laptop.store_text()
        assert "Canari" not in laptop.store_text()
        assert not laptop.session.workplace.store.outbox.refused()
        assert is_verified(laptop)
        assert_honest(laptop)


@pytest.mark.invariant(11)
def test_a_merge_into_somebody_erased_meanwhile_is_not_taken(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """It lives in the other dossier, and keeps what stood in hers."""
    claire, mehdi = laptops
    erased, other = followed_by_both(claire, mehdi), followed_by_both(claire, mehdi)
    set_phone(claire, erased, "Canari")
    come_home(claire, mehdi)
    held = office_rows(office, other)
    mehdi.desk.same_persons.join(Choices(erased, other, frozenset({"phone1"})))
    office.erase(erased)
    come_home(mehdi, claire, mehdi, claire)
    assert_nothing_of(erased, office, *laptops)
    assert office_rows(office, other) == held


@pytest.mark.invariant(11)
def test_a_merge_that_was_refused_goes_with_her(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """The office put back does not know the dossier that it lives in, nor that she is in it."""
    claire, mehdi = laptops
    erased = followed_by_both(claire, mehdi)
    backup = office.backup()
    set_phone(claire, erased, "Canari")
    other = followed_by_both(claire, mehdi)
    come_home(claire, mehdi)
    office.restore(backup, new_epoch=True)
    mehdi.desk.same_persons.join(Choices(erased, other, frozenset({"phone1"})))
    mehdi.sync()  # Claire, who opened the other dossier, has not brought it back
    assert "same_person" in {op.kind for op in mehdi.session.workplace.store.outbox.refused()}
    office.erase(erased)
    mehdi.sync()
    assert erased not in mehdi.store_text(), "not only once Claire has brought the other back"
    come_home(claire, mehdi, claire)
    assert_nothing_of(erased, office, *laptops)


@pytest.mark.invariant(11)
def test_a_merge_that_was_refused_goes_with_her_though_the_other_dossier_has_left(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    claire, mehdi = laptops
    erased, other = followed_by_both(claire, mehdi), followed_by_both(claire, mehdi)
    end_place(claire, other, mehdi)
    claire.sync()
    mehdi.desk.same_persons.join(Choices(erased, other, frozenset()))
    mehdi.sync()
    assert "same_person" in {op.kind for op in mehdi.session.workplace.store.outbox.refused()}
    office.erase(erased)
    come_home(mehdi, claire, mehdi, claire)
    for laptop in laptops:
        assert erased not in laptop.store_text()
        assert is_verified(laptop)
        assert_honest(laptop)
