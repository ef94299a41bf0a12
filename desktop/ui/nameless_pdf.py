"""A PDF in memory whose properties name nobody: what a file tells of itself is read unopened."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPdfWriter


def nameless_pdf(draw: Callable[[QPdfWriter], None]) -> bytes:
    """Return what is drawn, as a PDF; nothing touches a disk."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    # Whatever Qt would take from the session must not travel with the sheet.
    writer.setTitle("Coffre")
    writer.setCreator("Coffre")
    writer.setAuthor("")
    draw(writer)
    del writer  # It writes the end of the file when it goes.
    buffer.close()
    return bytes(content.data())
