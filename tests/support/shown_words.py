"""Everything that a window tells: what it paints, and what a screen reader would say.

Painted words are taken where the painter receives them, so that a list's delegate or a widget that
paints itself is heard like a label.
"""

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

_SAID = (
    QAccessible.Text.Name,
    QAccessible.Text.Description,
    QAccessible.Text.Value,
    QAccessible.Text.Help,
)
_DEEPEST = 40


def shown_words(window: QWidget) -> str:
    """Return all of it in one text, a piece a line."""
    told = [painted(window), window.windowTitle()]
    told += [widget.toolTip() for widget in window.findChildren(QWidget)]
    told += spoken(window)
    return "\n".join(told)


def painted(window: QWidget) -> str:
    """Return the words that were drawn, as the text elements of a drawing."""
    drawing = QByteArray()
    buffer = QBuffer(drawing)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(window.size())
    window.render(generator, QPoint(0, 0))
    return bytes(drawing.data()).decode("utf-8", errors="replace")


def spoken(window: QWidget) -> list[str]:
    """Return what a screen reader is told of each part in sight, rows of lists included."""
    return [
        interface.text(what)
        for interface in _below(QAccessible.queryAccessibleInterface(window), 0)
        for what in _SAID
    ]


def _below(interface: QAccessibleInterface | None, depth: int) -> Iterator[QAccessibleInterface]:
    if interface is None or depth > _DEEPEST or interface.state().invisible:
        return
    yield interface
    for at in range(interface.childCount()):
        yield from _below(interface.child(at), depth + 1)
