"""Colleagues, places and communes, as every laptop knows them."""

from dataclasses import replace

import pytest

from desktop.services.directory import Colleague
from protocol.kinds.people import Job
from protocol.kinds.places import Network
from tests.support.laptop import CHEF_BOUTONNE, MELLE, Desk, bring, place, professional


def test_a_laptop_knows_whose_it_is(claire: Desk) -> None:
    me = claire.directory.me()
    assert (me.id, me.name, me.job) == (claire.workplace.me, "Claire Martin", Job.PSYCHOLOGIST)


def test_before_the_first_sync_one_is_nobody_in_particular(claire: Desk) -> None:
    with claire.store.database.transaction():
        claire.store.database.execute('DELETE FROM "professional"')
    assert claire.directory.me() == Colleague(claire.workplace.me, "", Job.REFERENT, active=True)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Catherine Roy", "C. Roy"), ("Anne Le Goff", "A. Le Goff"), ("Sade", "Sade"), ("", "")],
)
def test_a_colleague_is_told_shortly(name: str, short: str) -> None:
    assert Colleague("x", name, Job.NURSE, active=True).short_name == short


def test_a_colleague_who_has_left_is_still_known_by_name(claire: Desk) -> None:
    gone = professional(claire.workplace, claire.workplace.new_id(), "Hugo Lambert")
    bring(claire.workplace, replace(gone, active=False))
    assert claire.directory.colleagues()[gone.id].name == "Hugo Lambert"
    assert not claire.directory.colleagues()[gone.id].active


def test_places_in_use_are_listed_by_name_with_their_commune(claire: Desk) -> None:
    melle = place(claire.workplace, "Salle des fêtes", MELLE, Network.WEAK)
    chef = place(claire.workplace, "CSC", CHEF_BOUTONNE, Network.NONE)
    closed = replace(place(claire.workplace, "Ancien CCAS", MELLE, Network.GOOD), active=False)
    bring(claire.workplace, melle, chef, closed)
    assert [(x.name, x.commune_name, x.network) for x in claire.directory.places()] == [
        ("CSC", "Chef-Boutonne", Network.NONE),
        ("Salle des fêtes", "Melle", Network.WEAK),
    ]


def test_a_commune_elsewhere_has_no_name_here(claire: Desk) -> None:
    names = [claire.directory.commune_name(code) for code in (None, "", "75056", MELLE)]
    assert names == ["", "", "", "Melle"]
    assert claire.directory.epci_name("75056") == ""
    assert "Mellois" in claire.directory.epci_name(MELLE)


def test_a_commune_is_suggested_with_its_postal_codes(claire: Desk) -> None:
    (first, *_) = claire.directory.suggest_communes("chef bout")
    assert (first.code, first.name, first.postal_codes) == (
        CHEF_BOUTONNE,
        "Chef-Boutonne",
        ("79110",),
    )
