"""The head of a page: title, quiet line, and its acts at the right."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import SearchButton
from desktop.ui.kit.labels import Heading, Level, Secondary
from desktop.ui.kit.layout import GRID, Flow, slack
from desktop.ui.kit.pill import Mark, Pill
from desktop.ui.theme import current_tokens

_TITLE_PX = 280
"""What a title needs beside the acts, at 100 %; a shorter one needs only its own width."""
_GAP = 16


class ScreenHeader(QWidget):
    """Title and subtitle; `search_asked` when the search button is shown and used.

    The window owns Ctrl+K, so the search button only shows the key.
    """

    search_asked = Signal()

    def __init__(
        self,
        title: str = "",
        subtitle: str = "",
        *,
        actions: tuple[QWidget, ...] = (),
        search: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = Heading(title, Level.TITLE)
        self.subtitle = Secondary(subtitle)
        self.pill = Pill()
        self.pill.hide()
        self.search = SearchButton(self.tr("Rechercher partout…"), shown_key="Ctrl+K")
        if not search:
            self.search.hide()
        self.search.clicked.connect(self.search_asked)
        self._actions = Flow(self.search, *actions, gap=12, at_right=True)
        self._lay_out()
        self.set_subtitle(subtitle)

    def set_title(self, title: str, mark: Mark | None = None) -> None:
        self.title.setText(title)
        self.pill.setVisible(mark is not None)
        # The pill follows the title closely; without it the title has the whole line.
        self._titles.setStretch(0, int(mark is None))
        if mark is not None:
            self.pill.show_mark(mark)
        self._fit()

    def set_subtitle(self, subtitle: str) -> None:
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        """With large letters the acts go under the title, which they would squeeze."""
        title = self.title.fontMetrics().horizontalAdvance(self.title.text())
        room = self.width() - self._actions.sizeHint().width() - _GAP
        below = room < min(title, current_tokens().text_px(_TITLE_PX))
        directions = QBoxLayout.Direction
        wanted = directions.TopToBottom if below else directions.LeftToRight
        if self._line.direction() is not wanted:
            self._line.setDirection(wanted)
            self._line.setSpacing(GRID if below else _GAP)

    def _lay_out(self) -> None:
        self._titles = QHBoxLayout()
        self._titles.setSpacing(10)
        self._titles.addWidget(self.title, 1)
        self._titles.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        self._titles.addStretch()
        words = QVBoxLayout()
        words.setSpacing(0)
        self.subtitle.setContentsMargins(0, 2, 0, 0)
        words.addLayout(self._titles)
        words.addWidget(self.subtitle)
        words.addWidget(slack())
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(_GAP)
        self._line.addLayout(words, 1)
        self._line.addWidget(self._actions, 0, Qt.AlignmentFlag.AlignTop)
