"""The small map of the sheet: grey outlines, a dot, and names one may know, in large letters."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPolygonF,
    QTransform,
)

from desktop.domain.contours import Position
from desktop.domain.surroundings import PROPORTION, Surroundings
from desktop.ui.theme.theme import FONT_FAMILY

_DPI = 200
_WIDTH_MM = 122.0
_MM_PER_INCH = 25.4
_LETTERS_PT = 14
_POINTS_PER_INCH = 72
_DOT_PX, _SMALL_DOT_PX, _APART_PX = 14, 6, 16
_GROUND, _BORDER, _INK, _OTHERS = "#F4F4F2", "#B8B8B4", "#000000", "#444444"


def map_image(around: Surroundings) -> QImage:
    """Return the map, for black ink as well as for a screen."""
    width = round(_WIDTH_MM / _MM_PER_INCH * _DPI)
    image = QImage(QSize(width, round(width / PROPORTION)), QImage.Format.Format_RGB32)
    image.fill(QColor(_GROUND))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = _transform(around, image)
    painter.setPen(QPen(QColor(_BORDER), 2))
    for ring in around.outlines:
        painter.drawPolygon(QPolygonF([_at(point, place) for point in ring]))
    _write_names(painter, around, place, QRectF(image.rect()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(_BORDER), 3))
    painter.drawRect(image.rect().adjusted(1, 1, -2, -2))
    painter.end()
    return image


def _write_names(painter: QPainter, around: Surroundings, place: QTransform, room: QRectF) -> None:
    """The lieu first; another name only where it covers nothing."""
    taken: list[QRectF] = []
    names = [(around.name, around.here, True)]
    names += [(town.name, town.at, False) for town in around.towns]
    for name, at, is_here in names:
        dot, font = _at(at, place), _font(bold=is_here)
        size = QFontMetricsF(font)
        radius = _DOT_PX if is_here else _SMALL_DOT_PX
        box = QRectF(0, 0, size.horizontalAdvance(name) + 4, size.height())
        box.moveCenter(QPointF(dot.x(), dot.y() - radius - box.height() / 2))
        spot = QRectF(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius)
        if not is_here and not _is_free(box.united(spot), taken, room):
            continue
        taken += [box, spot]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_INK if is_here else _OTHERS))
        painter.drawEllipse(spot)
        painter.setPen(QColor(_INK if is_here else _OTHERS))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), name)


def _is_free(box: QRectF, taken: list[QRectF], room: QRectF) -> bool:
    inside = room.adjusted(6, 6, -6, -6)
    return inside.contains(box) and not any(
        box.adjusted(-_APART_PX, 0, _APART_PX, 0).intersects(other) for other in taken
    )


def _transform(around: Surroundings, image: QImage) -> QTransform:
    scale = image.width() / (around.view.right - around.view.left)
    return QTransform.fromScale(scale, scale).translate(-around.view.left, -around.view.top)


def _at(point: Position, place: QTransform) -> QPointF:
    return place.map(QPointF(*point))


def _font(*, bold: bool) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(round(_LETTERS_PT / _POINTS_PER_INCH * _DPI))
    font.setBold(bold)
    return font
