"""One card in the middle of an empty window: the lock, the first run."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.focus_follower import FocusFollower
from desktop.ui.kit.labels import Secondary
from desktop.ui.kit.layout import PAGE_MARGIN, row, scrolling
from desktop.ui.theme import current_tokens

_CARD_MARGIN = 32


class CalmWindow(QWidget):
    """Fill `body`; the card keeps its width in letters whatever the text size."""

    def __init__(self, width_px: int, foot: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width_px = width_px
        self.card = QFrame()
        self.card.setProperty("kind", "card")
        self.body = QVBoxLayout(self.card)
        self.body.setContentsMargins(_CARD_MARGIN, _CARD_MARGIN, _CARD_MARGIN, _CARD_MARGIN)
        self.body.setSpacing(8)
        middle = row()
        middle.addStretch(1)
        middle.addWidget(self.card, 100)
        middle.addStretch(1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(16)
        layout.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(1)
        self.foot = Secondary(foot, small=True)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.foot)
        self.area = scrolling(content)
        FocusFollower(self.area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self._fit()

    def set_card_width(self, width_px: int) -> None:
        self._width_px = width_px
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.card.setMaximumWidth(current_tokens().text_px(self._width_px))
