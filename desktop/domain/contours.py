"""The outlines of the communes: borders drawn once, and which commune a point is in.

Read from a TopoJSON of arcs: a border is one arc, named by the communes on both sides, so that
neighbours share it to the last digit.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Position = tuple[float, float]
"""Longitude and latitude, in degrees (WGS 84)."""
_MIDDLE_LATITUDE = math.radians(46.5)


@dataclass(frozen=True, slots=True)
class Box:
    """The smallest rectangle around something."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside or on the edge."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Contours:
    """The communes of one Département on a plane: ``x`` to the east, ``y`` downwards."""

    def __init__(
        self,
        arcs: Sequence[tuple[Position, ...]],
        rings: Mapping[str, tuple[tuple[int, ...], ...]],
    ) -> None:
        """``arcs`` are on the plane; a ring names its arcs, ``~n`` for one walked backwards."""
        self.arcs = tuple(arcs)
        self.rings = dict(rings)
        self._outlines = {
            code: tuple(self._walked(ring) for ring in rings) for code, rings in self.rings.items()
        }
        self._boxes = {
            code: box_of(point for ring in rings for point in ring)
            for code, rings in self._outlines.items()
        }
        self.box = box_of(point for arc in self.arcs for point in arc)

    @property
    def codes(self) -> tuple[str, ...]:
        """INSEE codes of the communes drawn."""
        return tuple(self.rings)

    def outline(self, code: str) -> tuple[tuple[Position, ...], ...]:
        """Return the closed rings of a commune, on the plane."""
        return self._outlines.get(code, ())

    def sides(self) -> list[tuple[str, ...]]:
        """Return, for each arc, the one or two communes it is a border of."""
        sides: list[list[str]] = [[] for _ in self.arcs]
        for code, rings in self.rings.items():
            for ring in rings:
                for number in ring:
                    sides[number if number >= 0 else ~number].append(code)
        return [tuple(codes) for codes in sides]

    def commune_at(self, x: float, y: float) -> str | None:
        """Return the INSEE code of the commune that holds a point of the plane."""
        for code, rings in self._outlines.items():
            if self._boxes[code].holds(x, y):
                if sum(_crossings(ring, x, y) for ring in rings) % 2:
                    return code
        return None

    def _walked(self, ring: Sequence[int]) -> tuple[Position, ...]:
        points: list[Position] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            points.extend(arc if not points else arc[1:])
        return tuple(points)


def read_contours(topology: str) -> Contours:
    """Build the contours from the text of the packaged file (``desktop.config``)."""
    packaged = json.loads(topology)
    scale_x, scale_y = packaged["transform"]["scale"]
    west, south = packaged["transform"]["translate"]
    arcs = []
    for steps in packaged["arcs"]:
        across = accumulate(step[0] for step in steps)
        along = accumulate(step[1] for step in steps)
        arcs.append(
            tuple(
                on_plane(west + x * scale_x, south + y * scale_y)
                for x, y in zip(across, along, strict=True)
            )
        )
    return Contours(
        arcs,
        {
            commune["id"]: tuple(tuple(ring) for polygon in commune["arcs"] for ring in polygon)
            for commune in packaged["objects"]["communes"]["geometries"]
        },
    )


def on_plane(longitude: float, latitude: float) -> Position:
    """Return a position on a plane where distances look right over one Département."""
    return longitude * math.cos(_MIDDLE_LATITUDE), -latitude


def box_of(points: Iterable[Position]) -> Box:
    """Return the box around points; there must be one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _crossings(ring: Sequence[Position], x: float, y: float) -> int:
    """Count how often a ray to the east crosses a closed ring."""
    return sum(
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairwise(ring)
    )
