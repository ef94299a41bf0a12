"""The pages of the sheet on screen, as they will come out of the printer."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme import current_tokens

_GAP_PX = 16
_MOST_PX = 520


class PagesPreview(QWidget):
    """Paper stays white in the dark: it shows what will be held in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: tuple[bytes, ...] = ()
        self._pages: tuple[QImage, ...] = ()
        self.setAccessibleName(self.tr("Aperçu de la feuille"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def show_pages(self, pages: tuple[bytes, ...], words: str) -> None:
        """``words`` is what a screen reader tells of them."""
        self.setAccessibleDescription(words)
        if pages != self._drawn:
            self._drawn = pages
            self._pages = tuple(QImage.fromData(page) for page in pages)
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        heights = [self._size(page, width).height() for page in self._pages]
        return sum(heights) + _GAP_PX * max(len(heights) - 1, 0) + 2

    def sizeHint(self) -> QSize:
        return QSize(_MOST_PX, self.heightForWidth(_MOST_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        top = 1
        for page in self._pages:
            size = self._size(page, self.width())
            place = QRect((self.width() - size.width()) // 2, top, size.width(), size.height())
            painter.drawImage(place, page)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
            top += size.height() + _GAP_PX

    @staticmethod
    def _size(page: QImage, width: int) -> QSize:
        wide = min(width - 2, _MOST_PX)
        return QSize(wide, round(page.height() * wide / max(page.width(), 1)))
