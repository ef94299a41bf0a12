"""A page of a document on screen, as large as asked; the keyboard turns the pages."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.ui.documents.state import WHOLE_WIDTH
from desktop.ui.theme import current_tokens

_LEAST_PX = 320
_TURNS: Mapping[int, int] = MappingProxyType(
    {int(Qt.Key.Key_PageDown): 1, int(Qt.Key.Key_PageUp): -1}
)
_ZOOMS: Mapping[int, int] = MappingProxyType(
    {int(Qt.Key.Key_Plus): 1, int(Qt.Key.Key_Minus): -1, int(Qt.Key.Key_0): 0}
)


class PagePreview(QScrollArea):
    """Page Up and Page Down turn pages, + and − change the size, 0 goes back, arrows move."""

    turn_asked = Signal(int)
    zoom_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Aperçu du document"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(False)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(_LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setAutoFillBackground(False)
        self._zoom = WHOLE_WIDTH
        self._page = -1
        self.sheet = _Sheet()
        self.setWidget(self.sheet)
        self.sheet.setAutoFillBackground(False)

    def show_page(self, image: object, page: int, zoom: int, spoken: str) -> None:
        """Shows the image of a page; ``spoken`` is what a screen reader tells of it."""
        self.setAccessibleDescription(spoken)
        self._zoom = zoom
        self.sheet.show_image(image if isinstance(image, QImage) else QImage())
        self._fit()
        if page != self._page:
            self._page = page
            self.verticalScrollBar().setValue(0)

    def forget(self) -> None:
        """Nothing of a document stays on screen."""
        self._page = -1
        self.setAccessibleDescription("")
        self.sheet.show_image(QImage())

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._fit()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = int(event.key())
        if key in _TURNS:
            self.turn_asked.emit(_TURNS[key])
        elif key in _ZOOMS:
            self.zoom_asked.emit(_ZOOMS[key])
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.sheet.fit(self.viewport().width() * self._zoom // 100)


class _Sheet(QWidget):
    """Paper stays white in the dark."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._image = QImage()

    @property
    def image(self) -> QImage:
        return self._image

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def fit(self, width: int) -> None:
        high = 0
        if not self._image.isNull():
            high = round(self._image.height() * (width - 2) / self._image.width()) + 2
        self.resize(max(width, 1), max(high, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRect(1, 1, self.width() - 2, self.height() - 2)
        painter.fillRect(place, QColor("white"))
        painter.drawImage(place, self._image)
        painter.setPen(QPen(QColor(current_tokens().edge), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
