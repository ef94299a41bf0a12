"""Draws the vendored line icons in the colours of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from desktop.ui.assets import asset_bytes


def icon_pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon `resources/icons/NAME.svg`, `size` logical pixels wide."""
    return _drawn(name, colour, size, ratio)


def icon(name: str, colour: str, size: int, ratio: float = 1.0) -> QIcon:
    drawn = QIcon(icon_pixmap(name, colour, size, ratio))
    # Disabled buttons keep the drawing: Qt would otherwise wash it out below 3:1.
    drawn.addPixmap(icon_pixmap(name, colour, size, ratio), QIcon.Mode.Disabled)
    return drawn


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    # Imported here because the lock screen must be on the screen before QtSvg is needed.
    from PySide6.QtSvg import QSvgRenderer

    source = asset_bytes("icons", f"{name}.svg").replace(b"currentColor", colour.encode())
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
