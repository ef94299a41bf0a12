"""Two dossiers of one person on the laptops of those who read them: one, or two, as they may be."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.dossiers import Dossiers
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol.ids import PersonId
from protocol.kinds import FollowUp
from tests.support.circle import Member, carry, introduce, member, welcome


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Member, Member, Member]]:
    """Claire, Mehdi and Sofia, who know one another's keys."""
    made = [member(tmp_path, name, seed) for seed, name in enumerate(("Claire", "Mehdi", "Sofia"))]
    introduce(made)
    yield made[0], made[1], made[2]
    for one in made:
        one.desk.store.close()


def opened(by: Member, birth_name: str, *others: Member) -> PersonId:
    """Open a dossier to them."""
    by.desk.clock.advance(minutes=1)
    person = by.desk.persons.create(NewPerson(birth_name=birth_name, first_name="Nadia")).value
    for one in others:
        welcome(by, person, one)
    return person


def are_one(who: Member, one: PersonId, other: PersonId) -> bool:
    return Dossiers(who.desk.workplace).together().are_one(one, other)


def test_joined_dossiers_are_one_on_every_laptop_and_what_is_written_there_is_read_by_all(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    two = opened(claire, "Benali", mehdi), opened(claire, "Ben Ali", sofia)
    claire.desk.same_persons.join(Choices(two[0], two[1], frozenset()))
    for one in (mehdi, sofia):
        for dossier in two:
            carry(dossier, claire, one)
        assert are_one(one, *two)
    form = replace(mehdi.desk.follow_ups.begin(two[1]), summary="Pour tous")
    mehdi.desk.follow_ups.finish(form)
    for one in (claire, sofia):
        carry(two[0], mehdi, one)
        assert {it.summary for it in one.desk.store.records.select(FollowUp)} == {"Pour tous"}


def test_somebody_welcomed_in_one_of_two_joined_dossiers_parts_them_until_they_are_joined_again(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    two = opened(claire, "Benali", mehdi), opened(claire, "Ben Ali")
    carry(two[0], claire, mehdi)
    welcome(mehdi, two[0], sofia)  # while he knows of one only
    claire.desk.same_persons.join(Choices(two[0], two[1], frozenset()))
    carry(two[0], mehdi, claire)
    assert not are_one(claire, *two)
    claire.desk.same_persons.join(Choices(two[0], two[1], frozenset()))
    assert are_one(claire, *two)
