"""Build ``resources/referentials/contours79.json``: the outlines of the communes, made light.

    python -m tools.contours CONTOURS.geojson --out resources/referentials/contours79.json

The input is a GeoJSON of the communes (``code`` in the properties of each feature) whose
neighbours share their points, as those of IGN's ADMIN EXPRESS do. Borders are simplified, never
communes: each stretch between two junctions is found once, simplified once (Visvalingam), put on a
grid once, and named by the communes on both sides. Neighbours cannot come apart.

What is written is TopoJSON: delta-encoded arcs on a grid, rings made of numbers of arcs (``~n`` for
an arc walked backwards).
"""

import argparse
import heapq
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any  # GeoJSON and TopoJSON have no declared shape here

GRID_DEGREES = 1e-4
"""Step of the grid: eight to eleven metres here."""
SMALLEST_BEND_M2 = 12_000
"""A point is dropped when the triangle it makes with its neighbours is smaller."""
METRES_PER_DEGREE = 111_195
MIDDLE_LATITUDE = math.radians(46.5)

Point = tuple[float, float]
Cell = tuple[int, int]
Ring = tuple[Point, ...]
"""Closed: the last point is the first."""
Arc = tuple[Point, ...]


@dataclass
class Topology:
    """Arcs between junctions, and the rings of each commune as numbers of arcs."""

    arcs: list[Arc] = field(default_factory=list)
    rings: dict[str, list[list[int]]] = field(default_factory=dict)


def main() -> None:
    """Read the file named on the command line and write the light one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("geojson", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    outlines = read_outlines(json.loads(options.geojson.read_text("utf-8")))
    text = as_text(lightened(outlines))
    options.out.write_text(text, "utf-8")
    print(f"{len(outlines)} communes, {len(text.encode())} bytes")


def read_outlines(geojson: Mapping[str, Any]) -> dict[str, list[Ring]]:
    """Return the rings of each commune, by INSEE code."""
    outlines: dict[str, list[Ring]] = {}
    for feature in geojson["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"]
        if shape["type"] == "Polygon":
            polygons = [polygons]
        outlines[str(feature["properties"]["code"])] = [
            tuple((float(x), float(y)) for x, y in ring) for polygon in polygons for ring in polygon
        ]
    return outlines


def lightened(
    outlines: Mapping[str, Sequence[Ring]], smallest_bend_m2: float = SMALLEST_BEND_M2
) -> dict[str, Any]:
    """Return a TopoJSON topology; raise ``ValueError`` when a ring would vanish."""
    topology = build_topology(outlines)
    arcs = [on_grid(simplified(arc, smallest_bend_m2)) for arc in topology.arcs]
    for code, rings in topology.rings.items():
        for ring in rings:
            if abs(area(walk(ring, arcs))) == 0:
                raise ValueError(f"a ring of {code} would vanish")
    west = min(x for arc in arcs for x, _ in arc)
    south = min(y for arc in arcs for _, y in arc)
    return {
        "type": "Topology",
        "transform": {
            "scale": [GRID_DEGREES, GRID_DEGREES],
            "translate": [round(west * GRID_DEGREES, 4), round(south * GRID_DEGREES, 4)],
        },
        "objects": {
            "communes": {
                "type": "GeometryCollection",
                "geometries": [
                    {
                        "type": "MultiPolygon",
                        "id": code,
                        "arcs": [[ring] for ring in rings],
                        "properties": {"km2": square_km(outlines[code])},
                    }
                    for code, rings in sorted(topology.rings.items())
                ],
            }
        },
        "arcs": [deltas(arc, (west, south)) for arc in arcs],
    }


def build_topology(outlines: Mapping[str, Sequence[Ring]]) -> Topology:
    """Cut the rings at the points where three borders meet; each stretch is kept once."""
    junctions = find_junctions(ring for rings in outlines.values() for ring in rings)
    topology = Topology()
    known: dict[Arc, int] = {}
    for code, rings in outlines.items():
        topology.rings[code] = []
        for ring in rings:
            parts = []
            for arc in cut(ring, junctions):
                if arc in known:
                    parts.append(known[arc])
                elif arc[::-1] in known:
                    parts.append(~known[arc[::-1]])
                else:
                    known[arc] = len(topology.arcs)
                    parts.append(known[arc])
                    topology.arcs.append(arc)
            topology.rings[code].append(parts)
    return topology


def find_junctions(rings: Iterator[Ring]) -> set[Point]:
    """Return the points from which more than two borders leave."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return {point for point, around in neighbours.items() if len(around) != 2}


def cut(ring: Ring, junctions: set[Point]) -> list[Arc]:
    """Return the arcs of a ring, in order; one closed arc when it meets no junction."""
    points = ring[:-1]
    starts = [at for at, point in enumerate(points) if point in junctions]
    # An enclave has no junction: both its sides begin it at the same point.
    first = starts[0] if starts else points.index(min(points))
    turned = (*points[first:], *points[:first], points[first])
    arcs: list[Arc] = []
    current = [turned[0]]
    for point in turned[1:]:
        current.append(point)
        if point in junctions:
            arcs.append(tuple(current))
            current = [point]
    return arcs if len(current) == 1 else [*arcs, tuple(current)]


def simplified(arc: Arc, smallest_bend_m2: float) -> Arc:
    """Drop the flattest bends first, never the ends (Visvalingam and Whyatt, 1993)."""
    after, before = list(range(1, len(arc) + 1)), list(range(-1, len(arc) - 1))
    left = len(arc)
    fewest = 4 if arc[0] == arc[-1] else 2
    bends = [(bend_m2(*arc[at - 1 : at + 2]), at) for at in range(1, len(arc) - 1)]
    heapq.heapify(bends)
    sizes = {at: size for size, at in bends}
    while bends and left > fewest:
        size, at = heapq.heappop(bends)
        if sizes.get(at) != size:
            continue  # its neighbours changed meanwhile
        if size >= smallest_bend_m2:
            break
        del sizes[at]
        left -= 1
        previous, following = before[at], after[at]
        after[previous], before[following] = following, previous
        for near in (previous, following):
            if near in sizes:
                # Never smaller than what was just dropped: the order of the bends is kept.
                now = max(size, bend_m2(arc[before[near]], arc[near], arc[after[near]]))
                sizes[near] = now
                heapq.heappush(bends, (now, near))
    return tuple(arc[at] for at in (0, *sorted(sizes), len(arc) - 1))


def on_grid(arc: Arc) -> tuple[Cell, ...]:
    """Return the cells of an arc, without standing still."""
    cells = [(round(x / GRID_DEGREES), round(y / GRID_DEGREES)) for x, y in arc]
    return (cells[0], *(here for there, here in pairwise(cells) if here != there))


def walk(ring: Sequence[int], arcs: Sequence[tuple[Cell, ...]]) -> list[Cell]:
    """Return the cells of a ring, closed."""
    cells: list[Cell] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        cells.extend(arc if not cells else arc[1:])
    return cells


def deltas(arc: Sequence[Cell], origin: Cell) -> list[list[int]]:
    """Return an arc as TopoJSON writes it: a first cell, then steps."""
    path = [origin, *arc]
    return [[x - before_x, y - before_y] for (before_x, before_y), (x, y) in pairwise(path)]


def area(ring: Sequence[tuple[float, float]]) -> float:
    """Return the signed area of a closed ring, in its own unit (shoelace)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def square_km(rings: Sequence[Ring]) -> float:
    """Return the area of a commune, to be compared with what is left of it."""
    total = sum(abs(area([metres(point) for point in ring])) for ring in rings)
    return round(total / 1e6, 3)


def bend_m2(one: Point, middle: Point, other: Point) -> float:
    """Return the area of the triangle that vanishes with its middle point."""
    return abs(area([metres(one), metres(middle), metres(other), metres(one)]))


def metres(point: Point) -> Point:
    """Return a point on a plane that is true enough over one Département."""
    longitude, latitude = point
    east = longitude * METRES_PER_DEGREE * math.cos(MIDDLE_LATITUDE)
    return east, latitude * METRES_PER_DEGREE


def as_text(topology: Mapping[str, Any]) -> str:
    """Write one commune and one arc a line, so that a yearly update reads as a difference."""
    communes = topology["objects"]["communes"]["geometries"]
    head = {"type": topology["type"], "transform": topology["transform"]}
    lines = ",\n".join(_compact(commune) for commune in communes)
    arcs = ",\n".join(_compact(arc) for arc in topology["arcs"])
    return (
        f'{_compact(head)[:-1]},"objects":{{"communes":{{"type":"GeometryCollection",'
        f'"geometries":[\n{lines}\n]}}}},"arcs":[\n{arcs}\n]}}\n'
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
