"""The search box of the caseload: Down goes to the list, Enter opens the first, Esc empties it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit import LineField
from desktop.ui.kit.escape import takes_escape


class SearchField(LineField):
    """Keeps Esc for itself only while there is something to empty; then it leaves the page."""

    list_asked = Signal()
    first_asked = Signal()

    def __init__(self, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint=hint, parent=parent)
        self.setClearButtonEnabled(False)

    def event(self, event: QEvent) -> bool:
        return takes_escape(event, lambda: bool(self.text())) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.list_asked.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.first_asked.emit()
        else:
            super().keyPressEvent(event)
