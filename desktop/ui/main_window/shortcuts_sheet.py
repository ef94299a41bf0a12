"""The « Raccourcis » sheet: every key of Coffre on one page, opened by F1."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import SecondaryButton, shown_key
from desktop.ui.kit.labels import Heading, Level, Text
from desktop.ui.kit.layout import PAGE_MARGIN, scrolling
from desktop.ui.theme import current_tokens

_WIDTH_PX, _HEIGHT_PX = 560, 640


class ShortcutsSheet(QDialog):
    """Rows of (key, what it does). Esc closes it."""

    def __init__(self, shortcuts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The title bar may be seen by anybody: it says the product's name and nothing else.
        self.setWindowTitle("Coffre")
        self.setAccessibleName(self.tr("Raccourcis"))
        self.rows = tuple(shortcuts)
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for at, (key, words) in enumerate(self.rows):
            shown = Text(_told(key), kind="strong", wrap=False)
            grid.addWidget(shown, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(words), at, 1)
        grid.setRowStretch(len(self.rows), 1)
        close = SecondaryButton(self.tr("Fermer"))
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(16)
        layout.addWidget(Heading(self.tr("Raccourcis"), Level.HEADING))
        area = scrolling(sheet)
        # Arrows scroll the sheet when there is more than the screen can show.
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(self.tr("Liste des raccourcis"))
        layout.addWidget(area, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self._take_room(parent)
        close.setFocus()

    def _take_room(self, parent: QWidget | None) -> None:
        tokens = current_tokens()
        wanted = QSize(tokens.text_px(_WIDTH_PX), tokens.text_px(_HEIGHT_PX))
        self.resize(wanted.boundedTo(parent.size()) if parent is not None else wanted)


def _told(key: str) -> str:
    """A key as its button shows it; as it is written, where it is no key: « Alt+flèches »."""
    shown = shown_key(QKeySequence(key))
    return shown if all(shown.split(", ")) else key
