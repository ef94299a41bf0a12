"""The search box of the caseload: Down goes to the list, Enter opens the first, Esc empties it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit import LineField


class SearchField(LineField):
    """Keeps Esc for itself only while there is something to empty; then it leaves the page."""

    list_asked = Signal()
    first_asked = Signal()

    def __init__(self, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint=hint, parent=parent)
        self.setClearButtonEnabled(False)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self.text():
                event.accept()
                return True
        return super().event(event)

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
