"""Lives that once ended badly, each in its shortest form."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.persons import NewPerson
from desktop.sync.errors import SyncError
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds import CircleMember, Conflict
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleRole, Discretion
from tests.properties.agreement import differences, laptop_leftovers, laptop_rows, office_rows
from tests.properties.slow_office import synchronise
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises
from tests.support.two_laptops import claire, is_verified

__all__ = ["claire", "office", "premises"]


@pytest.fixture
def sofia(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Sofia, the nurse."""
    laptop = enrolled(office, tmp_path / "sofia", "Sofia Neveu", Job.NURSE)
    yield laptop
    laptop.close()


@pytest.fixture
def yves(claire: Laptop, sofia: Laptop) -> PersonId:
    """Somebody whom both follow."""
    claire.sync()
    made = claire.desk.persons.create(NewPerson(birth_name="Morisset", first_name="Yves")).value
    welcome(claire, sofia, made)
    claire.sync()
    sofia.sync()
    return made


def welcome(laptop: Laptop, colleague: Laptop, person: PersonId) -> None:
    """Open a dossier to a colleague."""
    who = ProfessionalId(colleague.session.workplace.me)
    laptop.desk.persons.welcome(person, who, CircleRole.CONTRIBUTOR)


def part(laptop: Laptop, colleague: Laptop, person: PersonId) -> None:
    """Close a dossier to a colleague."""
    (place,) = laptop.session.workplace.store.records.select(
        CircleMember,
        '"person" = ? AND "professional" = ? AND "ended_on" IS NULL',
        (person, colleague.session.workplace.me),
    )
    laptop.desk.persons.end_membership(RecordId(place.id), CircleEnd.END_OF_PROGRAM)


def edit(laptop: Laptop, person: PersonId, **values: object) -> None:
    """Change some lines of a person's sheet."""
    sheet = laptop.desk.persons.sheet(person).person
    laptop.desk.persons.edit(replace(sheet, **values))  # type: ignore[arg-type]  # by name


def agree(office: Office, person: PersonId, *laptops: Laptop) -> None:
    """Check that laptops show what the office holds."""
    for laptop in laptops:
        assert differences(laptop_rows(laptop, person), office_rows(office, person)) == []


def test_an_edit_of_a_dossier_that_had_closed_is_told_to_its_circle_and_leaves_nothing_behind(
    claire: Laptop, sofia: Laptop, yves: PersonId
) -> None:
    edit(sofia, yves, phone1="0549000001")
    part(claire, sofia, yves)
    claire.sync()
    sofia.sync()
    assert laptop_leftovers(sofia, yves) == []
    assert sofia.desk.sync_reports.read().refused == ()
    claire.sync()
    (conflict,) = claire.session.workplace.store.records.select(Conflict)
    assert (conflict.field, conflict.lost_by) == ("phone1", sofia.session.workplace.me)
    assert "0549000001" in conflict.lost


def test_a_dossier_that_opens_again_shows_what_the_office_holds_not_what_it_refused(
    office: Office, claire: Laptop, sofia: Laptop, yves: PersonId
) -> None:
    edit(sofia, yves, phone1="0549000001", request="Refusé.")
    part(claire, sofia, yves)
    claire.sync()
    sofia.sync()
    welcome(claire, sofia, yves)
    edit(claire, yves, phone1="0549000002")
    claire.sync()
    sofia.sync()
    agree(office, yves, claire, sofia)
    edit(sofia, yves, phone1="0549000003")
    sofia.sync()
    claire.sync()
    agree(office, yves, claire, sofia)
    assert claire.desk.persons.sheet(yves).person.phone1 == "0549000003"


def test_a_value_that_wins_stays_shown_beside_a_text_that_was_crossed(
    office: Office, claire: Laptop, sofia: Laptop, yves: PersonId
) -> None:
    edit(claire, yves, discretion=Discretion.DISCREET, request="Dort mal.")
    edit(sofia, yves, discretion=Discretion.DANGER, request="Vient en car.")
    for laptop in (claire, sofia, claire, sofia):
        laptop.sync()
    agree(office, yves, claire, sofia)
    assert sofia.desk.persons.sheet(yves).person.discretion is Discretion.DANGER


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_line_typed_during_a_synchronisation_agrees_with_the_one_that_was_arriving(
    office: Office, claire: Laptop, sofia: Laptop, yves: PersonId, minutes: int
) -> None:
    edit(claire, yves, phone1="0549000001", phone2="0549000011")
    claire.sync()
    sofia.clock.advance(minutes=minutes)
    synchronise(sofia, meanwhile=lambda: edit(sofia, yves, phone1="0549000002"))
    for laptop in (sofia, claire, sofia, claire):
        laptop.sync()
    agree(office, yves, claire, sofia)


def test_a_word_added_to_a_text_that_is_still_on_its_way_is_not_undone_by_it(
    office: Office, claire: Laptop, sofia: Laptop, yves: PersonId
) -> None:
    edit(sofia, yves, request="Dort mal.")
    office.offline()
    with pytest.raises(SyncError):
        sofia.sync()
    office.online()
    edit(sofia, yves, request="Dort mal. Vient en car.")
    edit(claire, yves, request="Cherche un logement.")
    for laptop in (claire, sofia, claire, sofia):
        laptop.sync()
    agree(office, yves, claire, sofia)
    request = claire.desk.persons.sheet(yves).person.request or ""
    lost = [conflict.lost for conflict in claire.session.workplace.store.records.select(Conflict)]
    for words in ("Cherche un logement.", "Dort mal.", "Vient en car."):
        assert words in f"{request} {lost}"


def test_after_a_text_that_could_not_be_joined_a_laptop_still_holds_what_the_office_holds(
    claire: Laptop, sofia: Laptop, yves: PersonId
) -> None:
    edit(claire, yves, request="Dort mal depuis un mois.")
    claire.sync()
    sofia.sync()
    edit(claire, yves, request="Dort bien.")
    edit(sofia, yves, request="Ne dort plus.")
    for laptop in (claire, sofia, claire):
        laptop.sync()
    edit(claire, yves, request="Dort bien depuis lundi.")
    for laptop in (claire, sofia):
        laptop.sync()
        assert is_verified(laptop)
