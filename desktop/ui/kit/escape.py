"""Esc belongs to the window, which leaves the page; what is to be closed first takes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def takes_escape(event: QEvent, is_wanted: Callable[[], bool] | None = None) -> bool:
    """Keep Esc from the window, for the widget that is given ``event``; tell whether it was Esc.

    ``is_wanted`` says whether there is something to close; it is asked when Esc is pressed.
    """
    if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.ShortcutOverride:
        return False
    if event.key() != Qt.Key.Key_Escape or (is_wanted is not None and not is_wanted()):
        return False
    event.accept()
    return True
