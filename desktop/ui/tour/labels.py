"""Where the names of a map go, so that none lies over another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF

_GAP = 3.0


@dataclass(frozen=True)
class Label:
    """A name in its place."""

    text: str
    box: QRectF
    stands_out: bool


def arranged(
    wanted: Sequence[tuple[str, QPointF, QSizeF, bool]],
    room: QRectF,
    line: Sequence[QPointF],
    *,
    dot: float,
) -> list[Label]:
    """Place names beside their dots, in the order given; one without room is left out.

    Of the places that are free, the one that the line crosses least is taken.
    """
    dots = [_around(centre, dot) for _, centre, _, _ in wanted]
    placed: list[Label] = []
    for at, (text, centre, size, stands_out) in enumerate(wanted):
        others = [*(label.box for label in placed), *dots[:at], *dots[at + 1 :]]
        free = [
            box
            for box in _candidates(centre, size, dot)
            if room.contains(box) and not any(box.intersects(other) for other in others)
        ]
        if free:
            box = min(free, key=lambda box: _crossings(box, line))
            placed.append(Label(text, box, stands_out))
    return placed


def _candidates(centre: QPointF, size: QSizeF, dot: float) -> list[QRectF]:
    """Right first, as people read; then left, below, above, and the corners."""
    right = centre.x() + dot + _GAP
    left = centre.x() - dot - _GAP - size.width()
    middle_x, middle_y = centre.x() - size.width() / 2, centre.y() - size.height() / 2
    below, above = centre.y() + dot, centre.y() - dot - size.height()
    corners = (
        *((right, middle_y), (left, middle_y), (middle_x, below), (middle_x, above)),
        *((right, below - dot), (right, above + dot), (left, below - dot), (left, above + dot)),
    )
    return [QRectF(QPointF(x, y), size) for x, y in corners]


def _around(centre: QPointF, radius: float) -> QRectF:
    return QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)


def _crossings(box: QRectF, line: Sequence[QPointF]) -> int:
    sides = (
        QLineF(box.topLeft(), box.bottomRight()),
        QLineF(box.bottomLeft(), box.topRight()),
    )
    return sum(
        side.intersects(QLineF(one, other))[0] is QLineF.IntersectionType.BoundedIntersection
        for one, other in pairwise(line)
        for side in sides
    )
