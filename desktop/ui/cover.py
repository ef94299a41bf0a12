"""Covers what a window shows, at once: the lock itself may take a moment longer."""

from PySide6.QtWidgets import QApplication, QWidget


def cover(window: QWidget) -> QWidget:
    """Hide whatever a window shows behind an empty one, and every other window of the program."""
    blank = QWidget(window)
    blank.setAutoFillBackground(True)
    blank.setGeometry(window.rect())
    window.setEnabled(False)  # what is typed from now on is for the lock
    blank.show()
    blank.raise_()
    blank.repaint()
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible():
            other.hide()
    return blank
