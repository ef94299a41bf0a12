"""What is around a lieu, from the communes packaged with Coffre."""

import pytest

from desktop.app.session import read_packaged
from desktop.config.referentials import contours_text
from desktop.domain.contours import Contours, on_plane, read_contours
from desktop.domain.surroundings import PROPORTION, surroundings
from desktop.domain.territory import Territory


@pytest.fixture(scope="module")
def contours() -> Contours:
    return read_contours(contours_text())


@pytest.fixture(scope="module")
def territory() -> Territory:
    return read_packaged()


def test_the_lieu_is_in_the_middle_and_its_neighbours_around(
    contours: Contours, territory: Territory
) -> None:
    found = surroundings(contours, territory.communes, "79174")
    assert found is not None
    assert found.name == "Melle"
    middle = ((found.view.left + found.view.right) / 2, (found.view.top + found.view.bottom) / 2)
    assert found.here == pytest.approx(middle)
    width, height = found.view.right - found.view.left, found.view.bottom - found.view.top
    assert width / height == pytest.approx(PROPORTION)
    assert all(found.view.holds(*town.at) for town in found.towns)
    assert "Melle" not in {town.name for town in found.towns}
    people = {commune.name: commune.population for commune in territory.communes}
    told = [people[town.name] for town in found.towns]
    assert told == sorted(told, reverse=True)


def test_a_lieu_with_a_point_of_its_own_is_where_it_is(
    contours: Contours, territory: Territory
) -> None:
    found = surroundings(contours, territory.communes, "79174", (46.25, -0.10))
    assert found is not None
    assert found.here == on_plane(-0.10, 46.25)


def test_a_lieu_of_another_departement_has_no_map(contours: Contours, territory: Territory) -> None:
    assert surroundings(contours, territory.communes, "86194") is None
