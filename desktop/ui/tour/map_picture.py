"""The map as drawn: communes tinted by EPCI, each border once, lieux, and the day's line.

The outlines become paths once; a widget keeps their picture for its size, so that what moves (the
lieux, the line) is drawn over an image.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from desktop.domain.agenda import Point
from desktop.domain.contours import on_plane
from desktop.services.tours import MapPlace, TourMap, TourStop
from desktop.ui.theme import Tokens
from desktop.ui.tour.labels import Label, arranged

_DOT = 5.0
_TEXT_PX = 12


@dataclass(frozen=True)
class Marker:
    """A dot with its name; of the day, it is larger and its name stands out."""

    name: str
    point: Point
    is_of_the_day: bool


class MapPicture:
    """Draws the Département into any rectangle."""

    def __init__(self, outlines: TourMap) -> None:
        self._outlines = outlines
        contours = outlines.contours
        self._box = contours.box
        self._tinted = self._grounds()
        self._borders = QPainterPath()
        self._frontiers = QPainterPath()
        for arc, sides in zip(contours.arcs, contours.sides(), strict=True):
            inside = len(sides) == 2 and len({outlines.epci.get(code) for code in sides}) == 1
            path = self._borders if inside else self._frontiers
            path.addPolygon(_polygon(arc))

    def transform(self, room: QRectF) -> QTransform:
        """From the plane to a rectangle, centred, in its own proportions."""
        width, height = self._box.right - self._box.left, self._box.bottom - self._box.top
        scale = min(room.width() / width, room.height() / height)
        fitted = QSizeF(width, height) * scale
        left = room.left() + (room.width() - fitted.width()) / 2
        top = room.top() + (room.height() - fitted.height()) / 2
        transform = QTransform.fromTranslate(left, top)
        transform.scale(scale, scale)
        return transform.translate(-self._box.left, -self._box.top)

    def paint_ground(self, painter: QPainter, room: QRectF, tokens: Tokens) -> None:
        """The communes and their borders."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self.transform(room), combine=True)
        painter.setPen(Qt.PenStyle.NoPen)
        for path, tint in zip(self._tinted, tokens.map_tints, strict=False):
            painter.setBrush(QColor(tint))
            painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path, colour, width in (
            (self._borders, tokens.line, 1.0),
            (self._frontiers, tokens.edge, 1.0),
        ):
            pen = QPen(QColor(colour), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(path)
        painter.restore()

    def paint_day(
        self,
        painter: QPainter,
        room: QRectF,
        tokens: Tokens,
        markers: Sequence[Marker],
        road: Sequence[Point],
    ) -> None:
        """The lieux, their names, and the dashed line of the day."""
        place = self.transform(room)
        line = [_at(point, place) for point in road]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(tokens.pending), 2.5, Qt.PenStyle.DashLine)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(line))
        dots = [_at(marker.point, place) for marker in markers]
        for marker, dot in zip(markers, dots, strict=True):
            painter.setPen(QPen(QColor(tokens.surface), 2))
            painter.setBrush(QColor(tokens.primary))
            radius = _DOT + 1 if marker.is_of_the_day else _DOT
            painter.drawEllipse(dot, radius, radius)
        for label in self.labels(room, tokens, markers, road):
            _write(painter, label, tokens)
        painter.restore()

    def labels(
        self, room: QRectF, tokens: Tokens, markers: Sequence[Marker], road: Sequence[Point]
    ) -> list[Label]:
        """Where names go: none over another, nor over a dot; those of the day first."""
        place = self.transform(room)
        wanted = []
        for marker in sorted(markers, key=lambda marker: not marker.is_of_the_day):
            size = QFontMetricsF(_font(tokens, bold=marker.is_of_the_day))
            box = QSizeF(size.horizontalAdvance(marker.name) + 1, size.height())
            wanted.append((marker.name, _at(marker.point, place), box, marker.is_of_the_day))
        line = [_at(point, place) for point in road]
        return arranged(wanted, room, line, dot=_DOT + 2)

    def commune_at(self, spot: QPointF, room: QRectF) -> str | None:
        """INSEE code of the commune under a point of the rectangle."""
        back, _ = self.transform(room).inverted()
        there = back.map(spot)
        return self._outlines.contours.commune_at(there.x(), there.y())

    def _grounds(self) -> list[QPainterPath]:
        """One path for each EPCI, in the order of their codes."""
        grounds = {code: QPainterPath() for code in sorted(self._outlines.epci_names)}
        for path in grounds.values():
            path.setFillRule(Qt.FillRule.WindingFill)
        for commune in self._outlines.contours.codes:
            ground = grounds.get(self._outlines.epci.get(commune, ""))
            if ground is not None:
                for ring in self._outlines.contours.outline(commune):
                    ground.addPolygon(_polygon(ring))
        return list(grounds.values())


def markers_of(places: Sequence[MapPlace], stops: Sequence[TourStop]) -> list[Marker]:
    """One marker a point: lieux at the same place share it, under the name of the commune."""
    there: dict[Point, list[tuple[str, str]]] = {}
    for place in places:
        there.setdefault(place.point, []).append((place.name, place.commune_name))
    day = {stop.point: stop for stop in stops if stop.point is not None}
    for point, stop in day.items():  # the office, or a lieu that is no longer used
        there.setdefault(point, [(stop.name, stop.commune_name)])
    return [
        Marker(held[0][0] if len(held) == 1 else held[0][1], point, point in day)
        for point, held in there.items()
    ]


def _at(point: Point, transform: QTransform) -> QPointF:
    return transform.map(QPointF(*on_plane(point.longitude, point.latitude)))


def _polygon(points: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _write(painter: QPainter, label: Label, tokens: Tokens) -> None:
    painter.setFont(_font(tokens, bold=label.stands_out))
    painter.setPen(QColor(tokens.ink))
    painter.drawText(
        label.box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label.text
    )


def _font(tokens: Tokens, *, bold: bool) -> QFont:
    font = QFont("Inter")
    font.setPixelSize(tokens.text_px(_TEXT_PX))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
