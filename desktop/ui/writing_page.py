"""A page on which somebody writes: what its keys do, and what leaving it keeps."""

from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.escape import takes_escape


class Writing(Protocol):
    """What is being written, as its view-model holds it."""

    def leave(self) -> None:
        """Close the page; the draft stays."""

    def finish(self) -> None:
        """Write it down for good."""

    def flush(self) -> None:
        """Keep now what is typed."""


class WritingPage(QWidget):
    """Esc leaves and keeps the draft, Ctrl+Enter of the keypad finishes, hiding keeps."""

    def __init__(self, writing: Writing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._writing = writing

    def event(self, event: QEvent) -> bool:
        # The window's Esc leaves a page at once; here the draft is kept first.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self._writing.leave()
        elif control and event.key() == Qt.Key.Key_Enter:  # the one of the numeric keypad
            self._writing.finish()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._writing.flush()
