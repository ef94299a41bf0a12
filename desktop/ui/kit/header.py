"""The head of a page: title, quiet line, and its acts at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import SearchButton
from desktop.ui.kit.labels import Heading, Level, Secondary
from desktop.ui.kit.layout import Flow, slack
from desktop.ui.kit.pill import Mark, Pill


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

    def set_subtitle(self, subtitle: str) -> None:
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))

    def add_action(self, action: QWidget) -> None:
        self._actions.add(action)

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
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(words, 1)
        layout.addWidget(self._actions, 0, Qt.AlignmentFlag.AlignTop)
