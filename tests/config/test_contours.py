"""The packaged outlines: neighbours share their borders to the last digit, nobody is missing."""

import json
import math
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from desktop.config.referentials import contours_text, deux_sevres_text, territories_text
from desktop.domain.contours import Contours, Position, on_plane, read_contours
from desktop.domain.territory import read_territory

Edge = frozenset[Position]
KM_PER_DEGREE = 111.195


@pytest.fixture(scope="module")
def contours() -> Contours:
    return read_contours(contours_text())


def edges(contours: Contours, code: str) -> Counter[Edge]:
    """The sides of one commune's polygon, whichever way they are walked."""
    return Counter(frozenset(side) for ring in contours.outline(code) for side in pairwise(ring))


def area_km2(ring: tuple[Position, ...]) -> float:
    cross = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
    return abs(cross) / 2 * KM_PER_DEGREE**2


def test_the_252_communes_are_drawn_and_no_other(contours: Contours) -> None:
    communes = read_territory(deux_sevres_text(), territories_text()).communes
    assert set(contours.codes) == {commune.code for commune in communes}
    assert len(contours.codes) == 252


def test_every_commune_holds_its_own_town_hall(contours: Contours) -> None:
    for commune in read_territory(deux_sevres_text(), territories_text()).communes:
        spot = on_plane(commune.longitude, commune.latitude)
        assert contours.commune_at(*spot) == commune.code


def test_a_stretch_of_border_belongs_to_two_neighbours_or_to_the_edge_of_the_departement(
    contours: Contours,
) -> None:
    held: dict[Edge, list[str]] = defaultdict(list)
    for code in contours.codes:
        for edge, times in edges(contours, code).items():
            assert times == 1, f"{code} walks the same side twice"
            held[edge].append(code)
    assert {len(codes) for codes in held.values()} == {1, 2}

    # What has one side only must close into the outline of the Département: a gap or an overlap
    # between neighbours would leave loops of its own.
    around: dict[Position, list[Position]] = defaultdict(list)
    for edge, codes in held.items():
        if len(codes) == 1:
            one, other = edge
            around[one].append(other)
            around[other].append(one)
    assert all(len(near) % 2 == 0 for near in around.values())
    reached, waiting = set[Position](), [next(iter(around))]
    while waiting:
        point = waiting.pop()
        if point not in reached:
            reached.add(point)
            waiting += around[point]
    assert reached == set(around)


def test_areas_are_kept_within_one_per_cent(contours: Contours) -> None:
    packaged = json.loads(contours_text())["objects"]["communes"]["geometries"]
    told = {commune["id"]: commune["properties"]["km2"] for commune in packaged}
    for code in contours.codes:
        drawn = sum(area_km2(ring) for ring in contours.outline(code))
        assert drawn == pytest.approx(told[code], rel=0.01), code
    assert math.fsum(told.values()) == pytest.approx(5_999, rel=0.005)  # as published by INSEE


def test_the_file_is_light() -> None:
    assert len(contours_text().encode()) < 150_000
