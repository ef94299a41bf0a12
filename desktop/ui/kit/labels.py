"""Words on a page: headings, body, quiet text, and labels that wrap instead of clipping."""

from enum import IntEnum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Level(IntEnum):
    """How deep a heading is; 22, 18 and 15 px."""

    TITLE = 1
    HEADING = 2
    SUBHEADING = 3


_KINDS = {Level.TITLE: "title", Level.HEADING: "heading", Level.SUBHEADING: "subheading"}


class Text(QLabel):
    """Plain text that wraps. Never interprets what people typed as HTML."""

    def __init__(
        self, text: str = "", *, kind: str = "", wrap: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("kind", kind)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._keep_close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_close()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_close()

    def _keep_close(self) -> None:
        """Takes no more height than its lines: spare room goes below words, never around them."""
        if self.wordWrap():
            self.setMaximumHeight(max(self.heightForWidth(self.width()), 1))


class Heading(Text):
    """The title of a page, of a card or of a part of it."""

    def __init__(
        self, text: str = "", level: Level = Level.HEADING, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, kind=_KINDS[level], parent=parent)
        self.level = level


class Secondary(Text):
    """Quiet text beside or under something more important."""

    def __init__(self, text: str = "", *, small: bool = False, parent: QWidget | None = None):
        super().__init__(text, kind="small" if small else "secondary", parent=parent)


class Strong(Text):
    """A name or a word that carries the line."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, kind="strong", parent=parent)
