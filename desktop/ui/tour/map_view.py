"""The map on the page: a picture kept for its size and theme, the day drawn over it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.domain.agenda import Point
from desktop.services.tours import MapPlace, TourMap, TourStop
from desktop.ui.theme import current_tokens
from desktop.ui.tour.map_picture import MapPicture, Marker, markers_of
from desktop.ui.tour.words import commune_words

_MARGIN = 12
_SMALLEST = QSize(240, 300)


class MapView(QWidget):
    """Shows where the day leads. The list of the stops says the same in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlines: TourMap | None = None
        self._picture: MapPicture | None = None
        self._ground = QPixmap()
        self._ground_of: tuple[object, ...] = ()
        self._markers: list[Marker] = []
        self._road: tuple[Point, ...] = ()
        self.setMinimumSize(_SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Carte de la tournée"))

    @property
    def markers(self) -> tuple[Marker, ...]:
        return tuple(self._markers)

    def show_outlines(self, outlines: TourMap | None) -> None:
        if outlines is not self._outlines:
            self._outlines = outlines
            self._picture = MapPicture(outlines) if outlines else None
            self._ground_of = ()
            self.update()

    def show_day(self, places: Sequence[MapPlace], stops: Sequence[TourStop], said: str) -> None:
        """`said` tells a screen reader what the line shows."""
        self._markers = markers_of(places, stops)
        self._road = tuple(stop.point for stop in stops if stop.point is not None)
        self.setAccessibleDescription(said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        tokens = current_tokens()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn_ground(self._picture))
        self._picture.paint_day(painter, self._room(), tokens, self._markers, self._road)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._words_at(event), self)
            return True
        return super().event(event)

    def _drawn_ground(self, picture: MapPicture) -> QPixmap:
        tokens, density = current_tokens(), self.devicePixelRatioF()
        wanted = (self.size(), density, tokens.name)
        if wanted != self._ground_of:
            self._ground = QPixmap(self.size() * density)
            self._ground.setDevicePixelRatio(density)
            self._ground.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._ground)
            picture.paint_ground(painter, self._room(), tokens)
            painter.end()
            self._ground_of = wanted
        return self._ground

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def _words_at(self, event: QHelpEvent) -> str:
        if self._picture is None or self._outlines is None:
            return ""
        code = self._picture.commune_at(event.pos().toPointF(), self._room())
        return commune_words(self._outlines, code) if code else ""
