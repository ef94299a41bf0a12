"""Two columns that become one when the text is too large for the width of the page."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.ui.kit.layout import CARD_GAP
from desktop.ui.theme import current_tokens

NARROW_PX = 720


class Columns(QWidget):
    """Side by side while there is room for it, else the left one above the right one."""

    def __init__(
        self,
        left: QWidget,
        right: QWidget,
        *,
        shares: tuple[int, int] = (3, 2),
        narrow_px: int = NARROW_PX,
        parent: QWidget | None = None,
    ) -> None:
        """`narrow_px` is the width, at 100 %, under which the columns are stacked."""
        super().__init__(parent)
        self._narrow_px = narrow_px
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(CARD_GAP)
        self._layout.addWidget(left, shares[0])
        self._layout.addWidget(right, shares[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._arrange()

    def _arrange(self) -> None:
        directions = QBoxLayout.Direction
        narrow = self.width() < current_tokens().text_px(self._narrow_px)
        wanted = directions.TopToBottom if narrow else directions.LeftToRight
        if self._layout.direction() is not wanted:
            self._layout.setDirection(wanted)
