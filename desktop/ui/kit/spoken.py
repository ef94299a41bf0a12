"""Has a screen reader say what appeared where the keyboard is not."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def speak(shown: QWidget, words: str) -> None:
    """Says it after what is being said: nothing here is worth interrupting somebody for."""
    if words:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(shown, words))
