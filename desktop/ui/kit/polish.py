"""Has the style sheet look again at a widget whose properties changed."""

from PySide6.QtWidgets import QWidget


def repolish(widget: QWidget) -> None:
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
