"""A laptop is stolen from a car: the office withdraws it, and it forgets everything by itself."""

from pathlib import Path

import pytest

from desktop.services.persons import NewPerson
from desktop.services.vault_access import Found
from desktop.sync.errors import Revoked
from desktop.sync.revocation import SureOfRevocation
from server.admin.__main__ import main
from tests.scenarios.test_first_morning import colleague, meet, shared_person
from tests.support.fleet import PASSPHRASE, Laptop, access
from tests.support.office import Office


def withdraw_at_the_office(office: Office, laptop: Laptop) -> None:
    """Type what the Département's IT types."""
    words = ["--department", office.department.code, "revoke", laptop.session.enrolment.device]
    assert main(words, {"COFFRE_DATABASE_URL": office.premises.url}) == 0


def sync_as_the_program(laptop: Laptop) -> None:
    """Synchronise; a withdrawal is carried out."""
    from desktop.app.session import office_of, synchroniser

    enrolment, identity = laptop.session.enrolment, laptop.session.workplace.identity
    office = office_of(enrolment, identity, laptop.clock)
    engine = synchroniser(laptop.session, office, laptop.clock, in_store=lambda work: work())
    try:
        SureOfRevocation(engine, office).run()
    finally:
        office.close()


@pytest.mark.invariant(23)
def test_a_stolen_laptop_forgets_everything_at_its_next_contact(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    meet(claire, person, "Accepte un suivi mensuel.", "CANARI-CLINIQUE")
    claire.sync()
    mehdi.sync()
    meet(claire, person, "Jamais parti.")
    withdraw_at_the_office(office, claire)

    with pytest.raises(Revoked):
        sync_as_the_program(claire)
    done = access(claire.folder).withdraw(claire.session.unlocked)

    assert done.unsent == 1
    assert list(claire.folder.iterdir()) == []
    assert access(claire.folder).look() is Found.NOTHING
    assert "Jamais parti" not in office.dump()

    mehdi.sync()
    assert [line.summary for line in mehdi.desk.follow_ups.timeline(person)] == [
        "Accepte un suivi mensuel."
    ]
    assert colleague(mehdi, "Claire Martin")
    assert (mehdi.folder / "coffre.hdr").exists()


def test_another_vault_can_be_made_on_a_laptop_that_came_back(
    office: Office, claire: Laptop
) -> None:
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    withdraw_at_the_office(office, claire)
    with pytest.raises(Revoked):
        sync_as_the_program(claire)
    access(claire.folder).withdraw(claire.session.unlocked)
    unlocked, _ = access(claire.folder).create(PASSPHRASE)
    assert not unlocked.is_enrolled
    unlocked.close()


def test_a_laptop_away_keeps_its_work_until_it_hears_the_office(
    office: Office, claire: Laptop, tmp_path: Path
) -> None:
    withdraw_at_the_office(office, claire)
    office.offline()
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    claire.reopen()
    assert claire.desk.persons.count() == 1
