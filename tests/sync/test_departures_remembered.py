"""Who left stays out, also where nobody wrote since: a place opened again by the office is none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.closed_texts import NOT_YET
from desktop.services.persons import NewPerson
from protocol.ids import PersonId, RecordId
from protocol.kinds import CircleMember, FollowUp, spec_of
from protocol.kinds.persons import CircleEnd
from protocol.values import Wire
from tests.support.circle import Carried, Member, carry, introduce, member, welcome

OPEN_AGAIN: dict[str, Wire] = {"ended_on": None, "end_reason": None, "overlap_until": None}


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Member, Member, Member]]:
    """Claire, Mehdi and Sofia, who know one another's keys."""
    made = [member(tmp_path, name, seed) for seed, name in enumerate(("Claire", "Mehdi", "Sofia"))]
    introduce(made)
    yield made[0], made[1], made[2]
    for one in made:
        one.desk.store.close()


def shared(claire: Member, *others: Member) -> PersonId:
    """Open a dossier to them."""
    person = claire.desk.persons.create(NewPerson(birth_name="Morisset", first_name="Yves")).value
    for one in others:
        welcome(claire, person, one)
    for one in others:
        carry(person, claire, one)
    return person


def place_of(holder: Member, who: Member) -> CircleMember:
    found = holder.desk.store.records.select(CircleMember, '"professional" = ?', (who.me,))
    return found[-1]


def told_again(holder: Member, place: CircleMember, **changes: Wire) -> Carried:
    """Return a place as the office has it told."""
    data = holder.desk.store.records.data(spec_of(CircleMember), place.id) or {}
    return "circle_member", place.person, place.id, {**data, **changes}


def writes(who: Member, person: PersonId, text: str) -> None:
    form = replace(who.desk.follow_ups.begin(person), summary=text)
    who.desk.follow_ups.finish(form)


def shows(who: Member) -> set[str | None]:
    return {one.summary for one in who.desk.store.records.select(FollowUp)}


def test_whoever_was_made_to_leave_reads_nothing_by_a_place_that_the_office_opens_again(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, _ = people
    person = shared(claire, mehdi)
    place = place_of(claire, mehdi)
    claire.desk.persons.end_membership(RecordId(place.id), CircleEnd.END_OF_PROGRAM)
    claire.given(told_again(claire, place, **OPEN_AGAIN))
    writes(claire, person, "Après son départ")
    carry(person, claire, mehdi)
    assert shows(mehdi) == {NOT_YET}
    assert claire.desk.persons.unnamed(person)[0].id == mehdi.me


def test_a_departure_that_a_colleague_told_of_is_remembered_like_ones_own(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    person = shared(claire, mehdi, sofia)
    place = place_of(sofia, mehdi)
    sofia.given(told_again(sofia, place, ended_on="2026-11-23", end_reason="moved"))
    sofia.given(told_again(sofia, place, **OPEN_AGAIN))
    writes(sofia, person, "Après son départ")
    carry(person, sofia, mehdi)
    carry(person, sofia, claire)
    assert shows(mehdi) == {NOT_YET}
    assert shows(claire) == {"Après son départ"}


def test_whoever_is_welcomed_back_by_a_member_reads_again_on_every_laptop(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    person = shared(claire, mehdi, sofia)
    place = place_of(claire, mehdi)
    claire.desk.persons.end_membership(RecordId(place.id), CircleEnd.END_OF_PROGRAM)
    carry(person, claire, sofia)
    welcome(claire, person, mehdi)
    writes(claire, person, "De retour")
    carry(person, claire, sofia)
    writes(sofia, person, "Et lue par lui")
    carry(person, sofia, mehdi)
    carry(person, claire, mehdi)
    assert shows(mehdi) == {"De retour", "Et lue par lui"}


def test_a_member_whose_place_has_not_come_yet_has_not_left(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    person = shared(claire, sofia)
    welcome(claire, person, mehdi)
    place = place_of(claire, mehdi)

    def without_his_place(carried: list[Carried]) -> list[Carried]:
        return [one for one in carried if one[2] != place.id]

    carry(person, claire, sofia, without_his_place)
    carry(person, claire, sofia)
    writes(sofia, person, "Pour nous trois")
    carry(person, sofia, mehdi)
    carry(person, claire, mehdi)
    assert shows(mehdi) == {"Pour nous trois"}


def test_what_who_left_wrote_late_under_a_key_of_his_own_is_read_and_nothing_follows_under_it(
    people: tuple[Member, Member, Member],
) -> None:
    claire, mehdi, sofia = people
    person = shared(claire, mehdi, sofia)
    mehdi.desk.persons.end_membership(RecordId(place_of(mehdi, sofia).id), CircleEnd.MOVED)
    claire.desk.persons.end_membership(RecordId(place_of(claire, mehdi).id), CircleEnd.MOVED)
    writes(mehdi, person, "Sur la route, sans Sofia")
    his_end = next(one for one in claire.holds(person) if one[3].get("professional") == mehdi.me)
    carry(person, mehdi, claire, lambda carried: [*carried, his_end])
    writes(claire, person, "Sans lui")
    carry(person, claire, mehdi)
    assert shows(claire) == {"Sur la route, sans Sofia", "Sans lui"}
    assert shows(mehdi) == {"Sur la route, sans Sofia", NOT_YET}
    welcome(claire, person, sofia)
    carry(person, claire, sofia)
    assert shows(sofia) == {"Sur la route, sans Sofia", "Sans lui"}
