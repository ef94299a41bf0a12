"""Borders are simplified once for both neighbours, whatever the order communes come in."""

from typing import Any

import pytest

from tools.contours import build_topology, deltas, lightened, on_grid, read_outlines, simplified

WAVE = ((0.01, 0.0), (0.0101, 0.004), (0.0099, 0.008), (0.012, 0.012), (0.01, 0.02))
"""A border from south to north, with small bends and a large one."""
WEST = ((0.0, 0.0), *WAVE, (0.0, 0.02), (0.0, 0.0))
EAST = ((0.02, 0.0), (0.02, 0.02), *reversed(WAVE), (0.02, 0.0))


def test_a_border_is_one_arc_walked_one_way_and_the_other() -> None:
    topology = build_topology({"west": [WEST], "east": [EAST]})

    shared = {abs_arc(n) for ring in topology.rings["west"] for n in ring} & {
        abs_arc(n) for ring in topology.rings["east"] for n in ring
    }
    assert len(shared) == 1
    assert len(topology.arcs) == 3
    assert topology.arcs[shared.pop()] in (WAVE, WAVE[::-1])


def test_small_bends_go_and_large_ones_and_ends_stay() -> None:
    assert simplified(WAVE, 30_000) == (WAVE[0], WAVE[2], WAVE[3], WAVE[4])
    assert simplified(WAVE, 0) == WAVE
    assert simplified(WAVE, 1e12) == (WAVE[0], WAVE[-1])


def test_a_closed_arc_stays_a_surface() -> None:
    square = ((0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.0, 0.0))
    assert len(simplified(square, 1e12)) == 4


def test_an_enclave_is_cut_at_the_same_point_from_both_sides() -> None:
    hole = ((0.004, 0.004), (0.006, 0.004), (0.006, 0.006), (0.004, 0.004))
    other_way = (hole[1], hole[0], hole[2], hole[1])
    outside = ((0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.0, 0.0))

    topology = build_topology({"around": [outside, other_way], "inside": [hole]})

    assert len(topology.arcs) == 2
    assert [abs_arc(n) for n in topology.rings["inside"][0]] == [1]


def test_a_commune_that_would_vanish_is_refused() -> None:
    speck = ((0.0, 0.0), (0.00001, 0.0), (0.00001, 0.00001), (0.0, 0.0))
    with pytest.raises(ValueError, match="79001"):
        lightened({"79001": [speck]})


def test_the_grid_does_not_stand_still_and_steps_lead_back() -> None:
    cells = on_grid(((0.00101, 0.002), (0.00102, 0.00204), (0.003, 0.002)))
    assert cells == ((10, 20), (30, 20))
    assert deltas(cells, (10, 10)) == [[0, 10], [20, 0]]


def test_polygons_and_multipolygons_are_both_read() -> None:
    ring = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]
    features: list[dict[str, Any]] = [
        _feature("one", "Polygon", [ring]),
        _feature("two", "MultiPolygon", [[ring], [ring]]),
    ]
    outlines = read_outlines({"features": features})
    assert [len(rings) for rings in outlines.values()] == [1, 2]
    assert outlines["one"][0][0] == outlines["one"][0][-1] == (0.0, 0.0)


def abs_arc(number: int) -> int:
    return number if number >= 0 else ~number


def _feature(code: str, kind: str, coordinates: list[Any]) -> dict[str, Any]:
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape}
