"""Several lines of plain text, growing with what is written."""

from PySide6.QtCore import QEvent, QMimeData, QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop.ui.text import clean
from desktop.ui.window_hygiene import discreet

TEXT_LIMIT = 20_000

_LINE_ENDS = {0x2029: "\n", 0x2028: "\n", 0xFDD0: "\n", 0xFDD1: "\n"}
"""What Qt keeps between paragraphs, lines and frames."""


class TextField(QPlainTextEdit):
    """Plain text only, in and out: words, never their colours; Tab leaves the field.

    `limit` counts characters. Past it nothing more is taken, and `limit_reached` says so once.
    """

    value_changed = Signal()
    limit_reached = Signal(int)

    def __init__(
        self,
        *,
        value: str = "",
        lines: int = 3,
        most_lines: int = 14,
        limit: int = TEXT_LIMIT,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lines = (lines, most_lines)
        self._limit = limit
        self._is_trimming = False
        self.setTabChangesFocus(True)
        self.setPlaceholderText(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setPlainText(self._kept(value))
        self.textChanged.connect(self._typed)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)

    @property
    def value(self) -> str:
        # toPlainText would make an ordinary space of each no-break one, which French needs.
        return clean(self.document().toRawText().translate(_LINE_ENDS))

    def set_value(self, value: str) -> None:
        """Shows another value; the undo history and the cursor stay when it is the same."""
        kept = self._kept(value)
        if kept != self.value:
            self.setPlainText(kept)

    def event(self, event: QEvent) -> bool:
        # With nothing of its own to undo, Ctrl+Z is the window's: « Brouillon jeté — Annuler ».
        if is_undo(event) and not self.document().isUndoAvailable():
            event.ignore()
            return False
        return super().event(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied from here may be a clinical note: no clipboard history keeps it."""
        return discreet(clean(self.textCursor().selectedText()))

    def insertFromMimeData(self, source: QMimeData) -> None:
        room = self._limit - len(self.value) + len(self.textCursor().selectedText())
        pasted = clean(source.text())
        self.textCursor().insertText(pasted[: max(room, 0)])
        if len(pasted) > room:
            self.limit_reached.emit(self._limit)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 12, self._height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()

    def _height(self) -> int:
        fewest, most = self._lines
        written = round(self.document().documentLayout().documentSize().height())
        shown = min(max(written, fewest), most)
        around = 2 * round(self.document().documentMargin()) + 2 * 8
        return shown * self.fontMetrics().lineSpacing() + around

    def _kept(self, text: str) -> str:
        return clean(text)[: self._limit]

    def _typed(self) -> None:
        if self._is_trimming:
            return
        if len(self.value) > self._limit:
            self._trim()
        self.value_changed.emit()

    def _trim(self) -> None:
        """Takes back what was just typed past the limit, where it was typed."""
        self._is_trimming = True
        cursor = self.textCursor()
        surplus = len(self.value) - self._limit
        for _ in range(surplus):
            cursor.deletePreviousChar()
        self.setTextCursor(cursor)
        self._is_trimming = False
        self.limit_reached.emit(self._limit)


def is_undo(event: QEvent) -> bool:
    """Tell whether a field is asked if it wants Ctrl+Z for itself."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo)


def cursor_at_end(field: TextField) -> None:
    """Lets somebody go on writing where a draft stopped."""
    cursor = field.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    field.setTextCursor(cursor)
