"""The frame of the pages about keys: a head with a way back, a notice, and what scrolls."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.focus_follower import FocusFollower
from desktop.ui.kit import Notice, ScreenHeader, SecondaryButton, column, row, scrolling
from desktop.ui.own_keys.working import Working
from desktop.ui.theme import Role, current_tokens

_WIDTH_PX = 820


class KeyPage(QWidget):
    """Give it a head with `set_head`, and its cards with `lay_out`."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back_button = SecondaryButton(self.tr("Revenir aux réglages"), shortcut="Esc")
        self.back_button.clicked.connect(self.closed)
        self.header = ScreenHeader(actions=(self.back_button,))
        self.notice = Notice()
        self.notice.hide()

    def set_head(self, title: str, subtitle: str) -> None:
        """Say what the page is, and what it is good for."""
        self.header.set_title(title)
        self.header.set_subtitle(subtitle)

    def lay_out(self, *cards: QWidget) -> None:
        """Put the cards below one another."""
        self._page = QWidget()
        cards_below = column(*cards, gap=16)
        cards_below.addStretch(1)
        self._page.setLayout(cards_below)
        across = QWidget()
        line = row(self._page)
        line.addStretch(1)
        line.setStretch(0, 100)
        across.setLayout(line)
        self.area = scrolling(across)
        FocusFollower(self.area)
        layout = column(self.header, self.notice, gap=12)
        layout.addWidget(self.area, 1)
        self.setLayout(layout)
        self._fit()

    def tell(self, working: Working) -> None:
        """Show how the last question went."""
        said = working.problem.whole if working.problem else working.note
        self.notice.say(said, role=Role.PENDING if working.problem else Role.OK)
        self.notice.setVisible(bool(said))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and hasattr(self, "_page"):
            self._fit()

    def _fit(self) -> None:
        self._page.setMaximumWidth(current_tokens().text_px(_WIDTH_PX))
