"""A few kilometres around a lieu: the communes that touch there, and the towns one may know."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.contours import Box, Contours, Position, box_of, on_plane
from desktop.domain.territory import Commune

_HALF_WIDTH = 13 / 111.0
"""Degrees of latitude: thirteen kilometres on each side, about what a bus does in half an hour."""
PROPORTION = 122 / 46
"""Width over height, as the sheet has room for it."""
_MOST_TOWNS = 12


@dataclass(frozen=True, slots=True)
class Town:
    """A commune of the map, at its town hall."""

    name: str
    at: Position


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a small map shows; positions are on the plane of the contours."""

    name: str
    """The lieu's commune."""
    here: Position
    view: Box
    outlines: tuple[tuple[Position, ...], ...]
    towns: tuple[Town, ...]
    """The other communes in view, those with the most people first."""


def surroundings(
    contours: Contours,
    communes: Iterable[Commune],
    code: str,
    point: tuple[float, float] | None = None,
) -> Surroundings | None:
    """Return what is around a commune, or around a point of it (latitude, longitude)."""
    known: dict[str, Commune] = {commune.code: commune for commune in communes}
    home = known.get(code)
    if home is None:
        return None
    latitude, longitude = point or (home.latitude, home.longitude)
    here = on_plane(longitude, latitude)
    view = Box(
        here[0] - _HALF_WIDTH,
        here[1] - _HALF_WIDTH / PROPORTION,
        here[0] + _HALF_WIDTH,
        here[1] + _HALF_WIDTH / PROPORTION,
    )
    outlines = [
        ring for other in contours.codes for ring in contours.outline(other) if _meet(ring, view)
    ]
    others = sorted(known.values(), key=lambda commune: -commune.population)
    towns = [
        Town(commune.name, on_plane(commune.longitude, commune.latitude))
        for commune in others
        if commune.code != code
    ]
    inside = [town for town in towns if view.holds(*town.at)][:_MOST_TOWNS]
    return Surroundings(home.name, here, view, tuple(outlines), tuple(inside))


def _meet(ring: tuple[Position, ...], view: Box) -> bool:
    box = box_of(ring)
    return not (
        box.right < view.left
        or box.left > view.right
        or box.bottom < view.top
        or box.top > view.bottom
    )
