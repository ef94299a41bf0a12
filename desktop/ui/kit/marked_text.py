"""Text to be read beside another version of it: what differs is tinted and underlined."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from desktop.domain.text_differences import Span
from desktop.ui.text import clean
from desktop.ui.theme import Role, current_tokens
from desktop.ui.window_hygiene import discreet

_MOST_LINES = 12
"""Lines after which it scrolls in its own frame."""
_BARE = "QTextEdit { background: transparent; border: 2px solid transparent; padding: 0px; }"
_FOCUSED = "QTextEdit:focus { border: 2px solid palette(highlight); padding: 0px; }"


class MarkedText(QTextEdit):
    """Read-only plain text; never told by colour alone, and copied without its colours."""

    def __init__(self, role: Role = Role.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._spans: tuple[Span, ...] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        # A link or an image in what people typed stays letters.
        self.setAcceptRichText(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(_BARE + _FOCUSED)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is shown, and what of it is marked."""
        return self._spans

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Shows a text with its marks; the place where it is being read stays."""
        shown = tuple(Span(clean(span.text), span.differs) for span in spans)
        if shown != self._spans:
            self._spans = shown
            self._write()

    def createMimeDataFromSelection(self) -> QMimeData:
        """No clipboard history keeps what is said of somebody."""
        return discreet(self.textCursor().selectedText().replace("\u2029", "\n"))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 12, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and self._spans:
            self._write()  # the theme has other colours
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def _write(self) -> None:
        document: QTextDocument = self.document()
        document.clear()
        cursor = QTextCursor(document)
        for span in self._spans:
            cursor.insertText(span.text, self._format(differs=span.differs))
        self.updateGeometry()

    def _format(self, *, differs: bool) -> QTextCharFormat:
        tokens, shape = current_tokens(), QTextCharFormat()
        shape.setForeground(QColor(tokens.ink))
        if differs:
            shape.setBackground(QColor(tokens.soft(self._role)))
            shape.setFontUnderline(True)
            shape.setUnderlineColor(QColor(tokens.shape(self._role)))
        return shape

    def _height(self) -> int:
        document = self.document()
        width = self.viewport().width()
        if document.textWidth() != width:
            document.setTextWidth(width)
        line = self.fontMetrics().lineSpacing()
        written = min(round(document.size().height()), _MOST_LINES * line)
        return max(written, line) + 6
